"""Lines drawn back, races and early ends, driven by the real engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from builder.models import Workflow
from orchestrator.runs.models import HumanTask, Run, RunStatus, Step, TaskState
from orchestrator.runs.projection import StepRow, fold_step
from orchestrator.runs.snapshots import STEP_FIELDS, events_after, latest_values, step_detail
from tests.integration.authoring import Browser
from tests.integration.runs.graphs import START, graph, line, node

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


def back(source: str, target: str, port: str = "out", *, when: str | None = None, rounds: int = 5) -> dict[str, Any]:
    feedback = {"when": {"$expr": when} if when else None, "max_rounds": rounds}
    return {**line(source, target, port), "id": f"{source}-back-{target}", "feedback": feedback}


def sets(key: str, formula: str, **rest: Any) -> dict[str, Any]:
    return node(key, "set_fields", {"fields": [{"name": "n", "value": {"$expr": formula}}]}, **rest)


def counting(*, when: str, rounds: int = 5, **rest: Any) -> dict[str, Any]:
    """Adds one to what the round before gave, or to the start's number, until the condition no longer holds."""
    nodes = [
        START,
        sets("add", "(loop.previous == null ? start.n : loop.previous.add.n) + 1"),
        sets("rate", "add.n * 10", **rest),
        sets("after", "rate.n + add.n"),
    ]
    lines = [line("start", "add"), line("add", "rate"), line("rate", "after")]
    return graph(nodes, [*lines, back("rate", "add", when=when, rounds=rounds)])


def statuses(run: Run) -> dict[tuple[str, str], str]:
    return {(step.node, step.scope): step.status for step in Step.objects.filter(run_id=run.pk)}


def folded(run: Run) -> list[dict[str, Any]]:
    rows: dict[int, StepRow] = {}
    for event in events_after(run.pk, 0):
        row = fold_step(rows, event)
        if row is not None:
            rows[row.step] = row
    return [{name: getattr(rows[number], name) for name in STEP_FIELDS} for number in sorted(rows)]


def test_a_loop_counts_on_what_the_round_before_gave(publish: Publish, start: Start, drive: Drive) -> None:
    run = drive(start(publish(counting(when="rate.n < 40 && loop.iteration < 9")), input={"n": 1}))
    assert run.status == RunStatus.DONE
    assert [step.scope for step in Step.objects.filter(run_id=run.pk, node="add").order_by("step")] == [
        "add~0",
        "add~1",
        "add~2",
    ]
    detail = step_detail(run, Step.objects.get(run_id=run.pk, node="after"))
    assert detail["output"] == {"n": 44}
    last = step_detail(run, Step.objects.get(run_id=run.pk, node="add", scope="add~2"))
    assert last["input"] == {"fields": [{"name": "n", "value": 4}]}
    assert folded(run) == list(Step.objects.filter(run_id=run.pk).order_by("step").values(*STEP_FIELDS))
    assert latest_values(run) == {"start": {"n": 1}, "add": {"n": 4}, "rate": {"n": 40}, "after": {"n": 44}}


def test_a_loop_that_is_used_up_fails_its_step_and_the_run(publish: Publish, start: Start, drive: Drive) -> None:
    run = drive(start(publish(counting(when="true", rounds=3))))
    assert (run.status, (run.error or {})["code"]) == (RunStatus.FAILED, "loop_exhausted")
    assert statuses(run)["rate", "add~2"] == "failed"
    assert ("after", "") not in statuses(run)
    assert folded(run) == list(Step.objects.filter(run_id=run.pk).order_by("step").values(*STEP_FIELDS))


@pytest.mark.parametrize(("when", "code"), [("rate.n", "not_true_or_false"), ("rate.nothing > 3", "formula")])
def test_a_condition_that_says_nothing_is_its_steps_failure(
    publish: Publish, start: Start, drive: Drive, when: str, code: str
) -> None:
    run = drive(start(publish(counting(when=when))))
    assert (run.status, (run.error or {})["code"]) == (RunStatus.FAILED, code)
    run = drive(start(publish(counting(when=when, policy={"on_error": "continue", "fallback_value": {"n": 7}}))))
    assert run.status == RunStatus.DONE


def racing() -> dict[str, Any]:
    """A person is asked twice; the first answer is enough."""
    nodes = [
        START,
        node("one", "approval", {"title": "One?"}),
        node("two", "approval", {"title": "Two?"}),
        sets("first", "1", join="any", cancel_rest=True),
        node("last", "approval", {"title": "Last?"}),
    ]
    lines = [line("start", "one"), line("start", "two"), line("one", "first", "approved")]
    return graph(nodes, [*lines, line("two", "first", "approved"), line("first", "last")])


def test_who_loses_a_race_is_not_asked_any_more(publish: Publish, start: Start, drive: Drive, adam: Browser) -> None:
    run = drive(start(publish(racing())))
    one, two = HumanTask.objects.filter(run=run).order_by("step")
    adam.post(f"tasks/{one.pk}/take")
    assert adam.post(f"tasks/{one.pk}/decide", {"decision": "approve"}).status_code == 200
    run = drive(run)
    assert run.status == RunStatus.WAITING
    assert statuses(run) == {
        ("start", ""): "done",
        ("one", ""): "done",
        ("two", ""): "cancelled",
        ("first", ""): "done",
        ("last", ""): "needs_person",
    }
    two.refresh_from_db()
    assert two.state == TaskState.CANCELLED
    assert adam.post(f"tasks/{two.pk}/decide", {"decision": "approve"}).status_code == 409
    assert HumanTask.objects.get(run=run, title="Last?").state == TaskState.OPEN


def test_an_end_ends_the_run_and_what_it_waited_for(publish: Publish, start: Start, drive: Drive) -> None:
    nodes = [
        START,
        node("one", "approval", {"title": "One?"}),
        node("stop", "cancel_steps", {"steps": ["two"]}),
        node("two", "approval", {"title": "Two?"}),
        sets("after", "1"),
    ]
    lines = [line("start", "one"), line("start", "two"), line("start", "stop"), line("two", "after", "approved")]
    cancelling = drive(start(publish(graph(nodes, lines))))
    assert cancelling.status == RunStatus.WAITING
    assert statuses(cancelling)["two", ""] == "cancelled"
    assert statuses(cancelling)["after", ""] == "skipped"
    assert not HumanTask.objects.filter(run=cancelling, title="Two?", state=TaskState.OPEN).exists()
    ended = drive(start(publish(graph([*nodes, node("end", "end_run")], [*lines, line("stop", "end")]))))
    assert (ended.status, ended.error) == (RunStatus.DONE, None)
    assert not HumanTask.objects.filter(run=ended, state=TaskState.OPEN).exists()
