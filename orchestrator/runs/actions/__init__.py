"""What people and machines do with runs. Each verb: permission, write, trail, doorbell after the commit."""

from __future__ import annotations

from orchestrator.runs.actions.operations import cancel_run
from orchestrator.runs.actions.repeating import repeat_run
from orchestrator.runs.actions.starting import start_run
from orchestrator.runs.actions.tasks import decide_task, may_decide, release_task, take_task

__all__ = ["cancel_run", "decide_task", "may_decide", "release_task", "repeat_run", "start_run", "take_task"]
