"""Replacing the version that a name means: request, second person, trial, end, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from uuid_utils.compat import uuid7

from orchestrator.assets import actions
from orchestrator.assets.models import AliasMove, Asset, AssetCall, AssetVersion, Replacement
from orchestrator.assets.rollout import look_after_trials
from orchestrator.governance.models import AuditEvent, FourEyes, Request, User, Workspace
from orchestrator.governance.principal import system
from tests.integration.assets.parrot import parrot, version
from tests.integration.governance.people import Browser

BrowserOf = Callable[..., Browser]
PLAN = {"how": "canary", "percent": 20, "calls": 60}


@pytest.fixture
def asset(workspace: Workspace) -> Asset:
    made = parrot(workspace)
    version(made, says={"a": "b"})
    return made


@pytest.fixture
def maria(browser_of: BrowserOf) -> Browser:
    return browser_of("steward")


@pytest.fixture
def jan(browser_of: BrowserOf) -> Browser:
    return browser_of("admin")


def ask(browser: Browser, asset: Asset, **more: Any) -> Any:
    sent = {"version": 2, "plan": PLAN, "reason": "It sorts better", **more}
    return browser.post(f"assets/{asset.id}/replacements", sent)


def decide(browser: Browser, asked: dict[str, Any], *, approve: bool = True, reason: str = "") -> Any:
    sent = {"approve": approve, "reason": reason, "content_hash": asked["request"]["content_hash"]}
    return browser.post(f"replacements/{asked['id']}/decide", sent)


def begun(maria: Browser, jan: Browser, asset: Asset, **plan: Any) -> dict[str, Any]:
    asked = ask(maria, asset, plan={**PLAN, **plan}).json()
    answer = decide(jan, asked)
    assert answer.status_code == 200, answer.json()
    return dict(answer.json())


def live(asset: Asset) -> int:
    return int(asset.aliases.select_related("version").get(name="live").version.number)


def test_whoever_answers_for_the_program_that_made_a_version_is_no_second_person(
    maria: Browser, jan: Browser, asset: Asset, workspace: Workspace
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(four_eyes=FourEyes.REQUIRED)
    program = User.objects.create(name="Nightly", email="nightly@service.invalid", owner=jan.user)
    maker = replace(system("test"), id=program.pk)
    actions.register_version(maker, asset, runtime="patterns", config={"says": {"c": "d"}})
    answer = decide(jan, ask(maria, asset, version=3).json(), reason="Fine")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_person")


def called(version: AssetVersion, arm: str, times: int, **about: Any) -> None:
    """So many calls of it, as steps would have made them."""
    facts = {"alias": "live", "task": "classify", "step": 1, "node": "sort", "attempt": 1, "ms": 20.0, "code": ""}
    AssetCall.objects.bulk_create(
        AssetCall(
            workspace_id=version.asset.workspace_id,
            asset_id=version.asset_id,
            version=version,
            arm=arm,
            run=uuid7(),
            workflow=uuid7(),
            at=timezone.now() + timedelta(milliseconds=number),
            **{**facts, **about},
        )
        for number in range(times)
    )


def test_it_is_asked_by_one_and_agreed_to_by_another(
    workspace: Workspace, asset: Asset, maria: Browser, jan: Browser, browser_of: BrowserOf
) -> None:
    made = ask(maria, asset)
    assert made.status_code == 201, made.json()
    asked = made.json()
    assert (asked["state"], asked["before"]["number"], asked["after"]["number"]) == ("asked", 1, 2)
    assert asked["may"] == {
        "decide": True,  # with a reason: this workspace allows it
        "decide_needs_reason": True,
        "withdraw": True,
        "finish": False,
        "take_back": False,
    }
    assert [one["id"] for one in jan.get(f"workspaces/{workspace.id}/replacements").json()] == [asked["id"]]
    assert maria.get(f"workspaces/{workspace.id}/replacements").json() == []
    assert browser_of("builder").get(f"workspaces/{workspace.id}/replacements").json() == []
    assert decide(browser_of("builder"), asked).status_code == 403
    assert (decide(jan, asked).json()["state"], live(asset)) == ("canary", 1)
    assert decide(jan, asked).json()["code"] == "request_settled"
    actions_ = AuditEvent.objects.filter(workspace_id=workspace.id).values_list("action", flat=True)
    assert {"request.asked", "request.approved", "asset.trial_began"} <= set(actions_)


def test_where_a_second_person_is_required_nobody_moves_the_name_alone(
    workspace: Workspace, asset: Asset, maria: Browser, jan: Browser
) -> None:
    Workspace.objects.filter(id=workspace.id).update(four_eyes="required")
    answer = maria.send("put", f"assets/{asset.id}/aliases/live", {"version": 2})
    assert (answer.status_code, answer.json()["code"]) == (409, "second_person_needed")
    asked = ask(maria, asset, plan={"how": "at_once"}).json()
    assert asked["may"]["decide"] is False
    assert decide(maria, asked, reason="I am sure").json()["code"] == "second_person"
    assert (decide(jan, asked).json()["state"], live(asset)) == ("done", 2)
    move = AliasMove.objects.filter(asset=asset).latest("id")
    assert (move.before.number, move.after.number, str(move.request)) == (1, 2, asked["id"])
    assert Request.objects.get(id=asked["id"]).state == "done"
    # The way back takes nobody else.
    assert maria.post(f"assets/{asset.id}/aliases/live/roll-back").status_code == 200
    assert live(asset) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": 1}, "same_version"),
        ({"reason": ""}, "reason_missing"),
        ({"alias": "nobody"}, "nothing_to_replace"),
        ({"plan": {"how": "canary", "percent": 99}}, "invalid"),
    ],
)
def test_what_makes_no_sense_is_not_asked(asset: Asset, maria: Browser, changes: dict[str, Any], code: str) -> None:
    answer = ask(maria, asset, **changes)
    assert answer.status_code in (409, 422)
    assert answer.json()["code"] == code
    assert not Replacement.objects.exists()


def test_one_replacement_of_a_name_at_a_time_and_no_move_past_it(asset: Asset, maria: Browser, jan: Browser) -> None:
    tried = begun(maria, jan, asset)
    assert ask(maria, asset).json()["code"] == "replacement_open"
    for answer in (
        maria.send("put", f"assets/{asset.id}/aliases/live", {"version": 2}),
        maria.post(f"assets/{asset.id}/aliases/live/roll-back"),
    ):
        assert answer.json()["code"] == "trial_under_way"
    assert maria.post(f"replacements/{tried['id']}/take-back", {"reason": "Not now"}).json()["state"] == "stopped"
    assert ask(maria, asset).status_code == 201


def test_a_request_is_void_once_the_name_means_something_else(asset: Asset, maria: Browser, jan: Browser) -> None:
    asked = ask(maria, asset).json()
    actions.move_alias(system("test"), version(asset, says={}))
    assert decide(jan, asked).json()["code"] == "request_outdated"
    assert decide(jan, asked, approve=False, reason="Outdated").json()["state"] == "refused"


def test_a_request_is_taken_back_by_who_asked(asset: Asset, maria: Browser, jan: Browser) -> None:
    asked = ask(maria, asset).json()
    assert jan.post(f"replacements/{asked['id']}/withdraw").json()["code"] == "not_yours"
    assert maria.post(f"replacements/{asked['id']}/withdraw").json()["state"] == "refused"


def test_a_trial_that_does_well_goes_live_by_itself(asset: Asset, maria: Browser, jan: Browser) -> None:
    tried = begun(maria, jan, asset)
    before, after = asset.versions.get(number=1), asset.versions.get(number=2)
    called(before, "live", 100)
    called(after, "candidate", 59)
    look_after_trials()
    shown = maria.get(f"replacements/{tried['id']}").json()
    assert (shown["state"], shown["judged"]["after"]["calls"], live(asset)) == ("canary", 59, 1)
    called(after, "candidate", 10)
    look_after_trials()
    assert (maria.get(f"replacements/{tried['id']}").json()["state"], live(asset)) == ("done", 2)
    assert AliasMove.objects.filter(asset=asset).latest("id").request is not None


def test_a_person_lets_it_go_live_where_that_was_agreed(asset: Asset, maria: Browser, jan: Browser) -> None:
    tried = begun(maria, jan, asset, by_itself=False)
    called(asset.versions.get(number=1), "live", 100)
    called(asset.versions.get(number=2), "candidate", 100)
    look_after_trials()
    assert (live(asset), maria.get(f"replacements/{tried['id']}").json()["state"]) == (1, "canary")
    assert maria.post(f"replacements/{tried['id']}/finish").json()["state"] == "done"
    assert live(asset) == 2


@pytest.mark.parametrize(
    ("how", "arm", "worse", "kind"),
    [
        ("canary", "candidate", {"code": "parrot_silent"}, "errors"),
        ("canary", "candidate", {"ms": 90.0}, "latency"),
        ("canary", "candidate", {"label": "other"}, "agreement"),
        ("shadow", "shadow", {"agrees": False}, "agreement"),
    ],
)
def test_a_worse_version_is_taken_back_by_itself(
    asset: Asset, maria: Browser, jan: Browser, how: str, arm: str, worse: dict[str, Any], kind: str
) -> None:
    tried = begun(maria, jan, asset, how=how)
    called(asset.versions.get(number=1), "live", 100, label="cards")
    called(asset.versions.get(number=2), arm, 40, **{"label": "cards", **worse})
    look_after_trials()
    shown = maria.get(f"replacements/{tried['id']}").json()
    assert (shown["state"], [reason["kind"] for reason in shown["judged"]["reasons"]]) == ("stopped", [kind])
    assert shown["ended_because"] == shown["judged"]["reasons"][0]["words"]
    assert live(asset) == 1
    event = AuditEvent.objects.filter(action="asset.trial_stopped").latest("seq")
    assert (event.actor_kind, event.reason) == ("system", shown["ended_because"])


def test_what_went_live_is_taken_back_with_one_click(asset: Asset, maria: Browser, jan: Browser) -> None:
    done = begun(maria, jan, asset, how="at_once")
    assert (done["state"], done["may"]["take_back"], live(asset)) == ("done", True, 2)
    back = maria.post(f"replacements/{done['id']}/take-back", {"reason": "Wrong after all"}).json()
    assert (back["state"], back["may"]["take_back"], live(asset)) == ("taken_back", False, 1)
    assert maria.post(f"replacements/{done['id']}/take-back").json()["code"] == "replacement_settled"


def test_another_workspace_has_no_such_request(
    asset: Asset, maria: Browser, other_workspace: Workspace, browser_of: BrowserOf
) -> None:
    asked, stranger = ask(maria, asset).json(), browser_of("owner", at=other_workspace)
    assert stranger.get(f"replacements/{asked['id']}").status_code == 404
    assert decide(stranger, asked).status_code == 404
