"""A person decides before the run goes on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel

from orchestrator.engine.node_spec import LATE, Effect, Port
from orchestrator.nodes.base import FileRef, NodeContext, NodeType, PersonNeeded, Settings, setting

Role = Literal["owner", "admin", "builder", "operator", "viewer", "approver", "publisher", "steward", "auditor"]


def remind_setting() -> Any:
    return setting(
        None,
        title="Remind after",
        description="In hours. Whoever has the task gets one mail, or everybody who may answer it.",
        widget="number",
        gt=0,
        le=24 * 366,
    )


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
        answers: Literal["first", "everyone"] = setting(
            "first",
            title="Whose answer counts",
            description="The first answer, from whoever takes the task; or several people have to approve, each for "
            "themselves, and the first rejection rejects.",
            widget="choice",
            literal=True,
        )
        approvals: int = setting(
            2,
            title="How many have to approve",
            description="Only where several people have to approve.",
            widget="number",
            literal=True,
            ge=2,
            le=20,
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
        remind_after: float | None = remind_setting()

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
            approvals=config.approvals if config.answers == "everyone" else 1,
            due_at=in_hours(ctx, config.due_hours),
            remind_at=in_hours(ctx, config.remind_after),
        )


def in_hours(ctx: NodeContext, hours: float | None) -> datetime | None:
    return ctx.now() + timedelta(hours=hours) if hours else None
