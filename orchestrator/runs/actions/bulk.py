"""One verb for many runs: each by itself, so that one that is refused does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from orchestrator.api.errors import NotFound, ProblemError
from orchestrator.governance.errors import Denied
from orchestrator.governance.principal import Principal
from orchestrator.runs.actions.operations import cancel_run, dismiss_run, pause_run, resume_run
from orchestrator.runs.actions.repeating import retry_run
from orchestrator.runs.models import Run


@dataclass(frozen=True, kw_only=True)
class Refusal:
    id: UUID
    code: str
    message: str


def operate(
    principal: Principal, workspace: UUID, action: str, ids: Sequence[UUID], reason: str
) -> tuple[list[UUID], list[Refusal]]:
    """Cancel, pause, resume, retry or dismiss runs of one workspace. Gives those that it was done to, and the others.

    Each leaves its own trace: a row of the trail, for a retry the log of the new run.
    """
    act: Callable[[Run], object] = {
        "cancel": lambda run: cancel_run(principal, run, reason),
        "pause": lambda run: pause_run(principal, run, reason),
        "resume": lambda run: resume_run(principal, run),
        "retry": lambda run: retry_run(principal, run),
        "dismiss": lambda run: dismiss_run(principal, run, reason),
    }[action]
    wanted = list(dict.fromkeys(ids))
    seen = Run.objects.visible_to(principal).select_related("workflow")
    found = seen.filter(workspace_id=workspace).in_bulk(wanted)
    done, refused = [], []
    for id in wanted:
        try:
            if id not in found:
                raise NotFound()
            act(found[id])
            done.append(id)
        except ProblemError as error:
            refused.append(Refusal(id=id, code=error.code, message=error.detail))
        except Denied as denied:
            refused.append(Refusal(id=id, code="denied", message=denied.message))
    return done, refused
