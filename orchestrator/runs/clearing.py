"""What is kept of ended runs does not stay for ever: their data is deleted, or personal data in it is blacked out.

A run works with its true data until it has ended; one that failed keeps it as long as somebody may try it again. The
log of a run is never touched: it holds commitments to values, and these tell nothing without the value and its salt.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from orchestrator.artifacts.actions import erase_files
from orchestrator.governance import audit
from orchestrator.governance.principal import system
from orchestrator.runs import redacting
from orchestrator.runs.doorbell import ring_chore
from orchestrator.runs.held_files import files_of, held_elsewhere
from orchestrator.runs.human_tasks import HumanTask
from orchestrator.runs.models import OutgoingMail, Run, RunStatus, RunValue, StepTask

AT_ONCE = 100
OF_EACH = 10
"""So many of each workflow are looked at in a round, however many wait: a thousand workflows may begin at once."""
TRIED_AGAIN_DAYS = 14
"""So long a run that failed or was stopped keeps its true data where it is to be blacked out."""
SUCCESS = "success"
DAYS = "days:"

LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('clear runs', 0))"
TO_ERASE = """
WITH rules AS (
  SELECT f.id, f.keep_none, least(f.keep_days, g.keep_days) AS days
  FROM builder_workflow f JOIN governance_workspace g ON g.id = f.workspace_id
  WHERE g.data_hold = '' AND (f.keep_none OR f.keep_days IS NOT NULL OR g.keep_days IS NOT NULL)),
 found AS (
  SELECT r.id, r.workspace_id, %(success)s AS rule FROM rules CROSS JOIN LATERAL (
    SELECT id, workspace_id FROM runs
    WHERE workflow_id = rules.id AND ended_at IS NOT NULL AND erased_at IS NULL AND status = %(done)s
      AND NOT EXISTS (SELECT 1 FROM runs up WHERE up.id = runs.parent_id AND up.ended_at IS NULL)
    ORDER BY ended_at LIMIT %(each)s) r
  WHERE rules.keep_none
  UNION ALL
  SELECT r.id, r.workspace_id, %(days)s || rules.days FROM rules CROSS JOIN LATERAL (
    SELECT id, workspace_id FROM runs
    WHERE workflow_id = rules.id AND ended_at IS NOT NULL AND erased_at IS NULL
      AND ended_at < clock_timestamp() - make_interval(days => rules.days)
      AND NOT EXISTS (SELECT 1 FROM runs up WHERE up.id = runs.parent_id AND up.ended_at IS NULL)
    ORDER BY ended_at LIMIT %(each)s) r
  WHERE rules.days IS NOT NULL)
SELECT DISTINCT ON (id) id, workspace_id, rule FROM found ORDER BY id, rule LIMIT %(most)s
"""
"""A run whose parent is still at work may hold what the parent needs. Such runs do not count among those looked at: a
parent may wait for weeks."""
TO_REDACT = """
SELECT r.id, r.workspace_id FROM runs r JOIN governance_workspace g ON g.id = r.workspace_id
WHERE r.to_redact AND r.ended_at IS NOT NULL AND g.data_hold = ''
  AND (r.status = %(done)s OR r.mode = 'test' OR r.settled_at IS NOT NULL OR r.erased_at IS NOT NULL
       OR r.ended_at < clock_timestamp() - make_interval(days => %(again)s))
  AND NOT EXISTS (SELECT 1 FROM runs up WHERE up.id = r.parent_id AND up.ended_at IS NULL)
ORDER BY r.ended_at LIMIT %(most)s
"""

_looked_at = float("-inf")


@dataclass(frozen=True, kw_only=True)
class Due:
    run: UUID
    workspace: UUID
    rule: str = ""


def clear_due() -> None:
    """Each engine worker's sweep comes by once a second; every few it looks, and rings for what is to be done."""
    global _looked_at
    if time.monotonic() - _looked_at < settings.CLEAR_SECONDS:
        return
    _looked_at = time.monotonic()
    if due := _to_erase(1) or _to_redact(1):
        ring_chore("clear_runs", due[0].run)


def clear(_first: UUID) -> None:
    """What a worker does when the sweep rings: all that is due, unless another one does it already."""
    while clear_some():
        pass


def clear_some() -> int:
    """One round: deletes and blacks out, at most AT_ONCE runs each; gives how many."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
            if not cursor.fetchone()[0]:
                return 0
        done = 0
        for workspace, due in _by_workspace(_to_erase()):
            _erase(workspace, due)
            done += len(due)
        for workspace, due in _by_workspace(_to_redact()):
            redacting.redact(workspace, [each.run for each in due])
            done += len(due)
    return done


def _to_erase(most: int = AT_ONCE) -> list[Due]:
    limits = {"most": most, "each": min(most, OF_EACH)}
    parameters = {"success": SUCCESS, "days": DAYS, "done": RunStatus.DONE.value, **limits}
    with connection.cursor() as cursor:
        cursor.execute(TO_ERASE, parameters)
        return [Due(run=run, workspace=workspace, rule=rule) for run, workspace, rule in cursor.fetchall()]


def _to_redact(most: int = AT_ONCE) -> list[Due]:
    parameters = {"done": RunStatus.DONE.value, "again": TRIED_AGAIN_DAYS, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(TO_REDACT, parameters)
        return [Due(run=run, workspace=workspace) for run, workspace in cursor.fetchall()]


def _by_workspace(due: Sequence[Due]) -> list[tuple[UUID, list[Due]]]:
    found: defaultdict[UUID, list[Due]] = defaultdict(list)
    for each in due:
        found[each.workspace].append(each)
    return sorted(found.items())


def _erase(workspace: UUID, due: Sequence[Due]) -> None:
    """Files first: what is interrupted is done again as long as the values that name them are there."""
    runs = [each.run for each in due]
    named = files_of(workspace, runs)
    files = erase_files(workspace, named - held_elsewhere(workspace, runs, named)) if named else 0
    RunValue.objects.filter(run_id__in=runs).delete()
    StepTask.objects.filter(run_id__in=runs).delete()
    HumanTask.objects.filter(run_id__in=runs).update(instructions="", shown=[], document=None, values=None)
    OutgoingMail.objects.filter(run_id__in=runs).update(to=[], subject="", body="", reply_to="", attachments=[])
    now = timezone.now()
    rules: defaultdict[str, list[UUID]] = defaultdict(list)
    for each in due:
        rules[each.rule].append(each.run)
    for rule, under in rules.items():
        Run.objects.filter(pk__in=under).update(erased_at=now, erased_by=rule)
        audit.record(
            system("retention"),
            "run.data_deleted",
            workspace_id=workspace,
            object_type="run",
            object_id=under[0] if len(under) == 1 else None,
            detail={"rule": rule, "runs": [str(run) for run in sorted(under)], "files": files},
        )
