from __future__ import annotations

import pytest

from orchestrator.engine.errors import StepFailed
from orchestrator.nodes.find_unusual import FindUnusual
from tests.unit.nodes.context import MemoryAssets, MemoryContext, result_of


async def test_it_says_how_unusual_the_facts_are() -> None:
    world = MemoryContext(assets=MemoryAssets(answers={"model": {"score": 0.99, "unusual": True, "traits": [1.0]}}))
    result = await result_of(FindUnusual, {"asset": "model", "features": {"amount": 9_000}}, world)
    assert result.output == {"score": 0.99, "unusual": True}
    assert world.assets.asked == [("model", "detect", {"features": {"amount": 9_000}})]


async def test_an_answer_of_another_shape_fails_the_step_in_words() -> None:
    world = MemoryContext(assets=MemoryAssets(answers={"model": {"label": "a"}}))
    with pytest.raises(StepFailed, match="cannot read"):
        await result_of(FindUnusual, {"asset": "model", "features": {"amount": 1}}, world)
