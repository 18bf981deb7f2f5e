"""What a failed step leads to: other settings, and undoing what was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from builder.models import Workflow
from orchestrator.engine.events import EventKind
from orchestrator.runs import remote
from orchestrator.runs.models import OutgoingMail, Run, RunStatus, Step, StepTask
from orchestrator.runs.snapshots import events_after
from tests.integration.authoring import Browser
from tests.integration.runs.graphs import START, graph, line, node, row

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


def fields(value: Any) -> dict[str, Any]:
    return {"fields": [{"name": "n", "value": value}]}


def mail(key: str, subject: Any, **rest: Any) -> dict[str, Any]:
    return node(key, "send_mail", {"to": "kim@example.com", "subject": subject, "body": "Dear Kim"}, **rest)


@pytest.fixture
def finish(drive: Drive) -> Drive:
    """Drive a run and do its steps elsewhere until it ends or parks."""

    def finish(run: Run) -> Run:
        run = drive(run)
        while waiting := list(StepTask.objects.filter(run_id=run.pk, state=0)):
            for task in waiting:
                remote.work(task.run_id, task.step, task.attempt)
            run = drive(run)
        return run

    return finish


def test_a_fallback_answers_and_its_settings_are_shown(
    publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    policy = {"fallbacks": [fields({"$expr": "start.none"}), fields({"$expr": "start.n * 2"})]}
    run = drive(start(publish(row(node("half", "set_fields", fields({"$expr": "1 / (start.n - 1)"}), policy=policy)))))
    assert RunStatus(run.status) is RunStatus.DONE
    shown = maria.get(f"runs/{run.pk}/steps/2").json()
    assert (shown["status"], shown["attempt"], shown["facts"]["variant"]) == ("done", 3, 2)
    assert (shown["input"], shown["output"]) == ({"fields": [{"name": "n", "value": 2}]}, {"n": 2})
    assert [one["attempt"] for one in shown["failed_attempts"]] == [1, 2]


def test_code_falls_back_too(publish: Publish, start: Start, finish: Drive) -> None:
    code = node(
        "sums",
        "run_code",
        {"code": "result = missing", "inputs": {"n": {"$expr": "start.n"}}},
        policy={"fallbacks": [{"code": "result = n + 1"}]},
    )
    run = finish(start(publish(row(code)), input={"n": 4}))
    step = Step.objects.get(run_id=run.pk, step=2)
    assert (run.status, step.attempt, step.facts["variant"]) == (RunStatus.DONE, 2, 1)


def trip(**policy: Any) -> dict[str, Any]:
    nodes = [
        START,
        mail("flight", "Booked"),
        mail("hotel", {"$text": "Booked for {{ start.n }}"}),
        node("pay", "stop_with_error", {"message": "No money"}, policy={"on_error": "compensate"}),
        mail("no_flight", {"$text": "Cancel {{ flight.message_id }}"}),
        mail("no_hotel", {"$text": "Cancel {{ start.n }} of {{ hotel.message_id }}"}, policy=policy),
    ]
    lines = [line("start", "flight"), line("flight", "hotel"), line("hotel", "pay")]
    return graph(nodes, [*lines, line("flight", "no_flight", "undo"), line("hotel", "no_hotel", "undo")])


def test_what_was_done_is_undone_in_reverse_order(publish: Publish, start: Start, drive: Drive, maria: Browser) -> None:
    run = drive(start(publish(trip())))
    assert RunStatus(run.status) is RunStatus.FAILED
    assert (run.error["message"], run.error["details"]["undone_count"]) == ("No money", 2)
    subjects = list(OutgoingMail.objects.filter(run=run).order_by("created_at").values_list("subject", flat=True))
    first, second = (maria.get(f"runs/{run.pk}/steps/{step}").json()["output"]["message_id"] for step in (2, 3))
    assert subjects == ["Booked", "Booked for 1", f"Cancel 1 of {second}", f"Cancel {first}"]
    steps = list(Step.objects.filter(run_id=run.pk).order_by("step").values_list("node", "scope", "status"))
    assert steps[-2:] == [("no_hotel", "undo", "done"), ("no_flight", "undo", "done")]
    assert EventKind.UNDO_STARTED in [event.kind for event in events_after(run.id, 0)]
    assert maria.get(f"runs/{run.pk}/steps/5").json()["input"]["subject"] == f"Cancel 1 of {second}"


def test_a_step_that_cannot_undo_waits_for_a_person(
    publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    broken = trip()
    broken["nodes"][5]["config"]["subject"] = {"$expr": "hotel.nothing"}
    run = drive(start(publish(broken)))
    assert RunStatus(run.status) is RunStatus.WAITING
    shown = maria.get(f"runs/{run.pk}/steps/5").json()
    assert (shown["status"], shown["error"]["code"]) == ("needs_review", "formula")
    assert maria.get(f"runs/{run.pk}").json()["waiting_for"]
