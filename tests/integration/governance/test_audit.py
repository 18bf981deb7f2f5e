from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from orchestrator.governance import audit
from orchestrator.governance.actions.checkpoints import sign_chain
from orchestrator.governance.guards import GUARDS
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.governance.principal import system
from tests.integration.governance.tampering import maria, sql, write


def test_an_untouched_trail_is_whole(workspace: Workspace, other_workspace: Workspace):
    write(workspace, "one", "two", "three")
    write(other_workspace, "one")
    assert audit.verify(workspace.id).events == 3
    assert audit.verify(workspace.id).whole
    assert audit.verify(other_workspace.id).whole


@pytest.mark.parametrize(
    "change",
    [
        "actor_name = 'Nobody'",
        "result = 'denied'",
        """after = '{"hash": "cd"}'""",
        "at = at - interval '1 day'",
        "ip = '::1'",
    ],
)
def test_a_changed_event_is_named(workspace: Workspace, as_owner, change: str):
    write(workspace, "one", "two", "three")
    as_owner(f"UPDATE governance_auditevent SET {change} WHERE workspace_id = %s AND seq = 2", workspace.id)  # noqa: S608
    verdict = audit.verify(workspace.id)
    assert verdict.bad_seq == 2
    assert verdict.finding.startswith("Event 2 (workflow.published, ")


def test_a_float_written_past_the_trail_is_named(workspace: Workspace, as_owner):
    write(workspace, "one")
    as_owner("""UPDATE governance_auditevent SET detail = '{"x": 1.5}' WHERE workspace_id = %s""", workspace.id)
    assert audit.verify(workspace.id).bad_seq == 1


@pytest.mark.parametrize(
    ("removed", "finding"), [(2, "Event 2 is missing."), (3, "Event 3 is missing: the trail ends")]
)
def test_a_removed_event_is_named(workspace: Workspace, as_owner, removed: int, finding: str):
    write(workspace, "one", "two", "three")
    as_owner("DELETE FROM governance_auditevent WHERE workspace_id = %s AND seq = %s", workspace.id, removed)
    assert audit.verify(workspace.id).finding.startswith(finding)


def test_a_chain_without_its_head_is_found(workspace: Workspace, as_owner):
    write(workspace, "one")
    as_owner("DELETE FROM governance_audithead WHERE workspace_id = %s", workspace.id)
    assert audit.verify(workspace.id).bad_seq == 1


def test_events_recomputed_behind_a_change_do_not_fit_the_head(workspace: Workspace, as_owner):
    write(workspace, "one")
    as_owner("UPDATE governance_audithead SET hash = %s WHERE workspace_id = %s", bytes(32), workspace.id)
    assert "head" in audit.verify(workspace.id).finding


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE governance_auditevent SET reason = 'x'",
        "DELETE FROM governance_auditevent",
        "SET LOCAL session_replication_role = replica; DELETE FROM governance_auditevent",
        "UPDATE governance_audithead SET hash = hash",
        "DELETE FROM governance_audithead",
        "UPDATE governance_auditvalue SET value = 'x'",
        "UPDATE governance_auditcheckpoint SET hash = 'x'",
        "DELETE FROM governance_auditcheckpoint",
    ],
)
def test_the_database_refuses_to_change_the_trail(workspace: Workspace, statement: str, outside):
    write(workspace, "one")
    audit.record(maria(), "a.b", workspace_id=workspace.id, object_type="", object_id=None)
    sign_chain(workspace.id)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(statement)
    assert audit.verify(workspace.id).whole


NAMES = {guard for guards in GUARDS.values() for guard in guards}


@pytest.mark.parametrize("table", GUARDS)
def test_the_database_refuses_to_empty_the_trail(workspace: Workspace, table: str):
    write(workspace, "one")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(f"TRUNCATE {table} CASCADE")


def test_the_guards_hold_where_replication_is_pretended(db: None):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = ANY(%s) AND tgenabled = 'A'", [list(NAMES)])
        assert cursor.fetchone() == (sum(len(guards) for guards in GUARDS.values()),)


def test_floats_have_no_place_in_the_trail(workspace: Workspace):
    with pytest.raises(TypeError, match="float"):
        audit.record(system("t"), "a.b", workspace_id=workspace.id, object_type="", object_id=None, detail={"x": [1.5]})
    assert not AuditEvent.objects.filter(workspace_id=workspace.id).exists()


def test_the_command_says_that_the_trail_is_whole(workspace: Workspace):
    write(workspace, "one", "two")
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert out.getvalue().startswith("The audit trail is whole: ")


def test_the_command_ends_with_1_and_names_the_event(workspace: Workspace, as_owner):
    write(workspace, "one", "two")
    as_owner("UPDATE governance_auditevent SET object_name = 'x' WHERE workspace_id = %s AND seq = 1", workspace.id)
    err = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", stderr=err)
    assert ended.value.code == 1
    assert err.getvalue().startswith("Workspace Harbour: Event 1 (workflow.published, ")


def test_writers_at_the_same_time_make_one_chain(db: None):
    """Real transactions, so the events stay in the test database: in a chain of their own that nobody else reads."""
    chain = uuid4()

    def append(number: int) -> None:
        try:
            with transaction.atomic():
                audit.record(
                    system("t"),
                    "parallel.written",
                    workspace_id=chain,
                    object_type="",
                    object_id=None,
                    detail={"n": number},
                )
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as writers:
        list(writers.map(append, range(30)))
    verdict = audit.verify(chain)
    assert (verdict.events, verdict.finding) == (30, "")
    times = list(AuditEvent.objects.filter(workspace_id=chain).order_by("seq").values_list("at", flat=True))
    assert times == sorted(times)
