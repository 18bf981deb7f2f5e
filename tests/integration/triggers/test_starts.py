"""The list of all starts: what is on, when it last started something, and pausing one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from builder.models import Workflow
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.runs.models import Run, RunStatus
from orchestrator.triggers.actions.schedules import start_due
from orchestrator.triggers.models import Occurrence, Schedule
from tests.integration.authoring import Browser, edge, graph, join, node
from tests.integration.triggers.test_links import call, link_of, put_live
from tests.integration.triggers.test_schedules import LEAP_DAYS, due, finish_runs, states

FORM = {"title": "Claims", "fields": [{"key": "name", "label": "Your name"}]}


def of_all_kinds(**clock: Any) -> dict[str, Any]:
    starts = [
        node("clock", "start_schedule", name="Each leap day", config={**LEAP_DAYS, **clock}),
        node("hook", "start_link", config={"access": "public"}),
        node("form", "start_form", config=FORM),
        node("heard", "start_message", config={"name": "payment"}),
        node("resting", "start_form", config=FORM, off=True),
    ]
    greet = node("greet", "set_fields", config={"fields": [{"name": "greeting", "value": "hello"}]})
    edges = tuple(edge(one["key"], "greet") for one in starts)
    return graph(*starts, node("hand", "start_manual"), greet, edges=(*edges, edge("hand", "greet")))


@pytest.fixture
def live(maria: Browser, workflow: Workflow) -> Workflow:
    put_live(maria, workflow, of_all_kinds())
    return workflow


def listed(browser: Browser, workspace: Workspace) -> dict[str, dict[str, Any]]:
    return {one["node"]: one for one in browser.get(f"workspaces/{workspace.pk}/starts").json()}


def do(browser: Browser, workflow: Workflow, node: str, verb: str) -> Any:
    return browser.post(f"workflows/{workflow.pk}/starts/{node}/{verb}")


@pytest.mark.ux(118)
def test_what_starts_by_itself_is_listed_with_its_last_and_next_time(
    maria: Browser, workspace: Workspace, live: Workflow
) -> None:
    call(link_of(maria, live)["address"], {"id": 1})
    starts = listed(maria, workspace)
    assert {key: (one["kind"], one["state"]) for key, one in starts.items()} == {
        "clock": ("schedule", "on"),
        "hook": ("link", "on"),
        "form": ("form", "on"),
        "heard": ("message", "on"),
    }
    run = Run.objects.get()
    assert starts["hook"]["last"] == {
        "run": str(run.pk),
        "at": starts["hook"]["last"]["at"],
        "status": "queued",
    }
    assert (starts["form"]["last"], starts["form"]["next_at"]) == (None, None)
    assert starts["clock"]["next_at"].startswith(str(Schedule.objects.get().next_at.date()))
    assert (starts["clock"]["name"], starts["clock"]["rule"]["cron"]) == ("Each leap day", LEAP_DAYS["cron"])


@pytest.mark.ux(118)
def test_a_paused_start_starts_nothing_until_it_is_resumed(
    maria: Browser, workspace: Workspace, live: Workflow
) -> None:
    address = link_of(maria, live)["address"]
    assert do(maria, live, "hook", "pause").status_code == 204
    assert call(address, {}).status_code == 404
    paused = listed(maria, workspace)["hook"]
    assert (paused["state"], paused["paused_by"]) == ("paused", maria.user.name)
    assert do(maria, live, "hook", "pause").json()["code"] == "paused"
    assert do(maria, live, "hook", "resume").status_code == 204
    assert call(address, {}).status_code == 202
    assert do(maria, live, "hook", "resume").json()["code"] == "not_paused"
    actions = AuditEvent.objects.filter(action__startswith="start.").order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["start.paused", "start.resumed"]


@pytest.mark.ux(118)
def test_a_paused_form_is_closed_and_a_paused_message_is_not_heard(
    maria: Browser, workspace: Workspace, live: Workflow
) -> None:
    address = maria.get(f"workflows/{live.pk}/forms").json()[0]["address"]
    slug = address.rsplit("/", 1)[1]
    assert maria.get(f"forms/{slug}").status_code == 200
    for one in ("form", "heard"):
        do(maria, live, one, "pause")
    assert maria.get(f"forms/{slug}").status_code == 404
    maria.post(f"workspaces/{workspace.pk}/messages", {"name": "payment", "correlation": "7", "body": {}})
    assert not Run.objects.exists()


@pytest.mark.ux(115, 118)
def test_a_paused_schedule_rests_also_when_another_version_goes_live(maria: Browser, live: Workflow) -> None:
    do(maria, live, "clock", "pause")
    assert Schedule.objects.get().next_at is None
    put_live(maria, live, of_all_kinds(overlap="queue"))
    assert Schedule.objects.get().next_at is None
    do(maria, live, "clock", "resume")
    assert Schedule.objects.get().next_at > timezone.now()


def test_resuming_a_start_of_a_paused_workflow_starts_nothing(
    maria: Browser, workspace: Workspace, live: Workflow
) -> None:
    do(maria, live, "clock", "pause")
    maria.post(f"workflows/{live.pk}/unpublish")
    do(maria, live, "clock", "resume")
    assert Schedule.objects.get().next_at is None
    assert listed(maria, workspace)["clock"]["state"] == "workflow_paused"


@pytest.mark.ux(118)
def test_missed_times_are_counted_and_caught_up_one_after_the_other(
    maria: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    put_live(maria, workflow, of_all_kinds(misfire="skip"))
    assert do(maria, workflow, "clock", "catch-up").json()["code"] == "nothing_missed"
    schedule = Schedule.objects.get()
    for hours in (1, 2, 24 * 8):
        at = timezone.now() - timedelta(hours=hours)
        Occurrence.objects.create(schedule=schedule, scheduled_for=at, state="skipped_misfire", reason="Nobody")
    assert listed(maria, workspace)["clock"]["missed"] == 2
    assert do(maria, workflow, "clock", "catch-up").json() == {"times": 2}
    assert (listed(maria, workspace)["clock"]["missed"], listed(maria, workspace)["clock"]["queued"]) == (0, 2)
    start_due()
    assert states() == ["skipped_misfire", "started", "queued"]
    finish_runs()
    start_due()
    assert states() == ["skipped_misfire", "started", "started"]
    assert Run.objects.filter(status=RunStatus.QUEUED).count() == 1


def test_a_paused_schedule_does_not_catch_up(maria: Browser, live: Workflow) -> None:
    due()
    do(maria, live, "clock", "pause")
    assert do(maria, live, "clock", "catch-up").json()["code"] == "paused"


def test_who_may_not_publish_pauses_nothing_and_strangers_see_nothing(
    viewer: Browser, workspace: Workspace, live: Workflow
) -> None:
    assert listed(viewer, workspace)["hook"]["may_pause"] is False
    assert do(viewer, live, "hook", "pause").status_code == 403
    assert do(viewer, live, "clock", "catch-up").status_code == 403
    stranger = join(Workspace.objects.create(name="Elsewhere"), "admin", name="Sam")
    assert stranger.get(f"workspaces/{workspace.pk}/starts").status_code == 404
    assert do(stranger, live, "hook", "pause").status_code == 404


def test_only_starts_of_the_live_version_are_paused(maria: Browser, live: Workflow) -> None:
    for gone in ("greet", "hand", "nowhere"):
        assert do(maria, live, gone, "pause").status_code == 404
