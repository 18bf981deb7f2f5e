"""The trail as a file: what the filters leave, safe to open, and told."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest

from orchestrator.governance import audit
from orchestrator.governance.models import AuditEvent
from orchestrator.governance.principal import system
from tests.integration.governance.people import Browser


@pytest.fixture
def auditor(browser_of, workspace) -> Browser:
    admin = browser_of("admin", name="=HYPERLINK(1)")
    admin.patch(f"workspaces/{workspace.id}", {"name": "Pier"})
    admin.patch(f"workspaces/{workspace.id}", {"name": "Quay"})
    admin.post(f"workspaces/{workspace.id}/invitations", {"email": "ada@example.com", "roles": ["viewer"]})
    return browser_of("auditor", name="Otto")


def export(browser: Browser, workspace, **query: str) -> str:
    answer = browser.get(f"workspaces/{workspace.id}/audit/export", **query)
    assert answer.status_code == 200
    assert answer.streaming
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return b"".join(answer.streaming_content).decode()


@pytest.mark.ux(155)
def test_the_file_holds_the_rows_that_the_list_shows_and_is_told(auditor: Browser, workspace):
    shown = auditor.get(f"workspaces/{workspace.id}/audit-events", action="workspace.changed").json()
    rows = list(csv.DictReader(StringIO(export(auditor, workspace, format="csv", action="workspace.changed")[1:])))
    assert [int(row["number"]) for row in rows] == [event["seq"] for event in shown["results"]]
    told = AuditEvent.objects.get(action="audit.exported")
    assert told.detail == {"filters": {"action": "workspace.changed"}, "format": "csv"}
    assert told.actor_name == "Otto"


def test_no_cell_is_taken_for_a_formula(auditor: Browser, workspace):
    rows = list(csv.DictReader(StringIO(export(auditor, workspace, format="csv", action="invitation.created")[1:])))
    assert rows[0]["actor"] == "'=HYPERLINK(1)"
    assert rows[0]["sentence"] == "'=HYPERLINK(1) invited “ada@example.com”"


def test_as_json_each_line_is_an_entry(auditor: Browser, workspace):
    lines = [json.loads(line) for line in export(auditor, workspace, format="jsonl").splitlines()]
    changed = [line for line in lines if line["action"] == "workspace.changed"]
    assert [line["after"]["name"] for line in changed] == ["Quay", "Pier"]
    assert all(line["hash"] for line in lines)


@pytest.mark.parametrize("query", [{}, {"format": "xlsx"}, {"format": "csv", "actor": "x"}])
def test_what_cannot_be_written_is_refused_and_not_told(auditor: Browser, workspace, query: dict):
    assert auditor.get(f"workspaces/{workspace.id}/audit/export", **query).status_code == 422
    assert not AuditEvent.objects.filter(action="audit.exported").exists()


def test_what_the_system_writes_for_its_own_sake_is_left_out_unless_asked_for(auditor: Browser, workspace):
    audit.record(system("engine"), "run.sealed", workspace_id=workspace.id, object_type="run", object_id=None)

    def actions(**query: str) -> set[str]:
        answer = auditor.get(f"workspaces/{workspace.id}/audit-events", **query)
        return {event["action"] for event in answer.json()["results"]}

    assert "run.sealed" not in actions()
    assert "run.sealed" in actions(technical="true")
    assert actions(action="run.sealed") == {"run.sealed"}
    lines = export(auditor, workspace, format="jsonl").splitlines()
    assert "run.sealed" not in {json.loads(line)["action"] for line in lines}
