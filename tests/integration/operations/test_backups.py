"""Backups: what is inside, what they refuse to be, and the return to one on another machine."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone
from psycopg.rows import namedtuple_row
from pytest_django import Settings

from builder.models import Workflow
from orchestrator.artifacts.actions import save_file
from orchestrator.embedded.postgres import binary
from orchestrator.governance.actions.credentials import add_credential
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.governance.principal import system
from orchestrator.operations import backing_up
from orchestrator.operations.archive import Manifest, opened
from orchestrator.operations.backups import Taken, back_up, next_at, noted, thin_out
from orchestrator.operations.errors import BackupDamaged, BackupFailed, StillRunning
from orchestrator.operations.models import Backup, BackupBy
from orchestrator.operations.restoring import EPOCHS_APART, restore
from orchestrator.runs.models import Run
from tests.integration.authoring import Browser
from tests.integration.runs.conftest import committed, maria, publish, start, workspace
from tests.integration.runs.graphs import approval_row

__all__ = ["committed", "maria", "publish", "start", "workspace"]

ROOT = Path(__file__).parents[3]
TEXT = b"Good morning, this is a short note."
CANARY = "canary-5be1d0c977"
HERE = system("test")


@pytest.fixture
def run(committed: None, publish: Callable[..., Workflow], start: Callable[..., Run], workspace: Workspace) -> Run:
    """An open run in an installation with a connection and a file."""
    add_credential(HERE, workspace.pk, name="Bank", kind="bearer", hosts=["bank.test"], secret={"token": CANARY})
    save_file(HERE, workspace.pk, "note.txt", "text/plain", TEXT)
    return start(publish(approval_row()))


@pytest.fixture
def taken(run: Run, tmp_path: Path) -> Taken:
    (tmp_path / "backups").mkdir()
    return back_up(tmp_path / "backups")


@dataclass
class Machine:
    """Another machine: an empty database and a folder of its own."""

    url: str
    folder: Path

    def restore(self, backup: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", "restore", str(backup), *options],
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def environment(self) -> dict[str, str]:
        ours = {"DATABASE_URL": self.url, "DATA_DIR": str(self.folder), "DATABASE_POOL": "2"}
        return {**os.environ, **ours}

    def rows(self, query: str) -> list[Any]:
        with psycopg.connect(self.url, row_factory=namedtuple_row) as line:
            return line.execute(query).fetchall()

    def verified(self) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", "verify_audit"],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr


@pytest.fixture
def machine(committed: None, tmp_path: Path) -> Iterator[Machine]:
    known, name = connection.get_connection_params(), f"machine_{uuid4().hex}"
    address = f"{known['user']}:{known['password']}@{known['host']}:{known['port']}"
    with psycopg.connect(f"postgres://{address}/postgres", autocommit=True) as line:
        line.execute(f'CREATE DATABASE "{name}"')
        folder = tmp_path / "machine"
        (folder / "keys").mkdir(parents=True)
        shutil.copy(settings.DATA_DIR / "keys" / "fields", folder / "keys" / "fields")
        yield Machine(url=f"postgres://{address}/{name}", folder=folder)
        line.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same backup with other members."""
    with tarfile.open(path) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    change(members)
    target = path.with_name("changed.tar")
    with tarfile.open(target, "w") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return target


def refused(machine: Machine, path: Path, *options: str, **environment: str) -> str:
    """What the refusal says. The database was not touched."""
    answer = machine.restore(path, *options, **environment)
    assert answer.returncode == 1, answer.stdout
    assert machine.rows("SELECT 1 FROM information_schema.tables WHERE table_schema = 'public'") == []
    assert "Traceback" not in answer.stderr
    return answer.stderr


def test_a_backup_is_one_file_that_only_its_owner_may_read(taken: Taken, workspace: Workspace) -> None:
    assert taken.path.name == f"tutti-{taken.manifest.taken:%Y%m%dT%H%M%SZ}.tar"
    assert taken.path.stat().st_mode & 0o777 == 0o600
    assert list(taken.path.parent.iterdir()) == [taken.path], "nothing half made is left beside it"
    place = f"{workspace.pk}/{hashlib.sha256(TEXT).hexdigest()}"
    with opened(taken.path) as backup:
        backup.check()
        assert backup.is_ours()
        assert backup.content(f"files/{place}", backup.manifest.files[place]) == TEXT
    head = AuditEvent.objects.filter(workspace_id=workspace.pk).order_by("-seq").first()
    assert head is not None
    assert taken.manifest.heads[str(workspace.pk)] == [head.seq, bytes(head.hash).hex()]


