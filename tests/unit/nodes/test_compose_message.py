from __future__ import annotations

import pytest

from orchestrator.engine.errors import StepFailed
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.compose_message import ComposeMessage
from tests.unit.nodes.context import MemoryAssets, MemoryContext, result_of

DRAFT = {"to": "Ann <ann@example.com>; bob@example.com", "subject": "Your invoice", "body": "Dear Ann,\n12.50 EUR."}


async def test_a_template_goes_through_word_for_word() -> None:
    result = await result_of(ComposeMessage, DRAFT)
    assert result.output == {**DRAFT, "to": "ann@example.com, bob@example.com", "mode": "template"}


async def test_a_language_model_words_the_draft() -> None:
    drafted = {"text": "...", "json": {"subject": "Your\ninvoice  7", "body": "Hello Ann!"}}
    world = MemoryContext(assets=MemoryAssets(answers={"writer": drafted}))
    config = {**DRAFT, "mode": "language_model", "asset": "writer", "prompt": "Be short."}
    result = await result_of(ComposeMessage, config, world)
    assert (result.output["subject"], result.output["body"]) == ("Your invoice 7", "Hello Ann!")
    assert result.facts["asset"] == "writer"
    (_, task, payload) = world.assets.asked[0]
    assert task == "chat"
    assert payload["prompt"].startswith("Be short.")
    assert DRAFT["body"] in payload["prompt"]
    assert payload["schema"]["required"] == ["subject", "body"]


async def test_a_model_that_gives_no_draft_fails_the_step() -> None:
    world = MemoryContext(assets=MemoryAssets(answers={"writer": {"text": "Sure!"}}))
    with pytest.raises(StepFailed, match="cannot read"):
        await result_of(ComposeMessage, {**DRAFT, "mode": "language_model", "asset": "writer"}, world)


async def test_a_subject_of_two_lines_is_refused() -> None:
    with pytest.raises(StepFailed, match="single line"):
        await result_of(ComposeMessage, {**DRAFT, "subject": "Hi\r\nBcc: eve@example.com"})


def test_only_a_model_makes_the_result_worth_keeping() -> None:
    assert ComposeMessage.effect_of({}) is Effect.PURE
    assert ComposeMessage.effect_of({"mode": "language_model"}) is Effect.IDEMPOTENT


def test_the_mode_with_a_model_needs_one() -> None:
    assert [problem.field for problem in ComposeMessage.problems({"mode": "language_model"})] == ["config.asset"]
    assert ComposeMessage.problems({"mode": "template"}) == []
