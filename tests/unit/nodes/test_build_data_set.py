from __future__ import annotations

import pytest

from orchestrator.engine.errors import StepFailed
from orchestrator.nodes.build_data_set import BuildDataSet
from orchestrator.nodes.learning import BuiltDataSet
from tests.unit.nodes.context import MemoryContext, MemoryModels, result_of


async def test_it_gathers_corrections_and_names_the_version_for_the_next_step() -> None:
    built = BuiltDataSet(
        data_set="letters", version=2, version_id="v-2", reference="letters@latest", rows=120, added=20
    )
    world = MemoryContext(models=MemoryModels(built=built))
    result = await result_of(BuildDataSet, {"data_set": "letters", "model": "tickets"}, world)
    assert (result.output["reference"], result.output["rows"], result.output["added"]) == ("letters@latest", 120, 20)
    wanted = {"model": "tickets", "file": None, "keep": True, "target": "label", "text": "text"}
    assert world.models.asked == [("letters", wanted)]


async def test_it_wants_to_know_where_new_rows_come_from() -> None:
    with pytest.raises(StepFailed, match="where new rows come from"):
        await result_of(BuildDataSet, {"data_set": "letters"})