def test_a_backup_holds_neither_keys_nor_secrets_nor_sessions(taken: Taken, maria: Browser) -> None:
    content = taken.path.read_bytes()
    for secret in (CANARY, (settings.DATA_DIR / "keys" / "fields").read_text().partition(":")[2]):
        assert secret.encode() not in content
    unpacked = subprocess.run(
        [binary("pg_restore"), "--data-only", "--table=django_session", "--file=-"],
        input=member(taken.path, "database.dump"),
        capture_output=True,
        check=True,
    )
    assert b"COPY public.django_session" not in unpacked.stdout


def member(path: Path, name: str) -> bytes:
    with tarfile.open(path) as tar:
        found = tar.extractfile(name)
        assert found is not None
        return found.read()


def test_on_another_machine_everything_is_there_again(
    taken: Taken, machine: Machine, run: Run, workspace: Workspace
) -> None:
    answer = machine.restore(taken.path)
    assert answer.returncode == 0, answer.stderr
    assert "1 runs were open" in answer.stdout
    assert [row.name for row in machine.rows("SELECT name FROM governance_workspace")] == [workspace.name]
    (stored,) = (path for path in (machine.folder / "artifacts").rglob("*") if path.is_file())
    assert stored.read_bytes() == TEXT
    assert machine.rows("SELECT 1 FROM django_session") == []
    assert "The audit trail is whole" in machine.verified()
    events = machine.rows("SELECT * FROM governance_auditevent WHERE action = 'installation.restored'")
    (event,) = [event for event in events if event.workspace_id == workspace.pk]
    assert event.detail == {"epoch": 1, "taken_at": taken.manifest.taken_at, "backup": taken.digest}
    (sealed,) = machine.rows("SELECT key, sealed FROM governance_credential")
    assert CANARY.encode() not in bytes(sealed.sealed)


def test_open_runs_come_back_to_nobody_above_every_fence_of_before(taken: Taken, machine: Machine, run: Run) -> None:
    machine.restore(taken.path)
    (back,) = machine.rows("SELECT owner, fence, restored_seq, seq FROM runs")
    assert (back.owner, back.fence, back.restored_seq, back.seq) == (None, EPOCHS_APART, run.seq, run.seq)
    (restoration,) = machine.rows("SELECT * FROM restorations")
    assert (restoration.epoch, restoration.taken_at) == (1, taken.manifest.taken)


def test_the_epoch_rises_also_when_the_same_backup_comes_back_twice(taken: Taken, machine: Machine) -> None:
    assert machine.restore(taken.path).returncode == 0
    again = machine.restore(taken.path)
    assert "return number 2" in again.stdout, again.stderr
    assert [row.fence for row in machine.rows("SELECT fence FROM runs")] == [2 * EPOCHS_APART]


def test_what_is_in_the_way_goes_and_what_fails_leaves_everything_as_it_was(taken: Taken, machine: Machine) -> None:
    machine.restore(taken.path)
    with psycopg.connect(machine.url) as line:
        line.execute("CREATE TABLE of_another_release (n int)")
        line.execute("UPDATE governance_workspace SET name = 'Changed since'")
    broken = rewritten(taken.path, lambda members: members.update({"database.dump": b"PGDMP nonsense"}))
    assert machine.restore(broken).returncode == 1
    assert [row.name for row in machine.rows("SELECT name FROM governance_workspace")] == ["Changed since"]
    assert machine.restore(taken.path).returncode == 0
    assert machine.rows("SELECT 1 FROM pg_tables WHERE tablename = 'of_another_release'") == []


def flip(members: dict[str, bytes], name: str) -> None:
    found = next(key for key in members if key.startswith(name))
    members[found] = bytes([members[found][0] ^ 1]) + members[found][1:]


def drop(members: dict[str, bytes], name: str) -> None:
    del members[next(key for key in members if key.startswith(name))]


def forge(members: dict[str, bytes], **changes: Any) -> None:
    members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | changes).encode()


