"""What of an asset raises an alert."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from orchestrator.api.errors import Conflict
from orchestrator.assets.actions.locking import locked_row, record, refuse_archived
from orchestrator.assets.models import Asset, Check, Watch
from orchestrator.assets.watching import look_at
from orchestrator.governance import sharing
from orchestrator.governance.principal import Principal

LIMITS = ("drift", "agreement_at_least", "errors_at_most", "p95_at_most_ms")


def change_watch(principal: Principal, asset: Asset, changes: dict[str, Any]) -> Watch:
    """`changes` holds any of `LIMITS`; None takes a limit away."""
    with transaction.atomic():
        locked = locked_row(asset)
        sharing.require(principal, "asset:modify", locked)
        refuse_archived(locked)
        watch, _ = Watch.objects.get_or_create(asset=locked)
        before = {field: getattr(watch, field) for field in changes}
        for field, value in changes.items():
            setattr(watch, field, value)
        if changes != before:
            watch.save(update_fields=list(changes))
            record(principal, "asset.watch_changed", locked, before=_told(before), after=_told(changes))
    return watch


def look_now(principal: Principal, asset: Asset) -> None:
    """A worker looks at its latest calls within a second or two, also where nothing happened since the last look."""
    sharing.require(principal, "asset:modify", asset)
    refuse_archived(asset)
    Watch.objects.update_or_create(asset=asset, defaults={"next_at": timezone.now(), "asked": True})


def look_again(principal: Principal, asset: Asset) -> Check:
    """The same at once. Raises `Conflict` where no version is live."""
    sharing.require(principal, "asset:modify", asset)
    refuse_archived(asset)
    Watch.objects.update_or_create(asset=asset, defaults={"asked": True})
    check = look_at(asset.id)
    if check is None:
        raise Conflict("nothing_live", "No version of it is live, so there are no calls to look at.")
    return check


def _told(limits: dict[str, Any]) -> dict[str, Any]:
    """The trail keeps no fractions."""
    return {name: str(value) if isinstance(value, float) else value for name, value in limits.items()}
