from __future__ import annotations

from orchestrator.nodes.score_risk import ScoreRisk
from tests.unit.nodes.context import MemoryAssets, MemoryContext, result_of


async def test_the_score_comes_with_its_reasons() -> None:
    answer = {"score": 0.8, "level": "high", "reasons": [{"feature": "amount", "text": "is high", "weight": 0.4}]}
    world = MemoryContext(assets=MemoryAssets(answers={"risk-score": answer}))
    features = {"amount": 1200, "country": "NL", "new": True, "age": None}
    result = await result_of(ScoreRisk, {"asset": "risk-score", "features": features}, world)
    assert result.output == answer
    assert result.facts["asset"] == "risk-score"
    (_, task, payload) = world.assets.asked[0]
    assert (task, payload) == ("score", {"features": features})
    assert [type(value) for value in payload["features"].values()] == [float, str, bool, type(None)]
