"""What the two versions of a trial were asked since it began, from the table of calls."""

from __future__ import annotations

from typing import Any

from django.db import connection

from orchestrator.assets.evaluation.arms import Calls
from orchestrator.assets.replacements import Replacement, ReplacementState

NEWEST = 1_000
MOST_LABELS = 200
COUNTS = """
SELECT count(*), count(*) FILTER (WHERE c.code NOT IN ('', 'interrupted')), count(c.agrees),
  count(*) FILTER (WHERE c.agrees)
FROM assets_assetcall c
WHERE c.version_id = %(version)s AND c.at >= %(since)s AND c.alias = %(alias)s AND c.arm = %(arm)s
"""
TIMES = """
SELECT c.ms FROM assets_assetcall c
WHERE c.version_id = %(version)s AND c.at >= %(since)s AND c.alias = %(alias)s AND c.arm = %(arm)s
  AND c.code IN ('', 'interrupted')
ORDER BY c.at DESC LIMIT %(most)s
"""
LABELS = """
SELECT c.label, count(*) FROM assets_assetcall c
WHERE c.version_id = %(version)s AND c.at >= %(since)s AND c.alias = %(alias)s AND c.arm = %(arm)s
  AND c.code = '' AND c.label <> ''
GROUP BY 1 ORDER BY 2 DESC LIMIT %(most)s
"""
"""What was interrupted took at least as long as it says, and tells nothing of failing."""


def calls_of(replacement: Replacement) -> tuple[Calls, Calls]:
    """Of the version that the alias means, and of the one that is tried."""
    arm = "shadow" if replacement.state == ReplacementState.SHADOW else "candidate"
    return _calls(replacement, replacement.before_id, "live"), _calls(replacement, replacement.after_id, arm)


def _calls(replacement: Replacement, version: Any, arm: str) -> Calls:
    which = {"version": version, "since": replacement.stage_at, "alias": replacement.alias, "arm": arm}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, which)
        calls, failures, compared, agreed = cursor.fetchone()
        cursor.execute(TIMES, {**which, "most": NEWEST})
        times = [row[0] for row in cursor.fetchall()]
        cursor.execute(LABELS, {**which, "most": MOST_LABELS})
        labels = dict(cursor.fetchall())
    return Calls(calls=calls, failures=failures, ms=times, labels=labels, compared=compared, agreed=agreed)
