"""How much an asset is asked, how well it answers, and what it costs: figures by day, from the table of calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from orchestrator.assets.models import Asset

BY_DAY = """
SELECT (c.at AT TIME ZONE 'UTC')::date AS day, count(*) AS calls, count(*) FILTER (WHERE c.code <> '') AS errors,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY c.ms) FILTER (WHERE c.code = '') AS p50_ms,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY c.ms) FILTER (WHERE c.code = '') AS p95_ms,
  coalesce(sum(c.prompt_tokens), 0) AS prompt_tokens, coalesce(sum(c.completion_tokens), 0) AS completion_tokens,
  sum(c.cost) AS cost, avg(c.confidence) AS confidence
FROM assets_assetcall c
WHERE c.version_id = ANY(%(versions)s) AND c.at >= now() - make_interval(days => %(days)s) AND c.arm <> 'shadow'
GROUP BY 1 ORDER BY 1
"""
"""Days of UTC. Shadow answers are nobody's answers; they count where arms are compared."""


@dataclass(frozen=True, kw_only=True)
class Day:
    day: date
    calls: int
    errors: int
    p50_ms: float | None
    p95_ms: float | None
    """Milliseconds of the calls that were answered."""
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal | None
    """In the currency of the workspace. None: nobody knows."""
    confidence: float | None


def by_day(asset: Asset, days: int, version: int | None = None) -> list[Day]:
    """The last `days` days, oldest first; those without a call are left out."""
    versions = asset.versions.filter(**({"number": version} if version is not None else {}))
    ids: list[UUID] = list(versions.values_list("id", flat=True))
    parameters: dict[str, Any] = {"versions": ids, "days": days}
    with connection.cursor() as cursor:
        cursor.execute(BY_DAY, parameters)
        names = [column.name for column in cursor.description]
        return [Day(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
