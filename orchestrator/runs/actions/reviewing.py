"""Answers to unknown outcomes: a person says what became of a step."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from orchestrator.api.errors import Conflict, Invalid
from orchestrator.engine.errors import StepFailed
from orchestrator.governance import audit
from orchestrator.governance.principal import Principal
from orchestrator.runs import mail, rights
from orchestrator.runs.actions.posting import post
from orchestrator.runs.models import Run, RunEvent, Step
from orchestrator.runs.steps import stored_bytes
from orchestrator.runs.values import INLINE_BYTES


def answer_review(principal: Principal, run: Run, step: Step, *, answer: str, note: str, output: Any = None) -> None:
    """Say what became of a step whose outcome is unknown: `done` (with its output), `fail`, or `retry` with the same
    idempotency key. Whoever is first counts; a later answer is told who was.
    """
    rights.require(principal, "run:cancel", run)
    _refuse_large(output)
    by = principal.name or "system"
    body = {"attempt": step.attempt, "answer": answer, "by": by, "note": note, "output": output}
    with transaction.atomic():
        # Posted first, looked at afterwards: an answer that was read meanwhile has changed the step for this look.
        posted = post(run.id, mail.REVIEW_ANSWERED, step.step, body, f"review:{step.step}:{step.attempt}")
        if not posted or not _is_open(step):
            raise _too_late(run, step)
        audit.record(
            principal,
            "step.reviewed",
            workspace_id=run.workspace_id,
            object_type="run",
            object_id=run.id,
            object_name=run.title,
            reason=note,
            detail={"step": step.step, "node": step.node, "attempt": step.attempt, "answer": answer},
        )


def _is_open(step: Step) -> bool:
    same = Step.objects.filter(run_id=step.run_id, step=step.step, attempt=step.attempt)
    return same.filter(status="needs_review").exists()


def _too_late(run: Run, step: Step) -> Conflict:
    """Why there is nothing to answer; who answered, once the run has read it."""
    answers = RunEvent.objects.filter(run_id=run.id, kind="review_answered").order_by("-seq").values("body", "at")
    last = next((answer for answer in answers if answer["body"]["step"] == step.step), None)
    if last is not None:
        who, at = last["body"]["by"], last["at"].isoformat()
        return Conflict("answered", f"{who} answered this already.", current={"by": who, "at": at})
    if run.ended:
        return Conflict("ended", "This run has ended already.")
    if _is_open(step):
        return Conflict("answered", "Somebody answered this already.")
    return Conflict("not_open", "The outcome of this step is not open: nobody has to answer for it.")


def _refuse_large(output: Any) -> None:
    try:
        size = len(stored_bytes(output))
    except StepFailed as failed:
        raise Invalid("output", failed.error.message) from failed
    if size > INLINE_BYTES:
        raise Invalid("output", f"The output is larger than {INLINE_BYTES // 1024} KB. Give a part of it, or a file.")
