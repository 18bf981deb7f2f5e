from __future__ import annotations

from datetime import timedelta

import pytest

from orchestrator.engine.errors import StepFailed
from orchestrator.engine.graph import Node
from orchestrator.nodes.base import Waiting
from orchestrator.nodes.registry import catalogue, check_config
from orchestrator.nodes.wait_message import WaitMessage
from tests.unit.nodes.context import NOW, run


async def test_it_waits_for_a_message_of_a_name_about_one_thing() -> None:
    waiting = await run(WaitMessage, {"name": "payment", "correlation": "INV-7", "at_most": 90, "unit": "minutes"})
    assert waiting == Waiting(kind="message", until=NOW + timedelta(minutes=90), name="payment", correlation="INV-7")


async def test_without_more_it_waits_a_week_for_any_message_of_the_name() -> None:
    waiting = await run(WaitMessage, {"name": "payment"})
    assert waiting == Waiting(kind="message", until=NOW + timedelta(days=7), name="payment")


async def test_a_number_is_something_a_message_can_be_about() -> None:
    waiting = await run(WaitMessage, {"name": "payment", "correlation": 7})
    assert isinstance(waiting, Waiting)
    assert waiting.correlation == "7"


async def test_nobody_waits_for_years() -> None:
    with pytest.raises(StepFailed, match="366 days"):
        await run(WaitMessage, {"name": "payment", "at_most": 367})
    problems = check_config(Node(key="rest", type="wait_message", config={"name": "payment", "at_most": 367}))
    assert [(problem.code, problem.field) for problem in problems] == [("wait_too_long", "config.at_most")]


def test_its_output_names_the_sender_as_formulas_do() -> None:
    schema = catalogue()["wait_message", 1].output_schema
    assert schema is not None
    assert list(schema["properties"]) == ["body", "sent_at", "from"]
