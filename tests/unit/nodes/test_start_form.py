from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.errors import StepFailed
from orchestrator.engine.graph import Node
from orchestrator.nodes.registry import check_config
from orchestrator.nodes.start_form import StartForm
from tests.unit.nodes.context import file_ref

FIELDS: list[dict[str, Any]] = [
    {"key": "name", "label": "Your name", "required": True},
    {"key": "paper", "label": "Your paper", "type": "file"},
]


def accept(payload: dict[str, Any], **config: Any) -> dict[str, Any]:
    given = {"title": "Contact", "fields": FIELDS, **config}
    return StartForm().accept(StartForm.Config.model_validate(given), payload)


def test_answers_become_values() -> None:
    paper = file_ref("a.pdf").model_dump()
    assert accept({"name": "Ann", "paper": paper}) == {"name": "Ann", "paper": paper}
    assert accept({"name": "Ann"}) == {"name": "Ann", "paper": None}


@pytest.mark.parametrize(
    ("payload", "field", "words"),
    [
        ({}, "name", "answer this question"),
        ({"name": "x" * 10_001}, "name", "at most 10,000 characters"),
        ({"name": "Ann", "paper": "a.pdf"}, "paper", "choose a file"),
        ({"name": "Ann", "paper": {**file_ref("a.pdf").model_dump(), "size": 1_000_001}}, "paper", "at most 1 MB"),
        ({"name": "Ann", "colour": "red"}, "colour", "no question"),
        ({"name": "Ann", "c" * 5000: "red"}, "c" * 60, "no question"),
    ],
)
def test_a_wrong_answer_names_its_question(payload: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(StepFailed) as failed:
        accept(payload, max_mb=1)
    assert words in failed.value.error.details["fields"][field]
    assert len(failed.value.error.message) < 500


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 5000}, "title"),
        ({"fields": []}, "fields"),
        ({"fields": [*FIELDS, FIELDS[0]]}, "fields.0.key"),
        ({"fields": [{**FIELDS[0], "label": "x" * 5000}]}, "fields.0.label"),
        ({"max_mb": 26}, "max_mb"),
        ({"who": "friends"}, "who"),
    ],
)
def test_nonsense_is_named_when_it_is_saved(config: dict[str, Any], field: str) -> None:
    found = check_config(Node(key="form", type="start_form", config={"title": "T", "fields": FIELDS, **config}))
    assert f"config.{field}" in {one.field for one in found}
