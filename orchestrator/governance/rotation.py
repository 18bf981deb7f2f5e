"""Changing the key that seals, while everything works.

1. A new key comes first: from now on it seals, and the others still open. Every process sees it at once.
2. What began before that may still seal with an old key: it is waited for.
3. Everything sealed is sealed again, in batches that take only rows nobody else holds for a moment.
4. What is left of the old keys stays: it checks their signatures and knows their addresses, and opens nothing.

Where FIELD_KEYS holds the ring, its first key is taken as the new one, and the operator takes the old ones out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Model
from django.utils.module_loading import import_string

from orchestrator.governance import audit
from orchestrator.governance.errors import GovernanceError, Unsealable
from orchestrator.governance.keys import Ring, current_ring, keep_ring, new_key
from orchestrator.governance.models import AuditEvent
from orchestrator.governance.principal import system
from orchestrator.governance.sealed import Sealed

BATCH = 200
PATIENCE_S = 60.0
LOCK = 6_021_023
"""Of PostgreSQL, for as long as a rotation is under way."""
STILL_OPEN = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND xact_start < %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class RotationStopped(Exception):
    """It can be run again at any time. The text says what to do first."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """How far it is: `done` of `all` rows of a table are sealed with the new key."""

    table: str
    done: int
    all: int
    unreadable: int = 0
    """Rows that no key opens; they stay as they are."""


@dataclass(frozen=True, kw_only=True)
class Rotated:
    key: str
    """That seals from now on."""
    retired: tuple[str, ...]
    """Taken out of the ring of the data folder."""
    superfluous: str = ""
    """What FIELD_KEYS should be from now on; empty where the ring is in the data folder."""
    resealed: int
    unreadable: int


def rotate(tell: Callable[[Step], None]) -> Rotated:
    """Raises RotationStopped."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise RotationStopped("Another rotation is under way. Wait for it.")
        try:
            return _rotate(tell)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _rotate(tell: Callable[[Step], None]) -> Rotated:
    before = current_ring()
    old = tuple(before.keys)
    if settings.FIELD_KEYS:
        name, old = old[0], old[1:]
        if not old:
            raise RotationStopped(
                "FIELD_KEYS holds one key only. Put a new one before it (name:base64 of 32 random bytes), restart "
                "every process with that, and run this again."
            )
    else:
        name = _new_name(before)
        keep_ring(Ring(keys={name: new_key(), **before.keys}, left=before.left))
    _wait_for_those_before(_now())
    steps = [_reseal(table, name, tell) for table in sealed_tables()]
    steps += [_reseal_rows(apps.get_model(of), import_string(how), tell) for of, how in settings.RESEALED.items()]
    resealed, unreadable = sum(step.done for step in steps), sum(step.unreadable for step in steps)
    after = _without(current_ring(), old, keep=unreadable > 0)
    if not settings.FIELD_KEYS:
        keep_ring(after)
    retired = () if unreadable else old
    with transaction.atomic():
        audit.record(
            system("rotate_keys"),
            "keys.rotated",
            workspace_id=audit.INSTALLATION,
            object_type="keys",
            object_id=name,
            object_name=name,
            detail={"retired": list(retired), "resealed": resealed, "unreadable": unreadable},
        )
    superfluous = after.as_text() if settings.FIELD_KEYS else ""
    return Rotated(key=name, retired=retired, superfluous=superfluous, resealed=resealed, unreadable=unreadable)


def sealed_tables() -> list[type[Sealed]]:
    return sorted((model for model in apps.get_models() if issubclass(model, Sealed)), key=lambda each: each.__name__)


def _new_name(ring: Ring) -> str:
    used = {*ring.keys, *(name for names in ring.left.values() for name in names)}
    number = len(used) + 1
    while f"k{number}" in used:
        number += 1
    return f"k{number}"


def _now() -> datetime:
    """By the clock that the beginnings of transactions are told by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def _wait_for_those_before(moment: datetime) -> None:
    """Rows are sealed inside of transactions: those that began before `moment` may still use an old key."""
    until = time.monotonic() + PATIENCE_S
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(STILL_OPEN, [moment])
            if not cursor.fetchone()[0]:
                return
            if time.monotonic() > until:
                raise RotationStopped(
                    "A transaction that began before the new key is still open. Both keys work; run this again later."
                )
            time.sleep(0.1)


def _reseal(table: type[Sealed], name: str, tell: Callable[[Step], None]) -> Step:
    """The last of what is told of the table."""
    rows = table._default_manager.exclude(sealed=b"")
    count = rows.exclude(key=name).count()
    done = unreadable = 0
    last: Any = None
    while True:
        with transaction.atomic():
            left = rows.exclude(key=name).order_by("pk").select_for_update()
            batch = list(left.filter(pk__gt=last)[:BATCH] if last else left[:BATCH])
            again = [row for row in batch if _sealed_again(row)]
            table._default_manager.bulk_update(again, ["key", "sealed"])
        if not batch:
            break
        last, done, unreadable = batch[-1].pk, done + len(again), unreadable + len(batch) - len(again)
        tell(Step(table=table.__name__, done=done, all=count, unreadable=unreadable))
    return Step(table=table.__name__, done=done, all=count, unreadable=unreadable)


def _reseal_rows(table: type[Model], reseal: Callable[[Any], bool], tell: Callable[[Step], None]) -> Step:
    """The same for a table of a library, in whose rows sealed texts stand among others."""
    done = unreadable = 0
    for key in table._default_manager.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = table._default_manager.select_for_update().filter(pk=key).first()
            try:
                if row is not None and reseal(row):
                    row.save()
                    done += 1
            except GovernanceError:
                unreadable += 1
    step = Step(table=table.__name__, done=done, all=done + unreadable, unreadable=unreadable)
    tell(step)
    return step


def _sealed_again(row: Sealed) -> bool:
    try:
        row.close(row.open())
    except Unsealable:
        return False
    return True


def _without(ring: Ring, old: tuple[str, ...], *, keep: bool) -> Ring:
    """The ring in which the old keys only check and know what they made."""
    if keep:
        return ring
    left = {purpose: dict(keys) for purpose, keys in ring.left.items()}
    for purpose, of in settings.KEY_PURPOSES.items():
        derive = import_string(of)
        left.setdefault(purpose, {}).update({name: derive(ring.keys[name]) for name in old})
    return Ring(keys={name: key for name, key in ring.keys.items() if name not in old}, left=left)


def state() -> dict[str, Any]:
    """What admins are told of the keys: names and numbers, nothing that opens anything."""
    ring = current_ring()
    rotated = AuditEvent.objects.filter(workspace_id=audit.INSTALLATION, action="keys.rotated").order_by("-seq").first()
    sealed = dict.fromkeys(ring.keys, 0)
    for table in sealed_tables():
        found = table._default_manager.exclude(sealed=b"").order_by().values_list("key").annotate(Count("pk"))
        for name, count in found:
            sealed[name] = sealed.get(name, 0) + count
    return {
        "sealing_key": next(iter(ring.keys)),
        "kept_in": "environment" if settings.FIELD_KEYS else "data_folder",
        "keys": [{"name": name, "sealed": count, "in_ring": name in ring.keys} for name, count in sealed.items()],
        "rotated_at": rotated.at if rotated else None,
        "complete": set(sealed) == set(ring.keys) and len(ring.keys) == 1,
    }
