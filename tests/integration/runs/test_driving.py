"""Runs driven to their end by the real engine, and what the doors then say of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from builder.models import Workflow
from orchestrator.engine.events import EventKind
from orchestrator.governance.models import Workspace
from orchestrator.runs import remote
from orchestrator.runs.models import HumanTask, Run, RunStatus, Step, StepTask
from orchestrator.runs.projection import StepRow, fold_step
from orchestrator.runs.snapshots import STEP_FIELDS, events_after
from tests.integration.authoring import Browser
from tests.integration.runs.conftest import upload_note
from tests.integration.runs.graphs import START, approval_row, graph, line, node, row

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


def adding(key: str, before: str) -> dict[str, Any]:
    return node(key, "set_fields", {"fields": [{"name": "n", "value": {"$expr": f"{before}.n + 1"}}]})


def eventful() -> dict[str, Any]:
    """Items of which one fails, a retry, a skipped path, a path for errors."""
    item = {"$expr": "item"}
    nodes = [
        node("start", "start_manual"),
        node("pile", "set_fields", {"fields": [{"name": "all", "value": [1, 0, 3]}]}),
        node("each", "for_each", {"items": {"$expr": "pile.all"}, "on_item_error": "collect"}),
        node("shown", "set_fields", {"fields": [{"name": "of", "value": {"$expr": "6 / item"}}]}, parent="each"),
        node("again", "set_fields", {"fields": [{"name": "item", "value": item}]}, parent="each"),
        node(
            "broken",
            "stop_with_error",
            {"message": "Nothing works"},
            policy={"retry": {"attempts": 2, "first_wait_s": 0.01, "max_wait_s": 0.02}, "on_error": "path"},
        ),
        node("sure", "condition", {"when": {"$expr": "count(pile.all) == 3"}}),
        node("yes", "set_fields"),
        node("no", "set_fields"),
        node("mend", "set_fields"),
    ]
    lines = [
        line("start", "pile"),
        line("pile", "each"),
        line("shown", "again"),
        line("each", "sure"),
        line("sure", "yes", "yes"),
        line("sure", "no", "no"),
        line("yes", "broken"),
        line("broken", "mend", "error"),
    ]
    return graph(nodes, lines)


@pytest.fixture
def done(publish: Publish, start: Start, drive: Drive) -> Run:
    return drive(start(publish(row(adding("first", "start"), adding("second", "first"))), input={"n": 5}))


def test_a_finished_run_is_shown_whole(maria: Browser, viewer: Browser, done: Run) -> None:
    shown = viewer.get(f"runs/{done.pk}").json()
    assert (shown["status"], shown["seq"], shown["start"]) == ("done", done.seq, "start")
    assert [(step["node"], step["status"], step["attempt"]) for step in shown["steps"]] == [
        ("start", "done", 1),
        ("first", "done", 1),
        ("second", "done", 1),
    ]
    assert shown["graph"]["nodes"][0]["key"] == "start"
    assert not any(shown["may"].values())
    may = maria.get(f"runs/{done.pk}").json()["may"]
    assert {verb for verb, allowed in may.items() if allowed} == {"payload", "repeat"}


def test_the_log_is_read_from_where_one_stands(viewer: Browser, done: Run) -> None:
    log = viewer.get(f"runs/{done.pk}/events").json()
    assert [event["seq"] for event in log["events"]] == list(range(1, done.seq + 1))
    assert (log["seq"], log["events"][-1]["kind"]) == (done.seq, "run_finished")
    rest = viewer.get(f"runs/{done.pk}/events", after=done.seq - 1).json()
    assert [event["seq"] for event in rest["events"]] == [done.seq]
    end = viewer.get(f"runs/{done.pk}/events", after=done.seq).json()
    assert end == {"seq": done.seq, "events": []}


def test_a_place_in_the_log_that_is_no_number_is_refused(viewer: Browser, done: Run) -> None:
    for after in ("-1", "x", "1.5", "²", "9" * 5_000):
        answer = viewer.get(f"runs/{done.pk}/events", after=after)
        assert (answer.status_code, answer.json()["code"]) == (422, "after"), after


def test_a_step_shows_what_went_in_and_what_came_out(maria: Browser, done: Run) -> None:
    step = maria.get(f"runs/{done.pk}/steps/3").json()
    assert (step["node"], step["input"]["fields"][0]["value"], step["output"]) == ("second", 7, {"n": 7})
    assert maria.get(f"runs/{done.pk}/values").json() == {"start": {"n": 5}, "first": {"n": 6}, "second": {"n": 7}}
    for missing in (99, 2**40):
        assert maria.get(f"runs/{done.pk}/steps/{missing}").status_code == 404


def test_a_viewer_sees_that_a_run_went_well_but_not_its_data(viewer: Browser, done: Run) -> None:
    assert viewer.get(f"runs/{done.pk}/steps/2").status_code == 403
    assert viewer.get(f"runs/{done.pk}/values").status_code == 403
    assert not {"input", "output", "value_id"} & set(viewer.get(f"runs/{done.pk}").json()["steps"][1])


def test_the_table_of_steps_is_what_the_log_folds_to(
    publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    run = drive(start(publish(eventful()), input={}))
    rows: dict[int, StepRow] = {}
    kinds = set()
    for event in events_after(run.id, 0):
        kinds.add(event.kind)
        folded = fold_step(rows, event)
        if folded is not None:
            rows[folded.step] = folded
    assert kinds >= {EventKind.ITEMS_OPENED, EventKind.STEP_FAILED, EventKind.STEP_SKIPPED, EventKind.STEP_DONE}
    stored = Step.objects.filter(run_id=run.id).order_by("step").values(*STEP_FIELDS)
    assert list(stored) == [{field: getattr(rows[step], field) for field in STEP_FIELDS} for step in sorted(rows)]
    broken = next(step for step in maria.get(f"runs/{run.pk}").json()["steps"] if step["node"] == "broken")
    assert (broken["status"], broken["port"], broken["error"]["message"]) == ("failed", "error", "Nothing works")
    detail = maria.get(f"runs/{run.pk}/steps/{broken['step']}").json()
    assert detail["failed_attempts"][0]["error"]["message"] == "Nothing works"


def test_formulas_read_what_went_wrong_before(publish: Publish, start: Start, drive: Drive, maria: Browser) -> None:
    nodes = [
        node("start", "start_manual"),
        node("halt", "stop_with_error", {"message": "No such order"}, policy={"on_error": "path"}),
        node("each", "for_each", {"items": {"$expr": "[1, 0]"}, "on_item_error": "collect"}),
        node("shown", "set_fields", {"fields": [{"name": "of", "value": {"$expr": "6 / item"}}]}, parent="each"),
        node(
            "told",
            "set_fields",
            {
                "fields": [
                    {"name": "why", "value": {"$expr": "error.message"}},
                    {"name": "of", "value": {"$expr": "each[1].error.code"}},
                    {"name": "items", "value": {"$expr": "count(each)"}},
                    {"name": "kind", "value": {"$expr": "error.category"}},
                ]
            },
        ),
    ]
    lines = [line("start", "halt"), line("start", "each"), line("halt", "told", "error"), line("each", "told")]
    run = drive(start(publish(graph(nodes, lines)), input={}))
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    assert maria.get(f"runs/{run.pk}/values").json()["told"] == {
        "why": "No such order",
        "of": "formula",
        "items": 2,
        "kind": "rejected",
    }


def test_a_run_that_fails_says_why(publish: Publish, start: Start, drive: Drive, viewer: Browser) -> None:
    run = drive(start(publish(row(node("halt", "stop_with_error", {"message": "No such order"})))))
    shown = viewer.get(f"runs/{run.pk}").json()
    assert (shown["status"], shown["error"]["message"]) == ("failed", "No such order")


def test_a_step_whose_formula_failed_shows_the_error_instead_of_its_input(
    publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    run = drive(start(publish(row(adding("first", "start"))), input={}))
    assert RunStatus(run.status) is RunStatus.FAILED
    step = maria.get(f"runs/{run.pk}/steps/2").json()
    assert (step["input"], step["output"], step["error"]["code"]) == (None, None, "formula")


def test_an_approval_waits_and_goes_on_along_the_path_that_was_chosen(
    publish: Publish, start: Start, drive: Drive, adam: Browser, maria: Browser, workspace: Workspace
) -> None:
    run = drive(start(publish(approval_row()), input={"n": 3}))
    assert (RunStatus(run.status), run.owner, run.waiting_for) == (RunStatus.WAITING, None, "May it go out?")
    task = adam.get(f"workspaces/{workspace.pk}/tasks").json()["results"][0]
    assert adam.get(f"tasks/{task['id']}").json()["shown"] == [{"label": "Number", "value": 3}]
    adam.post(f"tasks/{task['id']}/take")
    assert adam.post(f"tasks/{task['id']}/decide", {"decision": "reject", "comment": "Late"}).status_code == 200
    ended = drive(run)
    assert RunStatus(ended.status) is RunStatus.DONE
    values = maria.get(f"runs/{run.pk}/values").json()
    assert values["no"] == {"why": "Late"}
    assert "yes" not in values


def test_stopping_a_waiting_run_closes_its_task(
    publish: Publish, start: Start, drive: Drive, adam: Browser, maria: Browser
) -> None:
    run = drive(start(publish(approval_row())))
    task = HumanTask.objects.get(run=run)
    adam.post(f"tasks/{task.pk}/take")
    maria.post(f"runs/{run.pk}/cancel", {"reason": "Not needed"})
    ended = drive(run)
    assert RunStatus(ended.status) is RunStatus.CANCELLED
    assert adam.post(f"tasks/{task.pk}/decide", {"decision": "approve"}).json()["code"] == "closed"


def test_a_run_is_driven_by_whoever_claims_it_and_by_nobody_else(done: Run, drive: Drive) -> None:
    """A doorbell for what has ended changes nothing."""
    again = drive(done)
    assert (again.seq, again.fence, bytes(again.head)) == (done.seq, done.fence, bytes(done.head))


def test_a_file_of_another_workspace_is_not_read_even_if_its_id_is_known(
    publish: Publish, start: Start, drive: Drive, maria: Browser, stranger: Browser
) -> None:
    asked = {"fields": [{"key": "file", "label": "File", "type": "file", "required": True}]}
    nodes = [{**START, "config": asked}, node("parse", "parse_document", {"file": {"$expr": "start.file"}})]
    workflow = publish(graph(nodes, [line("start", "parse")]))
    foreign = upload_note(stranger, Workspace.objects.get(name="Elsewhere"))
    errors = []
    for file in (foreign, {**foreign, "file_id": str(uuid4())}):
        run = drive(start(workflow, input={"file": file}))
        task = StepTask.objects.get(run_id=run.pk)
        assert remote.work(task.run_id, task.step, task.attempt) == "done"
        ended = drive(run)
        assert RunStatus(ended.status) is RunStatus.FAILED
        errors.append(ended.error)
        assert "Good morning" not in str(events_after(run.id, 0))
    assert errors[0] == errors[1]
    assert errors[0]["code"] == "no_file"
