"""Messages before, during and after the wait for them, and whoever else wants them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from builder.models import Workflow
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.runs.host import Host
from orchestrator.runs.models import Mail, Message, Run, RunStatus, Wait, WaitState
from tests.integration.authoring import Browser
from tests.integration.runs.graphs import START, Graph, graph, line, node, row
from tests.integration.runs.waiting import drive_to_its_end, eventually

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]

PAYMENT = {"name": "payment", "correlation": "7", "body": {"paid": 12.5}}
LISTEN = node("rest", "wait_message", {"name": "payment", "correlation": {"$expr": "start.n"}})


def listening(*, late: bool = False) -> Graph:
    nodes = [START, LISTEN, node("after", "set_fields", {"fields": [{"name": "got", "value": {"$expr": "rest.body"}}]})]
    return graph(
        nodes, [line("start", "rest"), line("rest", "after"), *([line("rest", "after", "late")] if late else [])]
    )


def tell(browser: Browser, workspace: Workspace, **message: Any) -> Any:
    return browser.post(f"workspaces/{workspace.pk}/messages", {**PAYMENT, **message})


@pytest.fixture
def waiting(publish: Publish, start: Start, drive: Drive) -> Run:
    return drive(start(publish(listening()), input={"n": 7}))


def values(browser: Browser, run: Run) -> Any:
    return browser.get(f"runs/{run.pk}/values").json()


def test_a_run_says_which_message_it_waits_for(waiting: Run, maria: Browser) -> None:
    wait = Wait.objects.get(run_id=waiting.pk)
    assert (RunStatus(waiting.status), waiting.owner) == (RunStatus.WAITING, None)
    assert waiting.waiting_for.startswith("Waits for the message payment / 7, until ")
    step = next(step for step in maria.get(f"runs/{waiting.pk}").json()["steps"] if step["node"] == "rest")
    assert (step["status"], step["wait"]["name"], step["wait"]["wait"]) == ("waiting", "payment", str(wait.pk))


def test_a_message_brings_a_waiting_run_on(waiting: Run, maria: Browser, workspace: Workspace, drive: Drive) -> None:
    answer = tell(maria, workspace)
    assert (answer.status_code, answer.json()["outcome"]) == (202, "delivered")
    ended = drive(waiting)
    assert (RunStatus(ended.status), ended.waiting_for) == (RunStatus.DONE, "")
    rest = values(maria, ended)["rest"]
    assert (rest["body"], rest["from"]) == ({"paid": 12.5}, "Maria")
    assert rest["sent_at"]
    wait = Wait.objects.get(run_id=waiting.pk)
    assert (WaitState(wait.state), wait.resolved_by) == (WaitState.DONE, "Maria")
    assert Message.objects.get().body is None
    event = AuditEvent.objects.get(action="message.sent")
    assert event.detail == {"correlation": "7", "outcome": "delivered"}


def test_a_message_that_comes_first_is_kept_for_the_wait(
    publish: Publish, start: Start, drive: Drive, maria: Browser, workspace: Workspace
) -> None:
    workflow = publish(listening())
    assert tell(maria, workspace).json()["outcome"] == "kept"
    ended = drive_to_its_end(drive, start(workflow, input={"n": 7}))
    assert RunStatus(ended.status) is RunStatus.DONE
    assert values(maria, ended)["after"] == {"got": {"paid": 12.5}}


def test_a_message_about_something_else_is_not_taken(waiting: Run, maria: Browser, workspace: Workspace) -> None:
    for other in ({"correlation": "8"}, {"correlation": ""}, {"name": "refund"}):
        assert tell(maria, workspace, **other).json()["outcome"] == "kept"
    assert not Mail.objects.exists()


def test_another_workspace_does_not_hear_it(waiting: Run, stranger: Browser, workspace: Workspace) -> None:
    assert tell(stranger, workspace).status_code == 404
    own = Workspace.objects.get(name="Elsewhere")
    assert tell(stranger, own).json()["outcome"] == "kept"
    assert not Mail.objects.exists()


def test_whoever_may_not_start_runs_sends_no_messages(waiting: Run, viewer: Browser, workspace: Workspace) -> None:
    assert tell(viewer, workspace).status_code == 403


def test_sent_again_with_its_key_it_is_one_message(waiting: Run, maria: Browser, workspace: Workspace) -> None:
    first = tell(maria, workspace, key="bank-1").json()
    assert tell(maria, workspace, key="bank-1").json() == first
    assert Message.objects.count() == Mail.objects.count() == 1
    assert tell(maria, workspace, key="bank-2").json()["outcome"] == "kept"


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 101}, {"body": "a\x00b"}, {"body": "x" * 300_000}, {"correlation": [1]}]
)
def test_what_cannot_be_kept_is_refused(maria: Browser, workspace: Workspace, wrong: dict[str, Any]) -> None:
    assert tell(maria, workspace, **wrong).status_code in (400, 422)
    assert not Message.objects.exists()


def test_of_two_senders_at_once_one_reaches_the_wait(waiting: Run, maria: Browser, workspace: Workspace) -> None:
    def send(number: int) -> str:
        try:
            return str(tell(maria, workspace, body=number).json()["outcome"])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as senders:
        outcomes = sorted(senders.map(send, range(6)))
    assert outcomes == ["delivered"] + ["kept"] * 5
    assert Mail.objects.count() == 1


def test_as_many_messages_as_waits_all_arrive(
    publish: Publish, start: Start, drive: Drive, maria: Browser, workspace: Workspace
) -> None:
    """Each look locks what it pairs and leaves the rest to the next; none may be forgotten in between."""
    workflow = publish(listening())
    runs = [drive(start(workflow, input={"n": 7})) for _ in range(4)]

    def send(number: int) -> None:
        try:
            tell(maria, workspace, body=number)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as senders:
        list(senders.map(send, range(4)))
    got = sorted(values(maria, drive_to_its_end(drive, run))["rest"]["body"] for run in runs)
    assert got == [0, 1, 2, 3]


def test_messages_sent_while_the_waits_for_them_open_all_arrive(
    publish: Publish, start: Start, host: Host, drive: Drive, maria: Browser, workspace: Workspace
) -> None:
    workflow = publish(listening())
    runs = [start(workflow, input={"n": number}) for number in range(12)]

    def send(number: int) -> None:
        try:
            assert tell(maria, workspace, correlation=str(number), body=number).status_code == 202
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as senders:
        driven = [host.execute(run.pk) for run in runs]
        list(senders.map(send, range(12)))
    for number, (run, future) in enumerate(zip(runs, driven, strict=True)):
        future.result(20)
        assert values(maria, drive_to_its_end(drive, run))["rest"]["body"] == number


def test_a_message_and_a_wait_that_did_not_see_each_other_are_brought_together(
    waiting: Run, workspace: Workspace, drive: Drive
) -> None:
    """As when the process dies between its commit and its second look."""
    now = timezone.now()
    late = Message.objects.create(
        workspace=workspace, name="payment", correlation="7", key="x", sender="Bank", body={"body": 1},
        at=now, expires_at=now + timedelta(days=1),
    )  # fmt: skip
    eventually(lambda: Message.objects.get(pk=late.pk).taken_by == waiting.pk)  # the worker sweeps each second
    assert RunStatus(drive_to_its_end(drive, waiting).status) is RunStatus.DONE


def test_an_expired_message_reaches_nobody_and_is_forgotten(
    publish: Publish, start: Start, drive: Drive, maria: Browser, workspace: Workspace
) -> None:
    tell(maria, workspace)
    Message.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    run = drive(start(publish(listening()), input={"n": 7}))
    assert RunStatus(run.status) is RunStatus.WAITING
    Message.objects.update(expires_at=timezone.now() - timedelta(hours=25))
    eventually(lambda: not Message.objects.exists())


def expire(run: Run) -> None:
    """Let the time of its wait be over, and the worker notice."""
    Wait.objects.filter(run_id=run.pk).update(due_at=timezone.now())
    eventually(lambda: Wait.objects.get(run_id=run.pk).state == WaitState.EXPIRED)


def test_a_wait_that_is_over_fails_the_step(waiting: Run, drive: Drive, maria: Browser, workspace: Workspace) -> None:
    expire(waiting)
    assert tell(maria, workspace).json()["outcome"] == "kept"
    ended = drive_to_its_end(drive, waiting)
    assert RunStatus(ended.status) is RunStatus.FAILED
    assert (ended.error["code"], ended.error["retryable"]) == ("no_message", False)


def test_a_wait_that_is_over_goes_on_through_its_exit(
    publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    run = drive(start(publish(listening(late=True)), input={"n": 7}))
    expire(run)
    ended = drive_to_its_end(drive, run)
    assert RunStatus(ended.status) is RunStatus.DONE, ended.error
    assert values(maria, ended)["rest"] == {"body": None, "sent_at": None, "from": None}
    assert values(maria, ended)["after"] == {"got": None}
    rest = next(step for step in maria.get(f"runs/{run.pk}").json()["steps"] if step["node"] == "rest")
    assert (rest["port"], rest["facts"]["late"]) == ("late", True)


def test_a_stopped_run_takes_no_message(waiting: Run, drive: Drive, maria: Browser, workspace: Workspace) -> None:
    maria.post(f"runs/{waiting.pk}/cancel", {})
    drive(waiting)
    assert WaitState(Wait.objects.get().state) is WaitState.CLOSED
    assert tell(maria, workspace).json()["outcome"] == "kept"


def test_a_step_that_stopped_waiting_takes_no_message_while_its_run_goes_on(
    publish: Publish, start: Start, drive: Drive, maria: Browser, workspace: Workspace, adam: Browser
) -> None:
    """One item fails, so the others stop; what they waited for is then somebody else's."""
    inside = [
        node("hear", "wait_message", {"name": "payment", "correlation": {"$expr": "item"}}, parent="each"),
        node("look", "approval", {"title": {"$text": "{{ item }}"}}, parent="each"),
        node(
            "halt",
            "stop_with_error",
            {"message": "No"},
            parent="each",
        ),
    ]
    each = node("each", "for_each", {"items": ["a", "b"]}, policy={"on_error": "path"})
    ask = node("ask", "approval", {"title": "Go on?"})
    lines = [line("start", "each"), line("look", "halt", "rejected"), line("each", "ask", "error")]
    run = drive(start(publish(graph([START, each, *inside, ask], lines)), input={"n": 7}))
    assert Wait.objects.filter(state=WaitState.OPEN).count() == 2
    task = next(one for one in adam.get(f"workspaces/{workspace.pk}/tasks").json()["results"] if one["title"] == "a")
    adam.post(f"tasks/{task['id']}/take")
    adam.post(f"tasks/{task['id']}/decide", {"decision": "reject", "comment": "No"})
    run = drive(run)
    assert (RunStatus(run.status), run.waiting_for) == (RunStatus.WAITING, "Go on?")
    assert set(Wait.objects.values_list("state", flat=True)) == {WaitState.CLOSED}
    open_tasks = adam.get(f"workspaces/{workspace.pk}/tasks").json()["results"]
    assert [task["title"] for task in open_tasks] == ["Go on?"]
    assert tell(maria, workspace, correlation="b").json()["outcome"] == "kept"


