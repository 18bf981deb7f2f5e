"""Asks a model server that speaks the Open Inference Protocol, version 2, over HTTP (KServe, Triton, MLServer).

Protocol: https://github.com/kserve/open-inference-protocol. Tensors travel as JSON, row by row.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from orchestrator.connectors.refusals import UNREADABLE, no_model, refusal
from orchestrator.connectors.sender import Reply, Sender
from orchestrator.engine.errors import ErrorCategory, NotSent, Rejected, StepFailed

Datatype = Literal["BOOL", "INT64", "INT32", "FP32", "FP64", "BYTES"]
Element = bool | int | float | str

PROTOCOL = "the Open Inference Protocol"
LARGEST_TENSOR = 1_000_000
"""Elements."""
LONGEST_REASON = 300


@dataclass(frozen=True, kw_only=True)
class ServedModel:
    base_url: str
    """Up to and without `/v2`."""
    model: str
    version: str = ""
    """Empty: the one that the server chooses."""
    timeout_s: float = 60

    @property
    def url(self) -> str:
        version = f"/versions/{quote(self.version, safe='')}" if self.version else ""
        return f"{self.base_url.rstrip('/')}/v2/models/{quote(self.model, safe='')}{version}"


@dataclass(frozen=True, kw_only=True)
class Tensor:
    name: str
    datatype: Datatype
    shape: tuple[int, ...]
    data: Sequence[Element]
    """Flat, the last dimension fastest."""


@dataclass(frozen=True, kw_only=True)
class TensorMetadata:
    name: str
    datatype: str
    shape: tuple[int, ...]
    """-1 stands for any length."""


@dataclass(frozen=True, kw_only=True)
class ModelMetadata:
    name: str
    versions: tuple[str, ...]
    platform: str
    inputs: tuple[TensorMetadata, ...]
    outputs: tuple[TensorMetadata, ...]


async def is_ready(http: Sender, model: ServedModel) -> bool:
    """Whether the server would answer for this model now. Raises `StepFailed` when the server cannot be asked."""
    reply = await http.send("GET", f"{model.url}/ready", timeout_s=model.timeout_s)
    return reply.status == 200


async def describe(http: Sender, model: ServedModel) -> ModelMetadata:
    """What the server says about the model. Raises `StepFailed` as `infer` does."""
    reply = await http.send("GET", model.url, headers={"Accept": "application/json"}, timeout_s=model.timeout_s)
    if reply.status != 200:
        raise _refusal(model, reply)
    try:
        data = json.loads(reply.body)
        return ModelMetadata(
            name=str(data["name"]),
            versions=tuple(str(version) for version in data.get("versions") or ()),
            platform=str(data.get("platform") or ""),
            inputs=tuple(_metadata(tensor) for tensor in data["inputs"]),
            outputs=tuple(_metadata(tensor) for tensor in data["outputs"]),
        )
    except UNREADABLE as error:
        raise no_model(model.model, PROTOCOL) from error


async def infer(
    http: Sender, model: ServedModel, inputs: Sequence[Tensor], outputs: Sequence[str] = ()
) -> dict[str, Tensor]:
    """The named outputs, or all of them. Raises `StepFailed`: rejected (with the server's reason), auth, rate_limited,
    unavailable, timeout, or config (not_a_model, outputs_missing).
    """
    body: dict[str, Any] = {"inputs": [_as_json(tensor) for tensor in inputs]}
    if outputs:
        body["outputs"] = [{"name": name} for name in outputs]
    try:
        content = json.dumps(body, allow_nan=False).encode()
    except ValueError as error:
        message = f"{model.model} was to be given a number that is not finite."
        raise NotSent(ErrorCategory.INPUT, "value_not_finite", message, hint="Look at the values.") from error
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    reply = await http.send("POST", f"{model.url}/infer", headers=headers, content=content, timeout_s=model.timeout_s)
    if reply.status != 200:
        raise _refusal(model, reply)
    try:
        given = {tensor.name: tensor for tensor in map(_tensor, json.loads(reply.body)["outputs"])}
    except UNREADABLE as error:
        raise no_model(model.model, PROTOCOL) from error
    if missing := [name for name in outputs if name not in given]:
        message = f"{model.model} gave no {', '.join(missing)}, only {', '.join(given) or 'nothing'}."
        raise Rejected(ErrorCategory.CONFIG, "outputs_missing", message, hint="Mend the names of the outputs.")
    return given


def _as_json(tensor: Tensor) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "shape": list(tensor.shape),
        "datatype": tensor.datatype,
        "data": list(tensor.data),
    }


def _metadata(data: Mapping[str, Any]) -> TensorMetadata:
    return TensorMetadata(
        name=str(data["name"]), datatype=str(data["datatype"]), shape=tuple(int(length) for length in data["shape"])
    )


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError
    return float(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError
    return value


def _truth(value: object) -> bool:
    if value not in (True, False):
        raise ValueError
    return bool(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value.replace("\0", "")


_READERS: dict[str, Callable[[object], Element]] = {
    "BOOL": _truth,
    "BYTES": _text,
    **dict.fromkeys(("FP16", "FP32", "FP64"), _number),
    **dict.fromkeys(("INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"), _whole),
}
_WIDEST: dict[str, Datatype] = {"BOOL": "BOOL", "BYTES": "BYTES", "FP16": "FP64", "FP32": "FP64", "FP64": "FP64"}


def _tensor(data: Mapping[str, Any]) -> Tensor:
    """Raises ValueError and the like for what is no tensor, or has more or less in it than its shape says."""
    shape = tuple(_whole(length) for length in data["shape"])
    flat = list(_flat(data["data"]))
    if math.prod(shape) != len(flat) or min(shape, default=0) < 0:
        raise ValueError
    read = _READERS[data["datatype"]]
    kind = _WIDEST.get(data["datatype"], "INT64")
    return Tensor(name=str(data["name"]), datatype=kind, shape=shape, data=[read(value) for value in flat])


def _flat(data: list[Any]) -> list[Any]:
    """Servers may nest the rows."""
    if not isinstance(data, list):
        raise TypeError
    while data and isinstance(data[0], list):
        data = [value for row in data for value in row]
        if len(data) > LARGEST_TENSOR:
            raise ValueError
    return data


def _refusal(model: ServedModel, reply: Reply) -> StepFailed:
    """The server's own reason is told where it has one: it names the tensor that is wrong."""
    try:
        reason = json.loads(reply.body)["error"]
    except UNREADABLE:
        reason = None
    if reply.status in (400, 404, 422) and isinstance(reason, str) and reason:
        message = f"{model.model} refused what it was given: {reason[:LONGEST_REASON]}"
        hint = "Compare the names and kinds of its inputs with the settings of this version."
        return Rejected(ErrorCategory.REJECTED, f"status_{reply.status}", message, hint=hint, status=reply.status)
    return refusal(model.model, reply.status, reply.headers, reply.body)
