from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from orchestrator.engine.graph import Node
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.registry import check_config
from orchestrator.nodes.send_message import SendMessage
from tests.unit.nodes.context import MemoryContext, result_of


async def test_a_message_goes_out_and_the_step_says_what_became_of_it() -> None:
    context = MemoryContext()
    result = await result_of(SendMessage, {"name": "payment", "correlation": "INV-7", "body": {"paid": True}}, context)
    assert result.output == {"message": "m-1", "outcome": "kept"}
    assert context.messages.sent == [
        {"name": "payment", "correlation": "INV-7", "body": {"paid": True}, "keep": timedelta(days=1)}
    ]


@pytest.mark.parametrize(
    ("keep", "length"),
    [
        ({"keep": 2, "unit": "hours"}, timedelta(hours=2)),
        ({"keep": 30}, timedelta(days=30)),
        ({"keep": 31}, timedelta(days=30)),
    ],
)
async def test_it_is_kept_for_so_long_and_never_more_than_a_month(keep: dict[str, Any], length: timedelta) -> None:
    context = MemoryContext()
    await result_of(SendMessage, {"name": "payment", **keep}, context)
    assert context.messages.sent[0]["keep"] == length


def test_a_fixed_time_that_is_too_long_is_found_when_the_workflow_is_saved() -> None:
    problems = check_config(Node(key="tell", type="send_message", config={"name": "payment", "keep": 31}))
    assert [(problem.code, problem.field) for problem in problems] == [("kept_too_long", "config.keep")]
    fine = {"name": {"$expr": "a.b"}, "keep": {"$expr": "a.c"}}
    assert check_config(Node(key="tell", type="send_message", config=fine)) == []


def test_sending_it_again_is_not_a_second_message() -> None:
    assert SendMessage.effect is Effect.KEYED
