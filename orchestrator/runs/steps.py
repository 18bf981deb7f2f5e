"""One attempt of one step: its settings resolved, its node run, its outcome as data."""

from __future__ import annotations

import asyncio
import logging
import math
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from orchestrator.engine.errors import ErrorCategory, ExpressionError, StepError, StepFailed
from orchestrator.engine.events import Binding, Constant, ItemRef, Record, ValueRef
from orchestrator.engine.expressions import Template
from orchestrator.nodes.base import NodeContext, NodeType, PersonNeeded, Result, Waiting, WorkflowCalled
from orchestrator.nodes.settings_check import read_settings
from orchestrator.runs.database import AWAY

log = logging.getLogger(__name__)

LARGEST_VALUE = 20 * 1024 * 1024
ValueOf = Callable[[ValueRef], Awaitable[Any]]
Resumed = tuple[dict[str, Any], dict[str, Any]]
"""The state that a step waited with, and the answer that has come."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How an attempt ended: exactly one of `result`, `person`, `waiting`, `call` and `error` is set."""

    result: Result | None = None
    person: PersonNeeded | None = None
    waiting: Waiting | None = None
    call: WorkflowCalled | None = None
    error: StepError | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def state(self) -> dict[str, Any] | None:
        """What the step goes on from once its wait is over; None where the answer is its result."""
        waits = self.person or self.call
        return waits.state if waits is not None else None


async def resolve(template: Template, names: Mapping[str, Binding], value_of: ValueOf) -> Any:
    """The settings with every formula replaced by its value. Only values that a formula names are loaded."""
    return template.resolve({name: await _bound(names.get(name), value_of) for name in template.names})


async def _bound(binding: Binding | None, value_of: ValueOf) -> Any:
    match binding:
        case ValueRef() as ref:
            return await value_of(ref)
        case ItemRef(list=ref, index=index):
            return (await value_of(ref))[index]
        case Constant(json=value):
            return value
        case Record(members=members):
            return {key: await _bound(member, value_of) for key, member in members.items()}
        case None:
            return None


def formula_error(error: ExpressionError) -> StepError:
    return StepError(
        category=ErrorCategory.INPUT,
        code="formula",
        message=str(error),
        hint="Open the step and mend the formula, or give the earlier step the missing value.",
    )


async def perform(
    node: NodeType, config: Any, context: NodeContext, timeout_s: float | None, resume: Resumed | None = None
) -> Outcome:
    """Run `node` once, or let it go on after a wait. Never raises but for cancellation."""
    began = time.perf_counter()
    try:
        settings = read_settings(node, config)
        if node.light:
            given = await node.run(context, settings)
        else:
            async with asyncio.timeout(timeout_s):
                going_on = node.run(context, settings) if resume is None else node.resume(context, settings, *resume)
                given = await going_on
    except StepFailed as failed:
        return Outcome(error=failed.error)
    except TimeoutError:
        return Outcome(
            error=StepError(
                category=ErrorCategory.TIMEOUT,
                code="time_limit",
                message=f"The step took longer than its limit of {timeout_s:g} seconds.",
                hint="Give it more time under “If it fails”, or look at what it waits for.",
                retryable=True,
            )
        )
    except AWAY as error:
        log.warning("The database did not answer %s: %s", node.key, error)
        return Outcome(
            error=StepError(
                category=ErrorCategory.UNAVAILABLE,
                code="database_away",
                message="The product's own database did not answer.",
                hint="Try again when it is back.",
                retryable=True,
            )
        )
    except Exception:
        log.exception("The step type %s failed unexpectedly", node.key)
        return Outcome(
            error=StepError(
                category=ErrorCategory.INTERNAL,
                code="unexpected",
                message=f"The step type “{node.title}” failed in a way it did not foresee.",
                hint="The worker's log has the details. Try again, or tell whoever maintains this step type.",
            )
        )
    milliseconds = round((time.perf_counter() - began) * 1000, 1)
    if isinstance(given, PersonNeeded):
        return Outcome(person=given)
    if isinstance(given, WorkflowCalled):
        return Outcome(call=given)
    if isinstance(given, Waiting):
        return Outcome(waiting=given)
    return Outcome(result=given, facts={**given.facts, "ms": milliseconds})


def stored_bytes(value: Any) -> bytes:
    """The JSON of a step's output. Raises StepFailed for what no store keeps."""
    try:
        body = orjson.dumps(value)
    except (TypeError, ValueError) as error:
        reason = next((reason for sign, reason in UNSTORABLE.items() if sign in str(error)), f"{error}")
        raise _not_storable(reason) from error
    if len(body) > LARGEST_VALUE:
        raise StepFailed(
            ErrorCategory.INPUT,
            "too_large",
            f"The step's result is {len(body) // 1_048_576} MB; the most that can be passed on is "
            f"{LARGEST_VALUE // 1_048_576} MB.",
            hint="Pass a file on instead, or work on a part of it.",
        )
    if rb"\u0000" in body and NUL.search(body):
        raise _not_storable("a text in it holds a NUL character, which no text may")
    if b"null" in body and _holds_nan(value):  # that is how NaN and infinity would be written
        raise _not_storable("a number in it is not a number or not finite")
    return body


NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The mark of the character, not a text that looks like it."""
UNSTORABLE = {
    "surrogates": "a text in it holds half of a character",
    "Recursion limit": "it is nested too deep",
    "64-bit": "a whole number in it has more than 64 bits",
    "key must be str": "an object in it has a key that is no text",
    "not JSON serializable": "something in it is no text, number, list or object",
}
"""What the encoder says, and what that means for people."""


def _not_storable(reason: str) -> StepFailed:
    message = f"The step's result cannot be passed on: {reason}."
    return StepFailed(ErrorCategory.INPUT, "not_storable", message, hint="Look at where the step has its values from.")


def _holds_nan(value: Any) -> bool:
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, float) and not math.isfinite(each):
            return True
        if isinstance(each, dict):
            left.extend(each.values())
        elif isinstance(each, list | tuple):
            left.extend(each)
    return False
