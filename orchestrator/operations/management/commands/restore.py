"""Return to a backup."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from orchestrator.embedded.postgres import PostgresFailed
from orchestrator.embedded.processes import Command as Program
from orchestrator.embedded.supervisor import AlreadyRunning, StartFailed, StopRequested, Supervisor, start_services
from orchestrator.embedded.valkey import ValkeyFailed
from orchestrator.operations.archive import opened
from orchestrator.operations.errors import OperationsError
from orchestrator.operations.restoring import restore

STOP_FIRST = "The product runs with this data folder. Stop it (Ctrl-C where it runs), then try again."


class Command(BaseCommand):
    help = "Replaces database and files by those of a backup. Everything that works with them has to be stopped."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path)
        parser.add_argument("--check", action="store_true", help="read the whole backup, change nothing")
        parser.add_argument("--without-keys", action="store_true", help="its keys are lost: come back without them")

    def handle(self, *args: Any, backup: Path, check: bool, without_keys: bool, **options: Any) -> None:
        try:
            if check:
                self._check(backup)
            elif os.environ.get("DATABASE_URL"):
                self._restore(backup, without_keys=without_keys)
            else:
                self._beside_servers_of_our_own(backup, without_keys=without_keys)
        except OperationsError as error:
            raise CommandError(str(error)) from error

    def _check(self, path: Path) -> None:
        with opened(path, settings.BACKUP_PASSPHRASE) as backup:
            backup.check()
            whose = "signed by this installation" if backup.is_ours() else f"its key {backup.signed_by} is not ours"
            files = len(backup.manifest.files)
            self.stdout.write(f"{path} is whole: as of {backup.manifest.taken_at}, {files} files, {whose}.")

    def _restore(self, path: Path, *, without_keys: bool) -> None:
        back = restore(path, without_keys=without_keys)
        self.stdout.write(
            f"Back to {back.taken_at:%Y-%m-%d %H:%M:%S} UTC, with {back.files} files: return number {back.epoch}.\n"
            f"- {back.in_doubt} runs were open. Their steps that must not happen twice wait for a person to look.\n"
            "- Everybody signs in again.\n"
            "- What was revoked or erased after the backup is back: look at people, tokens and shares.\n"
            "- Times of schedules in between start nothing by themselves."
        )
        for place in back.lacking:
            self.stderr.write(f"The content of the file {place} was gone or damaged when the backup was taken.")

    def _beside_servers_of_our_own(self, path: Path, *, without_keys: bool) -> None:
        """The embedded database works while this does, and only as long."""
        options = ["--without-keys"] if without_keys else []
        ourselves = str(settings.BASE_DIR / "manage.py")
        again = Program(name="restore", argv=(sys.executable, ourselves, "restore", str(path.resolve()), *options))
        try:
            with Supervisor(settings.DATA_DIR, lambda name, line: self._show(name, line)) as supervisor:
                os.environ.update(start_services(supervisor, settings.DATA_DIR), DATA_DIR=str(settings.DATA_DIR))
                code = supervisor.run(again)
        except AlreadyRunning as running:
            raise CommandError(STOP_FIRST) from running
        except (StartFailed, PostgresFailed, ValkeyFailed) as error:
            raise CommandError(str(error)) from error
        except StopRequested as request:
            raise CommandError("Stopped. The database is as it was.") from request
        if code != 0:
            sys.exit(code)

    def _show(self, name: str, line: str) -> None:
        """Servers talk a lot; what counts is what the return says."""
        if name == "restore":
            self.stdout.write(line)