def sending(**more: Any) -> Graph:
    config = {"name": "payment", "correlation": {"$expr": "start.n"}, "body": {"by": {"$expr": "run.id"}}, **more}
    return row(node("tell", "send_message", config))


def test_a_workflow_tells_another_what_it_waits_for(
    publish: Publish, start: Start, drive: Drive, maria: Browser, waiting: Run
) -> None:
    sender = drive(start(publish(sending()), input={"n": 7}))
    assert values(maria, sender)["tell"]["outcome"] == "delivered"
    ended = drive(waiting)
    assert RunStatus(ended.status) is RunStatus.DONE
    rest = values(maria, ended)["rest"]
    assert (rest["body"], rest["from"]) == ({"by": str(sender.pk)}, "Invoices")


def test_a_kept_message_lives_as_long_as_its_step_says(publish: Publish, start: Start, drive: Drive) -> None:
    drive(start(publish(sending(keep=10)), input={"n": 7}))
    kept = Message.objects.get()
    assert kept.expires_at - kept.at == timedelta(days=10)


def beginning(name: str = "payment") -> Graph:
    nodes = [
        node("heard", "start_message", {"name": name}),
        node("note", "set_fields", {"fields": [{"name": "about", "value": {"$expr": "trigger.correlation"}}]}),
    ]
    return graph(nodes, [line("heard", "note")])


