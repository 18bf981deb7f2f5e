"""Tasks go from person to person, are answered by several, and remember all of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from builder.models import Workflow
from orchestrator.governance.models import Workspace
from orchestrator.runs.models import HumanTask, Mail, Run
from tests.integration.authoring import Browser, join
from tests.integration.runs.conftest import ask
from tests.integration.runs.graphs import approval_row, node, row

APPROVE = {"decision": "approve"}
REJECT = {"decision": "reject", "comment": "Too dear"}
Start = Callable[..., Run]
Publish = Callable[[dict[str, Any]], Workflow]


@pytest.fixture
def run(publish: Publish, start: Start) -> Run:
    return start(publish(approval_row()))


def do(browser: Browser, task: HumanTask, verb: str, body: Any = None) -> Any:
    return browser.post(f"tasks/{task.pk}/{verb}", body)


def give(browser: Browser, task: HumanTask, to: Browser) -> Any:
    return do(browser, task, "assign", {"user": str(to.user.pk)})


@pytest.mark.ux(124)
def test_whoever_has_a_task_hands_it_to_another_candidate(adam: Browser, anna: Browser, run: Run) -> None:
    task = ask(run)
    do(adam, task, "take")
    shown = give(adam, task, anna).json()
    assert (shown["state"], shown["assignee"]["name"]) == ("taken", "Anna")
    assert do(adam, task, "decide", APPROVE).json()["code"] == "taken"
    assert do(anna, task, "decide", APPROVE).json()["decision"] == "approved"


@pytest.mark.ux(124)
def test_a_free_task_is_handed_over_by_anybody_who_is_asked(adam: Browser, anna: Browser, run: Run) -> None:
    assert give(adam, ask(run), anna).json()["assignee"]["name"] == "Anna"


def test_the_task_of_somebody_else_is_handed_over_by_an_admin_only(
    adam: Browser, anna: Browser, workspace: Workspace, run: Run
) -> None:
    task = ask(run)
    chief = join(workspace, "admin", "operator", name="Carla")
    do(adam, task, "take")
    assert give(anna, task, anna).json()["code"] == "taken"
    assert anna.get(f"tasks/{task.pk}").json()["may_assign"] is False
    assert chief.get(f"tasks/{task.pk}").json()["may_assign"] is True
    assert give(chief, task, anna).json()["assignee"]["name"] == "Anna"


@pytest.mark.ux(124)
def test_a_task_goes_only_to_people_who_may_answer_it(
    adam: Browser, viewer: Browser, stranger: Browser, run: Run
) -> None:
    task = ask(run)
    assert [one["name"] for one in adam.get(f"tasks/{task.pk}").json()["candidates"]] == ["Adam"]
    for nobody in (viewer, stranger):
        answer = give(adam, task, nobody)
        assert (answer.status_code, answer.json()["code"]) == (422, "not_permitted")
    assert give(viewer, task, adam).status_code == 403
    task.refresh_from_db()
    assert task.state == "open"


def test_an_answered_task_is_not_handed_over(adam: Browser, anna: Browser, run: Run) -> None:
    task = ask(run)
    do(adam, task, "take")
    do(adam, task, "decide", APPROVE)
    assert give(adam, task, anna).json()["code"] == "answered"


@pytest.fixture
def both(run: Run) -> HumanTask:
    """Two people have to approve it."""
    return ask(run, approvals=2)


@pytest.mark.ux(124)
def test_where_several_have_to_approve_the_last_approval_sends_the_run_on(
    adam: Browser, anna: Browser, run: Run, both: HumanTask
) -> None:
    first = do(adam, both, "decide", {**APPROVE, "comment": "Fine"}).json()
    assert (first["state"], [(one["name"], one["own"]) for one in first["given"]]) == ("open", [("Adam", True)])
    assert not Mail.objects.exists()
    last = do(anna, both, "decide", APPROVE).json()
    assert (last["state"], last["decision"], len(last["given"])) == ("done", "approved", 2)
    output = Mail.objects.get(run_id=run.pk).body["output"]
    assert (output["decided_by"], output["comment"]) == ("Adam, Anna", "Adam: Fine")


@pytest.mark.ux(124)
def test_where_several_have_to_approve_the_first_rejection_rejects(
    adam: Browser, anna: Browser, run: Run, both: HumanTask
) -> None:
    do(adam, both, "decide", APPROVE)
    assert do(anna, both, "decide", REJECT).json()["decision"] == "rejected"
    assert Mail.objects.get(run_id=run.pk).body["port"] == "rejected"
    late = do(adam, both, "decide", REJECT)
    assert (late.json()["code"], late.json()["detail"]) == ("answered", "Anna answered this task already: rejected.")


def test_one_person_is_not_several(adam: Browser, both: HumanTask) -> None:
    do(adam, both, "decide", APPROVE)
    again = do(adam, both, "decide", APPROVE)
    assert (again.status_code, again.json()["detail"]) == (409, "You answered this task already: approved.")
    assert not Mail.objects.exists()


def test_a_task_for_several_is_nobodys(adam: Browser, anna: Browser, both: HumanTask) -> None:
    assert do(adam, both, "take").json()["code"] == "for_everyone"
    assert give(adam, both, anna).json()["code"] == "for_everyone"


@pytest.mark.ux(126)
def test_a_task_remembers_who_did_what_with_it(adam: Browser, anna: Browser, run: Run) -> None:
    task = ask(run)
    do(adam, task, "take")
    do(adam, task, "release")
    give(anna, task, adam)
    do(adam, task, "decide", REJECT)
    history = anna.get(f"tasks/{task.pk}").json()["history"]
    assert [(one["what"], one["by"], one["detail"]) for one in history] == [
        ("created", "", ""),
        ("taken", "Adam", ""),
        ("released", "Adam", ""),
        ("assigned", "Anna", "Adam"),
        ("rejected", "Adam", "Too dear"),
    ]
    assert all(one["at"] for one in history)


FIELDS = [
    {"key": "amount", "label": "Amount", "type": "number", "required": True},
    {"key": "kind", "label": "Kind", "type": "choice", "choices": ["goods", "work"]},
]


def form_row() -> dict[str, Any]:
    config = {"title": "Check it", "fields": FIELDS, "values": {"amount": {"$expr": "start.n"}, "gone": 1}}
    return row(
        node("check", "ask_person", config),
        node("after", "set_fields", {"fields": [{"name": "sum", "value": {"$expr": "check.answers.amount + 1"}}]}),
    )


@pytest.mark.ux(122)
def test_a_form_is_filled_in_from_the_run_and_its_answers_go_on(
    adam: Browser, maria: Browser, publish: Publish, start: Start, drive: Callable[[Run], Run]
) -> None:
    run = drive(start(publish(form_row()), input={"n": 41}))
    task = HumanTask.objects.get(run=run)
    shown = adam.get(f"tasks/{task.pk}").json()
    assert (shown["kind"], shown["values"], shown["questions"][0]["label"]) == ("form", {"amount": 41}, "Amount")
    sent = {"answers": {"amount": 41.5, "kind": "goods"}}
    assert do(adam, task, "complete", sent).json()["code"] == "not_taken"
    do(adam, task, "take")
    wrong = do(adam, task, "complete", {"answers": {"amount": "", "kind": "air"}})
    assert (wrong.status_code, [one["field"] for one in wrong.json()["problems"]]) == (422, ["amount", "kind"])
    assert do(adam, task, "decide", APPROVE).json()["code"] == "other_kind"
    done = do(adam, task, "complete", sent).json()
    assert (done["state"], done["decision"], done["values"]) == ("done", "completed", sent["answers"])
    drive(run)
    values = maria.get(f"runs/{run.pk}/values").json()
    assert values["after"] == {"sum": 42.5}
    assert values["check"]["answered_by"] == "Adam"
