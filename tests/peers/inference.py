"""A small model server that speaks the Open Inference Protocol and takes it at its word.

Models: `sum` gives the sum and the share of each of its FP64 features; `words` labels each text by its number of words
and gives it a vector; `broken` fails at whatever it is given; `resting` is known but not ready.
"""

from __future__ import annotations

import json
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.unit.connectors.servers import Request, Served, response, serving

Tensors = dict[str, dict[str, Any]]
READERS: dict[str, Callable[[Any], bool]] = {
    "FP32": lambda value: isinstance(value, float | int) and not isinstance(value, bool),
    "FP64": lambda value: isinstance(value, float | int) and not isinstance(value, bool),
    "INT64": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "BOOL": lambda value: isinstance(value, bool),
    "BYTES": lambda value: isinstance(value, str),
}
INPUTS = {
    "sum": [{"name": "x", "datatype": "FP64", "shape": [1, -1]}],
    "words": [{"name": "text", "datatype": "BYTES", "shape": [-1]}],
    "broken": [{"name": "x", "datatype": "FP64", "shape": [1, -1]}],
    "resting": [{"name": "x", "datatype": "FP64", "shape": [1, -1]}],
}
OUTPUTS = {
    "sum": [
        {"name": "total", "datatype": "FP64", "shape": [1]},
        {"name": "shares", "datatype": "FP32", "shape": [1, -1]},
    ],
    "words": [
        {"name": "label", "datatype": "BYTES", "shape": [-1]},
        {"name": "vectors", "datatype": "FP32", "shape": [-1, 2]},
    ],
    "broken": [],
    "resting": [],
}


class Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@asynccontextmanager
async def inference_server() -> AsyncIterator[Served]:
    async with serving(answer) as served:
        yield served


def answer(request: Request) -> bytes:
    try:
        status, body = 200, _answer(request)
    except Refused as refused:
        status, body = refused.status, {"error": str(refused)}
    return response(status, json.dumps(body).encode() if body else b"", content_type="application/json")


def _answer(request: Request) -> dict[str, Any]:
    parts = request.path.removeprefix("/v2/models/").split("/")
    name, *verbs = parts
    if verbs[:1] == ["versions"]:
        if verbs[1] != "1":
            raise Refused(404, f"unknown version {verbs[1]} of {name}")
        verbs = verbs[2:]
    if name not in INPUTS:
        raise Refused(404, f"unknown model {name}")
    if (request.method, verbs) == ("GET", ["ready"]):
        if name == "resting":
            raise Refused(503, "not ready")
        return {}
    if (request.method, verbs) == ("GET", []):
        told = {"name": name, "versions": ["1"], "platform": "test"}
        return {**told, "inputs": INPUTS[name], "outputs": OUTPUTS[name]}
    if (request.method, verbs) != ("POST", ["infer"]):
        raise Refused(404, "unknown path")
    body = json.loads(request.body)
    outputs = _infer(name, _inputs(name, body["inputs"]))
    wanted = [output["name"] for output in body.get("outputs") or outputs]
    return {"model_name": name, "outputs": [output for output in outputs if output["name"] in wanted]}


def _inputs(model: str, given: list[dict[str, Any]]) -> dict[str, list[Any]]:
    known = {tensor["name"]: tensor for tensor in INPUTS[model]}
    tensors: dict[str, list[Any]] = {}
    for tensor in given:
        if tensor["name"] not in known:
            raise Refused(400, f"unexpected inference input '{tensor['name']}' for model '{model}'")
        if tensor["datatype"] != known[tensor["name"]]["datatype"]:
            raise Refused(400, f"inference input '{tensor['name']}' data-type is '{tensor['datatype']}'")
        if math.prod(tensor["shape"]) != len(tensor["data"]):
            raise Refused(400, f"shape of '{tensor['name']}' does not match its data")
        if not all(READERS[tensor["datatype"]](value) for value in tensor["data"]):
            raise Refused(400, f"'{tensor['name']}' holds what is no {tensor['datatype']}")
        tensors[tensor["name"]] = tensor["data"]
    if missing := known.keys() - tensors.keys():
        raise Refused(400, f"expected inputs {sorted(missing)}")
    return tensors


def _infer(model: str, tensors: dict[str, list[Any]]) -> list[dict[str, Any]]:
    if model == "resting":
        raise Refused(503, "not ready")
    if model == "broken":
        raise Refused(500, "division by zero in layer 3")
    if model == "sum":
        numbers = tensors["x"]
        total = math.fsum(numbers)
        return [
            {"name": "total", "datatype": "FP64", "shape": [1], "data": [total]},
            {"name": "shares", "datatype": "FP32", "shape": [1, len(numbers)], "data": [[n / total for n in numbers]]},
        ]
    counts = [len(text.split()) for text in tensors["text"]]
    labels = ["long" if count > 3 else "short" for count in counts]
    return [
        {"name": "label", "datatype": "BYTES", "shape": [len(labels)], "data": labels},
        {"name": "vectors", "datatype": "FP32", "shape": [len(counts), 2], "data": [[n, 1.0] for n in counts]},
    ]
