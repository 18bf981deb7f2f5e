"""A model behind a server of the Open Inference Protocol (KServe, Triton, MLServer)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from orchestrator.assets.runtimes.remote import Remote, provider
from orchestrator.assets.runtimes.tensors import Mapped, Slot, answer_of, tensors_of
from orchestrator.connectors.inference import ServedModel, TensorMetadata, describe, infer, is_ready
from orchestrator.connectors.sender import Sender

TASKS = ("classify", "predict", "score", "detect", "embed")


class InferenceConfig(Remote, Mapped):
    """`base_url` goes up to and without `/v2`."""

    model: str = Field(min_length=1, max_length=300)
    version: str = Field(default="", max_length=100)

    def served(self) -> ServedModel:
        return ServedModel(base_url=self.base_url, model=self.model, version=self.version, timeout_s=self.timeout_s)


async def answer(
    config: Mapping[str, Any], task: str, payload: Mapping[str, Any], http: Sender, headers: Mapping[str, str]
) -> dict[str, Any]:
    """The answer of the task, see `assets/calls.py`."""
    settings = InferenceConfig.model_validate(config)
    asked = provider(settings, http, headers)
    given = await infer(asked, settings.served(), tensors_of(settings.inputs, payload), settings.wanted())
    said = answer_of(task, settings.outputs, given)
    return {**said, "model": settings.model} if task == "embed" else said


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a server says of one of its models."""

    model: str
    ready: bool
    inputs: tuple[Slot, ...]
    outputs: tuple[Slot, ...]

    def problems(self, mapped: Mapped) -> list[str]:
        """Sentences about what would keep a version with these settings from answering."""
        found = mapped.problems(self.inputs, self.outputs)
        return found if self.ready else [*found, f"The server knows {self.model}, but it is not ready to answer."]


async def look_at(served: ServedModel, http: Sender) -> Offer:
    """Raises `StepFailed` when the server cannot be asked, or knows no such model."""
    told = await describe(http, served)
    return Offer(
        model=served.model,
        ready=await is_ready(http, served),
        inputs=tuple(map(_slot, told.inputs)),
        outputs=tuple(map(_slot, told.outputs)),
    )


def _slot(told: TensorMetadata) -> Slot:
    return Slot(
        name=told.name, kind=told.datatype, shape=tuple(None if length < 0 else length for length in told.shape)
    )
