"""The trail refuses to be emptied; tests that empty every table put its guards to sleep for that."""

from __future__ import annotations

from django.db import connection

from orchestrator.governance.guards import GUARDS

ASLEEP: set[str] = set()
"""Tables of the trail that let themselves be emptied."""


def put_to_sleep() -> None:
    ASLEEP.update(GUARDS)
    _all("DISABLE TRIGGER no_truncate")


def wake() -> None:
    _all("ENABLE ALWAYS TRIGGER no_truncate")
    if not connection.in_atomic_block:  # else they are asleep again when that is rolled back
        ASLEEP.clear()


def _all(verb: str) -> None:
    with connection.cursor() as cursor:
        for table in GUARDS:
            cursor.execute(f"ALTER TABLE {table} {verb}")
