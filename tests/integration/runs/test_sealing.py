"""Logs of runs are sealed into the trail, and what was changed afterwards is named."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from builder.models import Workflow
from orchestrator.governance import audit
from orchestrator.governance.models import AuditEvent, AuditLink, Workspace
from orchestrator.runs import sealing, store
from orchestrator.runs.models import Run, RunAnchor, RunEvent
from orchestrator.runs.snapshots import events_after
from tests.integration.authoring import sound
from tests.integration.runs.appending import finish


@pytest.fixture
def runs(publish: Callable[[dict[str, Any]], Workflow], start: Callable[..., Run]) -> list[Run]:
    workflow = publish(sound())
    return [finish(start(workflow, input={})) for _ in range(2)]


def sealed_events() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action="run.sealed").order_by("seq"))


def heads_of(run: Run) -> dict[int, str]:
    return sealing.sealed_heads(run.workspace_id)[run.pk]


def verdict() -> tuple[int, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_audit", stdout=out, stderr=err)
    except SystemExit as ended:
        return int(str(ended.code)), err.getvalue()
    return 0, out.getvalue()


def test_all_new_heads_of_a_workspace_are_one_event(workspace: Workspace, runs: list[Run]) -> None:
    assert sealing.seal(workspace.pk) == 2
    (event,) = sealed_events()
    assert event.detail == {"heads": [{"run": str(run.pk), "seq": 4, "head": bytes(run.head).hex()} for run in runs]}
    assert not RunAnchor.objects.exists()
    assert sealing.seal(workspace.pk) == 0
    assert len(sealed_events()) == 1
    assert audit.verify(workspace.pk).whole


def test_an_untouched_log_is_whole(runs: list[Run]) -> None:
    sealing.seal_all()
    assert [sealing.broken_event(run.pk, heads_of(run)) for run in runs] == [None, None]


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("""UPDATE run_events SET body = '{"n":9}' WHERE run_id = %s AND seq = 2""", 2),
        ("""UPDATE run_events SET body = '{"n": 1}' WHERE run_id = %s AND seq = 2""", 2),
        ("UPDATE run_events SET kind = 'step_done' WHERE run_id = %s AND seq = 3", 3),
        ("UPDATE run_events SET at = at - interval '1 day' WHERE run_id = %s AND seq = 1", 1),
        ("DELETE FROM run_events WHERE run_id = %s AND seq = 3", 3),
        ("DELETE FROM run_events WHERE run_id = %s AND seq = 4", 4),
        ("DELETE FROM run_events WHERE run_id = %s", 1),
    ],
)
def test_a_changed_event_is_found(runs: list[Run], change: str, broken: int) -> None:
    sealing.seal_all()
    with connection.cursor() as cursor:
        cursor.execute(change, [runs[0].pk])
    assert sealing.broken_event(runs[0].pk, heads_of(runs[0])) == broken
    assert sealing.broken_event(runs[1].pk, heads_of(runs[1])) is None


def test_a_log_whose_hashes_were_all_computed_anew_does_not_fit_what_was_sealed(runs: list[Run]) -> None:
    sealing.seal_all()
    run = runs[0]
    RunEvent.objects.filter(run_id=run.pk, seq=2).update(body={"n": 9})
    log = events_after(run.id, 0)
    bodies, hashes = store.sealed_events(run.id, store.NO_HEAD, log)
    with connection.cursor() as cursor:
        for event, body, written in zip(log, bodies, hashes, strict=True):
            cursor.execute(
                "UPDATE run_events SET body = %s::json, hash = %s WHERE run_id = %s AND seq = %s",
                [body.decode(), written, run.pk, event.seq],
            )
    assert sealing.broken_event(run.pk, heads_of(run)) == 4


def test_erasing_a_value_keeps_the_log_whole(runs: list[Run]) -> None:
    sealing.seal_all()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM run_values WHERE run_id = %s", [runs[0].pk])
    assert sealing.broken_event(runs[0].pk, heads_of(runs[0])) is None


def test_the_command_seals_what_is_open_and_says_that_all_is_whole(runs: list[Run]) -> None:
    code, said = verdict()
    assert (code, RunAnchor.objects.count(), len(sealed_events())) == (0, 0, 1)
    assert said.startswith("The audit trail is whole: ")
    assert said.endswith("and 2 logs of runs.\n")


def test_the_command_names_the_run_and_the_event_that_was_changed(workspace: Workspace, runs: list[Run]) -> None:
    assert verdict()[0] == 0
    Run.objects.filter(pk=runs[1].pk).update(title="invoice.pdf")
    RunEvent.objects.filter(run_id=runs[1].pk, seq=3).update(body={"n": 9})
    code, said = verdict()
    assert code == 1
    assert said == (
        f"Workspace Harbour Tools: The log of run {runs[1].pk} (invoice.pdf) is not what was sealed,"
        " from its event 3 on.\n"
    )


def test_the_command_names_a_changed_event_of_the_trail_beside_it(workspace: Workspace, runs: list[Run]) -> None:
    assert verdict()[0] == 0
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE governance_auditevent DISABLE TRIGGER append_only")
    AuditLink.objects.filter(workspace_id=workspace.pk, action="workflow.published").update(reason="Nothing")
    RunEvent.objects.filter(run_id=runs[0].pk, seq=2).update(kind="step_done")
    code, said = verdict()
    assert code == 1
    assert "(workflow.published, " in said.splitlines()[0]
    assert "from its event 2 on." in said.splitlines()[1]


def test_a_seal_that_was_forged_is_found(workspace: Workspace, runs: list[Run]) -> None:
    """Who changes a log and the seal over it still breaks the chain."""
    assert verdict()[0] == 0
    RunEvent.objects.filter(run_id=runs[0].pk, seq=3).delete()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE governance_auditevent DISABLE TRIGGER append_only")
    AuditLink.objects.filter(workspace_id=workspace.pk, action="run.sealed").update(detail={"heads": []})
    code, said = verdict()
    assert code == 1
    assert "(run.sealed, " in said
