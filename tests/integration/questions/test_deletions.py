"""What auditors ask about deletions: by people, by the rules of retention, and what a hold kept back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from builder.models import Workflow
from orchestrator.governance.models import Workspace
from orchestrator.runs.clearing import clear_some
from orchestrator.runs.models import Run
from tests.integration.authoring import Browser
from tests.integration.questions.asking import entries, manifest, trail
from tests.integration.runs.conftest import upload_note
from tests.integration.runs.graphs import graph, line, node, row

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]
HELD = "Case 4711 at the labour court"


def settle(olga: Browser, workspace: Workspace, **rules: Any) -> None:
    answer = olga.patch(f"workspaces/{workspace.pk}", rules)
    assert answer.status_code == 200, answer.json()


def grow_old(run: Run, days: int) -> None:
    Run.objects.filter(pk=run.pk).update(ended_at=timezone.now() - timedelta(days=days))


def keeping() -> dict[str, Any]:
    """Start with a file -> keep it among the values."""
    keep = node("keep", "set_fields", {"fields": [{"name": "paper", "value": {"$expr": "start.file"}}]})
    return graph([node("start", "start_file"), keep], [line("start", "keep")])


def test_q31_what_people_deleted_or_took_away_is_one_choice_in_the_trail(
    maria: Browser, olga: Browser, otto: Browser, workspace: Workspace
) -> None:
    workflow, other = maria.make(workspace, "Old one"), maria.make(workspace, "Kept one")
    assert maria.post(f"workflows/{workflow.pk}/archive").status_code == 200
    assert maria.delete(f"workflows/{workflow.pk}").status_code == 204
    shared = olga.post(f"workflows/{other.pk}/grants", {"level": "use", "user": str(otto.user.pk)}).json()
    assert olga.delete(f"grants/{shared['id']}").status_code == 204
    settle(olga, workspace, allowed_hosts=["ledger.internal"])
    assert trail(otto, workspace, topic="deletions") == [
        "Olga stopped sharing the workflow “Kept one” with “Otto”",
        "Maria deleted the workflow “Old one”",
        "Maria put the workflow “Old one” into the archive",
    ]


def test_q31_data_that_a_rule_deleted_is_told_with_the_rule_the_runs_and_what_is_left(
    maria: Browser, olga: Browser, otto: Browser, workspace: Workspace, publish: Publish, start: Start, drive: Drive
) -> None:
    workflow, paper = publish(keeping()), upload_note(maria, workspace)
    old, new = drive(start(workflow, input={}, file=paper["file_id"])), drive(start(publish(row())))
    settle(olga, workspace, keep_days=30)
    grow_old(old, days=31)
    grow_old(new, days=29)
    clear_some()
    deleted, rule = entries(otto, workspace, topic="deletions")
    assert (deleted["sentence"], deleted["actor"]["name"]) == (
        "The data of ended runs was deleted by a rule",
        "retention",
    )
    assert deleted["detail"] == {"rule": "days:30", "runs": [str(old.pk)], "files": 1}
    assert (rule["actor"]["name"], rule["before"], rule["after"]) == ("Olga", {"keep_days": None}, {"keep_days": 30})
    assert otto.get(f"runs/{old.pk}").json()["erased"]["rule"] == "days:30"
    assert otto.get(f"runs/{new.pk}").json()["erased"] is None
    left = manifest(otto, old)
    assert {step["kept"] for step in left["steps"]} == {False}
    assert all(len(step["digest"]) == 64 for step in left["steps"])
    assert left["events"] == old.seq


def test_q31_while_data_is_held_nothing_is_deleted_and_the_trail_shows_from_when_to_when_and_why(
    olga: Browser, otto: Browser, workspace: Workspace, publish: Publish, start: Start, drive: Drive
) -> None:
    run = drive(start(publish(row())))
    settle(olga, workspace, keep_days=1, data_hold=HELD)
    grow_old(run, days=9)
    clear_some()
    assert [one["action"] for one in entries(otto, workspace, topic="deletions")] == ["workspace.changed"]
    assert otto.get(f"runs/{run.pk}").json()["erased"] is None
    settle(olga, workspace, data_hold="")
    clear_some()
    deleted, lifted, held = entries(otto, workspace, topic="deletions")
    assert (held["actor"]["name"], held["after"]["data_hold"], held["before"]["data_hold"]) == ("Olga", HELD, "")
    assert (lifted["actor"]["name"], lifted["before"], lifted["after"]) == (
        *("Olga", {"data_hold": HELD}, {"data_hold": ""}),
    )
    assert (deleted["action"], deleted["detail"]["runs"]) == ("run.data_deleted", [str(run.pk)])
    assert deleted["at"] > lifted["at"] > held["at"]


def test_q31_the_export_holds_the_same_deletions(
    olga: Browser, otto: Browser, workspace: Workspace, publish: Publish, start: Start, drive: Drive
) -> None:
    run = drive(start(publish(row())))
    settle(olga, workspace, keep_days=1)
    grow_old(run, days=2)
    clear_some()
    export = otto.get(f"workspaces/{workspace.pk}/audit/export", topic="deletions", format="csv")
    lines = list(csv.DictReader(io.StringIO(b"".join(export.streaming_content).decode("utf-8-sig"))))
    assert [line["action"] for line in lines] == ["run.data_deleted", "workspace.changed"]
    assert str(run.pk) in lines[0]["detail"]
