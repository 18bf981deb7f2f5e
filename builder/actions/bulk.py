"""One verb for many workflows: each by itself, so that one that is refused does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from builder.actions.workflows import archive_workflow, delete_workflow, move_workflow, restore_workflow
from builder.models import Folder, Workflow
from orchestrator.api.errors import NotFound, ProblemError
from orchestrator.governance.errors import Denied
from orchestrator.governance.principal import Principal


@dataclass(frozen=True, kw_only=True)
class Refusal:
    id: UUID
    code: str
    message: str


def change_workflows(
    principal: Principal, workspace: UUID, action: str, ids: Sequence[UUID], folder: Folder | None = None
) -> tuple[list[UUID], list[Refusal]]:
    """Archive, restore, delete or move workflows of one workspace. Gives those it was done to, and the others.

    `folder` is where they are moved to (None: out of all folders). Each asks for its own rights, which sharing may
    give for some of them only, and leaves its own entry in the trail.
    """
    act: Callable[[Workflow], object] = {
        "archive": lambda workflow: archive_workflow(principal, workflow),
        "restore": lambda workflow: restore_workflow(principal, workflow),
        "delete": lambda workflow: delete_workflow(principal, workflow),
        "move": lambda workflow: move_workflow(principal, workflow, folder),
    }[action]
    wanted = list(dict.fromkeys(ids))
    found = Workflow.objects.kept().visible_to(principal).filter(workspace_id=workspace).in_bulk(wanted)
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
