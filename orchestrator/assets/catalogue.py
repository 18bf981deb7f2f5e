"""What the catalogue tells of assets beside themselves: what it is filtered by, and how much each is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from orchestrator.assets.models import Asset, AssetQuerySet, AssetUse

DAYS = 30
RECENT = """
SELECT v.asset_id AS asset, coalesce(sum(c.calls), 0)::int AS calls, coalesce(sum(c.errors), 0)::int AS errors,
  sum(c.cost) AS cost, max(last.at) AS last_call_at
FROM assets_assetversion v
LEFT JOIN LATERAL (
  SELECT count(*) AS calls, count(*) FILTER (WHERE code <> '') AS errors, sum(cost) AS cost
  FROM assets_assetcall WHERE version_id = v.id AND at >= now() - make_interval(days => %(days)s) AND arm <> 'shadow'
) c ON true
LEFT JOIN LATERAL (
  SELECT at FROM assets_assetcall WHERE version_id = v.id AND arm <> 'shadow' ORDER BY at DESC LIMIT 1
) last ON true
WHERE v.asset_id = ANY(%(assets)s)
GROUP BY 1
"""
"""By version, because the index of calls begins with it. Shadow answers are nobody's answers."""


@dataclass(frozen=True, kw_only=True)
class Recent:
    """How much one asset was used in the last `DAYS` days."""

    asset: UUID
    uses: int = 0
    """Workflows and other assets that refer to it."""
    calls: int = 0
    errors: int = 0
    cost: Decimal | None = None
    """In the currency of the workspace. None: nobody knows."""
    last_call_at: datetime | None = None
    """Also of the time before."""


def recent_use(assets: Collection[Asset]) -> list[Recent]:
    uses = _uses(assets)
    rows = {row["asset"]: row for row in _calls([asset.id for asset in assets])}
    return [
        Recent(**{"asset": asset.id, **rows.get(asset.id, {}), "uses": uses[asset.workspace_id, asset.name]})
        for asset in assets
    ]


def facets(seen: AssetQuerySet) -> dict[str, Any]:
    """The tags, owners and kinds of these assets, to choose from."""
    rows = seen.order_by()
    tags = Counter(tag for held in rows.exclude(tags=[]).values_list("tags", flat=True) for tag in held)
    owners = rows.exclude(owner=None).values_list("owner_id", "owner__name").distinct().order_by("owner__name")
    return {
        "tags": [{"name": name, "count": tags[name]} for name in sorted(tags, key=str.casefold)],
        "owners": [{"id": id, "name": name} for id, name in owners],
        "kinds": dict(Counter(rows.values_list("kind", flat=True))),
    }


def _calls(ids: list[UUID]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(RECENT, {"assets": ids, "days": DAYS})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _uses(assets: Collection[Asset]) -> Counter[tuple[UUID, str]]:
    """By workspace and name; what an asset says of itself does not count."""
    ids = {(asset.workspace_id, asset.name): asset.id for asset in assets}
    workspaces, names = {workspace for workspace, _ in ids}, {name for _, name in ids}
    found = AssetUse.objects.filter(workspace_id__in=workspaces, name__in=names)
    holders = set(found.values_list("workspace_id", "name", "holder"))
    return Counter(
        (workspace, name) for workspace, name, holder in holders if ids.get((workspace, name)) not in (None, holder)
    )
