"""Whether a loop goes on: the condition of a feedback line, with the values of the round that has ended."""

from __future__ import annotations

from orchestrator.engine.commands import DecideLoop
from orchestrator.engine.errors import ErrorCategory, ExpressionError, StepError
from orchestrator.runs.steps import ValueOf, formula_error, resolve


async def goes_on(command: DecideLoop, value_of: ValueOf) -> tuple[bool, StepError | None]:
    try:
        said = await resolve(command.when, command.names, value_of)
    except ExpressionError as error:
        return False, formula_error(error)
    if isinstance(said, bool):
        return said, None
    name = command.node.name or command.node.key
    return False, StepError(
        category=ErrorCategory.INPUT,
        code="not_true_or_false",
        message=f"The condition of the feedback line from “{name}” gave {type(said).__name__}, not true or false.",
        hint="Compare with something, for example: score < 5.",
    )
