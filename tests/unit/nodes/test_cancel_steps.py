from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.graph import Node
from orchestrator.nodes.base import Result
from orchestrator.nodes.cancel_steps import CancelSteps
from orchestrator.nodes.registry import catalogue, check_config
from tests.unit.nodes.context import run


async def test_it_gives_nothing_on() -> None:
    assert await run(CancelSteps, {"steps": ["a"]}) == Result(output=None)


@pytest.mark.parametrize(
    ("config", "keys"),
    [({"steps": ["a", "b"]}, ("a", "b")), ({"steps": ["a", 3]}, ("a",)), ({"steps": "a"}, ()), ({}, ())],
)
def test_the_engine_knows_which_steps_it_cancels(config: dict[str, Any], keys: tuple[str, ...]) -> None:
    assert catalogue()["cancel_steps", 1].cancels_for(config) == keys
    assert catalogue()["set_fields", 1].cancels_for(config) == ()


def test_the_steps_are_chosen_when_the_workflow_is_drawn() -> None:
    problems = check_config(Node(key="stop", type="cancel_steps", config={"steps": {"$expr": "trigger.steps"}}))
    assert [problem.code for problem in problems] == ["needs_literal"]
    problems = check_config(Node(key="stop", type="cancel_steps", config={"steps": []}))
    assert [problem.field for problem in problems] == ["config.steps"]
