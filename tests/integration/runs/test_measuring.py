"""A step that measures a model: with whose rights, against what, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync

from builder.models import Workflow
from orchestrator.artifacts.actions import save_file
from orchestrator.assets import actions, calls
from orchestrator.assets.models import Asset, Evaluation, Kind
from orchestrator.engine.errors import StepFailed
from orchestrator.governance.models import Membership, Workspace
from orchestrator.governance.principal import system
from orchestrator.nodes.measuring import Measured
from orchestrator.runs.measuring import ContextMeasures
from orchestrator.runs.models import Run
from tests.integration.assets.parrot import KEY, Parrot, parrot, version
from tests.integration.authoring import Browser, edge, graph, node

TEXTS = [f"Letter number {number} about a lost card" for number in range(20)]
RIGHT = dict.fromkeys(TEXTS[:12], "cards") | dict.fromkeys(TEXTS[12:], "money")
ROWS = "text,kind\n" + "".join(f"{text},{kind}\n" for text, kind in RIGHT.items())


@pytest.fixture
def asset(committed: None, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Asset:
    """The version that is live gets the half, the candidate everything."""
    monkeypatch.setitem(calls.LOADERS, KEY, Parrot)
    made = parrot(workspace, says=dict(list(RIGHT.items())[:10]))
    actions.move_alias(system("test"), version(made, says=RIGHT), "candidate")
    file = save_file(system("test"), workspace.id, "letters.csv", "text/csv", ROWS.encode())
    about = {"name": "letters", "kind": Kind.DATA_SET, "title": "Letters"}
    actions.register_asset(system("test"), workspace.id, **about, version={"config": {}, "artifact": file.id})
    return made


@pytest.fixture
def run(asset: Asset, publish: Callable[[dict[str, Any]], Workflow], start: Callable[..., Run], maria: Browser) -> Run:
    """A live run of a workflow that measures, and runs as somebody who may."""
    Membership.objects.filter(user=maria.user).update(roles=["builder", "publisher", "steward"])
    config = {"asset": asset.name, "version": "candidate"}
    step = node("measure", "evaluate_asset", config=config)
    steps = graph(node("start", "start_manual"), step, edges=(edge("start", "measure"),))
    return start(publish(steps), input={})


def measured(run: Run, **how: Any) -> Measured:
    wanted = {"version": "candidate", "data_set": "letters", "rules": [], "not_worse": True, **how}
    return async_to_sync(ContextMeasures(run.workspace_id, UUID(str(run.pk))).measure)("kinds", **wanted)


def test_it_says_what_a_version_reached_beside_what_is_live(run: Run, asset: Asset) -> None:
    told = measured(run, rules=[{"figure": "accuracy", "at_least": 0.9, "not_worse_by": 0.01}])
    assert (told.passed, told.version, told.figures["accuracy"], told.cases) == (True, 2, 1.0, 20)
    assert told.live is not None
    assert told.live < told.value
    assert Evaluation.objects.filter(asset=asset, state="done").count() == 2  # both reports are kept


def test_a_version_that_is_worse_does_not_pass(run: Run, asset: Asset) -> None:
    actions.move_alias(system("test"), version(asset, says={}), "candidate")
    told = measured(run, rules=[{"figure": "accuracy", "at_least": 0.9}])
    assert not told.passed
    assert told.reasons[0] == "accuracy is 0, but must be at least 0.9."
    assert told.reasons[1].startswith("The new version is worse")


def test_what_cannot_be_measured_fails_the_step_in_words(run: Run, asset: Asset, maria: Browser) -> None:
    for how, code in (
        ({"version": "7"}, "version_missing"),
        ({"data_set": ""}, "no_data_set"),
        ({"data_set": "nobody"}, "asset_missing"),
        ({"rules": [{"figure": "mood", "at_least": 1}]}, "rule_unfit"),
    ):
        with pytest.raises(StepFailed) as failed:
            measured(run, **how)
        assert failed.value.error.code == code
    Membership.objects.filter(user=maria.user).update(roles=["builder"])
    with pytest.raises(StepFailed) as denied:
        measured(run)
    assert denied.value.error.code == "measuring_denied"
