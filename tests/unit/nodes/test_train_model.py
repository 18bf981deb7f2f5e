from __future__ import annotations

import pytest

from orchestrator.engine.errors import StepFailed
from orchestrator.nodes.learning import TrainedVersion
from orchestrator.nodes.train_model import TrainModel
from tests.unit.nodes.context import MemoryContext, MemoryModels, file_ref, result_of

MADE = TrainedVersion(
    asset="tickets",
    version=3,
    version_id="v-3",
    alias="candidate",
    rows=400,
    metrics={"accuracy": 0.91},
    baseline={"accuracy": 0.2},
    warnings=[],
)


async def test_it_learns_from_a_data_set_and_tells_which_version_came_of_it() -> None:
    world = MemoryContext(models=MemoryModels(trained=MADE))
    result = await result_of(TrainModel, {"asset": "tickets", "data_set": "letters@latest", "target": "kind"}, world)
    assert (result.output["version"], result.output["alias"]) == (3, "candidate")
    assert result.output["metrics"] == {"accuracy": 0.91}
    assert result.facts == {"asset": "tickets", "version": 3}
    wanted = {"file": None, "data_set": "letters@latest", "target": "kind", "parameters": {}, "alias": "candidate"}
    assert world.models.asked == [("tickets", wanted)]


async def test_it_learns_from_a_file_by_words_where_the_step_says_so() -> None:
    world, file = MemoryContext(models=MemoryModels(trained=MADE)), file_ref("rows.csv")
    config = {"asset": "tickets", "file": file.model_dump(), "target": "kind", "method": "words"}
    await result_of(TrainModel, {**config, "parameters": {"held_out": 0.3}}, world)
    _, wanted = world.models.asked[0]
    assert (wanted["file"], wanted["data_set"]) == (file.file_id, None)
    assert wanted["parameters"] == {"method": "words", "held_out": 0.3}


@pytest.mark.parametrize("rows", [{}, {"data_set": "letters", "file": file_ref("rows.csv").model_dump()}])
async def test_no_rows_and_two_kinds_of_rows_are_refused(rows: dict[str, object]) -> None:
    with pytest.raises(StepFailed, match="either no table to learn from"):
        await result_of(TrainModel, {"asset": "tickets", "target": "kind", **rows})


def test_a_result_never_becomes_live_by_itself() -> None:
    with pytest.raises(ValueError, match="alias"):
        TrainModel.Config(asset="tickets", data_set="letters", alias="live")