def test_every_live_workflow_that_begins_with_it_starts(
    publish: Publish, drive: Drive, maria: Browser, workspace: Workspace
) -> None:
    first, second, _, paused = (publish(beginning(name)) for name in ("payment", "payment", "order", "payment"))
    Workflow.objects.filter(pk=paused.pk).update(paused=True)
    for _ in range(2):
        assert tell(maria, workspace, key="bank-1").status_code == 202
    runs = Run.objects.filter(how="message")
    assert {run.workflow_id for run in runs} == {first.pk, second.pk}
    assert len(runs) == 2
    ended = drive(runs[0])
    assert (RunStatus(ended.status), ended.title) == (RunStatus.DONE, "payment 7")
    shown = values(maria, ended)
    assert (shown["heard"]["body"], shown["note"]) == ({"paid": 12.5}, {"about": "7"})


def test_a_run_that_waits_for_it_comes_before_workflows_that_begin_with_it(
    publish: Publish, waiting: Run, maria: Browser, workspace: Workspace
) -> None:
    publish(beginning())
    assert [tell(maria, workspace).json()["outcome"] for _ in range(2)] == ["delivered", "started"]
    assert Run.objects.filter(how="message").count() == 1


def test_a_version_that_listens_no_longer_is_not_started(
    publish: Publish, maria: Browser, workspace: Workspace
) -> None:
    workflow = publish(beginning())
    assert maria.save(workflow, beginning("order")).json()["problems"] == []
    maria.publish(workflow)
    assert tell(maria, workspace).json()["outcome"] == "kept"
    assert tell(maria, workspace, name="order").json()["outcome"] == "started"


