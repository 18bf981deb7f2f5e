"""Somebody who owns the database changes the trail: the verification names the first event that is not as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestrator.governance import audit
from orchestrator.governance.actions.checkpoints import sign_chain
from orchestrator.governance.models import AuditCheckpoint, AuditLink, Workspace
from orchestrator.governance.principal import system
from tests.integration.governance.tampering import chain_anew, maria, sql, write

SWAP = """
UPDATE governance_auditevent SET seq = CASE seq WHEN 102 THEN 4 ELSE 3 END
WHERE workspace_id = %s AND seq IN (102, 103)
"""
PARK = "UPDATE governance_auditevent SET seq = seq + 99 WHERE workspace_id = %s AND seq IN (3, 4)"
INSERT = """
INSERT INTO governance_auditevent (workspace_id, seq, at, actor_kind, actor_name, auth, ip, action, object_type,
                                   object_id, object_name, result, reason, prev_hash, hash)
SELECT workspace_id, 7, at, actor_kind, actor_name, auth, ip, action, object_type, object_id, 'Mine', result, reason,
       hash, prev_hash FROM governance_auditevent WHERE workspace_id = %s AND seq = 6
"""


@pytest.fixture
def tampering(workspace: Workspace, as_owner: Callable[..., None], outside: Path) -> Callable[..., None]:
    """Six events, of which the first three are signed; gives what runs a statement on them as the tables' owner."""
    write(workspace, "one", "two", "three")
    sign_chain(workspace.id)
    write(workspace, "four", "five")
    audit.record(maria(), "workflow.changed", workspace_id=workspace.id, object_type="workflow", object_id=None)
    return lambda *statements: [as_owner(statement, workspace.id) for statement in statements]


def test_nothing_is_found_where_nothing_was_changed(workspace: Workspace, tampering: Callable[..., None]) -> None:
    verdict = audit.verify(workspace.id)
    assert (verdict.finding, verdict.events, verdict.checkpoints, verdict.outside) == ("", 6, 1, 1)


