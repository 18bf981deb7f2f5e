from __future__ import annotations

import json
from typing import Any

import pytest

from orchestrator.connectors.http import HttpClient
from orchestrator.connectors.inference import ServedModel, Tensor, describe, infer, is_ready
from orchestrator.engine.errors import ErrorCategory, NotSent, StepFailed
from tests.peers.inference import inference_server
from tests.unit.connectors.servers import Served, response, serving

X = Tensor(name="x", datatype="FP64", shape=(1, 3), data=[1.0, 2.0, 5.0])


async def ask(served: Served, verb: Any, *args: Any, model: str = "sum", version: str = "") -> Any:
    http = HttpClient([served.host])
    try:
        return await verb(http, ServedModel(base_url=served.url(""), model=model, version=version, timeout_s=5), *args)
    finally:
        await http.close()


def outputs(*tensors: Any) -> bytes:
    return response(200, json.dumps({"outputs": tensors}).encode())


async def test_tensors_go_and_come_back() -> None:
    async with inference_server() as served:
        given = await ask(served, infer, [X])
        assert given["total"] == Tensor(name="total", datatype="FP64", shape=(1,), data=[8.0])
        assert given["shares"].shape == (1, 3)
        assert list(given["shares"].data) == [0.125, 0.25, 0.625]
        assert list(await ask(served, infer, [X], ["total"])) == ["total"]
        assert await ask(served, infer, [X], version="1") == given


async def test_texts_go_and_come_back() -> None:
    texts = Tensor(name="text", datatype="BYTES", shape=(2,), data=["a b", "a b c d\0é"])
    async with inference_server() as served:
        given = await ask(served, infer, [texts], model="words")
    assert list(given["label"].data) == ["short", "long"]


async def test_a_server_says_what_it_has_and_whether_it_is_ready() -> None:
    async with inference_server() as served:
        told = await ask(served, describe)
        assert [(tensor.name, tensor.datatype, tensor.shape) for tensor in told.inputs] == [("x", "FP64", (1, -1))]
        assert [tensor.name for tensor in told.outputs] == ["total", "shares"]
        assert (told.versions, told.platform) == (("1",), "test")
        assert [await ask(served, is_ready, model=name) for name in ("sum", "resting")] == [True, False]


@pytest.mark.parametrize(
    ("tensor", "reason"),
    [
        (Tensor(name="y", datatype="FP64", shape=(1,), data=[1.0]), "unexpected inference input 'y'"),
        (Tensor(name="x", datatype="INT64", shape=(1,), data=[1]), "data-type is 'INT64'"),
        (Tensor(name="x", datatype="FP64", shape=(2,), data=[1.0]), "does not match"),
    ],
)
async def test_the_servers_own_reason_is_told(tensor: Tensor, reason: str) -> None:
    async with inference_server() as served:
        with pytest.raises(StepFailed, match=reason) as failed:
            await ask(served, infer, [tensor])
    assert failed.value.error.category is ErrorCategory.REJECTED


@pytest.mark.parametrize(
    ("model", "version", "code", "category"),
    [
        ("nothing", "", "status_404", "rejected"),
        ("sum", "2", "status_404", "rejected"),
        ("broken", "", "status_500", "unavailable"),
        ("resting", "", "status_503", "unavailable"),
        ("../../health", "", "status_404", "rejected"),
    ],
)
async def test_a_model_that_cannot_answer_says_why(model: str, version: str, code: str, category: str) -> None:
    async with inference_server() as served:
        with pytest.raises(StepFailed) as failed:
            await ask(served, infer, [X], model=model, version=version)
    assert (failed.value.error.code, failed.value.error.category) == (code, ErrorCategory(category))
    assert served.requests[0].path.startswith("/v2/models/")


async def test_an_output_that_is_not_there_is_named() -> None:
    async with inference_server() as served:
        with pytest.raises(StepFailed, match="gave no sum, only nothing") as failed:
            await ask(served, infer, [X], ["sum"])
    assert failed.value.error.code == "outputs_missing"


async def test_a_number_that_is_none_is_not_sent() -> None:
    async with inference_server() as served:
        with pytest.raises(NotSent):
            await ask(served, infer, [Tensor(name="x", datatype="FP64", shape=(1,), data=[float("nan")])])
    assert served.requests == []


@pytest.mark.parametrize(
    "tensor",
    [
        {"name": "t", "datatype": "FP32", "shape": [2], "data": [1]},
        {"name": "t", "datatype": "FP32", "shape": [1], "data": ["1"]},
        {"name": "t", "datatype": "FP32", "shape": [1], "data": [True]},
        {"name": "t", "datatype": "FP32", "shape": [1], "data": [float("nan")]},
        {"name": "t", "datatype": "INT64", "shape": [1], "data": [1.5]},
        {"name": "t", "datatype": "BYTES", "shape": [1], "data": [1]},
        {"name": "t", "datatype": "BOOL", "shape": [1], "data": ["yes"]},
        {"name": "t", "datatype": "COMPLEX", "shape": [1], "data": [1]},
        {"name": "t", "datatype": "FP32", "shape": [-1, -1], "data": [1]},
        {"name": "t", "datatype": "FP32", "shape": [1]},
        {"name": "t", "datatype": "FP32", "shape": [2], "data": [[1], 2]},
        7,
    ],
)
async def test_a_server_that_lies_about_its_tensors_is_no_model(tensor: Any) -> None:
    async with serving(lambda request: outputs(tensor)) as served:
        with pytest.raises(StepFailed) as failed:
            await ask(served, infer, [X])
    assert failed.value.error.code == "not_a_model"


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[]", b'{"name": "a", "inputs": 7, "outputs": 7}'])
async def test_what_does_not_speak_the_protocol_is_called_so(body: bytes) -> None:
    async with serving(lambda request: response(200, body)) as served:
        for verb in (infer, describe):
            with pytest.raises(StepFailed) as failed:
                await ask(served, verb, *([[X]] if verb is infer else []))
            assert failed.value.error.code == "not_a_model"
