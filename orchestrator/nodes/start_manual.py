"""A person starts the run and fills in a small form."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from pydantic import ValidationError

from orchestrator.engine.errors import ErrorCategory, Problem, StepFailed
from orchestrator.nodes.base import FileRef, Settings, StartType, setting

FieldType = Literal["text", "number", "date", "choice", "file", "switch"]
ManualFieldType = Literal["text", "number", "date", "choice", "file", "switch", "data"]


class FormField(Settings):
    key: str = setting(
        title="Key",
        description="The name formulas use for this value.",
        pattern="^[a-z][a-z0-9_]{0,62}$",
        examples=["amount"],
    )
    label: str = setting(title="Question", description="What the person reads.", min_length=1, max_length=200)
    type: FieldType = setting("text", title="Kind of answer", widget="choice", level=1)
    required: bool = setting(False, title="Must be answered", widget="switch")
    choices: list[str] = setting([], title="Choices", description="Only for kind of answer: choice.", widget="list")
    help: str = setting("", title="Help text", max_length=500)


class ManualField(FormField):
    type: ManualFieldType = setting(  # type: ignore[assignment]  # one kind more: other workflows hand over whole records
        "text",
        title="Kind of answer",
        description="Data takes anything: a list or a record from another workflow, or JSON that a person writes.",
        widget="choice",
        level=1,
    )


class StartManual(StartType):
    key = "start_manual"
    title = "Start by hand"
    description = "A person presses Run and answers the questions you list here."
    category = "Start"
    icon = "player-play"

    class Config(Settings):
        fields: list[ManualField] = setting(
            [],
            title="Questions",
            description="What the person is asked before the run starts. Leave empty to start at once.",
            widget="form-fields",
            level=1,
            literal=True,
            max_length=50,
            examples=[[{"key": "document", "label": "Which document?", "type": "file", "required": True}]],
        )

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        return question_problems(config)

    def accept(self, config: Config, payload: dict[str, Any]) -> dict[str, Any]:
        """`payload` is `{key: answer}`; gives a value for every question, None where nothing was answered."""
        return read_answers(config.fields, payload)


def question_problems(config: Mapping[str, Any]) -> list[Problem]:
    """What is wrong between the questions of a start."""
    fields = config.get("fields")
    fields = fields if isinstance(fields, list) else []
    counts = Counter(_key(field) for field in fields)
    found = []
    for index, field in enumerate(fields):
        key = _key(field)
        if key and counts[key] > 1:
            message = f"Two questions have the key {key!r}."
            found.append(_problem(index, "key", "duplicate_key", message, "Give each question its own key."))
        if key and field.get("type") == "choice" and not field.get("choices"):
            message = "This question offers no choices."
            found.append(_problem(index, "choices", "no_choices", message, "Add at least one choice."))
    return found


def read_answers(fields: Sequence[FormField], payload: Mapping[str, Any]) -> dict[str, Any]:
    """A value for every question, None where nothing was answered. Raises `StepFailed`, which names each wrong one."""
    wrong: dict[str, str] = {}
    values: dict[str, Any] = {}
    for field in fields:
        try:
            values[field.key] = read_answer(field, payload.get(field.key))
        except ValueError as error:
            wrong[field.key] = f"{field.label}: {error}"
    known = {field.key for field in fields}
    wrong |= {key[:60]: f"There is no question {key[:60]!r}." for key in payload if key not in known}
    refuse_wrong(wrong)
    return values


def refuse_wrong(wrong: Mapping[str, str]) -> None:
    """Raises `StepFailed` if any answer is wrong; `wrong` says why, by question."""
    if wrong:
        raise StepFailed(ErrorCategory.INPUT, "invalid_answers", " ".join(wrong.values()), fields=dict(wrong))


def read_answer(field: FormField, given: Any) -> Any:
    """The checked answer; raises ValueError with the words the person reads after the question."""
    if given is None or given == "":
        if field.required:
            raise ValueError("please answer this question.")
        return False if field.type == "switch" else None
    return _READERS[field.type](field, given)


def _text(field: FormField, given: Any) -> str:
    if not isinstance(given, str):
        raise ValueError("please write a text.")
    return given


def _number(field: FormField, given: Any) -> float | int:
    try:
        number = float(given) if isinstance(given, int | float | str) and not isinstance(given, bool) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("please write a number, for example 1250.50.")
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _date(field: FormField, given: Any) -> str:
    try:
        return date.fromisoformat(given).isoformat()
    except (TypeError, ValueError) as error:
        raise ValueError("please give a date, for example 2026-03-31.") from error


def _choice(field: FormField, given: Any) -> str:
    if given not in field.choices:
        raise ValueError(f"please choose one of: {', '.join(field.choices)}.")
    return str(given)


def _file(field: FormField, given: Any) -> dict[str, Any]:
    try:
        return FileRef.model_validate(given).model_dump()
    except ValidationError as error:
        raise ValueError("please choose a file.") from error


def _switch(field: FormField, given: Any) -> bool:
    if not isinstance(given, bool):
        raise ValueError("please answer yes or no.")
    return given


def _data(field: FormField, given: Any) -> Any:
    return given


_READERS = {
    "data": _data,
    "text": _text,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "file": _file,
    "switch": _switch,
}


def _key(field: Any) -> str | None:
    key = field.get("key") if isinstance(field, dict) else None
    return key if isinstance(key, str) else None


def _problem(index: int, name: str, code: str, message: str, hint: str) -> Problem:
    return Problem(code=code, message=message, hint=hint, field=f"config.fields.{index}.{name}")
