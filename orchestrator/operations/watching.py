"""Models are looked at by themselves, each once in `WATCH_SECONDS`; a worker does it when the sweep rings."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from orchestrator.runs.doorbell import ring_chore

NEW = """
INSERT INTO assets_watch (asset_id, drift, next_at)
SELECT a.id, true, clock_timestamp() FROM assets_asset a
WHERE a.kind = 'model' AND a.archived_at IS NULL AND NOT EXISTS (SELECT 1 FROM assets_watch w WHERE w.asset_id = a.id)
ON CONFLICT DO NOTHING
"""
DUE = """
UPDATE assets_watch SET next_at = clock_timestamp() + make_interval(secs => %s)
WHERE asset_id IN (SELECT asset_id FROM assets_watch WHERE next_at <= (SELECT clock_timestamp())
                   ORDER BY next_at LIMIT 20 FOR UPDATE SKIP LOCKED)
RETURNING asset_id
"""


def watch_due() -> None:
    """Have the models looked at whose time has come. Each engine worker looks for them once a second."""
    with connection.cursor() as cursor:
        cursor.execute(NEW)
        cursor.execute(DUE, [settings.WATCH_SECONDS])
        due = [row[0] for row in cursor.fetchall()]
    for asset in due:
        ring_chore("look_at_asset", asset)
