from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from orchestrator.engine.errors import StepFailed
from orchestrator.engine.graph import Node
from orchestrator.nodes.base import Waiting
from orchestrator.nodes.registry import check_config
from orchestrator.nodes.wait_call import WaitCall
from tests.unit.nodes.context import NOW, run


@pytest.mark.parametrize(
    ("config", "length"), [({}, timedelta(days=7)), ({"at_most": 2, "unit": "hours"}, timedelta(hours=2))]
)
async def test_it_waits_for_a_call_for_so_long(config: dict[str, Any], length: timedelta) -> None:
    assert await run(WaitCall, config) == Waiting(kind="call", until=NOW + length)


async def test_nobody_waits_for_years() -> None:
    with pytest.raises(StepFailed, match="366 days"):
        await run(WaitCall, {"at_most": 367})
    problems = check_config(Node(key="rest", type="wait_call", config={"at_most": 367}))
    assert [(problem.code, problem.field) for problem in problems] == [("wait_too_long", "config.at_most")]
