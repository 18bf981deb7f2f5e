"""A new key for everything that is sealed, while the product works."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orchestrator.governance.rotation import RotationStopped, Step, rotate


class Command(BaseCommand):
    help = "Seal every secret with a new key and take the old ones out of the ring. The product goes on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = rotate(self._tell)
        except RotationStopped as stopped:
            raise CommandError(str(stopped)) from stopped
        self.stdout.write(f"{done.resealed} secrets were sealed again with the key {done.key}.")
        if done.unreadable:
            message = f"{done.unreadable} could not be opened by any key; the old keys stay in the ring for them."
            raise CommandError(f"{message} Delete those connections and add them again, then run this again.")
        if done.superfluous:
            self.stdout.write(f"Set FIELD_KEYS to this from now on, and restart every process:\n{done.superfluous}")
        else:
            self.stdout.write(f"Taken out of the ring: {', '.join(done.retired) or 'nothing'}.")

    def _tell(self, step: Step) -> None:
        self.stdout.write(f"{step.table}: {step.done} of {step.all}")
