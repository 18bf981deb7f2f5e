"""One workflow runs another as a step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from builder.models import Callers, Workflow
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.runs.host import Host
from orchestrator.runs.models import HumanTask, Mail, Run, RunStatus, Step
from orchestrator.runs.snapshots import events_after
from tests.integration.authoring import Browser
from tests.integration.runs.families import calling, drive_family, family
from tests.integration.runs.graphs import START, Graph, approval_row, graph, line, node, row

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
N = {"$expr": "start.n"}


def doubling() -> Graph:
    return row(node("twice", "set_fields", {"fields": [{"name": "n", "value": {"$expr": "start.n * 2"}}]}))


def telling(what: str) -> dict[str, Any]:
    return node("told", "set_fields", {"fields": [{"name": "value", "value": {"$expr": what}}]})


def values(browser: Browser, run: Run) -> dict[str, Any]:
    return dict(browser.get(f"runs/{run.pk}/values").json())


def step_of(run: Run, key: str = "call") -> Step:
    return Step.objects.get(run_id=run.pk, node=key)


def failing(message: str) -> Graph:
    return row(node("halt", "stop_with_error", {"message": message}))


def test_a_called_workflow_runs_as_a_run_of_its_own_and_gives_its_last_output(
    publish: Publish, start: Start, host: Host, maria: Browser
) -> None:
    called = publish(doubling())
    run = drive_family(host, start(publish(row(calling(called, n=N), telling("call.n + 1"))), input={"n": 4}))
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    shown = values(maria, run)
    assert (shown["call"], shown["told"]) == ({"n": 8}, {"value": 9})
    child = Run.objects.get(parent_id=run.pk)
    assert (child.workflow_id, child.how, child.started_by_id) == (called.pk, "workflow", run.started_by_id)
    facts = step_of(run).facts
    assert facts == {"run": str(child.pk), "workflow": str(called.pk), "version": 1}


def test_several_last_steps_give_a_map_of_those_that_ran(
    publish: Publish, start: Start, host: Host, maria: Browser
) -> None:
    one = node("one", "set_fields", {"fields": [{"name": "x", "value": 1}]})
    two = node("two", "set_fields", {"fields": [{"name": "y", "value": 2}]})
    nodes = [START, node("sure", "condition", {"when": True}), one, two, node("three", "set_fields")]
    lines = [line("start", "sure"), line("sure", "one", "yes"), line("sure", "two", "yes"), line("sure", "three", "no")]
    called = publish(graph(nodes, lines))
    run = drive_family(host, start(publish(row(calling(called)))))
    assert values(maria, run)["call"] == {"one": {"x": 1}, "two": {"y": 2}}


def test_a_large_result_is_handed_on(publish: Publish, start: Start, host: Host, maria: Browser) -> None:
    text = "x" * 300_000
    called = publish(row(node("long", "set_fields", {"fields": [{"name": "text", "value": text}]})))
    run = drive_family(host, start(publish(row(calling(called)))))
    assert values(maria, run)["call"] == {"text": text}


def test_the_caller_says_what_it_waits_for_and_holds_no_worker(publish: Publish, start: Start, host: Host) -> None:
    called = publish(approval_row())
    run = drive_family(host, start(publish(row(calling(called, n=N)))), until=RunStatus.WAITING)
    assert (RunStatus(run.status), run.owner, run.waiting_for) == (RunStatus.WAITING, None, "Waits for “Invoices”")
    wait = step_of(run).wait
    assert wait is not None
    child = Run.objects.get(parent_id=run.pk)
    assert (wait["kind"], wait["run"], wait["workflow"]) == ("child", str(child.pk), str(called.pk))


def test_a_failed_child_fails_the_step_with_its_own_error(publish: Publish, start: Start, host: Host) -> None:
    called = publish(failing("No such order"))
    run = drive_family(host, start(publish(row(calling(called)))))
    assert RunStatus(run.status) is RunStatus.FAILED
    assert (run.error["code"], run.error["category"]) == ("child_failed", "rejected")
    assert run.error["message"] == "“Invoices” failed: No such order"
    assert run.error["details"]["error"]["message"] == "No such order"


def test_the_error_path_of_the_step_takes_a_failed_child(
    publish: Publish, start: Start, host: Host, maria: Browser
) -> None:
    called = publish(failing("No such order"))
    step = calling(called) | {"policy": {"on_error": "path"}}
    nodes = [START, step, telling("error.details.error.message")]
    run = drive_family(host, start(publish(graph(nodes, [line("start", "call"), line("call", "told", "error")]))))
    assert RunStatus(run.status) is RunStatus.DONE
    assert values(maria, run)["told"] == {"value": "No such order"}


def test_a_child_that_is_stopped_by_a_person_fails_the_step(
    publish: Publish, start: Start, host: Host, maria: Browser
) -> None:
    called = publish(approval_row())
    run = drive_family(host, start(publish(row(calling(called, n=N)))), until=RunStatus.WAITING)
    child = drive_family(host, Run.objects.get(parent_id=run.pk), until=RunStatus.WAITING)
    assert maria.post(f"runs/{child.pk}/cancel", {"reason": "Twice"}).status_code == 202
    ended = drive_family(host, run)
    assert (RunStatus(ended.status), ended.error["code"]) == (RunStatus.FAILED, "child_cancelled")


def test_stopping_the_caller_stops_what_it_called_before_it_ends_itself(
    publish: Publish, start: Start, host: Host, maria: Browser
) -> None:
    inner = publish(approval_row())
    middle = publish(row(calling(inner, n=N)))
    run = drive_family(host, start(publish(row(calling(middle, n=N)))), until=RunStatus.WAITING)
    child = drive_family(host, Run.objects.get(parent_id=run.pk), until=RunStatus.WAITING)
    grandchild = drive_family(host, Run.objects.get(parent_id=child.pk), until=RunStatus.WAITING)
    assert maria.post(f"runs/{run.pk}/cancel", {"reason": "Not needed"}).status_code == 202
    ended = drive_family(host, run)
    assert [RunStatus(each.status) for each in family(ended)] == [RunStatus.CANCELLED] * 3
    assert not HumanTask.objects.filter(run=grandchild, state="open").exists()
    kinds = [str(event.kind) for event in events_after(ended.id, 0)]
    assert kinds[-3:] == ["cancel_requested", "step_cancelled", "run_finished"]


def test_a_caller_whose_time_is_up_stops_its_child_and_goes_on(
    publish: Publish, start: Start, host: Host, maria: Browser
) -> None:
    called = publish(approval_row())
    policy = {"total_timeout_s": 0.3, "on_error": "continue", "fallback_value": "late"}
    run = drive_family(host, start(publish(row(calling(called, n=N) | {"policy": policy}, telling("call")))))
    assert values(maria, run)["told"] == {"value": "late"}
    child = drive_family(host, Run.objects.get(parent_id=run.pk))
    assert RunStatus(child.status) is RunStatus.CANCELLED
    assert not Mail.objects.filter(kind="child_ended").exists()


def test_a_workflow_that_calls_itself_ends_with_a_clear_error(
    publish: Publish, start: Start, host: Host, maria: Browser
) -> None:
    itself = publish(row(node("first", "set_fields")))
    assert maria.save(itself, row(calling(itself, n=N))).status_code == 200
    assert maria.publish(itself).status_code == 200
    run = drive_family(host, start(itself))
    assert RunStatus(run.status) is RunStatus.FAILED
    members = family(run)
    assert len(members) == 11
    assert members[-1].error["code"] == "too_deep"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"callable_by": Callers.NOBODY}, "not_callable"),
        ({"live_version": None}, "not_live"),
        ({"paused": True}, "paused"),
        ({"archived_at": "2026-01-01T00:00:00Z"}, "archived"),
    ],
)
def test_what_may_not_be_called_is_told_at_the_step(
    publish: Publish, start: Start, host: Host, change: dict[str, Any], code: str
) -> None:
    called = publish(doubling())
    run = start(publish(row(calling(called, n=N))))
    Workflow.objects.filter(pk=called.pk).update(**change)
    ended = drive_family(host, run)
    assert (RunStatus(ended.status), ended.error["code"], ended.error["category"]) == (RunStatus.FAILED, code, "config")
    assert not Run.objects.filter(parent_id=run.pk).exists()


def test_a_workflow_of_another_workspace_is_as_unknown_as_none(
    publish: Publish, start: Start, host: Host, stranger: Browser, maria: Browser
) -> None:
    foreign = stranger.make(Workspace.objects.get(name="Elsewhere"))
    workflow = publish(row(node("first", "set_fields")))
    saved = maria.save(workflow, row(calling(foreign))).json()
    assert [problem["code"] for problem in saved["problems"]] == ["workflow_unknown"]
    run = drive_family(host, start(workflow, draft=True))
    assert run.error["code"] == "workflow_unknown"


def test_input_that_the_start_does_not_take_fails_the_step(publish: Publish, start: Start, host: Host) -> None:
    called = publish(doubling())
    run = drive_family(host, start(publish(row(calling(called, n="many")))))
    assert (run.error["code"], run.error["category"]) == ("call_input", "input")


def test_the_live_version_at_the_moment_of_the_call_is_pinned(
    publish: Publish, start: Start, host: Host, maria: Browser
) -> None:
    called = publish(doubling())
    caller = start(publish(row(calling(called, n=N))), input={"n": 1})
    maria.save(
        called, row(node("triple", "set_fields", {"fields": [{"name": "n", "value": {"$expr": "start.n * 3"}}]}))
    )
    maria.publish(called)
    run = drive_family(host, caller)
    assert values(maria, run)["call"] == {"n": 3}
    facts = step_of(run).facts
    assert facts is not None
    assert facts["version"] == 2


def test_children_are_listed_with_their_parent(publish: Publish, start: Start, host: Host, viewer: Browser) -> None:
    called = publish(doubling())
    run = drive_family(host, start(publish(row(calling(called, n=N)))))
    shown = viewer.get(f"runs/{run.pk}/children").json()["results"]
    assert [(each["how"], each["parent"]) for each in shown] == [
        ("workflow", {"run": str(run.pk), "step": 2, "chunk": None})
    ]
    assert viewer.get(f"runs/{run.pk}").json()["parent"] is None


def test_children_of_another_workspace_are_not_listed(
    publish: Publish, start: Start, host: Host, stranger: Browser
) -> None:
    run = drive_family(host, start(publish(row(calling(publish(doubling()), n=N)))))
    assert stranger.get(f"runs/{run.pk}/children").status_code == 404


def test_an_editor_says_who_may_run_a_workflow_as_a_step(maria: Browser, viewer: Browser, workspace: Workspace) -> None:
    workflow = maria.make(workspace)
    assert maria.get(f"workflows/{workflow.pk}").json()["callable_by"] == "workspace"
    assert maria.patch(f"workflows/{workflow.pk}", {"callable_by": "nobody"}).json()["callable_by"] == "nobody"
    event = AuditEvent.objects.get(action="workflow.changed")
    assert (event.before["callable_by"], event.after["callable_by"]) == ("workspace", "nobody")
    assert maria.patch(f"workflows/{workflow.pk}", {"callable_by": "everybody"}).status_code == 422
    assert viewer.patch(f"workflows/{workflow.pk}", {"callable_by": "workspace"}).status_code == 403