@pytest.mark.parametrize(
    ("statements", "bad", "code"),
    [
        (["UPDATE governance_auditevent SET object_name = 'x' WHERE workspace_id = %s AND seq = 4"], 4, "changed"),
        (["UPDATE governance_auditevent SET actor_id = NULL WHERE workspace_id = %s AND seq = 6"], 6, "changed"),
        (["UPDATE governance_auditevent SET trace = 'x' WHERE workspace_id = %s AND seq = 2"], 2, "changed"),
        (["DELETE FROM governance_auditevent WHERE workspace_id = %s AND seq = 1"], 1, "missing"),
        (["DELETE FROM governance_auditevent WHERE workspace_id = %s AND seq = 4"], 4, "missing"),
        (["DELETE FROM governance_auditevent WHERE workspace_id = %s AND seq = 6"], 6, "cut_off"),
        (["DELETE FROM governance_auditevent WHERE workspace_id = %s"], 1, "cut_off"),
        ([PARK, SWAP], 3, "not_continued"),
        (
            ["UPDATE governance_auditevent SET at = at - '1 year'::interval WHERE workspace_id = %s AND seq = 5"],
            5,
            "changed",
        ),
        ([INSERT], 7, "behind_head"),
        (["UPDATE governance_auditvalue SET value = 'Nobody' WHERE workspace_id = %s"], 6, "value_changed"),
        (["DELETE FROM governance_auditvalue WHERE workspace_id = %s"], 6, "value_gone"),
        (["UPDATE governance_auditcheckpoint SET hash = '\\x00' WHERE workspace_id = %s"], 3, "checkpoint_forged"),
        (["UPDATE governance_auditcheckpoint SET key = 'other' WHERE workspace_id = %s"], 3, "checkpoint_forged"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_was_done_to_the_rows_is_named(
    workspace: Workspace, tampering: Callable[..., None], statements: list[str], bad: int, code: str
) -> None:
    tampering(*statements)
    verdict = audit.verify(workspace.id)
    assert (verdict.bad_seq, verdict.code) == (bad, code)
    assert verdict.finding


def test_events_that_were_all_chained_anew_do_not_match_what_was_signed(
    workspace: Workspace, tampering: Callable[..., None]
) -> None:
    tampering("UPDATE governance_auditevent SET at = at - '1 day'::interval WHERE workspace_id = %s AND seq = 2")
    chain_anew(workspace.id, 6)
    verdict = audit.verify(workspace.id)
    assert (verdict.bad_seq, verdict.code) == (1, "rewritten")
    assert "Event 3 is not the one that was signed on " in verdict.finding


def test_rewriting_is_narrowed_down_to_what_lies_between_two_checkpoints(
    workspace: Workspace, tampering: Callable[..., None]
) -> None:
    sign_chain(workspace.id)
    tampering("UPDATE governance_auditevent SET reason = 'none' WHERE workspace_id = %s AND seq = 5")
    chain_anew(workspace.id, 6)
    assert audit.verify(workspace.id).bad_seq == 4


def test_a_tail_that_was_cut_off_with_its_head_is_missed_by_a_checkpoint(
    workspace: Workspace, tampering: Callable[..., None]
) -> None:
    sign_chain(workspace.id)
    tampering("DELETE FROM governance_auditevent WHERE workspace_id = %s AND seq > 4")
    chain_anew(workspace.id, 4)
    verdict = audit.verify(workspace.id)
    assert (verdict.bad_seq, verdict.code) == (5, "cut_off")


def test_also_where_the_checkpoints_of_the_database_were_cut_off_those_outside_stand(
    workspace: Workspace, tampering: Callable[..., None]
) -> None:
    sign_chain(workspace.id)
    tampering(
        "DELETE FROM governance_auditevent WHERE workspace_id = %s AND seq > 2",
        "DELETE FROM governance_auditcheckpoint WHERE workspace_id = %s",
    )
    chain_anew(workspace.id, 2)
    assert not AuditCheckpoint.objects.filter(workspace_id=workspace.id).exists()
    verdict = audit.verify(workspace.id)
    assert (verdict.bad_seq, verdict.code, verdict.outside) == (3, "cut_off", 2)


def test_a_trail_that_came_back_from_a_backup_says_so_and_is_whole(
    workspace: Workspace, tampering: Callable[..., None]
) -> None:
    """What was signed after the backup stands outside and is missed only where nothing tells of the return."""
    sign_chain(workspace.id)
    tampering(
        "DELETE FROM governance_auditevent WHERE workspace_id = %s AND seq > 4",
        "DELETE FROM governance_auditcheckpoint WHERE workspace_id = %s AND seq > 4",
    )
    chain_anew(workspace.id, 4)
    assert audit.verify(workspace.id).bad_seq == 5
    audit.record(
        system("restore"),
        "installation.restored",
        workspace_id=workspace.id,
        object_type="installation",
        object_id=None,
    )
    write(workspace, "after")
    sign_chain(workspace.id)
    verdict = audit.verify(workspace.id)
    assert (verdict.finding, verdict.events, verdict.outside) == ("", 6, 3)
    tampering("UPDATE governance_auditevent SET reason = 'x' WHERE workspace_id = %s AND seq = 6")
    chain_anew(workspace.id, 6)
    assert audit.verify(workspace.id).code == "rewritten"


def test_a_chain_that_is_not_whole_is_not_signed(workspace: Workspace, tampering: Callable[..., None]) -> None:
    tampering("UPDATE governance_auditevent SET result = 'denied' WHERE workspace_id = %s AND seq = 5")
    sign_chain(workspace.id)
    assert AuditCheckpoint.objects.filter(workspace_id=workspace.id).latest("seq").seq == 3
    assert AuditLink.objects.filter(workspace_id=workspace.id).count() == 6


def test_events_that_left_without_a_word_are_missed(workspace: Workspace, tampering: Callable[..., None]) -> None:
    """Up to a genuine checkpoint, as retention does it, but nothing in the trail says so."""
    tampering("DELETE FROM governance_auditevent WHERE workspace_id = %s AND seq <= 3")
    verdict = audit.verify(workspace.id)
    assert (verdict.bad_seq, verdict.code) == (1, "removed_untold")


def test_no_statement_of_the_application_reaches_the_guards(workspace: Workspace, db: None) -> None:
    """Pretending to prune does not help: what is young, held or not signed stays."""
    write(workspace, "one")
    sql("SELECT set_config('governance.pruning', %s, true)", str(workspace.id))
    with pytest.raises(Exception, match="append-only"):
        sql("DELETE FROM governance_auditevent WHERE workspace_id = %s", workspace.id)
