"""What is kept of ended runs: how long, and what of it is blacked out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from builder.models import StepSample, Workflow
from orchestrator.artifacts.errors import StoreUnavailable
from orchestrator.artifacts.models import Artifact
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.runs import clearing, held_files, redacting
from orchestrator.runs.models import HumanTask, OutgoingMail, Run, RunEvent, RunStatus, RunValue, Step
from orchestrator.runs.values import read_value, row_value
from tests.integration.authoring import Browser, join
from tests.integration.runs.conftest import ask, upload_note
from tests.integration.runs.graphs import get, graph, line, node, row
from tests.integration.runs.outside import Outside

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]

TEXT_START = node("start", "start_manual", {"fields": [{"key": "text", "label": "Text", "type": "text"}]})


@pytest.fixture
def owner(workspace: Workspace) -> Browser:
    return join(workspace, "owner", "operator", "auditor", name="Olga")


def settle(owner: Browser, workspace: Workspace, **rules: Any) -> None:
    answer = owner.patch(f"workspaces/{workspace.pk}", rules)
    assert answer.status_code == 200, answer.json()


def ended_ago(run: Run, **ago: int) -> None:
    Run.objects.filter(pk=run.pk).update(ended_at=timezone.now() - timedelta(**ago))


def clear() -> None:
    while clearing.clear_some():
        pass


def data_of(run: Run) -> str:
    """All that is kept of its data, as text."""
    values = [read_value(run.pk, run.workspace_id, row.number) for row in RunValue.objects.filter(run_id=run.pk)]
    tasks = list(HumanTask.objects.filter(run_id=run.pk).values("title", "instructions", "shown", "values", "comment"))
    mails = list(OutgoingMail.objects.filter(run_id=run.pk).values("to", "subject", "body", "reply_to"))
    return json.dumps([values, tasks, mails, Run.objects.get(pk=run.pk).title], default=str)


@pytest.fixture
def greeting(publish: Publish) -> Workflow:
    steps = [TEXT_START, node("greet", "set_fields", {"fields": [{"name": "said", "value": {"$expr": "start.text"}}]})]
    return publish(graph(steps, [line("start", "greet")]))


@pytest.mark.ux(112)
def test_data_is_deleted_when_its_time_has_come_and_the_log_stays_whole(
    greeting: Workflow, start: Start, drive: Drive, owner: Browser, workspace: Workspace
) -> None:
    old, new = (drive(start(greeting, input={"text": "Good morning"})) for _ in range(2))
    settle(owner, workspace, keep_days=30)
    ended_ago(old, days=31)
    ended_ago(new, days=29)
    ask(old, instructions="Look at Maria's letter", values={"a": 1})
    clear()
    assert not RunValue.objects.filter(run_id=old.pk).exists()
    assert "Good morning" not in data_of(old)
    assert "Maria" not in data_of(old)
    assert "Good morning" in data_of(new)
    old.refresh_from_db()
    assert old.erased_by == "days:30"
    assert RunEvent.objects.filter(run_id=old.pk).count() == old.seq
    shown = owner.get(f"runs/{old.pk}").json()
    assert shown["erased"]["rule"] == "days:30"
    step = Step.objects.get(run_id=old.pk, node="greet").step
    assert owner.get(f"runs/{old.pk}/steps/{step}").json()["output"] is None
    call_command("verify_audit")


def test_the_trail_tells_what_was_deleted_by_which_rule(
    greeting: Workflow, start: Start, drive: Drive, owner: Browser, workspace: Workspace
) -> None:
    runs = [drive(start(greeting, input={"text": "x"})) for _ in range(2)]
    settle(owner, workspace, keep_days=1)
    for run in runs:
        ended_ago(run, days=2)
    clear()
    clear()
    event = AuditEvent.objects.get(action="run.data_deleted")
    assert event.actor_name == "retention"
    assert event.detail == {"rule": "days:1", "runs": sorted(str(run.pk) for run in runs), "files": 0}


@pytest.mark.ux(112)
def test_a_workflow_may_keep_nothing_of_what_ended_well(
    publish: Publish, start: Start, drive: Drive, maria: Browser, outside: Outside
) -> None:
    outside.answers["broken"] = 400
    good, bad = publish(row(get("call", outside.url("fine")))), publish(row(get("call", outside.url("broken"))))
    for workflow in (good, bad):
        assert maria.patch(f"workflows/{workflow.pk}", {"keep_none": True}).status_code == 200
    done, failed = drive(start(good)), drive(start(bad))
    clear()
    assert not RunValue.objects.filter(run_id=done.pk).exists()
    assert Run.objects.get(pk=done.pk).erased_by == "success"
    assert RunValue.objects.filter(run_id=failed.pk).exists()
    assert Run.objects.get(pk=failed.pk).erased_at is None


def test_a_workflow_keeps_its_data_shorter_than_the_workspace_but_not_longer(
    greeting: Workflow, start: Start, drive: Drive, maria: Browser, owner: Browser, workspace: Workspace
) -> None:
    run = drive(start(greeting, input={"text": "x"}))
    settle(owner, workspace, keep_days=30)
    maria.patch(f"workflows/{greeting.pk}", {"keep_days": 365})
    ended_ago(run, days=20)
    clear()
    assert RunValue.objects.filter(run_id=run.pk).exists()
    maria.patch(f"workflows/{greeting.pk}", {"keep_days": 10})
    clear()
    assert not RunValue.objects.filter(run_id=run.pk).exists()


def test_a_hold_keeps_everything_until_it_is_lifted(
    greeting: Workflow, start: Start, drive: Drive, owner: Browser, workspace: Workspace
) -> None:
    run = drive(start(greeting, input={"text": "ada@example.com"}))
    settle(owner, workspace, keep_days=1, redact=["email"], data_hold="Case 4711 at the labour court")
    Run.objects.filter(pk=run.pk).update(to_redact=True)
    ended_ago(run, days=9)
    clear()
    assert "ada@example.com" in data_of(run)
    settle(owner, workspace, data_hold="")
    clear()
    assert "ada@example.com" not in data_of(run)
    changed = AuditEvent.objects.filter(action="workspace.changed").order_by("seq")
    assert changed[0].after["data_hold"] == "Case 4711 at the labour court"
    assert changed[1].after == {"data_hold": ""}


def test_files_go_with_the_data_that_names_them_unless_something_else_needs_them(
    publish: Publish, start: Start, drive: Drive, maria: Browser, owner: Browser, workspace: Workspace
) -> None:
    keep = node("keep", "set_fields", {"fields": [{"name": "paper", "value": {"$expr": "start.file"}}]})
    workflow = publish(graph([node("start", "start_file"), keep], [line("start", "keep")]))
    papers = [upload_note(maria, workspace) for _ in range(3)]
    runs = [drive(start(workflow, input={}, file=paper["file_id"])) for paper in papers]
    StepSample.objects.create(workflow=workflow, node="start", output={"paper": papers[1]})
    again = maria.post(f"runs/{runs[2].pk}/repeat", {})
    assert again.status_code == 202, again.json()
    drive(Run.objects.get(pk=again.json()["id"]))
    settle(owner, workspace, keep_days=1)
    for run in runs:
        ended_ago(run, days=2)
    clear()
    left = {str(each) for each in Artifact.objects.filter(workspace=workspace).values_list("pk", flat=True)}
    assert left == {papers[1]["file_id"], papers[2]["file_id"]}
    content = f"{workspace.pk}/{papers[0]['sha256']}"
    assert storages["artifacts"].exists(content), "the others have the same content"
    Artifact.objects.filter(pk=papers[1]["file_id"]).delete()
    ended_ago(Run.objects.get(pk=again.json()["id"]), days=2)
    clear()
    assert not Artifact.objects.filter(workspace=workspace).exists()
    assert not storages["artifacts"].exists(content)


def test_personal_data_is_blacked_out_once_a_run_has_ended_and_the_run_works_with_the_truth(
    publish: Publish, start: Start, drive: Drive, owner: Browser, workspace: Workspace
) -> None:
    settle(owner, workspace, redact=["email", "iban", "card", "phone"], personal_fields=["Salary"])
    begin = node(
        "start",
        "start_manual",
        {
            "fields": [
                {"key": "text", "label": "Text", "type": "text"},
                {"key": "salary", "label": "Salary", "type": "number"},
            ]
        },
    )
    send = node("send", "send_mail", {"to": "ada@example.com", "subject": "To ada@example.com", "body": "Hello"})
    length = node("measure", "set_fields", {"fields": [{"name": "size", "value": {"$expr": "size(start.text)"}}]})
    text = "Ada, ada@example.com, DE89 3704 0044 0532 0130 00, 4111 1111 1111 1111, +49 30 901820, order 4711"
    workflow = publish(graph([begin, send, length], [line("start", "send"), line("send", "measure")]))
    run = drive(start(workflow, input={"text": text, "salary": 4200}))
    Run.objects.filter(pk=run.pk).update(title="Letter of ada@example.com")
    assert RunStatus(run.status) is RunStatus.DONE
    digest = RunEvent.objects.get(run_id=run.pk, seq=1).body["input"]["digest"]
    clear()
    kept = data_of(run)
    for secret in ("ada@example.com", "DE89", "4111", "901820", "4200"):
        assert secret not in kept
    assert "order 4711" in kept
    assert read_value(run.pk, run.workspace_id, 0)["salary"] == "[redacted: salary]"
    number = Step.objects.get(run_id=run.pk, node="measure").value_id
    assert read_value(run.pk, run.workspace_id, number)["size"] == len(text), "the run itself knew the truth"
    assert RunEvent.objects.get(run_id=run.pk, seq=1).body["input"]["digest"] == digest
    run.refresh_from_db()
    assert run.redacted["counts"]["email"] >= 3
    assert run.redacted["counts"]["field:salary"] == 1
    assert owner.get(f"runs/{run.pk}").json()["redacted"]["counts"]["iban"] == 1
    event = AuditEvent.objects.get(action="run.data_redacted")
    assert event.detail["runs"] == [str(run.pk)]
    call_command("verify_audit")


def test_a_value_that_the_store_does_not_give_now_is_blacked_out_later(
    greeting: Workflow,
    start: Start,
    drive: Drive,
    owner: Browser,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settle(owner, workspace, redact=["email"])
    run = drive(start(greeting, input={"text": "Write to ada@example.com"}))

    def away(*_: Any) -> None:
        raise StoreUnavailable("timed out")

    monkeypatch.setattr(redacting, "row_value", away)
    with pytest.raises(StoreUnavailable):
        clear()
    monkeypatch.undo()
    assert "ada@example.com" in data_of(run)
    clear()
    assert "ada@example.com" not in data_of(run)


def test_a_failed_run_keeps_the_truth_as_long_as_somebody_may_try_it_again(
    publish: Publish, start: Start, drive: Drive, maria: Browser, owner: Browser, workspace: Workspace, outside: Outside
) -> None:
    settle(owner, workspace, redact=["email"])
    outside.answers["crm"] = 503
    steps = [TEXT_START, get("call", outside.url("crm"))]
    workflow = publish(graph(steps, [line("start", "call")]))
    failed = drive(start(workflow, input={"text": "ada@example.com"}))
    assert RunStatus(failed.status) is RunStatus.FAILED
    clear()
    assert "ada@example.com" in data_of(failed)
    outside.answers["crm"] = 200
    retried = maria.post(f"runs/{failed.pk}/repeat", {"from_failed": True})
    assert retried.status_code == 202, retried.json()
    again = drive(Run.objects.get(pk=retried.json()["id"]))
    assert RunStatus(again.status) is RunStatus.DONE
    clear()
    assert "ada@example.com" not in data_of(failed) + data_of(again)
    refused = maria.post(f"runs/{again.pk}/repeat", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "redacted")


def test_a_file_stays_that_stands_in_the_settings_of_a_step(
    publish: Publish, start: Start, drive: Drive, maria: Browser, owner: Browser, workspace: Workspace
) -> None:
    paper = upload_note(maria, workspace)
    enclose = node("keep", "set_fields", {"fields": [{"name": "paper", "value": paper}]})
    workflow = publish(row(enclose))
    run = drive(start(workflow))
    maria.save(workflow, row())
    settle(owner, workspace, keep_days=1)
    ended_ago(run, days=2)
    clear()
    assert Run.objects.get(pk=run.pk).erased_at is not None
    assert Artifact.objects.filter(pk=paper["file_id"]).exists(), "what is live still encloses it"


def test_a_file_stays_for_a_test_that_took_over_what_an_earlier_one_gave(
    publish: Publish, drive: Drive, maria: Browser, owner: Browser, workspace: Workspace
) -> None:
    keep = node("keep", "set_fields", {"fields": [{"name": "paper", "value": {"$expr": "start.file"}}]})
    workflow = publish(graph([node("start", "start_file"), keep], [line("start", "keep")]))
    paper, tests = upload_note(maria, workspace), []
    for more in ({"file": paper["file_id"]}, {}):
        reuse = {"reuse": str(tests[0].pk)} if tests else {}
        answer = maria.post(f"workflows/{workflow.pk}/runs", {"draft": True, **more, **reuse})
        assert answer.status_code == 202, answer.json()
        tests.append(drive(Run.objects.get(pk=answer.json()["id"])))
    settle(owner, workspace, keep_days=1)
    ended_ago(tests[0], days=2)
    clear()
    assert Run.objects.get(pk=tests[0].pk).erased_at is not None
    assert Artifact.objects.filter(pk=paper["file_id"]).exists()


def test_what_stays_of_deleted_data_is_blacked_out_too(
    greeting: Workflow, start: Start, drive: Drive, maria: Browser, owner: Browser, workspace: Workspace
) -> None:
    settle(owner, workspace, redact=["email"])
    maria.patch(f"workflows/{greeting.pk}", {"keep_none": True})
    run = drive(start(greeting, input={"text": "x"}))
    Run.objects.filter(pk=run.pk).update(title="Letter of ada@example.com")
    ask(run, title="Answer ada@example.com", comment="She is at ada@example.com")
    clear()
    run.refresh_from_db()
    assert run.erased_by == "success"
    assert "ada@example.com" not in data_of(run)
    assert run.redacted["counts"] == {"email": 3}


def test_runs_whose_parents_are_at_work_hold_up_no_others(
    greeting: Workflow, start: Start, drive: Drive, maria: Browser
) -> None:
    waiting = start(greeting, input={"text": "x"})
    held, free = (
        [drive(start(greeting, input={"text": "x"})) for _ in range(count)] for count in (clearing.OF_EACH, 1)
    )
    Run.objects.filter(pk__in=[run.pk for run in held]).update(parent_id=waiting.pk)
    maria.patch(f"workflows/{greeting.pk}", {"keep_none": True})
    assert [due.run for due in clearing._to_erase(1)] == [free[0].pk]
    clear()
    assert list(Run.objects.filter(erased_at__isnull=False).values_list("pk", flat=True)) == [free[0].pk]


def test_a_file_stays_for_a_run_that_got_it_by_way_of_one_whose_data_is_gone(
    publish: Publish, start: Start, drive: Drive, maria: Browser, owner: Browser, workspace: Workspace
) -> None:
    keep = node("keep", "set_fields", {"fields": [{"name": "paper", "value": {"$expr": "start.file"}}]})
    workflow = publish(graph([node("start", "start_file"), keep], [line("start", "keep")]))
    paper = upload_note(maria, workspace)
    first = drive(start(workflow, input={}, file=paper["file_id"]))
    runs = [first]
    for _ in range(2):
        again = maria.post(f"runs/{runs[-1].pk}/repeat", {})
        runs.append(drive(Run.objects.get(pk=again.json()["id"])))
    settle(owner, workspace, keep_days=1)
    for run in (runs[1], first):
        ended_ago(run, days=2)
        clear()
    assert Artifact.objects.filter(pk=paper["file_id"]).exists()
    ended_ago(runs[2], days=2)
    clear()
    assert not Artifact.objects.filter(pk=paper["file_id"]).exists()


@pytest.mark.parametrize("sealed", [False, True])
def test_a_file_stays_for_a_run_that_began_with_it_too_and_for_a_message_that_nobody_took(
    publish: Publish, start: Start, drive: Drive, maria: Browser, owner: Browser, workspace: Workspace, sealed: bool
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(encrypt_data=sealed)
    keep = node("keep", "set_fields", {"fields": [{"name": "paper", "value": {"$expr": "start.file"}}]})
    one, other = (publish(graph([node("start", "start_file"), keep], [line("start", "keep")])) for _ in range(2))
    paper, told = upload_note(maria, workspace), upload_note(maria, workspace)
    first, second, third = (
        drive(start(workflow, input={}, file=file["file_id"]))
        for workflow, file in ((one, paper), (other, paper), (one, told))
    )
    sent = owner.post(f"workspaces/{workspace.pk}/messages", {"name": "order", "correlation": "1", "body": told})
    assert sent.json()["outcome"] == "kept", sent.json()
    settle(owner, workspace, keep_days=1)
    ended_ago(first, days=2)
    ended_ago(third, days=2)
    clear()
    left = {str(each) for each in Artifact.objects.filter(workspace=workspace).values_list("pk", flat=True)}
    assert left == {paper["file_id"], told["file_id"]}
    ended_ago(second, days=2)
    clear()
    assert not Artifact.objects.filter(pk=paper["file_id"]).exists()


def test_nothing_is_deleted_while_the_store_does_not_say_which_files_others_hold(
    publish: Publish,
    start: Start,
    drive: Drive,
    maria: Browser,
    owner: Browser,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep = node("keep", "set_fields", {"fields": [{"name": "paper", "value": {"$expr": "start.file"}}]})
    workflow = publish(graph([node("start", "start_file"), keep], [line("start", "keep")]))
    paper = upload_note(maria, workspace)
    run, other = (drive(start(workflow, input={}, file=paper["file_id"])) for _ in range(2))
    settle(owner, workspace, keep_days=1)
    ended_ago(run, days=2)

    def read(workspace: Any, kept: RunValue) -> Any:
        if kept.run_id == other.pk:
            raise StoreUnavailable("timed out")
        return row_value(workspace, kept)

    monkeypatch.setattr(held_files, "row_value", read)
    with pytest.raises(StoreUnavailable):
        clear()
    assert Artifact.objects.filter(pk=paper["file_id"]).exists()
    monkeypatch.undo()
    clear()
    assert Run.objects.get(pk=run.pk).erased_at is not None


def test_fields_of_a_workflow_are_blacked_out_in_its_runs_only(
    greeting: Workflow, publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    other = publish(graph([TEXT_START], []))
    maria.patch(f"workflows/{greeting.pk}", {"personal_fields": ["text"]})
    one, two = drive(start(greeting, input={"text": "Ada"})), drive(start(other, input={"text": "Ada"}))
    clear()
    assert read_value(one.pk, one.workspace_id, 0) == {"text": "[redacted: text]"}
    assert read_value(two.pk, two.workspace_id, 0) == {"text": "Ada"}


def test_blacking_out_leaves_no_salt_with_which_the_truth_could_be_guessed(
    greeting: Workflow, start: Start, drive: Drive, owner: Browser, workspace: Workspace
) -> None:
    settle(owner, workspace, redact=["email"])
    run = drive(start(greeting, input={"text": "ada@example.com"}))
    salts = {bytes(row.salt) for row in RunValue.objects.filter(run_id=run.pk)}
    clear()
    assert salts.isdisjoint(bytes(row.salt) for row in RunValue.objects.filter(run_id=run.pk))


def test_only_one_worker_at_a_time_clears(greeting: Workflow, start: Start, drive: Drive, owner, workspace) -> None:
    run = drive(start(greeting, input={"text": "x"}))
    settle(owner, workspace, keep_days=1)
    ended_ago(run, days=2)
    from orchestrator.runs.store import connect

    with connect() as other, other.transaction():
        assert other.execute(clearing.LOCK).fetchone()[0]
        assert clearing.clear_some() == 0
    assert clearing.clear_some() == 1
    assert connection.is_usable()
