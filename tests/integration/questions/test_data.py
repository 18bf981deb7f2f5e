"""What auditors ask about data, models and the trail itself."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.utils import timezone

from builder.models import Workflow
from orchestrator.assets.models import Asset
from orchestrator.governance.models import AuditLink, Workspace
from orchestrator.runs import database, outside_calls
from orchestrator.runs.checking import check_trail
from orchestrator.runs.models import HumanTask, Run, RunStatus
from tests.integration.authoring import Browser, join, sound
from tests.integration.operations.test_usage import made
from tests.integration.questions.asking import about, entries, report, trail
from tests.integration.questions.histories import WHO, sorting
from tests.integration.questions.test_runs import add_connection
from tests.integration.runs.graphs import graph, line, node, row
from tests.integration.runs.outside import Outside
from tests.integration.runs.test_agents import calling

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]
POST = {"method": "POST", "json": {"greeting": "hello"}}


def test_q09_all_runs_about_a_customer_are_found_with_what_the_model_and_the_person_said(
    kinds: Asset,
    adam: Browser,
    otto: Browser,
    workspace: Workspace,
    publish: Publish,
    start: Start,
    drive: Drive,
) -> None:
    workflow = publish(sorting())
    run = drive(start(workflow, input={"customer": "C-1047"}))
    task = HumanTask.objects.get(run=run)
    adam.post(f"tasks/{task.pk}/take")
    adam.post(f"tasks/{task.pk}/decide", {"decision": "reject", "comment": "No receipt"})
    run = drive(run)
    drive(start(workflow, input={"customer": "C-10471"}))
    [found] = about(otto, workspace, "c-1047")
    assert (found["id"], found["status"], found["started_by"]) == (str(run.pk), "done", "Maria")
    assert found["found_in"] == ["Start"]
    assert [(one["name"], one["version"], one["label"]) for one in found["models"]] == [("Kinds", 1, "complaint")]
    assert [(one["decision"], one["by"]) for one in found["people"]] == [("rejected", "Adam")]
    assert about(otto, workspace, "C-1047", until=run.created_at.isoformat()) == []
    told = entries(otto, workspace, action="subject.searched")
    assert [one["actor"]["name"] for one in told] == ["Otto", "Otto"]
    assert "1047" not in json.dumps(told)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Müller & Söhne", True),
        ('says "no"', True),
        ("C:\\letters", True),
        ("1.5", True),
        ("1.50", False),
        ("ller & S", False),
        ("M.ller", False),
        ("(", None),
    ],
)
def test_a_search_takes_what_is_written_literally_and_whole(
    otto: Browser, workspace: Workspace, publish: Publish, start: Start, value: str, found: bool | None
) -> None:
    asked = [{"key": "text", "label": "Text", "type": "text"}, {"key": "n", "label": "N", "type": "number"}]
    nodes = [node("start", "start_manual", {"fields": asked}), node("keep", "set_fields")]
    workflow = publish(graph(nodes, [line("start", "keep")]))
    start(workflow, input={"text": 'Müller & Söhne says "no" in C:\\letters', "n": 1.5})
    if found is None:
        assert otto.post(f"workspaces/{workspace.pk}/runs/about", {"value": value}).status_code == 422
        return
    assert bool(about(otto, workspace, value)) is found


def test_a_search_needs_the_right_to_the_data_of_runs_and_sees_nothing_elsewhere(
    maria: Browser, otto: Browser, workspace: Workspace, publish: Publish, start: Start
) -> None:
    start(publish(graph([node("start", "start_manual", WHO)], [])), input={"customer": "C-1047"})
    assert maria.post(f"workspaces/{workspace.pk}/runs/about", {"value": "C-1047"}).status_code == 403
    other = Workspace.objects.create(name="Elsewhere")
    stranger = join(other, "auditor", name="Sam")
    assert stranger.post(f"workspaces/{workspace.pk}/runs/about", {"value": "C-1047"}).status_code == 404
    assert about(stranger, other, "C-1047") == []


def test_q14_what_left_the_house_stands_there_before_it_leaves_with_host_kind_size_and_run(
    otto: Browser, workspace: Workspace, publish: Publish, start: Start, drive: Drive, outside: Outside
) -> None:
    outside.answers["gone"] = 0
    send = node("send", "http_request", {**POST, "url": outside.url("gone")})
    run = drive(start(publish(row(send))))
    [left] = report(otto, workspace, "outside")
    assert (left["host"], left["kind"], left["step"]) == (outside.host, "http", "Send")
    assert left["bytes"] == len('{"greeting": "hello"}')
    assert left["run"]["id"] == str(run.pk)
    assert left["workflow"]["name"] == "Invoices"
    export = otto.get(f"workspaces/{workspace.pk}/reports/outside/export")
    [line_of_file] = csv.DictReader(io.StringIO(b"".join(export.streaming_content).decode("utf-8-sig")))
    assert (line_of_file["host"], line_of_file["run"]) == (outside.host, left["run"]["name"])
    assert report(otto, workspace, "outside", until=(run.created_at - timedelta(days=1)).isoformat()) == []


def test_q14_a_tool_of_an_agent_and_its_model_stand_there_too(
    clerk: Asset, peer: Any, otto: Browser, workspace: Workspace, publish: Publish, start: Start, drive: Drive
) -> None:
    drive(start(publish(row(calling("order-status")))))
    assert [(one["host"], one["kind"]) for one in report(otto, workspace, "outside")] == [(peer.host, "tool")]


def test_nothing_leaves_the_house_that_cannot_be_kept(
    publish: Publish, start: Start, drive: Drive, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(outside_calls, "keep_call", away)
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.0)
    fetch = node("fetch", "http_request", {"method": "GET", "url": outside.url("x")}, policy={"retry": {"attempts": 1}})
    run = drive(start(publish(row(fetch))))
    assert outside.hits == []
    assert RunStatus(run.status) is not RunStatus.DONE


def test_q20_a_connection_says_which_runs_used_it_and_the_trail_who_made_and_deleted_it(
    otto: Browser, workspace: Workspace, publish: Publish, start: Start, drive: Drive, outside: Outside
) -> None:
    keeper = join(workspace, "connection_manager", name="Carl")
    ledger = add_connection(keeper, workspace, outside.host)
    fetch = node("fetch", "http_request", {"method": "GET", "url": outside.url("a"), "credential": ledger})
    plain = node("plain", "http_request", {"method": "GET", "url": outside.url("b")})
    run = drive(start(publish(row(fetch, plain))))
    [use] = report(otto, workspace, "outside", credential=ledger)
    assert (use["run"]["id"], use["step"], use["connection"]["name"]) == (str(run.pk), "Fetch", "Ledger")
    assert len(report(otto, workspace, "outside")) == 2
    keeper.delete(f"credentials/{ledger}")
    about_it = {"object_type": "credential", "object_id": ledger}
    assert trail(otto, workspace, **about_it) == [
        "Carl deleted the connection “Ledger”",
        "Carl added the connection “Ledger”",
    ]
    assert "s3cr3t-ABC" not in json.dumps(entries(otto, workspace, **about_it))


def test_q29_the_trail_verifies_and_a_change_is_found(
    maria: Browser, otto: Browser, workspace: Workspace, publish: Publish
) -> None:
    publish(sound())
    assert verified(otto, workspace)["bad_seq"] is None
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE governance_auditevent DISABLE TRIGGER USER")
        AuditLink.objects.filter(workspace_id=workspace.pk, seq=2).update(object_name="Nobody")
        cursor.execute("ALTER TABLE governance_auditevent ENABLE TRIGGER USER")
    assert verified(otto, workspace)["bad_seq"] == 2


def verified(otto: Browser, workspace: Workspace) -> dict[str, Any]:
    """What the auditor reads after the button was pressed and a worker was through."""
    asked = otto.post(f"workspaces/{workspace.pk}/audit/checks")
    assert asked.status_code == 202, asked.json()
    check_trail(UUID(asked.json()["id"]))
    found = otto.get(f"workspaces/{workspace.pk}/audit/checks").json()["results"][0]
    assert found["ended_at"], found
    return dict(found)


def test_q30_who_read_searched_exported_or_looked_at_data_is_one_choice_in_the_trail(
    maria: Browser, otto: Browser, workspace: Workspace, publish: Publish, start: Start
) -> None:
    run = start(publish(sound()), input={})
    for _ in range(2):
        assert maria.get(f"runs/{run.pk}/steps/1").status_code == 200
    report(otto, workspace, "stops")
    b"".join(otto.get(f"workspaces/{workspace.pk}/reports/stops/export").streaming_content)
    about(otto, workspace, "nobody-at-all")
    assert trail(otto, workspace, topic="readings") == [
        "Otto searched the runs for a person or record",
        "Otto exported the report “stops”",
        "Otto read the audit trail",
        "Maria looked at the data of the run “Invoices”",
    ]
    shown = trail(otto, workspace)
    assert "Maria looked at the data of the run “Invoices”" not in shown
    assert "Otto read the audit trail" not in shown


def test_q32_the_register_names_every_use_of_ai_and_what_it_lacks(
    kinds: Asset, otto: Browser, workspace: Workspace, publish: Publish
) -> None:
    publish(sorting())
    Asset.objects.filter(pk=kinds.pk).update(purpose="Sort letters", review_on=date(2020, 1, 1))
    made(workspace, "writer", "Writer")
    sorter, writer = report(otto, workspace, "register")
    assert (sorter["name"]["name"], sorter["purpose"], sorter["workflows"]) == ("Kinds", "Sort letters", 1)
    assert sorter["lacks"] == "oversight, owner, overdue"
    assert (writer["version"], writer["workflows"], writer["lacks"]) == (1, 0, "purpose, oversight, owner, review")
    Asset.objects.filter(pk=kinds.pk).update(archived_at=timezone.now())
    assert [one["name"]["name"] for one in report(otto, workspace, "register")] == ["Kinds", "Writer"]
