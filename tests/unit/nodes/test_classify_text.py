from __future__ import annotations

import pytest

from orchestrator.engine.errors import StepFailed
from orchestrator.nodes.classify_text import ClassifyText
from tests.unit.nodes.context import MemoryAssets, MemoryContext, result_of

ANSWER = {"label": "invoice", "confidence": 0.71, "scores": [{"label": "invoice", "score": 0.71}]}


def context(answer: dict[str, object]) -> MemoryContext:
    return MemoryContext(assets=MemoryAssets(answers={"document-type": answer}))


@pytest.mark.parametrize(("minimum", "sure"), [(0.7, True), (0.71, True), (0.72, False)])
async def test_below_the_wanted_confidence_the_answer_is_not_sure(minimum: float, sure: bool) -> None:
    config = {"asset": "document-type", "text": "Invoice 7", "minimum_confidence": minimum}
    result = await result_of(ClassifyText, config, context(ANSWER))
    assert result.output == {**ANSWER, "sure": sure}


async def test_the_version_that_answered_is_kept_beside_the_step() -> None:
    world = context(ANSWER)
    result = await result_of(ClassifyText, {"asset": "document-type", "text": "Invoice 7"}, world)
    assert world.assets.asked == [("document-type", "classify", {"text": "Invoice 7"})]
    assert result.facts == {
        "asset": "document-type",
        "version": 3,
        "version_id": "v3",
        "confidence": 0.71,
        "sample": True,
        "ms": 12.3,
    }


async def test_an_answer_of_another_shape_fails_the_step_in_words() -> None:
    with pytest.raises(StepFailed, match="cannot read") as failed:
        await result_of(ClassifyText, {"asset": "document-type", "text": "x"}, context({"score": 1}))
    assert failed.value.error.code == "answer_invalid"
