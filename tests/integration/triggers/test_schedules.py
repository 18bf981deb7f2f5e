"""Schedules start runs: once for each time, by any number of processes, as their settings say."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from builder.models import Workflow
from orchestrator.governance.models import Workspace
from orchestrator.runs.models import Mail, Restoration, Run, RunStatus
from orchestrator.runs.values import read_value
from orchestrator.triggers.actions.schedules import start_due
from orchestrator.triggers.models import Occurrence, Schedule
from tests.integration.authoring import Browser, edge, graph, node
from tests.integration.runs.conftest import committed, limit
from tests.integration.triggers.test_links import put_live

__all__ = ["committed"]

SCHEDULERS = 5
LEAP_DAYS = {"kind": "cron", "cron": "0 0 29 2 *"}
"""Due at no other time than the one a test sets."""
DAILY = {"kind": "daily", "at": "09:00", "time_zone": "Europe/Berlin"}


def clocked(key: str = "clock", greeting: str = "hello", **config: Any) -> dict[str, Any]:
    start = node(key, "start_schedule", config=config)
    step = node("greet", "set_fields", config={"fields": [{"name": "greeting", "value": greeting}]})
    return graph(start, step, edges=(edge(key, "greet"),))


def due() -> Schedule:
    """The schedule, made due now."""
    schedule = Schedule.objects.get()
    schedule.next_at = timezone.now()
    schedule.save()
    return schedule


def states() -> list[str]:
    return list(Occurrence.objects.order_by("scheduled_for").values_list("state", flat=True))


def finish_runs() -> None:
    Run.objects.update(status=RunStatus.DONE)


@pytest.fixture
def live(maria: Browser, workflow: Workflow) -> Callable[..., Workflow]:
    def live(**config: Any) -> Workflow:
        put_live(maria, workflow, clocked(**config))
        return workflow

    return live


@pytest.mark.ux(115)
def test_a_due_time_starts_one_run_of_the_live_version(workflow: Workflow, live: Callable[..., Workflow]) -> None:
    live(**LEAP_DAYS)
    schedule = due()
    start_due()
    start_due()
    run = Run.objects.get()
    workflow.refresh_from_db()
    assert (run.how, run.mode, run.version_id, run.started_by_id) == (
        "schedule",
        "live",
        workflow.live_version_id,
        None,
    )
    meant = {"scheduled_for": schedule.next_at.isoformat(), "time_zone": "UTC"}
    assert read_value(run.pk, run.workspace_id, 0) == meant
    assert run.start_key == f"schedule:{schedule.pk}:{meant['scheduled_for']}"
    occurrence = Occurrence.objects.get()
    assert (occurrence.scheduled_for, occurrence.state, occurrence.run_id) == (schedule.next_at, "started", run.pk)
    schedule.refresh_from_db()
    assert (schedule.next_at.month, schedule.next_at.day) == (2, 29)


@pytest.mark.ux(115)
def test_publishing_gives_a_time_and_pausing_takes_it(maria: Browser, live: Callable[..., Workflow]) -> None:
    workflow = live(**DAILY)
    first = Schedule.objects.get().next_at
    assert timezone.now() < first <= timezone.now() + timedelta(days=1)
    for verb in ("unpublish", "archive"):
        assert maria.post(f"workflows/{workflow.pk}/{verb}").status_code < 300
        assert Schedule.objects.get().next_at is None
        if verb == "unpublish":
            assert maria.publish(workflow).status_code == 200
            assert Schedule.objects.get().next_at == first


@pytest.mark.ux(175)
def test_home_is_told_what_starts_next(
    maria: Browser, viewer: Browser, workspace: Workspace, live: Callable[..., Workflow]
) -> None:
    live(**DAILY)
    address = f"workspaces/{workspace.pk}/schedules/next"
    (told,) = viewer.get(address).json()
    due_at = Schedule.objects.get().next_at
    assert (told["workflow"]["name"], parse_datetime(told["next_at"])) == ("Invoices", due_at)
    assert told["words"].startswith("Every day at")
    maria.post(f"workflows/{told['workflow']['id']}/unpublish")
    assert viewer.get(address).json() == []


def test_what_was_due_in_a_pause_was_not_missed(maria: Browser, live: Callable[..., Workflow]) -> None:
    workflow = live(**LEAP_DAYS, misfire="catch_up")
    maria.post(f"workflows/{workflow.pk}/unpublish")
    start_due()
    maria.publish(workflow)
    start_due()
    assert not Occurrence.objects.exists()


def test_a_new_version_keeps_the_time_unless_the_rule_changed(maria: Browser, live: Callable[..., Workflow]) -> None:
    live(**LEAP_DAYS)
    waiting = due().next_at
    live(greeting="good evening", **LEAP_DAYS)
    assert Schedule.objects.get().next_at == waiting
    live(kind="every", every=2, unit="hours")
    assert Schedule.objects.get().next_at > timezone.now()


def test_a_step_that_is_gone_or_off_starts_nothing(
    maria: Browser, workflow: Workflow, live: Callable[..., Workflow]
) -> None:
    live(**LEAP_DAYS)
    without = clocked(**LEAP_DAYS)
    without["nodes"][0]["off"] = True
    without["nodes"].append(node("start", "start_manual"))
    without["edges"].append(edge("start", "greet"))
    put_live(maria, workflow, without)
    assert Schedule.objects.get().next_at is None
    live(**LEAP_DAYS)
    assert Schedule.objects.get().next_at is not None


def late_hourly(live: Callable[..., Workflow], **policy: Any) -> None:
    """A schedule whose last four times are an hour apart and were all missed, the newest by ten minutes."""
    minute = (datetime.now(UTC) - timedelta(minutes=10)).minute
    live(kind="cron", cron=f"{minute} * * * *", **policy)
    newest = (timezone.now() - timedelta(minutes=10)).replace(second=0, microsecond=0)
    Schedule.objects.update(next_at=newest - timedelta(hours=3))


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"misfire": "skip"}, ["skipped_misfire"] * 4),
        ({"misfire": "latest"}, ["skipped_misfire"] * 3 + ["started"]),
        ({"misfire": "catch_up", "catch_up": 3}, ["skipped_misfire", "started", "queued", "queued"]),
        (
            {"misfire": "catch_up", "catch_up": 3, "overlap": "queue"},
            ["skipped_misfire", "started", "queued", "queued"],
        ),
    ],
)
def test_missed_times_are_dealt_with_as_the_step_says(
    live: Callable[..., Workflow], policy: dict[str, Any], expected: list[str]
) -> None:
    late_hourly(live, **policy)
    start_due()
    assert states() == expected
    assert Schedule.objects.get().next_at > timezone.now()


def test_times_between_a_backup_and_the_return_to_it_are_left_to_a_person(live: Callable[..., Workflow]) -> None:
    late_hourly(live, misfire="catch_up", catch_up=3)
    now = timezone.now()
    Restoration.objects.create(
        epoch=1, taken_at=now - timedelta(hours=2, minutes=40), restored_at=now - timedelta(minutes=40), backup="0" * 64
    )
    start_due()
    assert states() == ["skipped_misfire", "skipped_misfire", "skipped_misfire", "started"]
    reasons = list(Occurrence.objects.order_by("scheduled_for").values_list("reason", flat=True))
    assert ["backup" in reason for reason in reasons] == [False, True, True, False]


def test_times_that_wait_start_one_after_the_other(live: Callable[..., Workflow]) -> None:
    late_hourly(live, misfire="catch_up", catch_up=3)
    for running in (1, 2, 3, 3):
        start_due()
        start_due()  # nothing more while that run is not finished
        assert Run.objects.count() == running
        finish_runs()
    assert states() == ["skipped_misfire", "started", "started", "started"]
    starts = [one.run_id for one in Occurrence.objects.filter(state="started").order_by("scheduled_for")]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("overlap", "second", "runs", "stopped"),
    [("skip", "skipped_overlap", 1, 0), ("queue", "queued", 1, 0), ("cancel_previous", "started", 2, 1)],
)
def test_a_time_that_comes_while_a_run_is_not_finished(
    live: Callable[..., Workflow], overlap: str, second: str, runs: int, stopped: int
) -> None:
    live(**LEAP_DAYS, overlap=overlap)
    for expected in (["started"], ["started", second]):
        due()
        start_due()
        assert states() == expected
    assert Run.objects.count() == runs
    letters = Mail.objects.filter(kind="cancel").values_list("run_id", flat=True)
    assert list(letters) == [Occurrence.objects.earliest("scheduled_for").run_id][:stopped]
    finish_runs()
    due()
    start_due()
    assert states()[-1] == ("queued" if overlap == "queue" else "started")


def test_a_year_without_a_scheduler_is_written_down_in_part(live: Callable[..., Workflow]) -> None:
    live(kind="every", every=1, unit="minutes", misfire="latest")
    Schedule.objects.update(next_at=timezone.now() - timedelta(days=365))
    start_due()
    assert (Occurrence.objects.count(), Run.objects.count()) == (1000, 1)
    assert set(states()[:-2]) == {"skipped_misfire"}


def test_what_waits_when_the_workflow_is_paused_does_not_start(maria: Browser, live: Callable[..., Workflow]) -> None:
    late_hourly(live, misfire="catch_up", catch_up=2)
    start_due()
    maria.post(f"workflows/{Workflow.objects.get().pk}/unpublish")
    finish_runs()
    start_due()
    assert states() == ["skipped_misfire", "skipped_misfire", "started", "skipped_paused"]


def test_a_full_backlog_leaves_a_time_out_and_says_so(workspace: Workspace, live: Callable[..., Workflow]) -> None:
    live(**LEAP_DAYS)
    limit(workspace, max_open=0)
    due()
    start_due()
    occurrence = Occurrence.objects.get()
    assert (occurrence.state, occurrence.run_id) == ("skipped_backlog", None)
    assert "waiting already" in occurrence.reason


def test_many_schedulers_start_each_time_once(committed: None, maria: Browser, live: Callable[..., Workflow]) -> None:
    late_hourly(live, misfire="catch_up", catch_up=4, overlap="queue")

    def look(_: int) -> None:
        try:
            for _ in range(8):
                start_due()
                finish_runs()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SCHEDULERS) as schedulers:
        list(schedulers.map(look, range(SCHEDULERS)))
    for _ in range(states().count("queued")):  # those who found the schedule locked left it to the next look
        start_due()
        finish_runs()
    assert states() == ["started"] * 4
    assert Run.objects.count() == len(set(Occurrence.objects.values_list("run_id", flat=True))) == 4


def test_schedules_are_shown_in_words_with_their_next_times(
    maria: Browser, viewer: Browser, stranger: Browser, workflow: Workflow, live: Callable[..., Workflow]
) -> None:
    maria.save(workflow, clocked(**DAILY))
    [drafted] = maria.get(f"workflows/{workflow.pk}/schedules").json()
    assert drafted["paused"] is True
    live(**DAILY)
    [shown] = viewer.get(f"workflows/{workflow.pk}/schedules").json()
    assert (shown["node"], shown["words"], shown["time_zone"], shown["paused"]) == (
        "clock",
        "Every day at 09:00, Berlin time",
        "Europe/Berlin",
        False,
    )
    assert len(shown["next"]) == 5
    assert datetime.fromisoformat(shown["next"][0]) == Schedule.objects.get().next_at
    maria.post(f"workflows/{workflow.pk}/unpublish")
    assert maria.get(f"workflows/{workflow.pk}/schedules").json()[0]["paused"] is True
    assert stranger.get(f"workflows/{workflow.pk}/schedules").status_code == 404
    assert stranger.get(f"workflows/{workflow.pk}/schedules/clock/occurrences").status_code == 404


def test_occurrences_are_listed_newest_first(maria: Browser, live: Callable[..., Workflow]) -> None:
    late_hourly(live, misfire="latest")
    start_due()
    page = maria.get(f"workflows/{Workflow.objects.get().pk}/schedules/clock/occurrences", page_size=2).json()
    assert [one["state"] for one in page["results"]] == ["started", "skipped_misfire"]
    assert page["results"][0]["run"] == str(Run.objects.get().pk)
    assert (page["count"], bool(page["next"])) == (4, True)


def test_a_rule_is_tried_while_it_is_written(maria: Browser) -> None:
    answer = maria.post("schedules/preview", {"kind": "weekly", "at": "09:00", "time_zone": "Europe/Berlin"})
    assert answer.json()["words"] == "Every weekday at 09:00, Berlin time"
    assert len(answer.json()["next"]) == 5


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"kind": "cron", "cron": "x" * 10_000}, "cron"),
        ({"kind": "cron", "cron": "* * * * * *"}, "cron"),
        ({"kind": "daily", "time_zone": "Mars/Olympus"}, "time_zone"),
        ({"kind": "fortnightly"}, "kind"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_rule_that_cannot_be_says_why(maria: Browser, rule: dict[str, Any], field: str) -> None:
    answer = maria.post("schedules/preview", rule)
    assert answer.status_code == 422
    assert field in {problem["field"] for problem in answer.json()["problems"]}
    assert all(len(problem["message"]) < 300 for problem in answer.json()["problems"])


def test_nonsense_cannot_be_published(maria: Browser, workflow: Workflow) -> None:
    saved = maria.save(workflow, clocked(kind="cron", cron="0 0 30 2 *")).json()
    assert [problem["code"] for problem in saved["problems"]] == ["cron_invalid"]
    assert maria.publish(workflow).status_code == 422
