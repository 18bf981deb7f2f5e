"""Trainings whose run has ended without them: nobody works on them any more."""

from __future__ import annotations

from django.db import connection

from orchestrator.assets.trainings import TrainingState
from orchestrator.runs.models import RunStatus

CLOSE = """
UPDATE assets_training t SET state = %(stopped)s, doing = '', ended_at = clock_timestamp()
FROM runs r WHERE t.state IN (%(queued)s, %(running)s) AND r.id = t.run AND r.status >= %(ended)s
"""


def close_left() -> None:
    """Each engine worker looks once a second."""
    states = {state.value: state.value for state in TrainingState}
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, {**states, "ended": RunStatus.DONE.value})
