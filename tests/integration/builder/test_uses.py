"""Who may refer to assets, and which workflows do."""

from __future__ import annotations

from typing import Any

import pytest

from builder import actions as authoring
from builder.actions import publishing
from builder.models import Workflow
from orchestrator.assets import actions
from orchestrator.assets.actions import sharing
from orchestrator.assets.models import Asset, AssetUse
from orchestrator.governance.models import Membership, Workspace
from orchestrator.governance.principal import system
from orchestrator.governance.sharing import Level
from tests.integration.authoring import Browser, edge, graph, join, node


@pytest.fixture
def asset(workspace: Workspace) -> Asset:
    asset = actions.create_asset(system("test"), workspace.pk, name="kinds", task="classify", title="Kinds")
    version = actions.register_version(system("test"), asset, runtime="patterns", config={})
    actions.move_alias(system("test"), version)
    return asset


@pytest.fixture
def steward(workspace: Workspace) -> Browser:
    return join(workspace, "steward", name="Stella")


def sorting(*references: str) -> dict[str, Any]:
    steps = [
        node(f"sort_{number}", "classify_text", name=f"Sort {number}", config={"asset": reference, "text": "Hello"})
        for number, reference in enumerate(references)
    ]
    first = node("start", "start_manual")
    return graph(first, *steps, edges=tuple(edge("start", step["key"]) for step in steps))


def codes(answer: Any) -> set[str]:
    return {problem["code"] for problem in answer.json()["problems"]}


def uses(browser: Browser, asset: Asset) -> Any:
    return browser.get(f"assets/{asset.id}/uses").json()


def test_a_draft_and_what_is_live_are_used_separately(
    maria: Browser, viewer: Browser, workflow: Workflow, asset: Asset
) -> None:
    maria.save(workflow, sorting("kinds", "kinds@live"))
    assert maria.publish(workflow).status_code == 200
    maria.save(workflow, sorting())
    (told,) = uses(viewer, asset)["workflows"]
    assert (told["id"], told["places"], told["aliases"]) == (str(workflow.pk), ["live"], ["live"])
    assert told["nodes"] == ["sort_0", "sort_1"]
    maria.publish(workflow)
    assert uses(viewer, asset) == {"workflows": [], "hidden": 0, "assets": []}


def test_a_copy_and_an_import_are_uses_too(
    maria: Browser, workspace: Workspace, workflow: Workflow, asset: Asset
) -> None:
    maria.save(workflow, sorting("kinds"))
    copy = authoring.copy_workflow(maria.principal, workflow, name="Copy")
    document = maria.get(f"workflows/{workflow.pk}/export").json()
    brought = authoring.import_workflow(maria.principal, workspace.pk, document)
    assert {use["id"] for use in uses(maria, asset)["workflows"]} == {str(one.pk) for one in (workflow, copy, brought)}


def test_a_workflow_in_the_archive_holds_nothing_back(
    maria: Browser, steward: Browser, workflow: Workflow, asset: Asset
) -> None:
    maria.save(workflow, sorting("kinds"))
    maria.publish(workflow)
    answer = steward.post(f"assets/{asset.id}/archive")
    assert (answer.status_code, answer.json()["code"]) == (409, "asset_used")
    maria.post(f"workflows/{workflow.pk}/archive")
    assert not AssetUse.objects.exists()
    maria.post(f"workflows/{workflow.pk}/restore")
    assert {use["places"][0] for use in uses(maria, asset)["workflows"]} == {"draft"}
    maria.post(f"workflows/{workflow.pk}/archive")
    assert steward.post(f"assets/{asset.id}/archive").status_code == 200
    assert maria.post(f"workflows/{workflow.pk}/restore").status_code == 200
    assert codes(maria.publish(workflow)) == {"asset_unknown"}


def test_what_is_archived_while_a_workflow_is_published_is_not_used_by_it(
    maria: Browser, steward: Browser, workflow: Workflow, asset: Asset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def checked_before(*_: Any) -> None:
        actions.archive_asset(system("test"), asset)

    maria.save(workflow, sorting("kinds"))
    monkeypatch.setattr(publishing, "refuse_problems", checked_before)
    answer = maria.publish(workflow)
    assert (answer.status_code, answer.json()["code"]) == (409, "asset_archived")
    assert not AssetUse.objects.filter(place="live").exists()


def test_a_workflow_that_one_does_not_see_is_only_counted(
    maria: Browser, viewer: Browser, workflow: Workflow, asset: Asset
) -> None:
    maria.save(workflow, sorting("kinds"))
    maria.put(f"workflows/{workflow.pk}/access", {"access": "restricted"})
    assert (uses(viewer, asset)["workflows"], uses(viewer, asset)["hidden"]) == ([], 1)


def test_an_agent_that_refers_to_a_model_is_a_use(maria: Browser, workspace: Workspace) -> None:
    writer = actions.create_asset(system("test"), workspace.pk, name="writer", task="chat", title="Writer")
    agent = actions.create_asset(system("test"), workspace.pk, name="clerk", kind="agent", title="Clerk")
    version = actions.register_version(system("test"), agent, config={"model": "writer@live", "instructions": "Help."})
    actions.move_alias(system("test"), version)
    assert [one["name"] for one in uses(maria, writer)["assets"]] == ["clerk"]


def test_a_name_that_a_workflow_follows_takes_the_right_to_replace(
    maria: Browser, workspace: Workspace, workflow: Workflow, asset: Asset
) -> None:
    editor = join(workspace, "viewer", name="Ed")
    sharing.grant(system("test"), asset, level=Level.EDIT, user=editor.user.pk)
    address = f"assets/{asset.id}/aliases/trial"
    assert editor.put(address, {"version": 1}).status_code == 200
    assert not codes(maria.save(workflow, sorting("kinds@trial")))
    assert editor.put(address, {"version": 1}).status_code == 403
    assert editor.delete(address).json()["code"] == "alias_used"


def test_an_alias_or_an_asset_that_is_not_there_is_a_problem(
    maria: Browser, steward: Browser, workflow: Workflow, asset: Asset
) -> None:
    assert codes(maria.save(workflow, sorting("kinds@nobody"))) == {"asset_unknown"}
    assert codes(maria.save(workflow, sorting("kinds@@x"))) == {"asset_unknown"}
    steward.post(f"assets/{asset.id}/archive")
    assert codes(maria.save(workflow, sorting("kinds"))) == {"asset_unknown"}


def test_only_who_may_use_an_asset_saves_and_publishes_what_refers_to_it(
    workspace: Workspace, maria: Browser, workflow: Workflow, asset: Asset
) -> None:
    admin = join(workspace, "admin", name="Ada")
    maria.save(workflow, sorting("kinds"))
    answer = admin.publish(workflow)
    assert (answer.status_code, codes(answer)) == (422, {"asset_unknown"})
    sharing.grant(system("test"), asset, level=Level.USE, user=admin.user.pk)
    assert admin.publish(workflow).status_code == 200


def test_an_editor_without_the_right_is_told_when_saving(
    workspace: Workspace, maria: Browser, workflow: Workflow, asset: Asset
) -> None:
    vera = join(workspace, "viewer", name="Vera")
    maria.post(f"workflows/{workflow.pk}/grants", {"user": str(vera.user.pk), "level": "edit"})
    assert codes(vera.save(workflow, sorting("kinds"))) == {"asset_unknown"}
    sharing.grant(system("test"), asset, level=Level.USE, user=vera.user.pk)
    assert not codes(vera.save(workflow, sorting("kinds")))
    Membership.objects.get(user=vera.user).delete()
    assert not asset.grants.exists()
