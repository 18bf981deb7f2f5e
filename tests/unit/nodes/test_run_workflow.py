from __future__ import annotations

from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import WorkflowCalled
from orchestrator.nodes.registry import catalogue
from orchestrator.nodes.run_workflow import RunWorkflow
from tests.unit.nodes.context import run


async def test_it_asks_for_the_workflow_with_its_values_by_name() -> None:
    config = {"workflow": "w1", "input": [{"name": "n", "value": 3}, {"name": "text", "value": None}]}
    called = await run(RunWorkflow, config)
    assert called == WorkflowCalled(workflow="w1", input={"n": 3, "text": None})


def test_its_repeats_are_told_apart_by_key() -> None:
    assert catalogue()["run_workflow", 1].effect is Effect.KEYED


def test_a_name_is_given_once() -> None:
    twice = {"workflow": "w1", "input": [{"name": "n", "value": 1}, {"name": "n", "value": 2}, {"name": "m"}]}
    assert [problem.field for problem in RunWorkflow.problems(twice)] == ["config.input.0.name", "config.input.1.name"]
    assert RunWorkflow.problems({"workflow": "w1"}) == []
