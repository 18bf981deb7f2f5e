"""Somebody fills in a form at its own address, and a run starts with the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from orchestrator.engine.errors import Problem
from orchestrator.nodes.base import Settings, StartType, setting
from orchestrator.nodes.start_manual import FormField, question_problems, read_answers, refuse_wrong

LONGEST_ANSWER = 10_000


class StartForm(StartType):
    key = "start_form"
    title = "Form"
    description = "Starts a run with each form that somebody fills in at an address you can pass on."
    category = "Start"
    icon = "forms"

    class Config(Settings):
        title: str = setting(
            title="Title", description="What stands above the form.", literal=True, min_length=1, max_length=200
        )
        text: str = setting(
            "", title="Text", description="Shown below the title.", widget="area", literal=True, max_length=5000
        )
        fields: list[FormField] = setting(
            title="Questions",
            description="What people are asked.",
            widget="form-fields",
            literal=True,
            min_length=1,
            max_length=50,
            examples=[[{"key": "message", "label": "How can we help?", "required": True}]],
        )
        thanks: str = setting(
            "Thank you. We have received your answers.",
            title="Thanks",
            description="Shown once the form was sent.",
            widget="area",
            literal=True,
            min_length=1,
            max_length=2000,
        )
        sender: str = setting(
            "",
            title="Who asks",
            description="The name of your company or team, above the form.",
            literal=True,
            max_length=100,
            examples=["Harbour Tools"],
        )
        colour: Literal["blue", "green", "teal", "violet", "red", "orange", "grey"] = setting(
            "blue", title="Colour", description="Of the form's button and edge.", widget="choice", literal=True
        )
        who: Literal["public", "workspace"] = setting(
            "public",
            title="Who may fill it in",
            description="Everybody who has the address, or only the people of this workspace after they signed in.",
            widget="choice",
            level=1,
            literal=True,
        )
        max_mb: int = setting(
            10, title="Largest file", description="In megabytes.", widget="number", literal=True, ge=1, le=25
        )

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        return question_problems(config)

    def accept(self, config: Config, payload: dict[str, Any]) -> dict[str, Any]:
        """`payload` is `{key: answer}`; gives a value for every question, None where nothing was answered."""
        values = read_answers(config.fields, payload)
        too_large = {
            field.key: f"{field.label}: {reason}"
            for field in config.fields
            if (reason := _too_large(values[field.key], config.max_mb))
        }
        refuse_wrong(too_large)
        return values


def _too_large(value: Any, max_mb: int) -> str:
    if isinstance(value, str) and len(value) > LONGEST_ANSWER:
        return f"please write at most {LONGEST_ANSWER:,} characters."
    if isinstance(value, dict) and value["size"] > max_mb * 1_000_000:
        return f"please choose a file of at most {max_mb} MB."
    return ""
