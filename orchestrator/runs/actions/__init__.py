"""What people and machines do with runs. Each verb: permission, write, trail, doorbell after the commit."""

from __future__ import annotations

from orchestrator.runs.actions.answering import complete_task, decide_task
from orchestrator.runs.actions.bulk import operate
from orchestrator.runs.actions.loading import load_run
from orchestrator.runs.actions.operations import cancel_run, dismiss_run, pause_run, resume_run
from orchestrator.runs.actions.repeating import repeat_run, retry_run
from orchestrator.runs.actions.reviewing import answer_review
from orchestrator.runs.actions.starting import start_run
from orchestrator.runs.actions.tasks import assign_task, candidates, may_assign, may_decide, release_task, take_task
from orchestrator.runs.actions.testing import run_draft
from orchestrator.runs.actions.trials import try_step

__all__ = [
    "answer_review",
    "assign_task",
    "cancel_run",
    "candidates",
    "complete_task",
    "decide_task",
    "dismiss_run",
    "load_run",
    "may_assign",
    "may_decide",
    "operate",
    "pause_run",
    "release_task",
    "repeat_run",
    "resume_run",
    "retry_run",
    "run_draft",
    "start_run",
    "take_task",
    "try_step",
]
