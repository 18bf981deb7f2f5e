from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from orchestrator.assets.errors import AssetError
from orchestrator.assets.starters.build import build_all


class Command(BaseCommand):
    help = "Build the model files of the starters into DATA_DIR/models; what is there already stays."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            build_all(Path(settings.DATA_DIR) / "models", self.stdout.write)
        except AssetError as error:
            raise CommandError(str(error)) from error
