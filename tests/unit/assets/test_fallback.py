from __future__ import annotations

from typing import Any

import pytest

from orchestrator.assets.fallback import first_answer
from orchestrator.connectors.conversation import OnText
from orchestrator.engine.errors import ErrorCategory, NotSent, StepFailed


class Answers:
    """What each reference does: an answer, or the category of its failure."""

    def __init__(self, **does: Any) -> None:
        self.does = does
        self.asked: list[str] = []

    async def __call__(self, reference: str, on_text: OnText | None) -> Any:
        self.asked.append(reference)
        does = self.does[reference]
        if on_text is not None:
            await on_text(f"{reference} begins")
        if isinstance(does, ErrorCategory):
            raise NotSent(does, f"{reference}_failed", "It cannot.", retry_after_s=7, status=503)
        return does


async def test_the_one_that_was_meant_is_asked_first_and_alone() -> None:
    answers = Answers(a="one", b="two")
    found = await first_answer(["a", "b"], answers)
    assert (found.reference, found.given, found.tried, answers.asked) == ("a", "one", (), ["a"])


@pytest.mark.parametrize("why", ["unavailable", "timeout", "rate_limited", "auth"])
async def test_another_one_answers_while_it_is_away(why: str) -> None:
    answers = Answers(a=ErrorCategory(why), b=ErrorCategory.CONFIG, c="three")
    found = await first_answer(["a", "b", "c"], answers)
    assert (found.reference, found.given) == ("c", "three")
    assert [(tried.reference, tried.error.code) for tried in found.tried] == [("a", "a_failed"), ("b", "b_failed")]


@pytest.mark.parametrize("why", ["config", "input", "rejected", "internal"])
async def test_a_question_that_is_wrong_is_not_asked_elsewhere(why: str) -> None:
    answers = Answers(a=ErrorCategory(why), b="two")
    with pytest.raises(NotSent):
        await first_answer(["a", "b"], answers)
    assert answers.asked == ["a"]


async def test_when_none_can_answer_the_first_ones_reason_stands() -> None:
    answers = Answers(a=ErrorCategory.UNAVAILABLE, b=ErrorCategory.TIMEOUT)
    with pytest.raises(NotSent) as failed:
        await first_answer(["a", "b"], answers)
    error = failed.value.error
    assert (error.code, error.retryable, error.retry_after_s) == ("a_failed", True, 7)
    assert error.details == {"status": 503, "instead": [{"asset": "b", "code": "b_failed"}]}


async def test_nobody_else_goes_on_with_an_answer_that_was_heard_in_part() -> None:
    heard: list[str] = []

    async def listen(piece: str) -> None:
        heard.append(piece)

    answers = Answers(a=ErrorCategory.UNAVAILABLE, b="two")
    with pytest.raises(StepFailed):
        await first_answer(["a", "b"], answers, listen)
    assert (heard, answers.asked) == (["a begins"], ["a"])
