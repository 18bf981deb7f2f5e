from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.nodes.start_manual import StartManual
from tests.unit.nodes.context import file_ref


def accept(fields: list[dict[str, Any]], payload: dict[str, Any]) -> dict[str, Any]:
    return StartManual().accept(StartManual.Config.model_validate({"fields": fields}), payload)


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("text", "Ann", "Ann"),
        ("number", "12.5", 12.5),
        ("number", 7, 7),
        ("date", "2026-03-31", "2026-03-31"),
        ("choice", "b", "b"),
        ("switch", True, True),
        ("data", [{"size": "no number"}, None], [{"size": "no number"}, None]),
        ("file", file_ref("a.pdf").model_dump(), file_ref("a.pdf").model_dump()),
    ],
)
def test_an_answer_becomes_a_value_of_its_kind(kind: str, given: Any, value: Any) -> None:
    fields = [{"key": "answer", "label": "Answer", "type": kind, "choices": ["a", "b"]}]
    assert accept(fields, {"answer": given}) == {"answer": value}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", 5),
        ("number", "twelve"),
        ("number", "nan"),
        ("number", True),
        ("date", "31.03.2026"),
        ("choice", "c"),
        ("switch", "yes"),
        ("file", "a.pdf"),
    ],
)
def test_an_answer_of_another_kind_is_refused_at_its_question(kind: str, given: Any) -> None:
    with pytest.raises(StepFailed) as failed:
        accept([{"key": "answer", "label": "Your answer", "type": kind, "choices": ["a"]}], {"answer": given})
    assert failed.value.error.category is ErrorCategory.INPUT
    assert failed.value.error.details["fields"]["answer"].startswith("Your answer: please ")


def test_every_wrong_answer_is_named_at_once() -> None:
    fields = [
        {"key": "name", "label": "Name", "required": True},
        {"key": "amount", "label": "Amount", "type": "number"},
    ]
    with pytest.raises(StepFailed) as failed:
        accept(fields, {"amount": "much", "role": "admin"})
    assert set(failed.value.error.details["fields"]) == {"name", "amount", "role"}


def test_unanswered_questions_still_have_a_value() -> None:
    fields = [{"key": "name", "label": "Name"}, {"key": "urgent", "label": "Urgent", "type": "switch"}]
    assert accept(fields, {"name": ""}) == {"name": None, "urgent": False}


def test_two_questions_with_one_key_and_a_choice_without_choices_are_problems() -> None:
    fields = [
        {"key": "a", "label": "A"},
        {"key": "a", "label": "B"},
        {"key": "c", "label": "C", "type": "choice"},
    ]
    found = [(problem.code, problem.field) for problem in StartManual.problems({"fields": fields})]
    assert found == [
        ("duplicate_key", "config.fields.0.key"),
        ("duplicate_key", "config.fields.1.key"),
        ("no_choices", "config.fields.2.choices"),
    ]
