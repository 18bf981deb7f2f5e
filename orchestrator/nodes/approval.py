"""A person decides before the run goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel

from orchestrator.engine.node_spec import LATE, Effect, Port
from orchestrator.nodes.base import FileRef, NodeContext, NodeType, PersonNeeded, Settings, setting

Role = Literal["owner", "admin", "builder", "operator", "viewer", "approver", "publisher", "steward", "auditor"]


class Shown(Settings):
    label: str = setting(title="Label", min_length=1, max_length=200, examples=["Amount"])
    value: Any = setting(title="Value", examples=[{"$expr": "extract.total.value"}])


class Approval(NodeType):
    key = "approval"
    title = "Approval"
    description = "Waits until a person approves or rejects, and goes on along the path they chose."
    category = "People"
    icon = "user-check"
    ports = (
        Port(key="approved", label="Approved"),
        Port(key="rejected", label="Rejected"),
        LATE,
    )
    effect = Effect.PURE
    light = True

    class Config(Settings):
        title: str = setting(
            title="Title",
            description="What the person reads in the list of tasks.",
            min_length=1,
            max_length=200,
            examples=[{"$text": "Invoice {{ extract.invoice_number }}"}],
        )
        instructions: str = setting(
            "", title="Instructions", description="What the person should check.", widget="area", level=1
        )
        document: FileRef | None = setting(
            None, title="Document", description="Shown beside the task.", widget="file", level=1
        )
        show: list[Shown] = setting(
            [],
            title="Facts to show",
            description="What the person needs to know to decide.",
            widget="map",
            level=1,
            max_length=30,
            examples=[[{"label": "Amount", "value": {"$expr": "extract.total.value"}}]],
        )
        roles: list[Role] = setting(
            ["approver"],
            title="Who may decide",
            description="Everybody with one of these roles.",
            widget="list",
            literal=True,
            min_length=1,
        )
        comment_on_reject: bool = setting(True, title="A rejection needs a comment", widget="switch")
        due_hours: float | None = setting(
            None,
            title="Time to decide",
            description="In hours; shown as the task's due date. Then the run goes on along “Too late”, or the step "
            "fails where no line leads from there.",
            widget="number",
            gt=0,
            le=24 * 366,
        )

    class Output(BaseModel):
        decision: Literal["approved", "rejected"]
        comment: str
        decided_by: str
        decided_at: str

    async def run(self, ctx: NodeContext, config: Config) -> PersonNeeded:
        return PersonNeeded(
            title=config.title,
            instructions=config.instructions,
            shown=[shown.model_dump() for shown in config.show],
            document=config.document.model_dump() if config.document else None,
            roles=tuple(config.roles),
            comment_required_on_reject=config.comment_on_reject,
            due_at=ctx.now() + timedelta(hours=config.due_hours) if config.due_hours else None,
        )
