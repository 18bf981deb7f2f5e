"""A person fills in a form before the run goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel

from orchestrator.engine.errors import Problem
from orchestrator.engine.node_spec import LATE, OUT, Effect
from orchestrator.nodes.approval import Role, Shown, in_hours, remind_setting
from orchestrator.nodes.base import FileRef, NodeContext, NodeType, PersonNeeded, Settings, setting
from orchestrator.nodes.start_manual import FormField, question_problems, read_answer

DAY = len("2026-03-31")


class TaskField(FormField):
    type: Literal["text", "number", "date", "choice", "switch"] = setting(
        "text", title="Kind of answer", widget="choice", level=1
    )


class AskPerson(NodeType):
    key = "ask_person"
    title = "Ask a person"
    description = "Waits until a person has filled in a form, and goes on with the answers."
    category = "People"
    icon = "clipboard-text"
    ports = (OUT, LATE)
    effect = Effect.PURE
    light = True

    class Config(Settings):
        title: str = setting(
            title="Title",
            description="What the person reads in the list of tasks.",
            min_length=1,
            max_length=200,
            examples=[{"$text": "Check the invoice {{ extract.invoice_number }}"}],
        )
        instructions: str = setting(
            "", title="Instructions", description="What the person should do.", widget="area", level=1
        )
        fields: list[TaskField] = setting(
            title="Questions",
            description="What the person is asked.",
            widget="form-fields",
            literal=True,
            min_length=1,
            max_length=50,
            examples=[[{"key": "amount", "label": "Which amount is right?", "type": "number", "required": True}]],
        )
        values: dict[str, Any] = setting(
            {},
            title="Filled in already",
            description="What stands in the form when the person opens it, by the key of the question.",
            widget="map",
            level=1,
            examples=[{"amount": {"$expr": "extract.total.value"}}],
        )
        document: FileRef | None = setting(
            None, title="Document", description="Shown beside the form.", widget="file", level=1
        )
        show: list[Shown] = setting(
            [],
            title="Facts to show",
            description="What the person needs to know.",
            widget="map",
            max_length=30,
            examples=[[{"label": "Amount", "value": {"$expr": "extract.total.value"}}]],
        )
        roles: list[Role] = setting(
            ["approver"],
            title="Who may answer",
            description="Everybody with one of these roles.",
            widget="list",
            literal=True,
            min_length=1,
        )
        due_hours: float | None = setting(
            None,
            title="Time to answer",
            description="In hours; shown as the task's due date. Then the run goes on along “Too late”, or the step "
            "fails where no line leads from there.",
            widget="number",
            gt=0,
            le=24 * 366,
        )
        remind_after: float | None = remind_setting()

    class Output(BaseModel):
        answers: dict[str, Any]
        answered_by: str
        answered_at: str

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        return question_problems(config)

    async def run(self, ctx: NodeContext, config: Config) -> PersonNeeded:
        return PersonNeeded(
            title=config.title,
            instructions=config.instructions,
            shown=[shown.model_dump() for shown in config.show],
            document=config.document.model_dump() if config.document else None,
            roles=tuple(config.roles),
            due_at=in_hours(ctx, config.due_hours),
            remind_at=in_hours(ctx, config.remind_after),
            fields=[field.model_dump() for field in config.fields],
            values=_filled_in(config.fields, config.values),
        )


def _filled_in(fields: Sequence[FormField], given: Mapping[str, Any]) -> dict[str, Any]:
    """What the run knows, as an answer of the question's kind. What does not fit is left for the person to say."""
    values = {}
    for field in fields:
        value = given.get(field.key)
        if field.type == "text" and isinstance(value, int | float):
            value = str(value)
        if field.type == "date" and isinstance(value, str):
            value = value[:DAY]  # a moment is asked for as its day
        try:
            answer = read_answer(field, value)
        except ValueError:
            continue
        if answer is not None:
            values[field.key] = answer
    return values
