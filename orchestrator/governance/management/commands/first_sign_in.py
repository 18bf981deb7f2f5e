"""Where the first owner enters."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from orchestrator.governance.actions.welcome import needs_owner, new_owner_link


class Command(BaseCommand):
    help = "Print the one-time link of the first owner, or where to sign in once there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        if needs_owner():
            self.stdout.write(f"Open this link within 24 hours to become the owner: {new_owner_link()}")
        else:
            self.stdout.write(f"Sign in at {settings.PUBLIC_URL}/sign-in")
