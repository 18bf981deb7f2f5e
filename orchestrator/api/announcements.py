"""Calls from a lower room to a higher one: the table is `SUBSCRIBERS` in the settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def announce(topic: str, **ids: Any) -> None:
    """Run the subscribers of `topic` in their order, in the caller's transaction; one of them may raise to refuse."""
    for name in settings.SUBSCRIBERS[topic]:
        import_string(name)(**ids)
