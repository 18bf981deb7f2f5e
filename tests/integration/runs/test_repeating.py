"""Failed runs are run again from where they failed, and looked after once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from builder.models import Workflow
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.runs.models import Run, RunStatus, RunValue
from tests.integration.authoring import Browser, join
from tests.integration.runs.graphs import START, get, graph, line, node, row
from tests.integration.runs.outside import Outside

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


def repeat(browser: Browser, run: Run, **body: Any) -> Any:
    return browser.post(f"runs/{run.pk}/repeat", {"from_failed": True, **body})


def again(browser: Browser, run: Run, **body: Any) -> Run:
    answer = repeat(browser, run, **body)
    assert answer.status_code == 202, answer.json()
    return Run.objects.get(pk=answer.json()["id"])


def three_calls(outside: Outside) -> dict[str, Any]:
    last = node("sum", "set_fields", {"fields": [{"name": "first", "value": {"$expr": "one.json.seen"}}]})
    return row(get("one", outside.url("one")), get("two", outside.url("two")), last)


@pytest.fixture
def workflow(publish: Publish, outside: Outside) -> Workflow:
    return publish(three_calls(outside))


@pytest.fixture
def failed(workflow: Workflow, start: Start, drive: Drive, outside: Outside) -> Run:
    outside.answers["two"] = 400
    run = drive(start(workflow, input={"n": 7}))
    assert run.status == RunStatus.FAILED
    outside.answers.clear()
    return run


def test_what_was_done_is_kept_and_the_rest_runs(maria: Browser, drive: Drive, failed: Run, outside: Outside) -> None:
    run = drive(again(maria, failed))
    assert run.status == RunStatus.DONE
    assert outside.hits == ["one", "two", "two"]
    assert maria.get(f"runs/{run.pk}/values").json()["sum"] == {"first": 1}
    shown = maria.get(f"runs/{run.pk}").json()
    assert (shown["kept_from"], shown["repeats"]) == (str(failed.pk), str(failed.pk))
    kept = maria.get(f"runs/{run.pk}/steps/2").json()
    assert (kept["status"], kept["kept_from"], kept["attempts"]) == ("done", str(failed.pk), [])
    assert kept["output"]["json"] == {"seen": 1}
    assert kept["input"]["url"] == outside.url("one")


def test_the_values_are_copied_as_they_stand(maria: Browser, failed: Run) -> None:
    run = again(maria, failed)
    old, new = (RunValue.objects.get(run_id=each.pk, number=1) for each in (failed, run))
    assert (bytes(old.salt), old.body, old.artifact_id) == (bytes(new.salt), new.body, new.artifact_id)
    assert RunValue.objects.filter(run_id=run.pk).count() == 2


def test_a_run_that_kept_steps_is_itself_run_again_from_its_failure(
    maria: Browser, drive: Drive, failed: Run, outside: Outside
) -> None:
    outside.answers["two"] = 400
    second = drive(again(maria, failed))
    assert second.status == RunStatus.FAILED
    outside.answers.clear()
    third = drive(again(maria, second))
    assert third.status == RunStatus.DONE
    assert outside.hits == ["one", "two", "two", "two"]


def test_an_erased_value_is_made_again(maria: Browser, drive: Drive, failed: Run, outside: Outside) -> None:
    RunValue.objects.filter(run_id=failed.pk, number=1).delete()
    assert drive(again(maria, failed)).status == RunStatus.DONE
    assert outside.hits == ["one", "two", "one", "two"]


def test_a_step_that_went_on_with_a_value_is_kept_with_it(
    maria: Browser, publish: Publish, start: Start, drive: Drive, outside: Outside
) -> None:
    policy = {"on_error": "continue", "fallback_value": {"rate": 3}}
    first = get("rate", outside.url("rate"), policy=policy)
    last = node("sum", "set_fields", {"fields": [{"name": "rate", "value": {"$expr": "rate.rate"}}]})
    workflow = publish(row(first, get("two", outside.url("two")), last))
    outside.answers |= {"rate": 400, "two": 400}
    run = drive(start(workflow))
    outside.answers.clear()
    done = drive(again(maria, run))
    assert maria.get(f"runs/{done.pk}/values").json()["sum"] == {"rate": 3}
    assert outside.hits == ["rate", "two", "two"]


def test_what_follows_a_step_that_runs_again_runs_again(
    maria: Browser, publish: Publish, start: Start, drive: Drive, outside: Outside
) -> None:
    """A step that failed onto its error path may succeed now: nothing behind it is taken for granted."""
    tried = get("tried", outside.url("tried"), policy={"on_error": "path"})
    nodes = [START, tried, get("mend", outside.url("mend")), get("end", outside.url("end"))]
    lines = [line("start", "tried"), line("tried", "mend", "error"), line("mend", "end"), line("tried", "end")]
    workflow = publish(graph(nodes, lines))
    outside.answers |= {"tried": 400, "end": 400}
    run = drive(start(workflow))
    outside.answers.clear()
    assert drive(again(maria, run)).status == RunStatus.DONE
    assert outside.hits == ["tried", "mend", "end", "tried", "end"]


def test_a_finished_for_each_is_kept_whole(
    maria: Browser, publish: Publish, start: Start, drive: Drive, outside: Outside
) -> None:
    nodes = [
        START,
        node("each", "for_each", {"items": {"$expr": "[1, 2]"}}),
        get("call", outside.url("item"), parent="each"),
        get("end", outside.url("end")),
    ]
    workflow = publish(graph(nodes, [line("start", "each"), line("each", "end")]))
    outside.answers["end"] = 400
    run = drive(start(workflow))
    outside.answers.clear()
    assert drive(again(maria, run)).status == RunStatus.DONE
    assert outside.hits == ["item", "item", "end", "end"]


def test_by_the_latest_version_what_changed_and_what_follows_runs_again(
    maria: Browser, workflow: Workflow, drive: Drive, failed: Run, outside: Outside
) -> None:
    changed = three_calls(outside)
    changed["nodes"][2]["config"]["url"] = outside.url("three")
    maria.save(workflow, changed)
    maria.publish(workflow)
    assert drive(again(maria, failed, version="latest")).status == RunStatus.DONE
    assert outside.hits == ["one", "two", "three"]
    changed["nodes"][1]["config"]["url"] = outside.url("zero")
    maria.save(workflow, changed)
    maria.publish(workflow)
    assert drive(again(maria, failed, version="latest")).status == RunStatus.DONE
    assert outside.hits == ["one", "two", "three", "zero", "three"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(RunStatus.DONE, "not_failed"), (RunStatus.WAITING, "not_ended"), (RunStatus.PAUSED, "not_ended")],
)
def test_only_what_failed_or_was_stopped_is_run_from_there(
    maria: Browser, failed: Run, status: RunStatus, code: str
) -> None:
    Run.objects.filter(pk=failed.pk).update(status=status)
    answer = repeat(maria, failed)
    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_where_an_outcome_is_unknown_nothing_is_tried_again(
    maria: Browser, publish: Publish, start: Start, drive: Drive, outside: Outside
) -> None:
    outside.answers["pay"] = 0
    run = drive(start(publish(row(node("pay", "http_request", {"method": "POST", "url": outside.url("pay")})))))
    maria.post(f"runs/{run.pk}/cancel")
    assert drive(run).status == RunStatus.CANCELLED
    answer = repeat(maria, run)
    assert (answer.status_code, answer.json()["code"]) == (409, "outcome_unknown")


def test_what_was_undone_is_not_kept(
    maria: Browser, publish: Publish, start: Start, drive: Drive, outside: Outside
) -> None:
    nodes = [
        START,
        get("book", outside.url("book")),
        node("pay", "stop_with_error", {"message": "No money"}, policy={"on_error": "compensate"}),
        get("free", outside.url("free")),
    ]
    workflow = publish(graph(nodes, [line("start", "book"), line("book", "pay"), line("book", "free", "undo")]))
    run = drive(start(workflow))
    assert (run.status, outside.hits) == (RunStatus.FAILED, ["book", "free"])
    answer = repeat(maria, run)
    assert (answer.status_code, answer.json()["code"]) == (409, "undone")
    assert drive(again(maria, run, from_failed=False)).status == RunStatus.FAILED
    assert outside.hits == ["book", "free", "book", "free"]


@pytest.mark.parametrize("version", ["original", "latest"])
def test_of_a_paused_workflow_nothing_is_run_again(
    maria: Browser, workflow: Workflow, failed: Run, version: str
) -> None:
    maria.post(f"workflows/{workflow.pk}/unpublish")
    for from_failed in (True, False):
        answer = repeat(maria, failed, version=version, from_failed=from_failed)
        assert (answer.status_code, answer.json()["code"]) == (409, "paused")
    assert maria.get(f"workspaces/{failed.workspace_id}/runs", dead=True).json()["results"]


# -- failed runs to look after -------------------------------------------------------------------------------------


def dead(browser: Browser, workspace: Workspace) -> list[str]:
    return [run["id"] for run in browser.get(f"workspaces/{workspace.pk}/runs", dead=True).json()["results"]]


def bulk(browser: Browser, workspace: Workspace, action: str, *runs: Any, **more: Any) -> Any:
    ids = [str(getattr(run, "pk", run)) for run in runs]
    return browser.post(f"workspaces/{workspace.pk}/runs/bulk", {"action": action, "ids": ids, **more})


def test_a_failed_run_is_to_be_looked_after_until_it_is_run_again(
    maria: Browser, workspace: Workspace, failed: Run
) -> None:
    assert dead(maria, workspace) == [str(failed.pk)]
    again(maria, failed, from_failed=False)
    assert dead(maria, workspace) == []
    assert maria.get(f"runs/{failed.pk}").json()["settled_at"]


def test_failed_tests_of_drafts_are_nobodys_worry(
    maria: Browser, workspace: Workspace, workflow: Workflow, start: Start, drive: Drive, outside: Outside
) -> None:
    outside.answers["two"] = 400
    assert drive(start(workflow, draft=True)).status == RunStatus.FAILED
    assert dead(maria, workspace) == []


def test_a_dismissed_run_leaves_the_list_with_a_reason_in_the_trail(
    maria: Browser, workspace: Workspace, failed: Run
) -> None:
    assert bulk(maria, workspace, "dismiss", failed, reason="Paid by hand").json()["done"] == [str(failed.pk)]
    assert dead(maria, workspace) == []
    assert AuditEvent.objects.get(action="run.dismissed").reason == "Paid by hand"
    assert bulk(maria, workspace, "dismiss", failed).json()["refused"][0]["code"] == "settled"


def test_many_are_tried_again_each_by_itself(
    maria: Browser, workspace: Workspace, workflow: Workflow, start: Start, drive: Drive, failed: Run, outside: Outside
) -> None:
    fresh = start(workflow)
    answer = bulk(maria, workspace, "retry", failed, fresh, failed, workspace).json()
    assert answer["done"] == [str(failed.pk)]
    assert [(each["id"], each["code"]) for each in answer["refused"]] == [
        (str(fresh.pk), "not_failed"),
        (str(workspace.pk), "not_found"),
    ]
    new = Run.objects.get(repeats=failed)
    assert AuditEvent.objects.get(action="run.retried").detail == {"run": str(new.pk)}
    assert drive(new).status == RunStatus.DONE
    assert outside.hits == ["one", "two", "two"]


def test_of_many_who_try_again_at_once_one_does(maria: Browser, workspace: Workspace, failed: Run) -> None:
    def retry(_: int) -> int:
        try:
            return len(bulk(maria, workspace, "retry", failed).json()["done"])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as people:
        assert sum(people.map(retry, range(6))) == 1
    assert Run.objects.filter(repeats=failed).count() == 1


@pytest.mark.parametrize(("action", "kind"), [("cancel", "cancelled"), ("pause", "paused")])
def test_many_are_stopped_or_held_with_a_row_of_the_trail_each(
    maria: Browser, workspace: Workspace, workflow: Workflow, start: Start, failed: Run, action: str, kind: str
) -> None:
    runs = [start(workflow) for _ in range(3)]
    answer = bulk(maria, workspace, action, *runs, failed, reason="Bank holiday").json()
    assert answer["done"] == [str(run.pk) for run in runs]
    assert [each["code"] for each in answer["refused"]] == ["ended"]
    assert AuditEvent.objects.filter(action=f"run.{kind}", reason="Bank holiday").count() == 3
    if action == "pause":
        assert len(bulk(maria, workspace, "resume", *runs).json()["done"]) == 3


def test_no_more_than_five_hundred_at_once(maria: Browser, workspace: Workspace, failed: Run) -> None:
    assert bulk(maria, workspace, "cancel", *[failed] * 501).status_code == 422
    assert bulk(maria, workspace, "cancel").status_code == 422
    assert bulk(maria, workspace, "explode", failed).status_code == 422


def test_runs_of_another_workspace_do_not_exist(
    stranger: Browser, viewer: Browser, workspace: Workspace, failed: Run
) -> None:
    own = next(iter(stranger.principal.workspaces()))
    answer = stranger.post(f"workspaces/{own}/runs/bulk", {"action": "dismiss", "ids": [str(failed.pk)]}).json()
    assert [each["code"] for each in answer["refused"]] == ["not_found"]
    assert bulk(stranger, workspace, "dismiss", failed).status_code == 404
    for action in ("cancel", "retry", "dismiss"):
        assert [each["code"] for each in bulk(viewer, workspace, action, failed).json()["refused"]] == ["denied"]
    failed.refresh_from_db()
    assert failed.settled_at is None


def test_an_operator_does_both_and_a_trial_of_a_draft_is_not_theirs(
    workspace: Workspace, workflow: Workflow, start: Start, drive: Drive, failed: Run, outside: Outside
) -> None:
    olaf = join(workspace, "operator", name="Olaf")
    outside.answers["two"] = 400
    tried = drive(start(workflow, draft=True))
    answer = bulk(olaf, workspace, "retry", tried, failed).json()
    assert answer["done"] == [str(failed.pk)]
    assert [each["code"] for each in answer["refused"]] == ["denied"]


@pytest.mark.ux(108)
def test_a_wrong_value_is_corrected_and_the_run_goes_on_with_it(
    maria: Browser, workspace: Workspace, workflow: Workflow, start: Start, drive: Drive, outside: Outside
) -> None:
    outside.answers["two"] = 400
    runs = [drive(start(workflow, input={"n": 7})) for _ in range(2)]
    outside.answers.clear()
    first, second = runs
    mended = drive(again(maria, first, corrected={"one": {"json": {"seen": 99}}}))
    assert mended.status == RunStatus.DONE
    assert maria.get(f"runs/{mended.pk}/values").json()["sum"] == {"first": 99}
    kept = maria.get(f"runs/{mended.pk}/steps/2").json()
    assert (kept["output"], kept["facts"]["corrected_by"]["name"]) == ({"json": {"seen": 99}}, "Maria")
    dead = maria.get(f"workspaces/{workspace.pk}/runs", dead="true").json()["results"]
    assert [run["id"] for run in dead] == [str(second.pk)], "what is solved disappears, the rest stays"
    assert maria.get(f"runs/{first.pk}/values").json()["one"]["json"] == {"seen": 1}, "history stays as it was"
    trail = AuditEvent.objects.get(action="run.corrected")
    assert trail.detail == {"run": str(mended.pk), "steps": ["one"]}


@pytest.mark.ux(108)
def test_what_the_start_took_in_is_corrected_as_a_start_takes_it(maria: Browser, drive: Drive, failed: Run) -> None:
    answer = repeat(maria, failed, corrected={"start": {"n": "seven"}})
    assert (answer.status_code, answer.json()["code"]) == (422, "input")
    mended = drive(again(maria, failed, corrected={"start": {"n": 8}}))
    assert maria.get(f"runs/{mended.pk}/values").json()["start"] == {"n": 8}


def test_only_what_is_kept_is_corrected(maria: Browser, failed: Run) -> None:
    answer = repeat(maria, failed, corrected={"two": {}})
    assert (answer.status_code, answer.json()["code"]) == (422, "not_kept")
    assert repeat(maria, failed, from_failed=False, corrected={"one": {}}).status_code == 422
