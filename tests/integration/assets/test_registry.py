"""The registry through its doors: cards, versions, names, sharing, figures, the register as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from orchestrator.api.errors import Conflict
from orchestrator.artifacts.actions import save_file
from orchestrator.assets import actions
from orchestrator.assets.actions import sharing
from orchestrator.assets.models import AliasMove, Asset, AssetCall, AssetGrant, AssetVersion
from orchestrator.governance.models import AuditEvent, Team, Workspace
from orchestrator.governance.principal import person as principal_of_person
from orchestrator.governance.principal import system
from orchestrator.governance.sharing import Level
from tests.integration.governance.people import Browser

BrowserOf = Callable[..., Browser]
NEW = {"name": "Ticket kinds", "kind": "model", "task": "classify", "title": "Ticket kinds"}


@pytest.fixture
def asset(workspace: Workspace) -> Asset:
    return actions.create_asset(system("test"), workspace.id, name="risk", task="score", title="Risk")


@pytest.fixture
def steward(browser_of: BrowserOf) -> Browser:
    return browser_of("steward")


def add(asset: Asset, **config: Any) -> AssetVersion:
    return actions.register_version(system("test"), asset, runtime="patterns", config=config)


def live(asset: Asset, **config: Any) -> AssetVersion:
    version = add(asset, **config)
    actions.move_alias(system("test"), version)
    return version


def last_event(workspace: Workspace) -> AuditEvent:
    return AuditEvent.objects.filter(workspace_id=workspace.id).latest("seq")


def test_any_kind_is_added_with_its_first_version_live_at_once(workspace: Workspace, steward: Browser) -> None:
    sent = {
        "name": "Reply",
        "kind": "prompt",
        "title": "Reply",
        "version": {"config": {"text": "Dear {name}"}, "note": "First"},
    }
    made = steward.post(f"workspaces/{workspace.id}/assets", sent)
    assert made.status_code == 201, made.json()
    shown = made.json()
    assert (shown["name"], shown["kind"], shown["task"], shown["live"]["number"]) == ("reply", "prompt", "", 1)
    assert shown["owner"]["id"] == str(steward.user.id)
    assert shown["may"] == {"consume": True, "modify": True, "replace": True, "share": True}
    assert [alias["name"] for alias in shown["aliases"]] == ["live"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"task": ""}, "task_missing"), ({"kind": "tool"}, "task_unfit"), ({"name": "???"}, "name_invalid")],
)
def test_an_asset_that_makes_no_sense_is_not_added(
    workspace: Workspace, steward: Browser, changes: dict[str, str], code: str
) -> None:
    answer = steward.post(f"workspaces/{workspace.id}/assets", {**NEW, **changes})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Asset.objects.exists()


def test_the_list_is_narrowed_by_each_of_its_filters(workspace: Workspace, asset: Asset, steward: Browser) -> None:
    address = f"workspaces/{workspace.id}/assets"
    other = steward.post(address, NEW).json()["id"]
    changes = {"risk_class": "high", "tags": ["tickets"], "description": "Sorts what comes in"}
    assert steward.patch(f"assets/{other}", changes).status_code == 200
    filters = [
        {"risk": "high"},
        {"tag": "tickets"},
        {"search": "SORTS"},
        {"owner": steward.user.id},
        {"task": "classify"},
    ]
    for wanted in filters:
        assert [item["name"] for item in steward.get(address, **wanted).json()["results"]] == ["ticket-kinds"], wanted
    assert steward.get(address, kind="tool").json()["results"] == []
    assert steward.get(address, archived="true").json()["results"] == []


def test_a_card_is_changed_by_who_may_and_the_trail_says_what_was_before(
    workspace: Workspace, asset: Asset, steward: Browser, browser_of: BrowserOf
) -> None:
    changes = {
        "purpose": "Letters only",
        "risk_class": "limited",
        "oversight": "A person looks",
        "review_on": "2027-01-31",
    }
    shown = steward.patch(f"assets/{asset.id}", changes).json()
    assert {name: shown[name] for name in changes} == changes
    event = last_event(workspace)
    assert (event.action, event.before["risk_class"], event.after["risk_class"]) == (
        "asset.changed",
        "minimal",
        "limited",
    )
    assert browser_of("builder").patch(f"assets/{asset.id}", changes).status_code == 403
    assert steward.patch(f"assets/{asset.id}", {"owner": str(uuid7())}).json()["code"] == "nobody"
    assert steward.patch(f"assets/{asset.id}", {"evaluation_set": str(asset.id)}).json()["code"] == "evaluation_set"


def test_what_is_in_the_archive_is_not_offered_and_not_changed(
    workspace: Workspace, asset: Asset, steward: Browser
) -> None:
    assert steward.post(f"assets/{asset.id}/archive").json()["archived_at"] is not None
    address = f"workspaces/{workspace.id}/assets"
    assert steward.get(address).json()["results"] == []
    assert [item["name"] for item in steward.get(address, archived="true").json()["results"]] == ["risk"]
    assert steward.post(f"assets/{asset.id}/versions", {"config": {}}).json()["code"] == "archived"
    assert steward.post(f"assets/{asset.id}/restore").json()["archived_at"] is None
    assert steward.post(f"assets/{asset.id}/versions", {"config": {}}).status_code == 201


def test_a_version_takes_its_file_from_the_files_of_the_workspace(
    workspace: Workspace, other_workspace: Workspace, asset: Asset, steward: Browser
) -> None:
    ours, theirs = (
        save_file(system("test"), each.id, "m.skops", "x/y", b"weights") for each in (workspace, other_workspace)
    )
    sent = {"runtime": "skops", "config": {"features": []}, "card": {"seed": 7}, "note": "Trained on March"}
    made = steward.post(f"assets/{asset.id}/versions", {**sent, "artifact": str(ours.id)})
    assert made.status_code == 201, made.json()
    shown = steward.get(f"asset-versions/{made.json()['id']}").json()
    assert (shown["digest"], shown["config"]["file"]) == (ours.sha256, ours.sha256)
    assert (shown["card"], shown["note"], shown["intact"]) == ({"seed": 7}, "Trained on March", True)
    answer = steward.post(f"assets/{asset.id}/versions", {**sent, "artifact": str(theirs.id)})
    assert (answer.status_code, answer.json()["code"]) == (422, "file_unknown")


def test_a_text_that_cannot_be_stored_is_refused(asset: Asset, steward: Browser) -> None:
    answer = steward.post(f"assets/{asset.id}/versions", {"config": {"text": "a\u0000b"}})
    assert answer.status_code == 422


def test_using_an_asset_shows_nobody_what_it_is_made_of(asset: Asset, browser_of: BrowserOf) -> None:
    version = add(asset, secret="recipe")
    builder = browser_of("builder")
    assert builder.get(f"asset-versions/{version.id}").json()["config"] is None
    assert builder.get(f"assets/{asset.id}/compare", before=1, after=1).status_code == 403


def test_a_version_is_signed_and_one_that_was_changed_is_not_intact(asset: Asset) -> None:
    version = add(asset, depth=1e20, share=0.1, least=-0.0)
    version.refresh_from_db()
    assert version.is_intact
    copied = AssetVersion(asset=asset, number=9, config=version.config, runtime=version.runtime)
    copied.content_hash, copied.signature, copied.signed_by = version.content_hash, version.signature, version.signed_by
    assert not copied.is_intact, "the signature of one version is none of another"
    version.config["depth"] = 2
    version.content_hash = version.computed_hash()
    assert not version.is_intact


def test_names_of_ones_own_are_moved_with_less_right_than_what_workflows_follow(
    asset: Asset, browser_of: BrowserOf
) -> None:
    live(asset, depth=1)
    add(asset, depth=2)
    editor = browser_of("viewer")
    sharing.grant(system("test"), asset, level=Level.EDIT, user=editor.user.id)
    assert (
        editor.client.put(f"/api/assets/{asset.id}/aliases/trial", {"version": 2}, "application/json").status_code
        == 200
    )
    assert (
        editor.client.put(f"/api/assets/{asset.id}/aliases/live", {"version": 2}, "application/json").status_code == 403
    )
    assert editor.delete(f"assets/{asset.id}/aliases/live").json()["code"] == "alias_used"
    assert editor.delete(f"assets/{asset.id}/aliases/trial").status_code == 204
    assert editor.delete(f"assets/{asset.id}/aliases/trial").status_code == 404


def test_a_name_goes_back_to_what_it_meant_before(workspace: Workspace, asset: Asset, steward: Browser) -> None:
    live(asset, depth=1)
    assert steward.post(f"assets/{asset.id}/aliases/live/roll-back").json()["code"] == "no_way_back"
    live(asset, depth=2)
    shown = steward.post(f"assets/{asset.id}/aliases/live/roll-back", {"reason": "Too many mistakes"}).json()
    assert shown["live"]["number"] == 1
    event = last_event(workspace)
    assert (event.before, event.after, event.reason) == (
        {"alias": "live", "version": 2},
        {"alias": "live", "version": 1},
        "Too many mistakes",
    )
    moves = steward.get(f"assets/{asset.id}/moves").json()["results"]
    assert [(move["before"], move["after"]) for move in moves] == [(2, 1), (1, 2), (None, 1)]
    assert (moves[0]["by"]["name"], moves[0]["reason"]) == ("steward", "Too many mistakes")


def test_the_database_keeps_the_history_of_names(asset: Asset) -> None:
    live(asset, depth=1)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        AliasMove.objects.update(reason="Something else")
    AliasMove.objects.all().delete()
    with pytest.raises(DatabaseError, match="as long as its asset"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_two_versions_are_compared_member_by_member(asset: Asset, steward: Browser) -> None:
    add(asset, depth=1, limits={"low": 0.1, "high": 0.5}, kept="same")
    add(asset, depth=2, limits={"low": 0.1, "high": 0.7}, kept="same", more=[1])
    told = steward.get(f"assets/{asset.id}/compare", before=1, after=2).json()
    assert [(one["part"], one["path"], one["before"], one["after"]) for one in told["differences"]] == [
        ("config", "depth", 1, 2),
        ("config", "limits.high", 0.5, 0.7),
        ("config", "more", None, [1]),
    ]
    assert steward.get(f"assets/{asset.id}/compare", before=1, after=3).status_code == 404


def share(by: Browser, asset: Asset, level: str, **whom: Any) -> Any:
    return by.post(f"assets/{asset.id}/grants", {"level": level, **{name: str(id) for name, id in whom.items()}})


def may(browser: Browser, asset: Asset) -> set[str]:
    return {verb for verb, allowed in browser.get(f"assets/{asset.id}").json()["may"].items() if allowed}


def test_an_asset_is_shared_with_people_and_teams_by_level(
    workspace: Workspace, asset: Asset, steward: Browser, browser_of: BrowserOf
) -> None:
    vera, ben = browser_of("viewer"), browser_of("builder")
    assert (may(vera, asset), may(ben, asset)) == (set(), {"consume"})
    team = Team.objects.create(workspace=workspace, name="Night")
    team.members.add(workspace.memberships.get(user=ben.user))
    offered = f"assets/{asset.id}/grants/candidates"
    assert {person["name"] for person in steward.get(offered).json()["people"]} == {"steward", "viewer", "builder"}
    made = share(steward, asset, "use", user=vera.user.id)
    assert made.status_code == 201, made.json()
    assert share(steward, asset, "replace", team=team.id).status_code == 201
    assert (may(vera, asset), may(ben, asset)) == ({"consume"}, {"consume", "modify", "replace"})
    left = steward.get(offered).json()
    assert ({person["name"] for person in left["people"]}, left["teams"]) == ({"steward", "builder"}, [])
    assert vera.get(offered).status_code == 403
    assert share(steward, asset, "edit", user=vera.user.id).json()["code"] == "shared_already"
    grant = made.json()["id"]
    ended = (timezone.now() - timedelta(seconds=1)).isoformat()
    assert steward.patch(f"asset-grants/{grant}", {"expires_at": ended}).json()["expired"] is True
    assert may(vera, asset) == set()
    assert steward.delete(f"asset-grants/{grant}").status_code == 204
    actions_told = AuditEvent.objects.filter(object_id=str(asset.id), action__contains="har").order_by("seq")
    assert [event.action for event in actions_told] == [
        "asset.shared",
        "asset.shared",
        "asset.sharing_changed",
        "asset.unshared",
    ]


def test_what_was_ended_meanwhile_is_neither_changed_nor_ended_again(
    asset: Asset, steward: Browser, browser_of: BrowserOf
) -> None:
    share(steward, asset, "use", user=browser_of("viewer").user.id)
    seen = AssetGrant.objects.select_related("asset").get()
    AssetGrant.objects.all().delete()
    for act in (sharing.end_grant, partial(sharing.change_grant, changes={"level": "edit"})):
        with pytest.raises(Conflict) as refused:
            act(system("test"), seen)
        assert refused.value.code == "unshared"


def test_who_owns_an_asset_shares_it_and_gives_on_no_more_than_they_may(
    workspace: Workspace, asset: Asset, steward: Browser, browser_of: BrowserOf
) -> None:
    ben, vera = browser_of("builder"), browser_of("viewer")
    sharing.grant(system("test"), asset, level=Level.EDIT, user=vera.user.id)
    assert vera.patch(f"assets/{asset.id}", {"owner": str(vera.user.id)}).status_code == 403
    AssetGrant.objects.all().delete()
    assert share(ben, asset, "use", user=vera.user.id).status_code == 403
    steward.patch(f"assets/{asset.id}", {"owner": str(ben.user.id)})
    assert share(ben, asset, "replace", user=vera.user.id).status_code == 403
    assert share(ben, asset, "use", user=vera.user.id).status_code == 201
    assert AuditEvent.objects.filter(workspace_id=workspace.id, result="denied").exists()


def test_strangers_find_nothing(asset: Asset, other_workspace: Workspace, browser_of: BrowserOf) -> None:
    version, stranger = live(asset, depth=1), browser_of("steward", at=other_workspace)
    for path in (f"assets/{asset.id}/moves", f"asset-versions/{version.id}", f"assets/{asset.id}/figures"):
        assert stranger.get(path).status_code == 404, path
    for path in (f"assets/{asset.id}/archive", f"assets/{asset.id}/aliases/live/roll-back"):
        assert stranger.post(path).status_code == 404, path
    assert share(stranger, asset, "use", user=stranger.user.id).status_code == 404
    assert stranger.get(f"assets/{asset.id}/uses").status_code == 404
    assert stranger.get(f"assets/{asset.id}/runs").status_code == 404


def called(version: AssetVersion, days_ago: int, ms: float, **more: Any) -> None:
    asset = version.asset
    AssetCall.objects.create(
        workspace_id=asset.workspace_id,
        asset=asset,
        version=version,
        alias="live",
        run=uuid7(),
        workflow=uuid7(),
        step=2,
        node="sort",
        attempt=1,
        at=timezone.now() - timedelta(days=days_ago),
        ms=ms,
        **{"arm": "live", "task": "score", **more},
    )


def test_figures_are_told_by_day(asset: Asset, browser_of: BrowserOf) -> None:
    first, second = live(asset, depth=1), add(asset, depth=2)
    for ms in (10, 20, 30):
        called(first, 1, ms, confidence=ms / 100, prompt_tokens=5, completion_tokens=1, cost="0.002")
    called(first, 1, 9_000, code="model_down")
    called(first, 1, 50, arm="shadow")
    called(second, 0, 40)
    called(first, 40, 1)
    viewer = browser_of("viewer")
    yesterday, today = viewer.get(f"assets/{asset.id}/figures").json()
    assert (yesterday["calls"], yesterday["errors"], yesterday["p50_ms"], yesterday["p95_ms"]) == (4, 1, 20, 29)
    assert (yesterday["prompt_tokens"], yesterday["completion_tokens"]) == (15, 3)
    assert (float(yesterday["cost"]), yesterday["confidence"]) == (0.006, pytest.approx(0.2))
    assert (today["calls"], today["cost"], today["confidence"]) == (1, None, None)
    assert [day["calls"] for day in viewer.get(f"assets/{asset.id}/figures", version=2).json()] == [1]
    assert len(viewer.get(f"assets/{asset.id}/figures", days=60).json()) == 3


def test_the_register_is_a_file_without_formulas(workspace: Workspace, asset: Asset, steward: Browser) -> None:
    live(asset, depth=1)
    steward.patch(f"assets/{asset.id}", {"purpose": "=HYPERLINK(1)", "risk_class": "high"})
    answer = steward.get(f"workspaces/{workspace.id}/asset-register")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(row["name"], row["risk_class"], row["live_version"]) for row in rows] == [("risk", "high", "1")]
    assert rows[0]["purpose"] == "'=HYPERLINK(1)"
    assert last_event(workspace).action == "register.exported"


def test_a_person_who_is_deleted_leaves_versions_and_history_behind(asset: Asset, person: Callable[..., Any]) -> None:
    maker = person("steward")
    version = actions.register_version(principal_of_person(maker), asset, runtime="patterns", config={})
    actions.move_alias(principal_of_person(maker), version)
    maker.delete()
    version.refresh_from_db()
    assert (version.created_by_id, AliasMove.objects.get().by_id, version.is_intact) == (None, None, True)
