from __future__ import annotations

from orchestrator.nodes.learning import AskedReplacement
from orchestrator.nodes.request_replacement import RequestReplacement
from tests.unit.nodes.context import MemoryContext, MemoryModels, result_of


async def test_it_asks_for_the_candidate_with_a_plan_and_a_reason() -> None:
    asked = AskedReplacement(asset="tickets", version=3, alias="live", request="r-1", state="asked")
    world = MemoryContext(models=MemoryModels(replacing=asked))
    result = await result_of(RequestReplacement, {"asset": "tickets", "percent": 20, "reason": "It drifted."}, world)
    assert (result.output["request"], result.output["state"], result.output["version"]) == ("r-1", "asked", 3)
    plan = {"how": "canary", "percent": 20, "calls": 200}
    wanted = {"version": "candidate", "alias": "live", "plan": plan, "reason": "It drifted."}
    assert world.models.asked == [("tickets", wanted)]
