"""What is said to a language model and what it says back: one shape, whatever protocol the model speaks."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from referencing import Registry
from referencing.exceptions import Unresolvable

from orchestrator.engine.errors import ErrorCategory, Rejected

MOST_TOKENS = 1024
LONGEST_MODEL = 300
MOST_COUNTED = 1_000_000_000
"""Tokens of one answer that are believed."""

_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")

Finish = Literal["stop", "length", "calls", "refused"]
"""Why the model stopped: it was done, it was cut, it wants tools to be called, it will not answer."""

OnText = Callable[[str], Awaitable[None]]
"""Told each piece of text as it comes."""


@dataclass(frozen=True, kw_only=True)
class ChatModel:
    base_url: str
    """Up to and without the protocol's own path, e.g. `https://api.example.com/v1`."""
    model: str
    max_tokens: int = MOST_TOKENS
    timeout_s: float = 60
    """For each request; an answer that has to be asked for again takes a second one."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Further settings of the request in the provider's own words; null leaves one of ours out."""


@dataclass(frozen=True, kw_only=True)
class Tool:
    name: str
    description: str
    input_schema: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ToolCall:
    id: str
    name: str
    arguments: dict[str, Any] | str
    """As data; as the text that came where that is no JSON object, so that the model can be told."""

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "arguments": self.arguments}


@dataclass(frozen=True, kw_only=True)
class Message:
    role: Literal["system", "user", "assistant", "tool"]
    content: str
    calls: tuple[ToolCall, ...] = ()
    """Of an assistant."""
    id: str = ""
    """Of a tool: the call that this answers."""
    failed: bool = False
    """Of a tool: `content` says what went wrong."""


@dataclass(frozen=True, kw_only=True)
class Question:
    messages: tuple[Message, ...]
    schema: Mapping[str, Any] | None = None
    """Of the answer, a JSON Schema of an object."""
    tools: tuple[Tool, ...] = ()
    tool_choice: str = "auto"
    """auto | none | required, or the name of the one tool to call."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One answer as it came."""

    text: str
    finish: Finish
    calls: tuple[ToolCall, ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0
    model: str = ""
    """Which one answered, in the provider's own words; empty where it does not say."""


@dataclass(frozen=True, kw_only=True)
class ChatAnswer:
    text: str
    json: Any
    """The answer as data when a schema was given and no tool is called, else None."""
    calls: tuple[ToolCall, ...]
    finish: Finish
    prompt_tokens: int
    completion_tokens: int
    """Of all tries together."""
    model: str = ""
    """As of `Said`."""

    def as_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "json": self.json,
            "calls": [call.as_json() for call in self.calls],
            "tokens": {"prompt": self.prompt_tokens, "completion": self.completion_tokens},
            "finish": self.finish,
            **({"reported": self.model} if self.model else {}),
        }


async def fitting(name: str, question: Question, ask: Callable[[Question], Awaitable[Said]]) -> ChatAnswer:
    """What the model `name` answers; with a schema it is checked, and asked for once more when it does not fit.

    Raises `Rejected` (answer_invalid, answer_cut, answer_refused, schema_invalid) and what `ask` raises.
    """
    validator = _validator(question.schema) if question.schema is not None else None
    said = await ask(question)
    if validator is None or said.calls:
        return _answer(said, None, [said])
    data, wrong = _read(said, validator)
    if wrong is None:
        return _answer(said, data, [said])
    if said.finish == "refused":
        hint = "Look at what it is asked, or choose another model."
        message = f"{name} refused to answer."
        raise Rejected(ErrorCategory.REJECTED, "answer_refused", message, hint=hint, told=said.text[:300])
    repair = f"Your answer does not fit: {wrong} Answer again, with nothing but JSON that fits the schema."
    told = (Message(role="assistant", content=said.text), Message(role="user", content=repair))
    again = await ask(replace(question, messages=(*question.messages, *told)))
    if again.calls:
        return _answer(again, None, [said, again])
    data, wrong = _read(again, validator)
    if wrong is None:
        return _answer(again, data, [said, again])
    raise Rejected(
        ErrorCategory.REJECTED,
        "answer_cut" if again.finish == "length" else "answer_invalid",
        f"{name} did not answer in the form that was asked for.",
        hint="Ask for less, or choose a larger model.",
        problem=wrong,
        tokens=_tokens([said, again]),
    )


def read_arguments(text: str) -> dict[str, Any] | str:
    try:
        data = _json(text or "{}")
    except (ValueError, RecursionError):
        return text
    return data if isinstance(data, dict) else text


def counted(value: object) -> int:
    """A number of tokens as a provider tells it; what is none counts as nothing."""
    return min(max(value, 0), MOST_COUNTED) if isinstance(value, int) else 0


def named(model: object) -> str:
    """The model that a provider says has answered."""
    return plain(model)[:LONGEST_MODEL].encode("utf-8", "replace").decode() if isinstance(model, str) else ""


def plain(text: object) -> str:
    return str(text or "").replace("\0", "")


def _json(text: str) -> Any:
    """Without NaN and infinities, which are no JSON, and without what no database keeps."""
    return json.loads(_NUL.sub(r"\1", text), parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    try:
        Draft202012Validator.check_schema(dict(schema))
    except SchemaError as error:
        message = f"The description of the answer is no JSON Schema: {error.message[:300]}."
        raise Rejected(ErrorCategory.CONFIG, "schema_invalid", message, hint="Mend the description.") from error
    return Draft202012Validator(dict(schema), registry=Registry())  # an empty one: nothing is fetched


def _read(said: Said, validator: Draft202012Validator) -> tuple[Any, str | None]:
    """The answer as data, and None or what is wrong with it."""
    text = said.text.strip()
    if text.startswith("```"):
        text = text.partition("\n")[2].rpartition("```")[0]
    try:
        data = _json(text)
    except (ValueError, RecursionError):
        return None, "it was cut off." if said.finish == "length" else "it is not JSON."
    try:
        problem = next(iter(validator.iter_errors(data)), None)
    except (Unresolvable, RecursionError) as error:
        message = "The description of the answer points at something that is not in it."
        raise Rejected(ErrorCategory.CONFIG, "schema_invalid", message, hint="Mend the description.") from error
    return data, f"{problem.message[:300]}." if problem else None


def _answer(last: Said, data: Any, said: Sequence[Said]) -> ChatAnswer:
    tokens = _tokens(said)
    return ChatAnswer(
        text=last.text,
        json=data,
        calls=last.calls,
        finish=last.finish,
        prompt_tokens=tokens["prompt"],
        completion_tokens=tokens["completion"],
        model=last.model,
    )


def _tokens(said: Sequence[Said]) -> dict[str, int]:
    return {
        "prompt": sum(one.prompt_tokens for one in said),
        "completion": sum(one.completion_tokens for one in said),
    }
