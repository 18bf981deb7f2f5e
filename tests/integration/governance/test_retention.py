"""How long events stay, and that the rest is whole when some have left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from orchestrator.governance import audit, verification
from orchestrator.governance.actions.checkpoints import sign_chain
from orchestrator.governance.actions.retention import due_for_pruning, prune_trail
from orchestrator.governance.checkpoints import new_checkpoint
from orchestrator.governance.evidence import archive
from orchestrator.governance.models import AuditCheckpoint, AuditEvent, AuditLink, AuditValue, Workspace
from orchestrator.governance.principal import Principal
from orchestrator.governance.trail_verifier import Export, check
from tests.integration.governance.tampering import maria, sql, write
from tests.integration.runs.conftest import committed

__all__ = ["committed"]

YEAR = timedelta(days=365)
MARIA = maria()
WAIT_S = 20
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def aged(workspace: Workspace, outside: Path, long_ago: Callable[[timedelta], None]) -> Workspace:
    """Two events of two years ago, one of them Maria's, signed then; two of today, one of them Vera's."""
    with transaction.atomic():
        long_ago(2 * YEAR)
        write(workspace, "old")
        change(workspace, MARIA)
        sign_chain(workspace.id)
        sql("ALTER TABLE governance_auditcheckpoint DISABLE TRIGGER is_kept")
        AuditCheckpoint.objects.update(at=AuditEvent.objects.filter(workspace_id=workspace.id).earliest("seq").at)
        resign(workspace)
        sql("ALTER TABLE governance_auditcheckpoint ENABLE ALWAYS TRIGGER is_kept")
        long_ago(timedelta())
        write(workspace, "young")
        change(workspace, maria("Vera"))
    return workspace


def change(workspace: Workspace, who: Principal) -> None:
    audit.record(who, "workflow.changed", workspace_id=workspace.id, object_type="workflow", object_id=None)


def resign(workspace: Workspace) -> None:
    """As it would have been signed at the time that the row now bears."""
    row = AuditCheckpoint.objects.get(workspace_id=workspace.id)
    row.signature = new_checkpoint(workspace.id, row.seq, bytes(row.hash), row.at).signature
    row.save(update_fields=["signature"])


def keep(workspace: Workspace, months: int, *, hold: bool = False) -> None:
    Workspace.objects.filter(id=workspace.id).update(trail_months=months, legal_hold=hold)


def numbers(workspace: Workspace) -> list[int]:
    return list(AuditLink.objects.filter(workspace_id=workspace.id).order_by("seq").values_list("seq", flat=True))


def test_what_is_too_old_leaves_and_the_rest_verifies(aged: Workspace) -> None:
    keep(aged, 12)
    assert due_for_pruning() == [aged.id]
    assert prune_trail(aged.id) == 2
    assert numbers(aged) == [3, 4, 5]
    told = AuditEvent.objects.get(workspace_id=aged.id, action="audit.pruned")
    assert (told.seq, told.detail["from"], told.detail["to"], told.detail["months"]) == (5, 1, 2, 12)
    verdict = audit.verify(aged.id)
    assert (verdict.finding, verdict.events) == ("", 3)
    assert due_for_pruning() == []
    assert prune_trail(aged.id) == 0


def test_the_rest_is_evidence_that_can_be_checked_elsewhere(aged: Workspace, tmp_path: Path) -> None:
    keep(aged, 12)
    prune_trail(aged.id)
    file = tmp_path / "evidence.zip"
    file.write_bytes(b"".join(archive(aged.id, aged.name, 5)))
    assert check(Export(file))[0] == "The events 3 to 5 are whole."


def test_events_that_leave_while_they_are_read_are_not_missed(aged: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(aged, 12)
    read = verification._batches

    def leaving(workspace_id: UUID, after: int, until: int) -> Iterator[list[Any]]:
        monkeypatch.setattr(verification, "_batches", read)
        prune_trail(aged.id)
        return read(workspace_id, after, until)

    monkeypatch.setattr(verification, "_batches", leaving)
    verdict = audit.verify(aged.id)
    assert (verdict.finding, verdict.events) == ("", 3)


def test_names_that_nothing_tells_any_more_leave_with_the_events(aged: Workspace) -> None:
    keep(aged, 12)
    prune_trail(aged.id)
    assert [value.value for value in AuditValue.objects.filter(workspace_id=aged.id)] == ["Vera"]


@pytest.mark.usefixtures("committed")
def test_a_name_that_is_told_again_meanwhile_stays(aged: Workspace) -> None:
    """Maria is back after a year, in the moment in which her old events leave."""
    keep(aged, 12)
    with ThreadPoolExecutor() as other, transaction.atomic():
        change(aged, MARIA)
        pruning = other.submit(alone, lambda: prune_trail(aged.id))
        wait_for_somebody_waiting()
        transaction.on_commit(lambda: pruning.result(WAIT_S))
    assert pruning.result() == 2
    assert audit.verify(aged.id).finding == ""
    assert "Maria" in AuditValue.objects.filter(workspace_id=aged.id).values_list("value", flat=True)


@pytest.mark.usefixtures("committed")
def test_a_name_that_has_just_left_is_kept_anew(aged: Workspace) -> None:
    keep(aged, 12)
    with ThreadPoolExecutor() as other, transaction.atomic():
        prune_trail(aged.id)
        changing = other.submit(alone, lambda: change(aged, MARIA))
        wait_for_somebody_waiting()
        transaction.on_commit(lambda: changing.result(WAIT_S))
    assert audit.verify(aged.id).finding == ""
    assert AuditEvent.objects.filter(workspace_id=aged.id).latest("seq").actor_name == "Maria"


def alone(work: Callable[[], Any]) -> Any:
    """On a connection of its own."""
    try:
        with transaction.atomic():
            return work()
    finally:
        connection.close()


def wait_for_somebody_waiting() -> None:
    until = time.monotonic() + WAIT_S
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("Nobody waits.")


@pytest.mark.parametrize(("months", "hold"), [(0, False), (36, False), (12, True)])
def test_nothing_leaves_for_ever_before_its_time_or_under_a_hold(aged: Workspace, months: int, hold: bool) -> None:
    keep(aged, months, hold=hold)
    assert due_for_pruning() == []
    assert prune_trail(aged.id) == 0
    assert numbers(aged) == [1, 2, 3, 4]


def test_what_is_not_whole_stays(aged: Workspace) -> None:
    keep(aged, 12)
    sql("ALTER TABLE governance_auditevent DISABLE TRIGGER append_only")
    sql("UPDATE governance_auditevent SET reason = '' WHERE seq = 1")
    assert prune_trail(aged.id) == 0
    assert audit.verify(aged.id).bad_seq == 1


def test_what_is_not_yet_kept_outside_stays(aged: Workspace) -> None:
    keep(aged, 12)
    sql("ALTER TABLE governance_auditcheckpoint DISABLE TRIGGER is_kept")
    AuditCheckpoint.objects.update(kept_at=None)
    assert prune_trail(aged.id) == 0


def test_the_database_itself_keeps_what_is_younger_than_six_months(
    workspace: Workspace, outside: Path, long_ago: Callable[[timedelta], None]
) -> None:
    long_ago(timedelta(days=150))
    write(workspace, "five months old")
    sign_chain(workspace.id)
    sql("SELECT set_config('governance.pruning', %s, true)", str(workspace.id))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql("DELETE FROM governance_auditevent")


def test_an_admin_says_how_long(browser_of, workspace: Workspace) -> None:
    admin = browser_of("admin", name="Maria")
    answer = admin.patch(f"workspaces/{workspace.id}", {"trail_months": 24, "legal_hold": True})
    assert (answer.json()["trail_months"], answer.json()["legal_hold"]) == (24, True)
    event = AuditEvent.objects.get(action="workspace.changed")
    assert (event.actor_name, event.before) == ("Maria", {"trail_months": 0, "legal_hold": False})
    assert event.after == {"trail_months": 24, "legal_hold": True}


@pytest.mark.parametrize("months", [-1, 1, 5, 241, "x", None])
def test_less_than_six_months_is_refused(browser_of, workspace: Workspace, months: object) -> None:
    answer = browser_of("admin").patch(f"workspaces/{workspace.id}", {"trail_months": months})
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["problems"]] == ["trail_months"]
    assert not AuditEvent.objects.filter(action="workspace.changed").exists()
