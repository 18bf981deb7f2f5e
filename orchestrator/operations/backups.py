"""Backups of the whole installation, taken while it works: by `manage.py backup`, and by themselves where a folder for
them is set (`BACKUP_DIR`).

One snapshot of the database says what belongs together: the dump is taken from it, and the files it names were written
before it, so they are all in the store. Sessions stay outside: who returns to a backup signs in again. The ring of keys
stays outside, too, unless it is asked for: a stolen backup must not open the connections that it holds.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection, transaction
from django.utils import timezone

from orchestrator.artifacts.errors import StoreUnavailable
from orchestrator.embedded.postgres import binary
from orchestrator.governance import audit
from orchestrator.governance.keys import ring
from orchestrator.governance.models import AuditResult
from orchestrator.governance.principal import system
from orchestrator.operations.archive import DATABASE, KEYS, Manifest, Part, Writer
from orchestrator.operations.errors import BackupFailed
from orchestrator.operations.models import Backup, BackupBy
from orchestrator.runs import store

log = logging.getLogger(__name__)

NAME = re.compile(r"tutti-\d{8}T\d{6}Z\.tar(\.sealed)?")
"""Of backups that go by themselves when newer ones have come. Whatever else lies in the folder is left alone."""
AFTER_A_FAILURE = timedelta(hours=1)
LONGEST_WRITING = timedelta(days=1)
LEFT_OUT = ("django_session", "usersessions_usersession", "worker_leases")
"""Tables whose rows mean nothing after a return: who is signed in, and which processes live."""
FILES = """
SELECT DISTINCT workspace_id || '/' || sha256 || coalesce('.' || data_key, '') AS place,
       CASE WHEN data_key IS NULL THEN sha256 END AS sha256
FROM artifacts_artifact ORDER BY place
"""
"""`sha256`: of what the store keeps; null where that is sealed, and only the product can tell whether it is whole."""
MIGRATIONS = "SELECT app, max(name) AS name FROM django_migrations GROUP BY app"
NOW = "SELECT transaction_timestamp() AS at, current_setting('server_version_num') AS server"
HEADS = "SELECT workspace_id, seq, hash FROM governance_audithead"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A backup that was made."""

    path: Path
    size: int
    manifest: Manifest
    digest: str


def back_up(target: Path, *, with_keys: bool = False) -> Taken:
    """Write a backup to `target`, a file, or a folder in which it gets a name by its time. Raises BackupFailed.

    The file appears under its name once it is whole and on the disk; only its owner may read it.
    """
    try:
        return _written(target, with_keys=with_keys)
    except (OSError, StoreUnavailable) as error:
        raise BackupFailed(f"The backup cannot be written: {getattr(error, 'strerror', None) or error}") from error


def _written(target: Path, *, with_keys: bool) -> Taken:
    with _snapshot() as (line, snapshot):
        manifest = _manifest(line)
        path = target / _name(manifest) if target.is_dir() else target
        places = line.execute(FILES).fetchall()
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
            writer = Writer(draft, settings.BACKUP_PASSPHRASE)
            try:
                with tempfile.TemporaryDirectory(dir=path.parent, prefix=".tutti-dump.") as folder:
                    dump = Path(folder) / DATABASE
                    _dump(snapshot, dump)
                    manifest.database = writer.add_file(DATABASE, dump)
                for place in places:
                    _add_content(writer, manifest, place.place, place.sha256)
                if with_keys:
                    manifest.ring = writer.add(KEYS, _ring_as_kept().encode())
                digest = writer.close(manifest)
                draft.flush()
                os.fsync(draft.fileno())
                Path(draft.name).replace(path)
            except BaseException:
                writer.discard()
                Path(draft.name).unlink(missing_ok=True)
                raise
    _sync_folder(path.parent)
    return Taken(path=path, size=path.stat().st_size, manifest=manifest, digest=digest)


def _name(manifest: Manifest) -> str:
    sealed = ".sealed" if settings.BACKUP_PASSPHRASE else ""
    return f"tutti-{manifest.taken.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar{sealed}"


@contextmanager
def _snapshot() -> Iterator[tuple[store.Connection, str]]:
    """A connection of its own in a transaction that sees one moment, and the name by which others see the same."""
    line = store.connect()
    try:
        line.execute("SET idle_in_transaction_session_timeout = 0")
        line.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield line, line.execute("SELECT pg_export_snapshot() AS name").fetchone().name
    finally:
        line.close()


