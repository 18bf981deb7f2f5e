"""Alerts: something about an asset is to be looked at, by people and by workflows that begin with it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from orchestrator.api.announcements import announce
from orchestrator.assets.actions.locking import record
from orchestrator.assets.models import Alert, Asset, AssetVersion
from orchestrator.governance import sharing
from orchestrator.governance.principal import Principal, system


def raise_alert(
    asset: Asset,
    *,
    kind: str,
    version: AssetVersion | None = None,
    value: float | None,
    limit: float | None,
    words: dict[str, Any],
) -> Alert | None:
    """Tell the people on the bell, and start the workflows that begin with alerts of this asset.

    `words` holds a sentence as `text`. None: there is one of this kind already that nobody has seen.
    """
    with transaction.atomic():
        Asset.objects.select_for_update(no_key=True).get(id=asset.id)
        if Alert.objects.filter(asset=asset, kind=kind, version=version, seen_at=None).exists():
            return None
        alert = Alert.objects.create(
            workspace_id=asset.workspace_id,
            asset=asset,
            version=version,
            kind=kind,
            words=words,
            value=value,
            limit=limit,
        )
        announce("asset.alerted", alert_id=alert.id)
        after = {"kind": str(kind), "version": version.number if version else None}
        record(system("watch"), "asset.alerted", asset, after=after, reason=str(words.get("text", ""))[:500])
    return alert


def see_alert(principal: Principal, alert: Alert) -> None:
    """Take it off the bell, for everybody: who looks after the asset has seen it."""
    sharing.require(principal, "asset:modify", alert.asset)
    with transaction.atomic():
        seen = Alert.objects.filter(id=alert.id, seen_at=None)
        if seen.update(seen_at=timezone.now(), seen_by_id=principal.id):
            record(principal, "asset.alert_seen", alert.asset, after={"kind": alert.kind})
