"""Trainings whose run has ended without them: nobody works on them any more."""

from __future__ import annotations

from django.db import connection

from orchestrator.runs.models import RunStatus

CLOSE = """
UPDATE assets_training t SET doing = '', ended_at = clock_timestamp(),
  state = CASE WHEN r.status = %(failed)s THEN 'failed' ELSE 'stopped' END,
  code = CASE WHEN r.status = %(failed)s THEN coalesce(r.error->>'code', '') ELSE '' END,
  message = CASE WHEN r.status = %(failed)s THEN coalesce(r.error->>'message', '') ELSE '' END
FROM runs r WHERE t.state IN ('queued', 'running') AND r.id = t.run AND r.status >= %(ended)s
"""
"""A step that overstayed is ended with its process, and its run says why."""


def close_left() -> None:
    """Each engine worker looks once a second."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, {"failed": RunStatus.FAILED.value, "ended": RunStatus.DONE.value})
