"""What the steps that ask an asset have in common: reading its answer and saying which version gave it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from orchestrator.engine.errors import ErrorCategory, Rejected, StepFailed
from orchestrator.nodes.base import Answer

Output = TypeVar("Output", bound=BaseModel)


def read_answer(shape: type[Output], value: dict[str, Any], answer: Answer) -> Output:
    """`value` in the step's own shape; raises `StepFailed` (internal) when the asset answered something else."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        raise StepFailed(
            ErrorCategory.INTERNAL,
            "answer_invalid",
            f"{answer.asset} gave an answer that this step cannot read.",
            hint="Choose another model for this step, or an earlier version of this one.",
            asset=answer.asset,
            version=answer.version,
        ) from error


def check_finish(model: str, said: Mapping[str, Any]) -> None:
    """Raises `Rejected` (answer_cut, answer_refused) when a language model stopped before it had answered."""
    if said.get("finish") == "length":
        raise Rejected(
            ErrorCategory.REJECTED,
            "answer_cut",
            f"The answer of {model} was cut off: it is longer than the model may write.",
            hint="Ask for less, or let the model write more.",
        )
    if said.get("finish") == "refused":
        raise Rejected(
            ErrorCategory.REJECTED,
            "answer_refused",
            f"{model} does not want to answer this.",
            hint="Ask in another way, or choose another model.",
            answer=str(said.get("text") or "")[:500],
        )


def facts_of(answer: Answer) -> dict[str, Any]:
    """What is kept beside the step: who answered and instead of whom, how sure, how long it took."""
    instead = [{"asset": asset, "code": code} for asset, code in answer.instead_of]
    return {
        "asset": answer.asset,
        "version": answer.version,
        "version_id": answer.version_id,
        "confidence": answer.confidence,
        "sample": answer.sample,
        "ms": round(answer.milliseconds, 1),
        **({"instead_of": instead} if instead else {}),
        **({"reported": answer.reported} if answer.reported else {}),
    }
