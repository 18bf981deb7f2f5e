"""Signed checkpoints: written outside, once for what was added, and told where they are late."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from pytest_django import Settings

from orchestrator.governance import audit
from orchestrator.governance.actions import checkpoints as actions
from orchestrator.governance.actions.checkpoints import due_for_signing, keep_checkpoints, sign_chain, state
from orchestrator.governance.checkpoints import of_row
from orchestrator.governance.models import AuditCheck, AuditCheckpoint, AuditHead, CheckState, Workspace
from orchestrator.governance.signing import public_keys
from tests.integration.governance.tampering import write


class Broken(FileSystemStorage):
    def exists(self, name: str) -> bool:
        raise OSError("the disk is gone")

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        raise OSError("the disk is gone")


def test_a_checkpoint_is_signed_and_written_outside(workspace: Workspace, outside: Path) -> None:
    write(workspace, "one", "two")
    sign_chain(workspace.id)
    row = AuditCheckpoint.objects.get(workspace_id=workspace.id)
    head = AuditHead.objects.get(workspace_id=workspace.id)
    assert (row.seq, bytes(row.hash)) == (2, bytes(head.hash))
    assert row.kept_at is not None
    assert of_row(row).is_genuine(public_keys())
    (file,) = outside.glob("*/*.json")
    assert file.parent.name == str(workspace.id)
    assert file.name == f"000000000002-{bytes(row.hash).hex()[:16]}.json"
    said = json.loads(file.read_text())
    assert said["hash"] == bytes(row.hash).hex()
    assert bytes.fromhex(said["public_key"]) == public_keys()[row.key]


def test_what_was_signed_is_not_signed_again_until_there_is_more(workspace: Workspace, outside: Path) -> None:
    write(workspace, "one")
    assert workspace.id in due_for_signing(3600)
    sign_chain(workspace.id)
    sign_chain(workspace.id)
    assert workspace.id not in due_for_signing(0)
    write(workspace, "two")
    assert workspace.id in due_for_signing(0)
    assert workspace.id not in due_for_signing(3600)
    sign_chain(workspace.id)
    assert [row.seq for row in AuditCheckpoint.objects.filter(workspace_id=workspace.id).order_by("seq")] == [1, 2]


def test_each_checkpoint_covers_what_came_since_the_one_before(
    workspace: Workspace, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(workspace, "one", "two")
    sign_chain(workspace.id)
    write(workspace, "three")
    read: list[tuple[int, int]] = []
    whole = actions.verify_between
    monkeypatch.setattr(
        actions, "verify_between", lambda id, known, until: read.append((known[0], until)) or whole(id, known, until)
    )
    sign_chain(workspace.id)
    assert read == [(2, 3)]


def test_a_place_that_does_not_answer_is_asked_again(workspace: Workspace, outside: Path, settings: Settings) -> None:
    answering = settings.STORAGES
    settings.STORAGES = {**answering, "checkpoints": {"BACKEND": f"{__name__}.Broken"}}
    write(workspace, "one")
    sign_chain(workspace.id)
    assert AuditCheckpoint.objects.get(workspace_id=workspace.id).kept_at is None
    verdict = audit.verify(workspace.id)
    assert (verdict.whole, verdict.checkpoints, verdict.outside) == (True, 1, None)
    settings.STORAGES = answering
    keep_checkpoints(audit.INSTALLATION)
    assert AuditCheckpoint.objects.get(workspace_id=workspace.id).kept_at is not None
    assert audit.verify(workspace.id).outside == 1


def test_a_file_outside_that_nobody_signed_is_no_checkpoint(workspace: Workspace, outside: Path) -> None:
    write(workspace, "one")
    place = outside / str(workspace.id) / "000000000001-0000000000000000.json"
    place.parent.mkdir()
    place.write_text("{}")
    verdict = audit.verify(workspace.id)
    assert (verdict.bad_seq, verdict.code) == (1, "checkpoint_forged")


def test_what_is_not_whole_is_told_once_instead_of_signed(workspace: Workspace, as_owner, outside: Path) -> None:
    write(workspace, "one", "two")
    as_owner("UPDATE governance_auditevent SET reason = '' WHERE workspace_id = %s AND seq = 2", workspace.id)
    sign_chain(workspace.id)
    sign_chain(workspace.id)
    check = AuditCheck.objects.get(workspace=workspace)
    assert (check.state, check.bad_seq, check.code, check.asked_by_id) == (CheckState.BROKEN, 2, "changed", None)
    assert state()["broken"] == 1


def test_admins_are_told_how_the_trails_are_kept(workspace: Workspace, outside: Path, settings: Settings) -> None:
    settings.CHECKPOINT_SECONDS = 0
    write(workspace, "one")
    before = state()
    assert (before["stale"], before["outside"], before["missing_guards"]) == (before["chains"], False, [])
    sign_chain(workspace.id)
    after = state()
    assert (after["stale"], after["not_kept"]) == (before["stale"] - 1, 0)
    assert after["last_at"] == AuditCheckpoint.objects.get(workspace_id=workspace.id).at


def test_what_has_just_happened_is_not_late_however_quiet_it_was_before(
    workspace: Workspace, other_workspace: Workspace, outside: Path, as_owner, long_ago
) -> None:
    write(workspace, "one")
    sign_chain(workspace.id)
    as_owner("UPDATE governance_auditcheckpoint SET at = at - interval '3 days'")
    write(workspace, "after the weekend")
    write(other_workspace, "the first of all")
    assert set(due_for_signing(600)) >= {workspace.id, other_workspace.id}
    assert state()["stale"] == 0
    long_ago(timedelta(hours=1))
    write(audit.INSTALLATION, "an hour ago")
    assert state()["stale"] == 1
