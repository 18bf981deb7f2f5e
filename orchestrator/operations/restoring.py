"""The return to a backup.

What happened between the backup and the return did happen outside, but nobody here remembers it. The epoch rule makes
that safe:

1. The epoch rises at each return, whatever the backup says. Open runs belong to nobody, and their fences begin anew
   above the epoch, so nothing that a process of the time before still holds can ever be written.
2. Open runs go on from where the backup has them. What is pure, idempotent or carries its key is done again; a step
   that must not be done twice waits for a person first (`runs.restored`).
3. Times of schedules between backup and return start nothing by themselves (`triggers.actions.schedules`).
4. Whoever was signed in signs in again. What was revoked after the backup is in force again: the command says so.

The database is replaced in one transaction that ends with the epoch rule: there is no moment at which a process could
find the old runs without it.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import psycopg
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader

from orchestrator.embedded.data_folder import write_private
from orchestrator.embedded.postgres import binary
from orchestrator.governance import audit
from orchestrator.governance.keys import ring
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from orchestrator.operations.archive import DATABASE, KEYS, Manifest, Reader, opened
from orchestrator.operations.backups import call
from orchestrator.operations.errors import BackupFailed, BackupForeign, StillRunning
from orchestrator.runs import store
from orchestrator.runs.models import Run

EPOCHS_APART = 1 << 32
"""Between the fences of two epochs: no run is taken over so often."""
LONGEST_LOCK = "10s"
LONGEST_WAY_OUT_S = 5.0
EMPTY = f"""
SET lock_timeout = '{LONGEST_LOCK}';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
"""
EPOCH_RULE = """
SET search_path = public;
INSERT INTO restorations (epoch, taken_at, restored_at, backup)
VALUES ({epoch}, '{taken_at}', clock_timestamp(), '{digest}');
UPDATE runs SET owner = NULL, fence = {fence}, restored_seq = seq,
  wake_at = CASE WHEN owner IS NULL THEN wake_at ELSE clock_timestamp() END,
  rung_at = CASE WHEN owner IS NULL THEN rung_at ELSE clock_timestamp() END
WHERE status < 10;
UPDATE step_tasks SET owner = NULL WHERE state = 1;
UPDATE triggers_occurrence SET state = 'skipped_misfire',
  reason = 'This time lies between a backup and the return to it. Whether it was started is not known.'
