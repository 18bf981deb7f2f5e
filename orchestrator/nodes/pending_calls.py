"""How a step waits for a call of a tool: a person sees the exact arguments, or another workflow runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from orchestrator.nodes.approval import Role, in_hours
from orchestrator.nodes.base import (
    CallDecision,
    CallEnded,
    NodeContext,
    PendingCall,
    PersonNeeded,
    WorkflowCalled,
    setting,
)

MOST_SHOWN = 30
"""Arguments that are shown one by one; the others together."""


class Asking(Protocol):
    """The settings of a step that may wait for a person."""

    @property
    def roles(self) -> list[Role]: ...

    @property
    def due_hours(self) -> float | None: ...


def roles_setting() -> Any:
    return setting(
        ["approver"],
        title="Who may decide",
        description="Everybody with one of these roles, where a tool needs a person's approval.",
        widget="list",
        literal=True,
        min_length=1,
    )


def due_setting() -> Any:
    return setting(
        None,
        title="Time to decide",
        description="In hours; shown as the task's due date. Then the run goes on along “Too late”, or the step "
        "fails where no line leads from there.",
        widget="number",
        gt=0,
        le=24 * 366,
    )


def wait_for(
    ctx: NodeContext, asker: str, call: PendingCall, settings: Asking, state: dict[str, Any]
) -> PersonNeeded | WorkflowCalled:
    """`asker` is shown: the agent that wants to call the tool, or nothing where the step itself does."""
    if call.kind == "workflow":
        return WorkflowCalled(workflow=call.workflow, input=call.arguments, state=state, by_agent=bool(asker))
    return PersonNeeded(
        title=f"{asker}: {call.tool}" if asker else call.tool,
        instructions="Approve only if exactly this should be done.",
        shown=_shown(call.arguments),
        roles=tuple(settings.roles),
        comment_required_on_reject=False,
        due_at=in_hours(ctx, settings.due_hours),
        state=state,
    )


def answer_of(call: PendingCall, answer: Mapping[str, Any]) -> CallDecision | CallEnded:
    """`answer` as `NodeType.resume` gets it."""
    if call.kind == "workflow":
        return CallEnded(value=answer.get("output"), error=str(answer.get("error") or ""))
    approved = answer.get("decision") == "approved"
    comment = str(answer.get("comment") or "")
    return CallDecision(approved=approved, sha256=call.sha256, comment=comment, pins=call.pins)


def _shown(arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = list(arguments)
    shown = [{"label": name, "value": arguments[name]} for name in names[:MOST_SHOWN]]
    rest = {name: arguments[name] for name in names[MOST_SHOWN:]}
    return [*shown, {"label": "…", "value": rest}] if rest else shown
