"""The ORM from threads of our own: the connection goes back to the pool when the call ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import connections
from django.db.utils import InterfaceError, OperationalError

Arguments = ParamSpec("Arguments")
Given = TypeVar("Given")

AWAY = (OperationalError, InterfaceError)
"""What the ORM raises while the database restarts, cannot be reached or has no connection left."""
PATIENCE_SECONDS = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0


def in_database(function: Callable[Arguments, Given], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Given:
    try:
        return function(*args, **kwargs)
    finally:
        connections.close_all()


def in_database_again(function: Callable[Arguments, Given], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Given:
    """The same, and again while the database is away, for a minute: a restart of it is no failure of a step.

    Only for what may be done twice.
    """
    until, pause = time.monotonic() + PATIENCE_SECONDS, FIRST_PAUSE
    while True:
        try:
            return in_database(function, *args, **kwargs)
        except AWAY:
            if time.monotonic() + pause > until:
                raise
        time.sleep(pause)  # the database is away: nothing to wait on but time
        pause = min(2 * pause, LONGEST_PAUSE)
