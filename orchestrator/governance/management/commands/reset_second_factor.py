"""For somebody who lost their phone and their recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orchestrator.api.errors import NotFound
from orchestrator.governance.actions.people import remove_second_factors
from orchestrator.governance.principal import system


class Command(BaseCommand):
    help = (
        "Remove the second factors and recovery codes of a person, who then signs in by password and sets up new ones."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            count = remove_second_factors(system("terminal"), email)
        except NotFound as error:
            raise CommandError(error.detail) from error
        self.stdout.write(f"Removed {count}. They are signed out everywhere and sign in by their password now.")
