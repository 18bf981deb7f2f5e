"""How the values of a task become named tensors, and named tensors the answer of a task.

Of models whose authors chose the names: uploaded ONNX files and servers of the Open Inference Protocol.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from orchestrator.connectors.inference import Datatype, Element, Tensor
from orchestrator.engine.errors import ErrorCategory, NotSent, Rejected

MOST_FIELDS = 2_000
MOST_ROWS = 2_000
_NUMBERS = frozenset({"FP32", "FP64", "INT32", "INT64"})


@dataclass(frozen=True, kw_only=True)
class Slot:
    """An input or output of a model."""

    name: str
    kind: str
    """A `Datatype`, or the model's own name of what is none."""
    shape: tuple[int | None, ...]
    """None stands for any length."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Input(_Strict):
    """One tensor of one row: the fields side by side. A single field that is a list of texts makes a row of each."""

    tensor: str = Field(min_length=1, max_length=300)
    datatype: Datatype
    fields: list[str] = Field(min_length=1, max_length=MOST_FIELDS)
    """Names of features, or `text`, or `texts`."""
    missing: float | str | None = None
    """Stands where there is no value; without it a missing value is an error."""
    flat: bool = False
    """The shape is [rows], not [rows, fields]; for one field only."""

    @model_validator(mode="after")
    def _one_field_when_flat(self) -> Input:
        if self.flat and len(self.fields) != 1:
            raise ValueError("a flat tensor holds one field")
        return self


class Output(_Strict):
    tensor: str = Field(min_length=1, max_length=300)
    column: int | None = Field(default=None, ge=0, le=100_000)
    """Of several numbers the one that counts."""


class Outputs(_Strict):
    """What is read, by task: classify needs `scores` or `label`; predict those or `value`; score and detect `score`;
    embed `vectors`.
    """

    scores: Output | None = None
    """A number for each label."""
    labels: list[str] = Field(default_factory=list, max_length=10_000)
    """In the order of the scores; also the names of labels that are told as numbers."""
    logits: bool = False
    """The scores are not shares yet: a softmax makes them so."""
    label: Output | None = None
    value: Output | None = None
    low: Output | None = None
    high: Output | None = None
    score: Output | None = None
    medium_from: float = 0.3
    high_from: float = 0.6
    """The score from which a risk is medium, and high."""
    unusual_from: float = 0.5
    vectors: Output | None = None


class Mapped(_Strict):
    """Part of the config of a version."""

    inputs: list[Input] = Field(min_length=1, max_length=500)
    outputs: Outputs

    def wanted(self) -> list[str]:
        """The names of the output tensors that are read."""
        told = (getattr(self.outputs, name) for name in ("scores", "label", "value", "low", "high", "score", "vectors"))
        return list(dict.fromkeys(output.tensor for output in told if output is not None))

    def problems(self, inputs: Sequence[Slot], outputs: Sequence[Slot]) -> list[str]:
        """Sentences; none when these settings fit a model with these inputs and outputs."""
        slots = {slot.name: slot for slot in inputs}
        problems = [_input_problem(one, slots) for one in self.inputs]
        given = {one.tensor for one in self.inputs}
        problems += [f"The input “{name}” of the model is not given." for name in slots if name not in given]
        named = {slot.name for slot in outputs}
        problems += [f"The model has no output “{name}”." for name in self.wanted() if name not in named]
        if not self.wanted():
            problems.append("The settings name no output.")
        return [problem for problem in problems if problem]


def tensors_of(inputs: Sequence[Input], payload: Mapping[str, Any]) -> list[Tensor]:
    """Raises `NotSent` (input) for a value that is missing or of the wrong kind."""
    values = payload.get("features", payload)
    return [_tensor(one, values) for one in inputs]


def answer_of(task: str, outputs: Outputs, given: Mapping[str, Tensor]) -> dict[str, Any]:
    """The answer of the task. Raises `Rejected` (config, output_unfit) when the tensors do not make one."""
    try:
        return _READERS[task](outputs, given)
    except (LookupError, ValueError, TypeError, AttributeError, ZeroDivisionError) as error:
        shapes = ", ".join(f"{name} {list(tensor.shape)}" for name, tensor in given.items())
        message = f"What the model gave ({shapes[:300]}) is no answer to “{task}”."
        hint = "Compare its outputs with the settings of this version."
        raise Rejected(ErrorCategory.CONFIG, "output_unfit", message, hint=hint) from error


def _input_problem(one: Input, slots: Mapping[str, Slot]) -> str:
    slot = slots.get(one.tensor)
    if slot is None:
        return f"The model has no input “{one.tensor}”."
    if slot.kind != one.datatype:
        return f"The input “{one.tensor}” of the model is {slot.kind}, not {one.datatype}."
    row = (None,) if one.flat else (None, len(one.fields))
    pairs = zip(slot.shape, row, strict=False)
    fits = len(slot.shape) == len(row) and all(None in pair or pair[0] == pair[1] for pair in pairs)
    return "" if fits else f"The input “{one.tensor}” of the model does not take {len(one.fields)} fields in a row."


def _tensor(one: Input, values: Mapping[str, Any]) -> Tensor:
    first = values.get(one.fields[0])
    if isinstance(first, list) and len(one.fields) == 1:
        if len(first) > MOST_ROWS:
            raise _unfit(one.fields[0], f"at most {MOST_ROWS:,} are taken at once")
        data = [_element(one, one.fields[0], value) for value in first]
        rows = len(first)
    else:
        data = [_element(one, name, values.get(name)) for name in one.fields]
        rows = 1
    shape = (rows,) if one.flat else (rows, len(one.fields))
    return Tensor(name=one.tensor, datatype=one.datatype, shape=shape, data=data)


def _element(one: Input, name: str, value: Any) -> Element:
    if value is None or value == "":
        value = one.missing
    if value is None:
        raise _unfit(name, "it is missing")
    if one.datatype == "BYTES":
        return value if isinstance(value, str) else str(value)
    if one.datatype == "BOOL":
        if not isinstance(value, bool):
            raise _unfit(name, "it must be true or false")
        return value
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise _unfit(name, "it must be a number") from error
    if not math.isfinite(number):
        raise _unfit(name, "it must be a finite number")
    return number if one.datatype in ("FP32", "FP64") else int(number)


def _unfit(name: str, why: str) -> NotSent:
    message = f"The model cannot use the value of “{name}”: {why}."
    return NotSent(ErrorCategory.INPUT, "value_unfit", message, hint="Look at what this step is given.", field=name)


def _classify(outputs: Outputs, given: Mapping[str, Tensor]) -> dict[str, Any]:
    scores = _shares(outputs, given) if outputs.scores is not None else []
    ranked = sorted(scores, key=lambda entry: -entry[1])
    if outputs.label is not None:
        label = _named(_one(outputs.label, given), outputs.labels)
        confidence = dict(scores).get(label)
    else:
        label, confidence = ranked[0]
    return {
        "label": label,
        "confidence": None if confidence is None else round(confidence, 4),
        "scores": [{"label": name, "score": round(share, 4)} for name, share in ranked],
    }


def _shares(outputs: Outputs, given: Mapping[str, Tensor]) -> list[tuple[str, float]]:
    if outputs.scores is None:
        raise ValueError
    tensor = given[outputs.scores.tensor]
    numbers = [_real(value) for value in tensor.data]
    if outputs.logits:
        top = max(numbers)
        weights = [math.exp(number - top) for number in numbers]
        numbers = [weight / sum(weights) for weight in weights]
    if len(numbers) == 1 and len(outputs.labels) == 2:  # the share of the second of two
        numbers = [1 - numbers[0], numbers[0]]
    if not all(-1e-6 <= number <= 1 + 1e-6 for number in numbers):
        raise ValueError
    names = outputs.labels or [str(place) for place in range(len(numbers))]
    return list(zip(names, numbers, strict=True))


def _named(value: Element, labels: Sequence[str]) -> str:
    if labels and isinstance(value, int | float):
        return labels[int(value)]
    return str(value)


def _predict(outputs: Outputs, given: Mapping[str, Tensor]) -> dict[str, Any]:
    if outputs.value is None:
        return _classify(outputs, given)
    return {
        "value": _real(_one(outputs.value, given)),
        "low": _real(_one(outputs.low, given)) if outputs.low else None,
        "high": _real(_one(outputs.high, given)) if outputs.high else None,
    }


def _score(outputs: Outputs, given: Mapping[str, Tensor]) -> dict[str, Any]:
    score = _between(outputs, given)
    level = "high" if score >= outputs.high_from else "medium" if score >= outputs.medium_from else "low"
    return {"score": score, "level": level, "reasons": []}


def _detect(outputs: Outputs, given: Mapping[str, Tensor]) -> dict[str, Any]:
    score = _between(outputs, given)
    return {"score": score, "unusual": score >= outputs.unusual_from}


def _between(outputs: Outputs, given: Mapping[str, Tensor]) -> float:
    if outputs.score is None:
        raise ValueError
    score = _real(_one(outputs.score, given))
    if not -1e-6 <= score <= 1 + 1e-6:
        raise ValueError
    return round(min(max(score, 0.0), 1.0), 4)


def _embed(outputs: Outputs, given: Mapping[str, Tensor]) -> dict[str, Any]:
    if outputs.vectors is None:
        raise ValueError
    tensor = given[outputs.vectors.tensor]
    rows, width = tensor.shape
    numbers = [_real(value) for value in tensor.data]
    return {"vectors": [numbers[row * width : (row + 1) * width] for row in range(rows)]}


def _one(output: Output, given: Mapping[str, Tensor]) -> Element:
    data = given[output.tensor].data
    if output.column is None and len(data) != 1:
        raise ValueError
    return data[output.column or 0]


def _real(value: Element) -> float:
    if isinstance(value, str) or not math.isfinite(value):
        raise ValueError
    return float(value)


_READERS = {"classify": _classify, "predict": _predict, "score": _score, "detect": _detect, "embed": _embed}
