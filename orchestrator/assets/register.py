"""The register of AI systems of a workspace: one row for each model and agent, as auditors ask for it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from orchestrator.assets.models import Asset, AssetUse, Place
from orchestrator.governance.export import Echo, cell

COLUMNS = (
    *(
        "name",
        "title",
        "kind",
        "task",
        "purpose",
        "risk_class",
        "oversight",
        "owner",
        "review_on",
        "sample",
        "archived",
    ),
    *("live_version", "live_since", "runtime", "content_hash", "signed_by", "trained_on", "metrics", "live_workflows"),
)


def lines(workspace_id: UUID) -> Iterator[str]:
    """The file in CSV, a line at a time; no cell begins like a formula."""
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)  # the mark by which spreadsheets know UTF-8
    assets = Asset.objects.with_live().select_related("owner").filter(workspace_id=workspace_id).order_by("name")
    users = live_users(workspace_id)
    for asset in assets:
        yield writer.writerow([cell(value) for value in _row(asset, users.get(asset.name, 0))])


def live_users(workspace_id: UUID) -> dict[str, int]:
    """By name: how many workflows use it live."""
    rows = AssetUse.objects.filter(workspace_id=workspace_id, place=Place.LIVE, holder_kind="workflow")
    holders: dict[str, set[UUID]] = {}
    for name, holder in rows.values_list("name", "holder"):
        holders.setdefault(name, set()).add(holder)
    return {name: len(found) for name, found in holders.items()}


def _row(asset: Asset, users: int) -> tuple[Any, ...]:
    alias = next(iter(asset.live_aliases), None)  # type: ignore[attr-defined]  # set by `with_live`
    version = alias.version if alias is not None else None
    trained = version.card.get("data") if version is not None else None
    return (
        asset.name,
        asset.title,
        asset.kind,
        asset.task,
        asset.purpose,
        asset.risk_class,
        asset.oversight,
        asset.owner.name if asset.owner else "",
        asset.review_on,
        "yes" if asset.sample else "no",
        asset.archived_at.date() if asset.archived_at else "",
        version.number if version else "",
        alias.changed_at.date() if alias else "",
        version.runtime if version else "",
        bytes(version.content_hash).hex() if version else "",
        version.signed_by if version else "",
        trained or "",
        (version.metrics or "") if version else "",
        users,
    )
