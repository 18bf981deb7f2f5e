from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.errors import StepFailed
from orchestrator.nodes.predict_table import PredictTable
from tests.unit.nodes.context import MemoryAssets, MemoryContext, result_of

LABEL = {"label": "leaves", "confidence": 0.7, "scores": [{"label": "leaves", "score": 0.7}], "traits": [1.0]}
NUMBER = {"value": 120.0, "low": 100.0, "high": 140.0, "traits": [1.0]}


def world(answer: dict[str, Any]) -> MemoryContext:
    return MemoryContext(assets=MemoryAssets(answers={"model": answer}))


@pytest.mark.parametrize(("minimum", "sure"), [(0.7, True), (0.71, False)])
async def test_a_label_is_sure_from_the_wanted_confidence_on(minimum: float, sure: bool) -> None:
    config = {"asset": "model", "features": {"income": 900}, "minimum_confidence": minimum}
    result = await result_of(PredictTable, config, world(LABEL))
    assert (result.output["label"], result.output["confidence"], result.output["sure"]) == ("leaves", 0.7, sure)
    assert result.output["value"] is None
    assert "traits" not in result.output


async def test_a_number_comes_with_its_range() -> None:
    context = world(NUMBER)
    features = {"income": 900, "job": "none", "owner": True, "age": None}
    result = await result_of(PredictTable, {"asset": "model", "features": features}, context)
    assert (result.output["value"], result.output["low"], result.output["high"]) == (120, 100, 140)
    assert (result.output["label"], result.output["sure"]) == (None, True)
    assert context.assets.asked == [("model", "predict", {"features": features})]
    assert result.facts["version"] == 3


@pytest.mark.parametrize("answer", [{}, {"label": "leaves"}, {"value": "much"}, {"score": 1, "unusual": True}])
async def test_an_answer_of_another_shape_fails_the_step_in_words(answer: dict[str, Any]) -> None:
    with pytest.raises(StepFailed, match="cannot read"):
        await result_of(PredictTable, {"asset": "model", "features": {"a": 1}}, world(answer))
