"""Blacking personal data out of what is kept of runs, by the rules of their workspace and workflow."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from django.utils import timezone

from orchestrator.artifacts.actions import erase_files
from orchestrator.governance import audit
from orchestrator.governance.data_keys import sealer_of
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from orchestrator.governance.redaction import Redaction
from orchestrator.runs.held_files import LOST, kin_of
from orchestrator.runs.human_tasks import HumanTask
from orchestrator.runs.models import OutgoingMail, Run, RunValue, Step
from orchestrator.runs.values import INLINE_BYTES, SALT_BYTES, keep_large, kept_value, row_value


def redact(workspace_id: UUID, runs: Sequence[UUID]) -> None:
    """Part of the transaction of the sweep. The digests in the logs stay those of what the runs worked with."""
    workspace = Workspace.objects.get(pk=workspace_id)
    told: Counter[str] = Counter()
    for run in Run.objects.filter(pk__in=runs).select_related("workflow").order_by("pk"):
        rules = Redaction(workspace.redact, [*workspace.personal_fields, *run.workflow.personal_fields])
        _redact_run(run, rules)
        told += rules.counts
        run.to_redact = False
        run.redacted = {"at": timezone.now().isoformat(), "counts": dict(rules.counts)} if rules.counts else None
        run.save(update_fields=["to_redact", "redacted", "title", "error"])
    if told:
        audit.record(
            system("redaction"),
            "run.data_redacted",
            workspace_id=workspace_id,
            object_type="run",
            object_id=runs[0] if len(runs) == 1 else None,
            detail={"runs": [str(run) for run in sorted(runs)], "counts": dict(told)},
        )


def _redact_run(run: Run, rules: Redaction) -> None:
    for row in RunValue.objects.filter(run_id=run.pk).order_by("number"):
        _redact_value(run, row, rules)
    run.title, run.error = rules.text(run.title)[:200], rules.json(run.error)
    for task in HumanTask.objects.filter(run_id=run.pk):
        task.title, task.instructions = rules.text(task.title)[:300], rules.text(task.instructions)
        task.comment = rules.text(task.comment)
        task.shown, task.values = [_shown(each, rules) for each in task.shown], rules.json(task.values)
        task.save(update_fields=["title", "instructions", "comment", "shown", "values"])
    for mail in OutgoingMail.objects.filter(run_id=run.pk):
        mail.to, mail.reply_to = [rules.text(each) for each in mail.to], rules.text(mail.reply_to)
        mail.subject, mail.body = rules.text(mail.subject)[:998], rules.text(mail.body)
        mail.save(update_fields=["to", "reply_to", "subject", "body"])
    for step in Step.objects.filter(run_id=run.pk, error__isnull=False):
        Step.objects.filter(run_id=run.pk, step=step.step).update(error=rules.json(step.error))


def _redact_value(run: Run, row: RunValue, rules: Redaction) -> None:
    """With a new salt: the old one would let everybody try whether the digest in the log is that of a known address.

    Raises `StoreUnavailable`: then it is tried again.
    """
    try:
        value = row_value(run.workspace_id, row)
    except LOST:
        return
    before = sum(rules.counts.values())
    clean = rules.json(value)
    if sum(rules.counts.values()) == before:
        return
    body = orjson.dumps(clean)
    large = keep_large(run.workspace_id, body) if len(body) > INLINE_BYTES else None
    kept = kept_value(sealer_of(run.workspace_id), row.number, secrets.token_bytes(SALT_BYTES), body, large)
    RunValue.objects.filter(run_id=run.pk, number=row.number).update(
        salt=kept.salt, body=clean if kept.body is not None else None, artifact_id=large, sealed=kept.sealed
    )
    if row.artifact_id and not _has_kin_with(run, row.artifact_id):
        erase_files(run.workspace_id, [row.artifact_id])


def _has_kin_with(run: Run, large_value: UUID) -> bool:
    kin = kin_of(run.workspace_id, [run.pk])
    return RunValue.objects.filter(run_id__in=kin, artifact_id=large_value).exists()


def _shown(fact: dict[str, Any], rules: Redaction) -> dict[str, Any]:
    """A labelled fact of a task: its label is the name of a field."""
    label = str(fact.get("label", ""))
    cleaned = rules.json({label: fact.get("value")})
    return {**fact, "value": cleaned[label]}
