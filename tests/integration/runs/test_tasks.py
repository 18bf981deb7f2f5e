"""People answer tasks: one of them, once, and the run is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from builder.models import Workflow
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.runs.models import HumanTask, Mail, Run, RunStatus
from tests.integration.authoring import MAKER, Browser, join
from tests.integration.runs.conftest import ask
from tests.integration.runs.graphs import approval_row

APPROVE = {"decision": "approve"}
Start = Callable[..., Run]


@pytest.fixture
def run(publish: Callable[[dict[str, Any]], Workflow], start: Start) -> Run:
    return start(publish(approval_row()))


@pytest.fixture
def task(run: Run) -> HumanTask:
    return ask(run)


def do(browser: Browser, task: HumanTask, verb: str, body: Any = None) -> Any:
    return browser.post(f"tasks/{task.pk}/{verb}", body)


def listed(browser: Browser, workspace: Workspace, state: str) -> list[str]:
    answer = browser.get(f"workspaces/{workspace.pk}/tasks", state=state)
    return [task["id"] for task in answer.json()["results"]]


@pytest.mark.ux(128)
def test_a_task_shows_what_the_person_needs_to_decide(adam: Browser, task: HumanTask, run: Run) -> None:
    shown = adam.get(f"tasks/{task.pk}").json()
    assert (shown["title"], shown["shown"]) == ("May it go out?", [{"label": "Number", "value": 1}])
    assert (shown["run"], shown["workflow"]["id"]) == (str(run.pk), str(run.workflow_id))
    assert (shown["requester"]["name"], shown["how"]) == ("Maria", "manual")
    assert (shown["state"], shown["may_decide"], shown["comment_required_on_reject"]) == ("open", True, True)


def test_tasks_are_listed_by_what_is_left_to_do(adam: Browser, anna: Browser, workspace: Workspace, run: Run) -> None:
    free, taken, done = ask(run, step=2), ask(run, step=3), ask(run, step=4)
    do(adam, taken, "take")
    do(anna, done, "take")
    do(anna, done, "decide", APPROVE)
    assert listed(adam, workspace, "open") == [str(taken.pk), str(free.pk)]
    assert listed(adam, workspace, "unassigned") == [str(free.pk)]
    assert listed(adam, workspace, "mine") == [str(taken.pk)]
    assert listed(anna, workspace, "mine") == []
    assert listed(anna, workspace, "completed") == [str(done.pk)]


@pytest.mark.ux(119)
def test_tasks_are_searched_by_what_stands_in_the_list(adam: Browser, workspace: Workspace, run: Run) -> None:
    ask(run), ask(run, step=3, title="Pay INV-77?")

    def found(words: str) -> list[str]:
        answer = adam.get(f"workspaces/{workspace.pk}/tasks", search=words).json()
        return [task["title"] for task in answer["results"]]

    assert found("inv-7") == ["Pay INV-77?"]
    assert len(found("Invoices")) == 2
    assert found("nothing like it") == []


@pytest.mark.ux(121)
def test_a_taken_task_is_one_persons_until_they_give_it_back(adam: Browser, anna: Browser, task: HumanTask) -> None:
    assert do(adam, task, "take").json()["assignee"]["name"] == "Adam"
    for verb, body in (("take", None), ("release", None), ("decide", APPROVE)):
        answer = do(anna, task, verb, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "taken")
        assert answer.json()["current"]["by"] == "Adam"
    assert do(adam, task, "release").json()["assignee"] is None
    assert do(anna, task, "take").status_code == 200


@pytest.mark.ux(121)
def test_a_task_is_taken_before_it_is_answered(adam: Browser, task: HumanTask) -> None:
    answer = do(adam, task, "decide", APPROVE)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_taken")


@pytest.mark.parametrize(
    ("body", "decision"), [(APPROVE, "approved"), ({"decision": "reject", "comment": "Too dear"}, "rejected")]
)
def test_an_answer_is_kept_recorded_and_sent_to_the_run(
    adam: Browser, task: HumanTask, run: Run, body: dict[str, str], decision: str
) -> None:
    do(adam, task, "take")
    answer = do(adam, task, "decide", body).json()
    assert (answer["state"], answer["decision"], answer["decided_by"]["name"]) == ("done", decision, "Adam")
    letter = Mail.objects.get(run_id=run.pk)
    assert (letter.kind, letter.step, letter.body["port"]) == ("task_decided", 2, decision)
    assert letter.body["output"]["decided_by"] == "Adam"
    event = AuditEvent.objects.get(action=f"task.{decision}")
    assert (event.actor_id, event.object_id, event.reason) == (adam.user.pk, str(task.pk), body.get("comment", ""))


@pytest.mark.parametrize("comment", [{}, {"comment": ""}, {"comment": "  \n"}])
def test_a_rejection_needs_a_reason(adam: Browser, task: HumanTask, comment: dict[str, str]) -> None:
    do(adam, task, "take")
    answer = do(adam, task, "decide", {"decision": "reject", **comment})
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["problems"]] == ["comment"]
    assert not Mail.objects.exists()


def test_where_no_reason_is_asked_for_none_is_needed(adam: Browser, run: Run) -> None:
    task = ask(run, comment_required_on_reject=False)
    do(adam, task, "take")
    assert do(adam, task, "decide", {"decision": "reject"}).json()["decision"] == "rejected"


@pytest.mark.ux(125)
def test_a_second_answer_is_told_who_was_first_and_when(adam: Browser, anna: Browser, task: HumanTask) -> None:
    do(adam, task, "take")
    first = do(adam, task, "decide", APPROVE).json()
    for browser, verb, body in ((adam, "decide", APPROVE), (anna, "decide", APPROVE), (anna, "take", None)):
        late = do(browser, task, verb, body)
        assert (late.status_code, late.json()["code"]) == (409, "answered")
        assert late.json()["detail"] == "Adam answered this task already: approved."
        assert late.json()["current"]["by"] == "Adam"
        assert late.json()["current"]["at"][:19] == first["decided_at"][:19]
    assert Mail.objects.count() == 1


@pytest.mark.parametrize("state", ["expired", "cancelled"])
def test_a_closed_task_takes_no_answer(adam: Browser, run: Run, state: str) -> None:
    task = ask(run, state=state)
    for verb, body in (("take", None), ("decide", APPROVE)):
        answer = do(adam, task, verb, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "closed")


@pytest.mark.ux(128)
def test_viewers_see_no_tasks_and_operators_do_not_decide(
    viewer: Browser, workspace: Workspace, task: HumanTask
) -> None:
    olaf = join(workspace, "operator", name="Olaf")
    assert viewer.get(f"tasks/{task.pk}").status_code == 403
    assert viewer.get(f"workspaces/{workspace.pk}/tasks").status_code == 403
    assert olaf.get(f"tasks/{task.pk}").json()["may_decide"] is False
    for browser in (viewer, olaf):
        for verb, body in (("take", None), ("decide", APPROVE)):
            assert do(browser, task, verb, body).status_code == 403
    task.refresh_from_db()
    assert task.state == "open"


def test_a_task_for_other_roles_says_whom_it_is_for(adam: Browser, run: Run) -> None:
    task = ask(run, roles=["publisher", "steward"])
    assert adam.get(f"tasks/{task.pk}").json()["may_decide"] is False
    answer = do(adam, task, "take")
    assert answer.status_code == 403
    assert answer.json()["detail"] == "Only people with the role publisher or steward decide this task."


@pytest.fixture
def paula(workspace: Workspace) -> Browser:
    """Starts runs and decides."""
    return join(workspace, *MAKER, "approver", name="Paula")


def test_where_two_persons_are_required_whoever_started_a_run_does_not_decide_it(
    paula: Browser, adam: Browser, workspace: Workspace, run: Run, start: Start
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(four_eyes="required")
    own, others = ask(start(run.workflow, paula)), ask(run)
    assert paula.get(f"tasks/{own.pk}").json()["may_decide"] is False
    for verb, body in (("take", None), ("decide", APPROVE)):
        answer = do(paula, own, verb, body)
        assert (answer.status_code, answer.json()["detail"]) == (
            403,
            "You started this run, so somebody else decides about it.",
        )
    for browser, task in ((adam, own), (paula, others)):
        do(browser, task, "take")
        assert do(browser, task, "decide", APPROVE).status_code == 200


def test_a_task_taken_before_two_persons_were_required_is_not_decided_by_its_starter(
    paula: Browser, workspace: Workspace, run: Run, start: Start
) -> None:
    own = ask(start(run.workflow, paula))
    do(paula, own, "take")
    Workspace.objects.filter(pk=workspace.pk).update(four_eyes="required")
    assert do(paula, own, "decide", APPROVE).status_code == 403
    assert not Mail.objects.exists()


def test_otherwise_one_person_may_do_both(paula: Browser, run: Run, start: Start) -> None:
    own = ask(start(run.workflow, paula))
    do(paula, own, "take")
    assert do(paula, own, "decide", APPROVE).status_code == 200


def test_of_many_who_take_a_task_at_once_one_gets_it(
    committed: None, adam: Browser, anna: Browser, task: HumanTask
) -> None:
    def take(browser: Browser) -> int:
        try:
            return int(do(browser, task, "take").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        answers = sorted(people.map(take, [adam, anna] * 4))
    assert answers == [200] + [409] * 7


def test_of_two_answers_at_once_one_counts(committed: None, adam: Browser, task: HumanTask, run: Run) -> None:
    do(adam, task, "take")

    def decide(body: dict[str, str]) -> int:
        try:
            return int(do(adam, task, "decide", body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        answers = sorted(people.map(decide, [APPROVE, {"decision": "reject", "comment": "No"}] * 4))
    assert answers == [200] + [409] * 7
    task.refresh_from_db()
    assert Mail.objects.get(run_id=run.pk).body["port"] == task.decision
    assert AuditEvent.objects.filter(action=f"task.{task.decision}").count() == 1


def test_an_answer_to_a_run_that_has_ended_is_refused(adam: Browser, task: HumanTask, run: Run) -> None:
    do(adam, task, "take")
    Run.objects.filter(pk=run.pk).update(status=RunStatus.CANCELLED)
    HumanTask.objects.filter(pk=task.pk).update(state="cancelled")
    assert do(adam, task, "decide", APPROVE).json()["code"] == "closed"
