"""The catalogue beside its list, and looking at a model before a version of it is made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import skops.io
from django.utils import timezone
from sklearn.linear_model import LogisticRegression
from uuid_utils.compat import uuid7

from orchestrator.artifacts.actions import save_file
from orchestrator.assets import actions
from orchestrator.assets.models import Asset, AssetCall, AssetVersion, Holder, Place
from orchestrator.assets.where_used import keep_uses
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.governance.principal import system
from tests.integration.governance.people import Browser
from tests.peers.apart import apart
from tests.peers.inference import inference_server
from tests.unit.assets import onnx_files

BrowserOf = Callable[..., Browser]
ROW = [{"tensor": "x", "datatype": "FP64", "fields": ["a", "b"]}]


@pytest.fixture
def steward(browser_of: BrowserOf) -> Browser:
    return browser_of("steward")


def made(workspace: Workspace, name: str, **about: Any) -> Asset:
    return actions.create_asset(system("test"), workspace.id, name=name, title=name, task="score", **about)


def version(asset: Asset) -> AssetVersion:
    return actions.register_version(system("test"), asset, runtime="patterns", config={})


def called(version: AssetVersion, days_ago: int = 0, **facts: Any) -> None:
    usual = {"alias": "live", "arm": "live", "task": "score", "step": 1, "node": "n", "attempt": 1, "ms": 2.0}
    AssetCall.objects.create(
        workspace_id=version.asset.workspace_id,
        asset_id=version.asset_id,
        version=version,
        run=uuid7(),
        workflow=uuid7(),
        at=timezone.now() - timedelta(days=days_ago),
        **{**usual, **facts},
    )


def recent(person: Browser, workspace: Workspace, *assets: Asset) -> dict[str, dict[str, Any]]:
    ids = ",".join(str(asset.id) for asset in assets)
    answer = person.get(f"workspaces/{workspace.id}/asset-recent-use", assets=ids)
    assert answer.status_code == 200, answer.json()
    return {row["asset"]: row for row in answer.json()}


def test_recent_use_counts_the_answers_of_all_versions_in_thirty_days(workspace: Workspace, steward: Browser) -> None:
    asset, quiet = made(workspace, "risk"), made(workspace, "quiet")
    first, second = version(asset), version(asset)
    called(first, 40)
    called(first, 2, cost="0.25")
    called(second, 1, code="timeout", cost="0.5")
    called(second, 0, arm="shadow", cost="9")
    shown = recent(steward, workspace, asset, quiet)
    row = shown[str(asset.id)]
    assert (row["calls"], row["errors"], float(row["cost"])) == (2, 1, 0.75)
    assert row["last_call_at"].startswith(str((timezone.now() - timedelta(days=1)).date()))
    assert shown[str(quiet.id)] == {
        "asset": str(quiet.id),
        "uses": 0,
        "calls": 0,
        "errors": 0,
        "cost": None,
        "last_call_at": None,
    }


def test_each_workflow_and_each_other_asset_that_refers_to_it_counts_once(
    workspace: Workspace, steward: Browser
) -> None:
    asset, other = made(workspace, "risk"), made(workspace, "other")
    workflow = uuid7()
    keep_uses(workspace.id, Holder.WORKFLOW, workflow, Place.DRAFT, [("risk", "a"), ("risk@candidate", "b")])
    keep_uses(workspace.id, Holder.WORKFLOW, workflow, Place.LIVE, [("risk", "a")])
    keep_uses(workspace.id, Holder.ASSET, other.id, Place.DRAFT, [("risk", "")])
    keep_uses(workspace.id, Holder.ASSET, asset.id, Place.DRAFT, [("risk", "")])
    shown = recent(steward, workspace, asset, other)
    assert (shown[str(asset.id)]["uses"], shown[str(other.id)]["uses"]) == (2, 0)


def test_nobody_learns_of_the_use_of_what_belongs_to_others(
    workspace: Workspace, other_workspace: Workspace, steward: Browser
) -> None:
    theirs = made(other_workspace, "theirs")
    assert recent(steward, workspace, theirs) == {}
    too_many = ",".join(str(uuid7()) for _ in range(101))
    assert steward.get(f"workspaces/{workspace.id}/asset-recent-use", assets=too_many).status_code == 422


def test_the_list_offers_the_tags_owners_and_kinds_there_are(workspace: Workspace, steward: Browser) -> None:
    one, two, gone = made(workspace, "one"), made(workspace, "two"), made(workspace, "gone")
    steward.patch(f"assets/{one.id}", {"tags": ["Mail", "risk"], "owner": str(steward.user.id)})
    steward.patch(f"assets/{two.id}", {"tags": ["risk"]})
    steward.patch(f"assets/{gone.id}", {"tags": ["old"]})
    steward.post(f"assets/{gone.id}/archive")
    steward.post(f"workspaces/{workspace.id}/assets", {"name": "reply", "kind": "prompt", "title": "Reply"})
    facets = steward.get(f"workspaces/{workspace.id}/asset-facets").json()
    assert facets["tags"] == [{"name": "Mail", "count": 1}, {"name": "risk", "count": 2}]
    assert [owner["id"] for owner in facets["owners"]] == [str(steward.user.id)]
    assert facets["kinds"] == {"model": 2, "prompt": 1}


def test_an_uploaded_file_says_what_it_takes_and_gives(
    workspace: Workspace, steward: Browser, browser_of: BrowserOf, tmp_path: Path, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    content = onnx_files.softmax().SerializeToString()
    file = save_file(system("test"), workspace.id, "m.onnx", "application/octet-stream", content)
    address = f"workspaces/{workspace.id}/model-files/look"
    assert steward.post(address, {"artifact": str(file.id)}).json() == {
        "inputs": [{"name": "x", "kind": "FP32", "shape": [None, 2]}],
        "outputs": [{"name": "p", "kind": "FP32", "shape": [None, 2]}],
        "problems": [],
        "runtime": "onnx_model",
        "fields": [],
        "labels": [],
    }
    assert browser_of("builder").post(address, {"artifact": str(file.id)}).status_code == 403


def test_a_file_that_cannot_be_used_is_refused_with_the_reason(
    workspace: Workspace, other_workspace: Workspace, steward: Browser, tmp_path: Path, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    address = f"workspaces/{workspace.id}/model-files/look"
    foreign = onnx_files.foreign().SerializeToString()
    evil, plain = (
        save_file(system("test"), workspace.id, "m.onnx", "application/octet-stream", content)
        for content in (foreign, b"no model")
    )
    theirs = save_file(system("test"), other_workspace.id, "m.onnx", "application/octet-stream", foreign)
    refused = [steward.post(address, {"artifact": str(file.id)}) for file in (evil, plain, theirs)]
    assert [answer.status_code for answer in refused] == [422, 422, 422]
    assert [answer.json()["code"] for answer in refused] == ["file_unfit", "file_unfit", "file_unknown"]
    assert "outside the standard" in refused[0].json()["detail"]


def test_a_model_server_is_read_and_compared_and_the_trail_says_so(
    workspace: Workspace, steward: Browser, browser_of: BrowserOf
) -> None:
    address = f"workspaces/{workspace.id}/model-servers/look"

    with apart(inference_server()) as served:
        workspace.allowed_hosts = [served.host]
        workspace.save(update_fields=["allowed_hosts"])
        asked = {"base_url": served.url(""), "model": "sum"}
        mapped = {"inputs": ROW, "outputs": {"value": {"tensor": "nothing"}}}
        answers = {
            "plain": steward.post(address, asked),
            "mapped": steward.post(address, {**asked, "mapped": mapped}),
            "half": steward.post(address, {**asked, "mapped": {"inputs": []}}),
            "unknown": steward.post(address, {**asked, "model": "nothing"}),
            "builder": browser_of("builder").post(address, asked),
        }
    offered = answers["plain"].json()
    assert [slot["name"] for slot in offered["inputs"] + offered["outputs"]] == ["x", "total", "shares"]
    assert offered["problems"] == []
    assert answers["mapped"].json()["problems"] == ["The model has no output “nothing”."]
    assert answers["half"].json()["code"] == "config_unfit"
    assert answers["unknown"].status_code == 422
    assert "nothing" in answers["unknown"].json()["detail"]
    assert answers["builder"].status_code == 403
    event = AuditEvent.objects.filter(workspace_id=workspace.id, action="model_server.asked").latest("seq")
    assert (event.object_name, event.actor_id) == ("sum", steward.user.id)


def test_a_server_out_of_reach_is_told_and_not_guessed(workspace: Workspace, steward: Browser) -> None:
    address = f"workspaces/{workspace.id}/model-servers/look"
    private = steward.post(address, {"base_url": "http://127.0.0.1:9", "model": "sum"})
    assert private.status_code == 422
    assert private.json()["detail"]
    assert not AuditEvent.objects.filter(workspace_id=workspace.id, action="model_server.asked").exists()


def test_a_model_of_scikit_learn_is_looked_at_and_added(
    workspace: Workspace, steward: Browser, tmp_path: Path, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    rows = [[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 2.0]]
    model = LogisticRegression().fit(rows, ["stays", "stays", "leaves", "leaves"])
    kept = save_file(system("test"), workspace.id, "churn.skops", "application/zip", skops.io.dumps(model))
    look = steward.post(f"workspaces/{workspace.id}/model-files/look", {"artifact": str(kept.id)}).json()
    assert (look["runtime"], look["labels"]) == ("skops_model", ["leaves", "stays"])
    config = {
        "inputs": [{"tensor": "row", "datatype": "FP64", "fields": ["calls", "months"]}],
        "outputs": {"scores": {"tensor": "scores"}, "labels": look["labels"]},
    }
    version = {"runtime": "skops_model", "config": config, "artifact": str(kept.id)}
    about = {"name": "churn", "kind": "model", "title": "Churn", "version": version}
    refused = steward.post(f"workspaces/{workspace.id}/assets", {**about, "task": "classify"})
    assert (refused.status_code, refused.json()["code"]) == (422, "config_unfit")
    assert steward.post(f"workspaces/{workspace.id}/assets", {**about, "task": "predict"}).status_code == 201
