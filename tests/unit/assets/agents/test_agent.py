from __future__ import annotations

from typing import Any

import pytest

from orchestrator.assets.agents.agent import AgentConfig, agent_problems
from orchestrator.assets.agents.prompt import prompt_problems

GOOD: dict[str, Any] = {"model": "assistant", "instructions": "Help.", "tools": ["order-status", "refund@candidate"]}


def test_a_good_agent_has_no_problems() -> None:
    assert agent_problems(GOOD) == []
    assert agent_problems({"model": "assistant@candidate", "prompt": "style"}) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"model": "As Sistant"}, "config.model"),
        ({"model": "a@b@c"}, "config.model"),
        ({"instructions": ""}, "config.instructions"),
        ({"prompt": "style"}, "config.instructions"),
        ({"tools": ["a", "a"]}, "config.tools"),
        ({"tools": ["a", "no name"]}, "config.tools.1"),
        ({"tools": [f"t{n}" for n in range(51)]}, "config.tools"),
        ({"budgets": {"steps": 0}}, "config.budgets.steps"),
        ({"budgets": {"steps": 10**9}}, "config.budgets.steps"),
        ({"budgets": {"cost": "0"}}, "config.budgets.cost"),
        ({"budgets": {"seconds": -1}}, "config.budgets.seconds"),
        ({"memory": {"messages": 10**6}}, "config.memory.messages"),
        ({"output_schema": {"type": "string"}}, "config.output_schema"),
        ({"output_schema": {"type": "object", "properties": {"a": {"$ref": "#"}}}}, "config.output_schema"),
        ({"temperature": 2}, "config.temperature"),
    ],
)
def test_what_is_wrong_with_an_agent_is_named(change: dict[str, Any], field: str) -> None:
    (problem,) = agent_problems({**GOOD, **change})
    assert problem.field == field
    assert problem.hint


def test_an_agent_has_budgets_even_if_nobody_set_them() -> None:
    budgets = AgentConfig.model_validate(GOOD).budgets
    assert (budgets.steps, budgets.depth) == (12, 3)


@pytest.mark.parametrize("config", [{}, {"text": ""}, {"text": 7}, {"text": "x" * 50_001}, {"text": "x", "role": "y"}])
def test_a_prompt_is_a_text(config: dict[str, Any]) -> None:
    (problem,) = prompt_problems(config)
    assert problem.field == "config.text"
    assert prompt_problems({"text": "You write short answers."}) == []