def _manifest(line: store.Connection) -> Manifest:
    now = line.execute(NOW).fetchone()
    heads = line.execute(HEADS).fetchall()
    epoch = line.execute("SELECT coalesce(max(epoch), 0) AS epoch FROM restorations").fetchone()
    return Manifest(
        taken_at=now.at.astimezone(UTC).isoformat(),
        epoch=epoch.epoch,
        server=int(now.server),
        migrations={row.app: row.name for row in line.execute(MIGRATIONS).fetchall()},
        keys=list(ring()),
        heads={str(head.workspace_id): [head.seq, bytes(head.hash).hex()] for head in heads},
        database=Part(size=0, sha256=""),
    )


def _dump(snapshot: str, target: Path) -> None:
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"]
    options += [f"--exclude-table-data=public.{table}" for table in LEFT_OUT]
    call(["pg_dump", *options])


def call(argv: list[str], **options: Any) -> None:
    """A program of the database server for our database. Raises BackupFailed with what it said."""
    done = subprocess.run(
        [binary(argv[0]), "--no-password", *argv[1:]],
        env={**os.environ, **_database_environment()},
        stderr=subprocess.PIPE,
        check=False,
        **options,
    )
    if done.returncode != 0:
        said = (done.stderr or b"").decode(errors="replace").strip().splitlines()
        raise BackupFailed(f"{argv[0]} refused: {said[0] if said else f'exit code {done.returncode}'}")


def _database_environment() -> dict[str, str]:
    """Where the database is, as its own programs want to be told: never among the arguments, which everybody sees."""
    known = connection.get_connection_params()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    names |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    return {name: str(known[key]) for key, name in names.items() if known.get(key)}


def _add_content(writer: Writer, manifest: Manifest, place: str, sha256: str | None) -> None:
    """A file that is gone or damaged is gone or damaged for the product, too: the backup says so and goes on."""
    try:
        with storages["artifacts"].open(place) as stored:
            part = writer.add(f"files/{place}", stored.read())
    except FileNotFoundError:
        manifest.lacking.append(place)
        return
    manifest.files[place] = part
    if sha256 is not None and part.sha256 != sha256:
        manifest.lacking.append(place)


def _ring_as_kept() -> str:
    """Where the environment holds none, `ring` has made the file."""
    return str(settings.FIELD_KEYS) or (settings.DATA_DIR / "keys" / "fields").read_text()


def _sync_folder(folder: Path) -> None:
    """So that a power cut does not forget the name."""
    line = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(line)
    finally:
        os.close(line)


def noted(target: Path, by: BackupBy, *, with_keys: bool = False) -> Taken:
    """`back_up`, with a row that says what became of it and an entry in the trail of the installation."""
    note = Backup.objects.create(by=by, started_at=timezone.now())
    try:
        taken = back_up(target, with_keys=with_keys)
    except BackupFailed as error:
        note.error = str(error)[:500]
        _end(note, "backup.failed", AuditResult.FAILED, with_keys=with_keys)
        raise
    note.name, note.size, note.digest = taken.path.name, taken.size, taken.digest
    note.files, note.lacking = len(taken.manifest.files), len(taken.manifest.lacking)
    note.keys = taken.manifest.keys
    _end(note, "backup.taken", AuditResult.DONE, with_keys=with_keys)
    return taken


def _end(note: Backup, action: str, result: str, *, with_keys: bool) -> None:
    with transaction.atomic():
        note.ended_at = timezone.now()
        note.save()
        audit.record(
            system(note.by),
            action,
            workspace_id=audit.INSTALLATION,
            object_type="backup",
            object_id=note.id,
            object_name=note.name,
            result=result,
            reason=note.error,
            detail={"digest": note.digest, "size": note.size, "with_keys": with_keys},
        )


def thin_out(folder: Path, keep: int) -> list[str]:
    """Remove all but the newest `keep` of the backups that were named by their time, and what processes left that died
    while they wrote one. Gives the names of the backups that went.
    """
    found = sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name) and path.is_file())
    gone = found[:-keep]
    long_ago = time.time() - LONGEST_WRITING.total_seconds()
    left = [path for path in folder.glob(".tutti-*") if path.stat().st_mtime < long_ago]
    for path in [*gone, *left]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return [path.name for path in gone]


def next_at() -> datetime | None:
    """When the next one is taken by itself: counted from the last, sooner where that failed or may have died with its
    process. None: none are wanted."""
    if not settings.BACKUP_DIR:
        return None
    last = Backup.objects.filter(by=BackupBy.SCHEDULE).order_by("-started_at").first()
    if last is None:
        return timezone.now()
    every = timedelta(hours=settings.BACKUP_HOURS)
    whole = last.ended_at is not None and not last.error
    return last.started_at + (every if whole else min(every, AFTER_A_FAILURE))
