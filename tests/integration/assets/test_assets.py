from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from orchestrator.assets import actions
from orchestrator.assets.models import Asset, AssetVersion
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import AuditEvent, Credential
from orchestrator.governance.principal import person as principal_of_person
from orchestrator.governance.principal import system

SMALL = {"base_url": "https://models.example.com/v1", "model": "small"}
CHAT = {
    "name": "writer",
    "title": "Writer",
    "kind": "model",
    "task": "chat",
    "version": {"runtime": "chat", "config": SMALL},
}


@pytest.fixture
def asset(workspace) -> Asset:
    return actions.create_asset(system("test"), workspace.id, name="risk", task="score", title="Risk")


def add(asset: Asset, **config) -> AssetVersion:
    return actions.register_version(system("test"), asset, runtime="patterns", config=config)


def test_versions_are_numbered_and_the_alias_says_which_one_answers(asset, browser_of):
    first, second = add(asset, depth=1), add(asset, depth=2)
    actions.move_alias(system("test"), first)
    shown = browser_of("viewer").get(f"assets/{asset.id}").json()
    assert [version["number"] for version in shown["versions"]] == [2, 1]
    assert shown["live"]["number"] == 1
    actions.move_alias(system("test"), second)
    assert browser_of("viewer").get(f"assets/{asset.id}").json()["live"]["number"] == 2


def test_the_content_hash_covers_what_decides_the_answers(asset):
    first, same, other = add(asset, depth=1), add(asset, depth=1), add(asset, depth=2)
    assert bytes(first.content_hash) == bytes(same.content_hash) != bytes(other.content_hash)


def test_the_database_refuses_to_change_or_remove_a_version(asset):
    version = add(asset, depth=1)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        AssetVersion.objects.filter(id=version.id).update(config={"depth": 9})
    AssetVersion.objects.filter(id=version.id).delete()
    with pytest.raises(DatabaseError, match="as long as its asset"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_workspace_takes_its_assets_along(asset, workspace):
    actions.move_alias(system("test"), add(asset, depth=1))
    workspace.delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not AssetVersion.objects.filter(asset_id=asset.id).exists()


def test_every_write_stands_in_the_trail(asset):
    actions.move_alias(system("test"), add(asset, depth=1))
    actions.move_alias(system("test"), add(asset, depth=2))
    events = AuditEvent.objects.filter(object_id=str(asset.id)).order_by("seq")
    assert [event.action for event in events] == [
        "asset.registered",
        "asset.version_added",
        "asset.alias_moved",
        "asset.version_added",
        "asset.alias_moved",
    ]
    last = events.last()
    assert (last.before, last.after) == ({"alias": "live", "version": 1}, {"alias": "live", "version": 2})


def test_making_a_version_and_putting_it_live_are_two_rights(asset, person):
    steward, builder = (principal_of_person(person(role)) for role in ("steward", "builder"))
    version = actions.register_version(steward, asset, runtime="patterns", config={})
    with pytest.raises(Denied):
        actions.register_version(builder, asset, runtime="patterns", config={})
    with pytest.raises(Denied):
        actions.move_alias(builder, version)
    assert actions.move_alias(steward, version).version == version


def test_the_list_is_filtered_by_task_and_kind(asset, workspace, browser_of):
    actions.create_asset(system("test"), workspace.id, name="kinds", task="classify", title="Kinds")
    browser = browser_of("viewer")
    address = f"workspaces/{workspace.id}/assets"
    assert [item["name"] for item in browser.get(address).json()["results"]] == ["kinds", "risk"]
    assert [item["name"] for item in browser.get(address, task="score", kind="model").json()["results"]] == ["risk"]
    assert browser.get(address, task="fly").status_code == 422
    assert browser.get(address).json()["results"][0]["live"] is None


def test_another_workspace_does_not_exist_for_a_stranger(asset, other_workspace, workspace, browser_of):
    stranger = browser_of("steward", at=other_workspace)
    assert stranger.get(f"assets/{asset.id}").status_code == 404
    assert stranger.get(f"workspaces/{workspace.id}/assets").status_code == 404
    assert stranger.post(f"workspaces/{workspace.id}/assets", CHAT).status_code == 404


def test_a_chat_model_is_live_at_once(workspace, browser_of):
    answer = browser_of("steward").post(f"workspaces/{workspace.id}/assets", CHAT)
    assert answer.status_code == 201
    assert (answer.json()["name"], answer.json()["task"], answer.json()["live"]["number"]) == ("writer", "chat", 1)
    version = AssetVersion.objects.get(asset__name="writer")
    assert version.config == SMALL


def test_who_may_not_register_models_is_refused_and_recorded(workspace, browser_of):
    answer = browser_of("builder").post(f"workspaces/{workspace.id}/assets", CHAT)
    assert answer.status_code == 403
    assert not Asset.objects.filter(name="writer").exists()
    assert AuditEvent.objects.filter(workspace_id=workspace.id, result="denied").count() == 1


def test_a_name_is_given_once(workspace, browser_of):
    steward = browser_of("steward")
    steward.post(f"workspaces/{workspace.id}/assets", CHAT)
    answer = steward.post(f"workspaces/{workspace.id}/assets", CHAT)
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")


def test_a_connection_goes_to_its_own_hosts_only(workspace, other_workspace, browser_of):
    ours, theirs = (
        Credential.objects.create(
            workspace=place, name="key", kind="bearer", hosts=["api.example.org"], key="k", sealed=b""
        )
        for place in (workspace, other_workspace)
    )
    both = browser_of("steward", "builder")
    for credential, code in ((ours, "credential_host"), (theirs, "credential_missing")):
        config = {**SMALL, "credential": str(credential.id)}
        wanted = {**CHAT, "version": {"runtime": "chat", "config": config}}
        answer = both.post(f"workspaces/{workspace.id}/assets", wanted)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