WHERE state = 'queued';
DELETE FROM operations_backup WHERE ended_at IS NULL;
"""
OTHERS = """
SELECT count(*) AS count FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND coalesce(backend_type, 'client backend') = 'client backend'
"""


@dataclass(frozen=True, kw_only=True)
class Returned:
    """What a return has done."""

    epoch: int
    taken_at: datetime
    files: int
    in_doubt: int
    """Runs that were open in the backup."""
    lacking: list[str]


def restore(path: Path, *, without_keys: bool = False) -> Returned:
    """Replace database and files by those of the backup at `path`. Raises OperationsError; then the database is as it
    was.
    """
    with opened(path, settings.BACKUP_PASSPHRASE) as backup:
        manifest = backup.manifest
        _check_release(manifest)
        _check_keys(backup, without_keys=without_keys)
        connections.close_all()
        connections["default"].close_pool()  # its connections would count as somebody else's
        epoch = 1 + max(manifest.epoch, _epoch_here())
        _put_files_back(backup)
        with tempfile.TemporaryDirectory(prefix="tutti-restore-") as folder:
            dump = Path(folder) / DATABASE
            with dump.open("wb") as target:
                backup.copy(DATABASE, manifest.database, target)
            _replace_database(dump, epoch, manifest, backup.digest)
        call_command("migrate", verbosity=0, interactive=False)
        in_doubt = _record(epoch, manifest, backup.digest)
    return Returned(
        epoch=epoch,
        taken_at=manifest.taken,
        files=len(manifest.files),
        in_doubt=in_doubt,
        lacking=manifest.lacking,
    )


def _check_release(manifest: Manifest) -> None:
    known = MigrationLoader(None).disk_migrations
    newer = sorted(f"{app}.{name}" for app, name in manifest.migrations.items() if (app, name) not in known)
    if newer:
        raise BackupForeign(
            f"This backup was made by another release: {newer[0]} is not known here. Install that release or a newer "
            "one, then try again."
        )


def _check_keys(backup: Reader, *, without_keys: bool) -> None:
    """Without its keys an installation comes back that can open none of its connections."""
    if without_keys:
        return
    _take_keys(backup)
    missing = [name for name in backup.manifest.keys if name not in ring()]
    if not missing and not backup.is_ours():
        raise BackupForeign(
            "This backup was changed after it was written, or its keys have the names of ours and are others. Take "
            "another backup, or put its own keys back (FIELD_KEYS, or keys/fields in the data folder)."
        )
    if missing:
        raise BackupForeign(
            f"The keys of this backup are not here: {', '.join(missing)}. Put them back (FIELD_KEYS, or keys/fields in "
            "the data folder). If they are lost, add --without-keys: every connection then has to be entered again."
        )


def _take_keys(backup: Reader) -> None:
    """The ring that the backup brings along, on a machine that has none yet."""
    part, kept = backup.manifest.ring, settings.DATA_DIR / "keys" / "fields"
    if part is None or settings.FIELD_KEYS or kept.exists():
        return
    write_private(kept, backup.content(KEYS, part).decode())


def _epoch_here() -> int:
    """Of the database that is replaced: 0 where there is none yet. Raises StillRunning where somebody works with it."""
    with store.connect() as line:
        _wait_until_alone(line)
        try:
            return int(line.execute("SELECT coalesce(max(epoch), 0) AS epoch FROM restorations").fetchone().epoch)
        except psycopg.errors.UndefinedTable:
            return 0


def _wait_until_alone(line: store.Connection) -> None:
    """Whoever was stopped a moment ago may still be on its way out."""
    until = time.monotonic() + LONGEST_WAY_OUT_S
    while others := line.execute(OTHERS).fetchone().count:
        if time.monotonic() > until:
            raise StillRunning(
                f"The database has {others} other connections. Stop the web process and all workers, then try again."
            )
        time.sleep(0.1)  # looks again: the database tells nobody that a connection has ended


def _put_files_back(backup: Reader) -> None:
    """Before the database: a row never points at what is not there. Content that was damaged when the backup was taken
    replaces none that is there."""
    storage, damaged = storages["artifacts"], set(backup.manifest.lacking)
    for place, part in backup.manifest.files.items():
        if place in damaged and storage.exists(place):
            continue
        content = backup.content(f"files/{place}", part)
        if storage.exists(place):
            storage.delete(place)
        if storage.save(place, ContentFile(content)) != place:
            raise BackupFailed(f"The store of files took {place} under another name.")


def _replace_database(dump: Path, epoch: int, manifest: Manifest, digest: str) -> None:
    """Everything in one transaction: the old tables go, those of the backup come, and the epoch rule is applied."""
    rule = EPOCH_RULE.format(
        epoch=epoch, fence=epoch * EPOCHS_APART, taken_at=manifest.taken.isoformat(), digest=digest
    )
    with tempfile.TemporaryFile() as script:
        script.write(EMPTY.encode())
        script.flush()
        _unpack(dump, script)
        script.write(rule.encode())
        script.seek(0)
        quiet = ["--no-psqlrc", "--quiet", "--output=/dev/null", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        call(["psql", *quiet, "--file=-"], stdin=script)


def _unpack(dump: Path, script: IO[bytes]) -> None:
    """The dump as SQL, at the end of `script`."""
    script.seek(0, 2)
    options = ["--no-owner", "--no-privileges", "--file=-", str(dump)]
    done = subprocess.run(
        [binary("pg_restore"), *options], stdout=script, stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        raise BackupFailed(f"The database in this backup cannot be read: {done.stderr.strip()[:300]}")
    script.seek(0, 2)


def _record(epoch: int, manifest: Manifest, digest: str) -> int:
    """Into every trail: from here on it continues that of the backup. Gives the number of runs in doubt."""
    who = system("restore")
    detail = {"epoch": epoch, "taken_at": manifest.taken_at, "backup": digest}
    with transaction.atomic():
        for workspace in [*Workspace.objects.order_by("id").values_list("id", flat=True), audit.INSTALLATION]:
            audit.record(
                who,
                "installation.restored",
                workspace_id=workspace,
                object_type="installation",
                object_id=None,
                object_name=f"{manifest.taken:%Y-%m-%d %H:%M:%S} UTC",
                detail=detail,
            )
    return Run.objects.open().filter(restored_seq__isnull=False).count()
