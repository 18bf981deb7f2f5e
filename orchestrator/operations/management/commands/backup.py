"""Write a backup of the running installation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orchestrator.operations.backups import noted
from orchestrator.operations.errors import OperationsError
from orchestrator.operations.models import BackupBy
from orchestrator.operations.trust_news import renew_alerts

WITHOUT_KEYS = (
    "The keys are not in it. Keep them (FIELD_KEYS, or keys/fields in the data folder) in another place: without them "
    "no connection can be opened again."
)
WITH_KEYS = "The keys are in it: whoever has this file can open every connection."


class Command(BaseCommand):
    help = "Writes a backup of database and files while everything works: to a file, or into a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, help="a file that does not exist yet, or a folder")
        parser.add_argument("--with-keys", action="store_true", help="put the ring of keys into it, too")

    def handle(self, *args: Any, target: Path, with_keys: bool, **options: Any) -> None:
        if target.is_file():
            raise CommandError(f"{target} is there already. Give another name, or a folder.")
        try:
            taken = noted(target, BackupBy.COMMAND, with_keys=with_keys)
        except OperationsError as error:
            raise CommandError(str(error)) from error
        finally:
            renew_alerts()
        manifest = taken.manifest
        self.stdout.write(
            f"{taken.path}: {taken.size:,} bytes, {len(manifest.files)} files, as of {manifest.taken_at}."
        )
        for place in manifest.lacking:
            self.stderr.write(f"The content of the file {place} is gone or damaged in the store.")
        self.stdout.write(WITH_KEYS if with_keys else WITHOUT_KEYS)
