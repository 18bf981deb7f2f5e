from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.nodes.evaluate_asset import EvaluateAsset
from orchestrator.nodes.measuring import Measured
from tests.unit.nodes.context import MemoryContext, MemoryMeasures, result_of

GOOD = Measured(
    asset="kinds",
    version=2,
    version_id="v2",
    evaluation="e1",
    passed=True,
    reasons=["Every rule holds."],
    main="accuracy",
    value=0.93,
    live=0.9,
    cases=100,
    figures={"accuracy": 0.93},
)


@pytest.mark.parametrize(("passed", "port"), [(True, "passed"), (False, "not_passed")])
async def test_the_way_on_tells_whether_it_is_good_enough(passed: bool, port: str) -> None:
    world = MemoryContext(measures=MemoryMeasures(measured=replace(GOOD, passed=passed)))
    config = {"asset": "kinds", "rules": [{"figure": "accuracy", "at_least": 0.9}]}
    result = await result_of(EvaluateAsset, config, world)
    assert (result.port, result.output["value"], result.facts["evaluation"]) == (port, 0.93, "e1")
    asked = {"version": "candidate", "data_set": "", "rules": [{"figure": "accuracy", "at_least": 0.9}]}
    assert world.measures.asked == [("kinds", {**asked, "not_worse": True})]


def test_a_gate_that_asks_for_nothing_is_a_gap() -> None:
    empty = EvaluateAsset.problems({"asset": "kinds", "rules": [{"figure": "accuracy"}]})
    assert [(problem.code, problem.field) for problem in empty] == [("rule_empty", "config.rules.0")]
    open_gate = EvaluateAsset.problems({"asset": "kinds", "rules": [], "not_worse": False})
    assert [problem.code for problem in open_gate] == ["gate_empty"]
    assert EvaluateAsset.problems({"asset": "kinds"}) == []
