"""Runs while a new version is tried: what is kept of its calls, and the trial that ends by them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from builder.models import Workflow
from orchestrator.assets import calls
from orchestrator.assets.actions.replacement import ask_replacement, decide_replacement
from orchestrator.assets.models import Asset, AssetCall, Replacement
from orchestrator.assets.replacements import Plan
from orchestrator.assets.rollout import look_after_trials
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from orchestrator.runs.models import Run, RunStatus
from tests.integration.assets.parrot import KEY, Parrot, parrot, version
from tests.integration.runs.graphs import node, row

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]
SORT = row(node("sort", "classify_text", {"asset": "kinds", "text": "Good morning"}))


@pytest.fixture
def asset(drive: Drive, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Asset:
    monkeypatch.setitem(calls.LOADERS, KEY, Parrot)
    return parrot(workspace, **{"else": "old"})


def tried(asset: Asset, plan: Plan, **config: Any) -> Replacement:
    replacement = ask_replacement(version(asset, **config), "live", plan, "Better", system("test"))
    agreed = bytes(replacement.request.content_hash).hex()
    return decide_replacement(system("test"), replacement, approve=True, reason="", content_hash=agreed)


def test_a_shadow_is_counted_beside_the_answer_that_the_run_got(
    asset: Asset, publish: Publish, start: Start, drive: Drive
) -> None:
    tried(asset, Plan(how="shadow"), **{"else": "new"})
    run = drive(start(publish(SORT)))
    assert run.status == RunStatus.DONE
    rows = AssetCall.objects.filter(run=run.pk).order_by("arm").values_list("arm", "label", "agrees")
    assert list(rows) == [("live", "old", None), ("shadow", "new", False)]


def test_a_failing_canary_is_taken_back_and_no_run_has_failed(
    asset: Asset, publish: Publish, start: Start, drive: Drive
) -> None:
    replacement = tried(asset, Plan(how="canary", percent=50), fails=True)
    workflow = publish(SORT)
    runs = [drive(start(workflow)) for _ in range(40)]
    look_after_trials()
    replacement.refresh_from_db()
    assert (replacement.state, asset.aliases.get(name="live").version.number) == ("stopped", 1)
    assert [alert.kind for alert in asset.alerts.all()] == ["errors"]
    assert {run.status for run in runs} == {RunStatus.DONE}
    after = drive(start(workflow))
    assert list(AssetCall.objects.filter(run=after.pk).values_list("arm", "version__number")) == [("live", 1)]