def test_whichever_comes_first_ends_the_other_wait(
    publish: Publish, start: Start, drive: Drive, maria: Browser, workspace: Workspace
) -> None:
    """A message or a while: the join goes on with the first and cancels the rest."""
    soon = node("soon", "wait", {"amount": 0.5, "unit": "seconds"})
    first = node("first", "set_fields", join="any", cancel_rest=True)
    later = node("later", "approval", {"title": "Go on?"})
    ways = [("start", "rest"), ("start", "soon"), ("rest", "first"), ("soon", "first")]
    lines = [*(line(*way) for way in ways), line("first", "later")]
    run = drive(start(publish(graph([START, LISTEN, soon, first, later], lines)), input={"n": 7}))
    assert (RunStatus(run.status), run.waiting_for) == (RunStatus.WAITING, "Go on?")
    assert WaitState(Wait.objects.get().state) is WaitState.CLOSED
    assert tell(maria, workspace).json()["outcome"] == "kept"


def test_a_wait_that_is_over_may_fall_back_on_another(
    publish: Publish, start: Start, drive: Drive, maria: Browser, workspace: Workspace
) -> None:
    again = {**LISTEN, "policy": {"fallbacks": [{"correlation": "8"}]}}
    run = drive(start(publish(row(again)), input={"n": 7}))
    expire(run)

    def waits_again() -> bool:
        return drive(run).waiting_for.startswith("Waits for the message payment / 8")

    eventually(waits_again)
    wait = Wait.objects.get(run_id=run.pk)
    assert (WaitState(wait.state), wait.correlation, wait.resolved_at) == (WaitState.OPEN, "8", None)