def move_file(members: dict[str, bytes], place: str) -> None:
    manifest = json.loads(members["manifest.json"])
    (part,) = manifest["files"].values()
    forge(members, files={place: part})
    members[f"files/{place}"] = TEXT


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda members: flip(members, "database.dump"), "database.dump is missing from this backup or was changed"),
        (lambda members: flip(members, "files/"), "was changed"),
        (lambda members: drop(members, "files/"), "is missing"),
        (lambda members: drop(members, "manifest"), "no complete backup"),
        (lambda members: drop(members, "signature"), "no complete backup"),
        (lambda members: flip(members, "manifest"), "cannot be read"),
        (lambda members: forge(members, epoch=77), "changed after it was written"),
        (lambda members: forge(members, format=2), "newer release"),
        (lambda members: forge(members, taken_at="'; DROP TABLE runs; --"), "cannot be read"),
        (lambda members: forge(members, migrations={"runs": "9999_later"}), "another release"),
        (lambda members: forge(members, keys=["lost"]), "--without-keys"),
        (lambda members: move_file(members, "../../escaped"), "which no backup gives"),
    ],
)
def test_what_is_not_as_it_was_written_is_refused(
    taken: Taken, machine: Machine, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    assert said in refused(machine, rewritten(taken.path, change))


def test_a_backup_that_was_cut_off_is_refused(taken: Taken, machine: Machine) -> None:
    cut = taken.path.with_name("cut.tar")
    cut.write_bytes(taken.path.read_bytes()[: taken.size // 2])
    assert "backup" in refused(machine, cut)
    cut.write_bytes(b"no tar at all" * 100)
    assert "cannot be read as a backup" in refused(machine, cut)


def test_other_keys_of_the_same_name_are_not_its_keys(taken: Taken, machine: Machine) -> None:
    (machine.folder / "keys" / "fields").write_text("k1:" + "QUJD" * 10 + "QUI=")
    assert "its keys have the names of ours and are others" in refused(machine, taken.path)
    lost = machine.restore(taken.path, "--without-keys")
    assert lost.returncode == 0, lost.stderr


def test_the_keys_come_along_where_they_were_asked_for(run: Run, machine: Machine, tmp_path: Path) -> None:
    with_keys = back_up(tmp_path / "all.tar", with_keys=True)
    kept = machine.folder / "keys" / "fields"
    kept.unlink()
    assert machine.restore(with_keys.path).returncode == 0
    assert kept.read_text() == (settings.DATA_DIR / "keys" / "fields").read_text()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_backup_with_a_passphrase_opens_with_that_only(
    run: Run, machine: Machine, settings: Settings, tmp_path: Path
) -> None:
    settings.BACKUP_PASSPHRASE = "four words and a number 7"
    taken = back_up(tmp_path)
    assert taken.path.name.endswith(".tar.sealed")
    assert TEXT not in taken.path.read_bytes()
    assert "Set BACKUP_PASSPHRASE" in refused(machine, taken.path)
    assert "does not open" in refused(machine, taken.path, BACKUP_PASSPHRASE="another one that is long")
    back = machine.restore(taken.path, BACKUP_PASSPHRASE=settings.BACKUP_PASSPHRASE)
    assert back.returncode == 0, back.stderr


def test_a_database_that_is_in_use_is_not_replaced(taken: Taken, machine: Machine) -> None:
    with psycopg.connect(machine.url) as line:
        line.execute("SELECT 1")
        assert "Stop the web process and all workers" in refused_while_open(machine, taken.path)


def refused_while_open(machine: Machine, path: Path) -> str:
    answer = machine.restore(path)
    assert answer.returncode == 1
    return answer.stderr


def second_line() -> psycopg.Connection[Any]:
    known = connection.get_connection_params()
    address = {key: known[key] for key in ("host", "port", "user", "password", "dbname")}
    return psycopg.connect(**address, autocommit=True)


def test_our_own_database_is_in_use(taken: Taken) -> None:
    with second_line(), pytest.raises(StillRunning):
        restore(taken.path)


def test_a_backup_can_be_checked_without_touching_anything(taken: Taken, machine: Machine) -> None:
    checked = machine.restore(taken.path, "--check")
    assert "is whole" in checked.stdout
    assert "signed by this installation" in checked.stdout
    assert machine.rows("SELECT 1 FROM information_schema.tables WHERE table_schema = 'public'") == []
    broken = rewritten(taken.path, lambda members: flip(members, "files/"))
    assert "was changed" in refused(machine, broken, "--check")


def test_a_file_that_is_gone_from_the_store_is_told(run: Run, workspace: Workspace, tmp_path: Path) -> None:
    place = f"{workspace.pk}/{hashlib.sha256(TEXT).hexdigest()}"
    storages["artifacts"].delete(place)
    taken = back_up(tmp_path / "lacking.tar")
    assert taken.manifest.lacking == [place]
    assert taken.manifest.files == {}


def test_a_file_that_was_damaged_when_it_was_backed_up_takes_the_place_of_none(
    run: Run, workspace: Workspace, machine: Machine, tmp_path: Path
) -> None:
    place = f"{workspace.pk}/{hashlib.sha256(TEXT).hexdigest()}"
    storages["artifacts"].delete(place)
    storages["artifacts"].save(place, ContentFile(b"damaged"))
    taken = back_up(tmp_path / "lacking.tar")
    assert taken.manifest.lacking == [place]
    whole = machine.folder / "artifacts" / place
    whole.parent.mkdir(parents=True)
    whole.write_bytes(TEXT)
    answer = machine.restore(taken.path)
    assert answer.returncode == 0, answer.stderr
    assert whole.read_bytes() == TEXT


def test_a_backup_that_fails_leaves_no_file_and_is_noted(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storages["artifacts"], "open", full)
    with pytest.raises(BackupFailed, match="No space left"):
        noted(tmp_path, BackupBy.COMMAND)
    assert list(tmp_path.iterdir()) == []
    note = Backup.objects.get()
    assert "No space left" in note.error
    assert (note.name, note.ended_at is not None) == ("", True)
    assert AuditEvent.objects.get(action="backup.failed").result == "failed"


def test_a_backup_that_was_taken_stands_in_the_trail(run: Run, tmp_path: Path) -> None:
    taken = noted(tmp_path, BackupBy.COMMAND)
    event = AuditEvent.objects.get(action="backup.taken")
    assert event.detail == {"digest": taken.digest, "size": taken.size, "with_keys": False}
    note = Backup.objects.get()
    assert (note.name, note.size, note.files, note.error) == (taken.path.name, taken.size, 1, "")


def test_manifests_that_nobody_wrote_are_no_manifests() -> None:
    for text in (b"", b"[]", b"{}", b'{"format": 1}', b"null"):
        with pytest.raises(BackupDamaged):
            Manifest.from_json(text)


# -- by themselves -----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.BACKUP_DIR, settings.BACKUP_HOURS, settings.BACKUP_KEEP = tmp_path, 24, 2
    monkeypatch.setattr(backing_up, "_looked_at", float("-inf"))
    return tmp_path


def tick(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a look at the clock rings for."""
    rung: list[Any] = []
    monkeypatch.setattr(backing_up, "ring_chore", lambda *bell: rung.append(bell))
    monkeypatch.setattr(backing_up, "_looked_at", float("-inf"))
    backing_up.back_up_due()
    return rung


def test_a_backup_is_taken_once_in_its_time(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ((name, id),) = tick(monkeypatch)
    assert name == "back_up"
    backing_up.take_scheduled(id)
    backing_up.take_scheduled(id)
    assert len(list(folder.iterdir())) == 1
    assert tick(monkeypatch) == []
    Backup.objects.update(started_at=timezone.now() - timedelta(hours=25))
    assert len(tick(monkeypatch)) == 1


def test_after_a_failure_it_is_tried_again_within_the_hour(folder: Path, committed: None) -> None:
    an_hour_ago = timezone.now() - timedelta(minutes=61)
    Backup.objects.create(by=BackupBy.SCHEDULE, started_at=an_hour_ago, ended_at=an_hour_ago, error="No space left")
    due = next_at()
    assert due is not None
    assert due <= timezone.now()


def test_one_that_died_with_its_process_is_called_failed(run: Run, folder: Path) -> None:
    Backup.objects.create(by=BackupBy.SCHEDULE, started_at=timezone.now() - timedelta(hours=25))
    backing_up.take_scheduled(uuid4())
    assert [note.error for note in Backup.objects.order_by("started_at")] == [backing_up.DIED, ""]


def test_after_one_that_died_it_is_tried_again_within_the_hour(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Backup.objects.create(by=BackupBy.SCHEDULE, started_at=timezone.now() - timedelta(minutes=61))
    assert len(tick(monkeypatch)) == 1
    backing_up.take_scheduled(uuid4())
    assert [note.error for note in Backup.objects.order_by("started_at")] == [backing_up.DIED, ""]


def test_while_one_is_written_no_other_is_begun(run: Run, folder: Path) -> None:
    with second_line() as line:
        line.execute("SELECT pg_advisory_lock(%s)", [backing_up.ONE_AT_A_TIME])
        backing_up.take_scheduled(uuid4())
    assert Backup.objects.count() == 0


def test_only_the_newest_stay_and_nothing_else_is_removed(tmp_path: Path) -> None:
    names = [f"tutti-2026010{day}T000000Z.tar" for day in range(1, 6)]
    for name in [*names, "mine.tar", "tutti-notes.tar", "tutti-20260101T000000Z.tar.old"]:
        (tmp_path / name).write_text("x")
    dead, alive = tmp_path / f".{names[0]}.x7", tmp_path / f".{names[4]}.y8"
    for draft, age in ((dead, timedelta(days=2)), (alive, timedelta(minutes=5))):
        draft.write_text("x")
        os.utime(draft, times=((timezone.now() - age).timestamp(),) * 2)
    assert thin_out(tmp_path, 2) == names[:3]
    assert (dead.exists(), alive.exists()) == (False, True), "what a process left that died, not what one writes"
    alive.unlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [*names[3:], "mine.tar", "tutti-notes.tar", "tutti-20260101T000000Z.tar.old"]
    )


def test_without_a_folder_none_is_taken(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BACKUP_DIR = None
    assert tick(monkeypatch) == []
