from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from orchestrator.nodes.check_drift import CheckDrift
from orchestrator.nodes.learning import LookedAt
from tests.unit.nodes.context import MemoryContext, MemoryModels, result_of

FINE = LookedAt(
    asset="tickets",
    version=2,
    drifted=False,
    score=0.03,
    calls=500,
    judged=40,
    agreed=36,
    tellable=True,
    new_corrections=4,
    text="The last 500 calls look like the rows the model was measured on.",
)


@pytest.mark.parametrize(
    ("found", "config", "port"),
    [
        (FINE, {}, "fine"),
        (replace(FINE, drifted=True), {}, "needs_work"),
        (FINE, {"corrections": 4}, "needs_work"),
        (FINE, {"corrections": 5}, "fine"),
        (FINE, {"agreement": 0.95}, "needs_work"),
        (replace(FINE, tellable=False), {"agreement": 0.95}, "fine"),
    ],
)
async def test_it_goes_on_along_needs_work_where_one_reason_holds(
    found: LookedAt, config: dict[str, Any], port: str
) -> None:
    world = MemoryContext(models=MemoryModels(looked_at=found))
    result = await result_of(CheckDrift, {"asset": "tickets", **config}, world)
    assert (result.port, result.output["needs_work"]) == (port, port == "needs_work")
    assert result.output["new_corrections"] == 4
