from __future__ import annotations

from datetime import timedelta

from orchestrator.nodes.ask_person import AskPerson
from orchestrator.nodes.base import PersonNeeded
from tests.unit.nodes.context import NOW, run

FIELD = {"key": "amount", "label": "Amount", "type": "number", "required": True, "choices": [], "help": ""}


async def test_a_person_is_asked_with_what_the_run_knows_already() -> None:
    config = {"title": "Check", "fields": [FIELD], "values": {"amount": 7, "unasked": 1}, "remind_after": 1}
    needed = await run(AskPerson, config)
    assert isinstance(needed, PersonNeeded)
    assert (needed.fields, needed.values) == ([FIELD], {"amount": 7})
    assert (needed.due_at, needed.remind_at) == (None, NOW + timedelta(hours=1))


async def test_what_the_run_does_not_know_is_left_empty() -> None:
    needed = await run(AskPerson, {"title": "Check", "fields": [FIELD], "values": {"amount": None}})
    assert isinstance(needed, PersonNeeded)
    assert needed.values == {}


async def test_what_the_run_knows_is_told_as_the_kind_of_answer_that_is_asked_for() -> None:
    kinds = {"number": "12.5", "text": 7, "date": "2026-03-31T10:00:00Z", "choice": "blue", "switch": "maybe"}
    fields = [{"key": kind, "label": kind, "type": kind, "choices": ["red"]} for kind in kinds]
    needed = await run(AskPerson, {"title": "Check", "fields": fields, "values": {**kinds, "text": {"a": 1}}})
    assert isinstance(needed, PersonNeeded)
    assert needed.values == {"number": 12.5, "date": "2026-03-31"}
    needed = await run(AskPerson, {"title": "Check", "fields": fields, "values": kinds})
    assert isinstance(needed, PersonNeeded)
    assert needed.values["text"] == "7"


def test_two_questions_of_one_key_are_a_problem() -> None:
    assert {one.code for one in AskPerson.problems({"fields": [FIELD, FIELD]})} == {"duplicate_key"}
