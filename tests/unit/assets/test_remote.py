from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from pydantic import ValidationError

from orchestrator.assets import remote
from orchestrator.assets.runtimes import inference
from orchestrator.assets.runtimes.tensors import Mapped
from orchestrator.connectors.http import HttpClient
from orchestrator.connectors.inference import ServedModel
from orchestrator.engine.errors import StepFailed
from tests.peers.inference import inference_server
from tests.peers.scripted import (
    OPENAI_USAGE,
    anthropic_said,
    anthropic_stream,
    block_delta,
    block_start,
    message_delta,
    openai_piece,
    openai_said,
    openai_stream,
    text_block,
    tool_block,
)
from tests.unit.connectors.servers import Served, Talk, read_request, response, serving, talking

PRICE = {"input": "3", "output": "15", "currency": "EUR"}
KEY = {"Authorization": "Bearer s"}
TOTAL = {"value": {"tensor": "total"}}
TALK = {
    "system": "Be short.",
    "messages": [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": "", "calls": [{"id": "c0", "name": "weather", "arguments": {}}]},
        {"role": "tool", "id": "c0", "content": "no such city", "failed": True},
    ],
    "tools": [{"name": "weather", "description": "Today's", "input_schema": {"type": "object"}}],
}
ROW = [{"tensor": "x", "datatype": "FP64", "fields": ["a", "b"]}]


async def ask(
    served: Served, runtime: str, task: str, payload: Mapping[str, Any], on_text: Any = None, **config: Any
) -> dict[str, Any]:
    http = HttpClient([served.host])
    base_url = served.url("" if runtime == "inference" else "/v1")
    try:
        config = {"base_url": base_url, "model": "small", **config}
        return await remote.ask(runtime, task, config, payload, http, KEY, on_text=on_text)
    finally:
        await http.close()


async def test_a_language_model_answers_with_its_cost_under_its_account() -> None:
    async with serving(lambda request: openai_said("One.")) as served:
        said = await ask(served, "chat", "chat", {"system": "Be short.", "prompt": "Count."}, price=PRICE)
    assert said == {
        "text": "One.",
        "json": None,
        "calls": [],
        "tokens": {"prompt": 10, "completion": 3},
        "finish": "stop",
        "cost": "0.000075",
    }
    assert served.requests[0].headers["authorization"] == "Bearer s"


@pytest.mark.parametrize("runtime", ["chat", "anthropic"])
async def test_a_talk_with_tools_is_the_same_over_both_protocols(runtime: str) -> None:
    made = [{"id": "c1", "name": "weather", "arguments": '{"city": "Bern"}'}]
    openai, theirs = (
        openai_said("", "tool_calls", made),
        anthropic_said(tool_block("c1", "weather", city="Bern"), stop="tool_use"),
    )
    async with serving(lambda request: openai if runtime == "chat" else theirs) as served:
        said = await ask(served, runtime, "chat", TALK)
    assert (said["calls"], said["finish"]) == (
        [{"id": "c1", "name": "weather", "arguments": {"city": "Bern"}}],
        "calls",
    )
    assert said["tokens"] == {"prompt": 10, "completion": 3}
    body = json.loads(served.requests[0].body)
    assert "no such city" in json.dumps(body["messages"][-1])
    assert body["tool_choice"] in ("auto", {"type": "auto"})


@pytest.mark.parametrize("runtime", ["chat", "anthropic"])
async def test_what_it_says_is_heard_as_it_comes_over_both_protocols(runtime: str) -> None:
    heard: list[str] = []

    async def listen(piece: str) -> None:
        heard.append(piece)

    openai = openai_stream(openai_piece(content="On"), openai_piece(content="e."), openai_piece("stop"), OPENAI_USAGE)
    theirs = anthropic_stream(
        block_start(0, text_block("")), block_delta(0, text="On"), block_delta(0, text="e."), message_delta("end_turn")
    )
    async with serving(lambda request: openai if runtime == "chat" else theirs) as served:
        said = await ask(served, runtime, "chat", {"prompt": "Count."}, listen)
    assert (heard, said["text"], said["tokens"]["completion"]) == (["On", "e."], "One.", 3)


@pytest.mark.parametrize("runtime", ["chat", "anthropic"])
async def test_a_language_model_reads_documents_over_both_protocols(runtime: str) -> None:
    fields = {"parties": ["Acme"], "total": {"value": 12.5}, "date": None, "invoice_number": "R-7"}
    theirs = anthropic_said(tool_block("c1", "answer", **fields), stop="tool_use")
    async with serving(lambda request: openai_said(json.dumps(fields)) if runtime == "chat" else theirs) as served:
        said = await ask(served, runtime, "extract", {"text": "Acme, invoice R-7: 12.50"}, price=PRICE)
    assert (said["invoice_number"], said["confidence"]) == ("R-7", 1.0)
    assert (said["tokens"], said["cost"]) == ({"prompt": 10, "completion": 3}, "0.000075")


async def test_a_model_that_only_goes_on_with_a_text_is_asked_in_the_older_protocol() -> None:
    body = json.dumps({"choices": [{"text": "One.", "finish_reason": "stop"}]}).encode()
    async with serving(lambda request: response(200, body)) as served:
        said = await ask(served, "chat", "chat", {"prompt": "Count."}, protocol="completions")
    assert (said["text"], served.requests[0].path) == ("One.", "/v1/completions")


async def test_texts_are_embedded() -> None:
    body = json.dumps({"data": [{"index": 0, "embedding": [1, 2]}], "usage": {"prompt_tokens": 1_000_000}}).encode()
    async with serving(lambda request: response(200, body)) as served:
        said = await ask(served, "embeddings", "embed", {"texts": ["a"]}, price=PRICE)
        with pytest.raises(StepFailed) as failed:
            await ask(served, "embeddings", "embed", {"texts": ["a"] * 2001})
    tokens = {"prompt": 1_000_000, "completion": 0}
    assert said == {"vectors": [[1, 2]], "model": "small", "tokens": tokens, "cost": "3"}
    assert failed.value.error.code == "too_many_texts"


@pytest.mark.parametrize(
    ("model", "task", "inputs", "outputs", "payload", "answer"),
    [
        ("sum", "predict", ROW, {"value": {"tensor": "total"}}, {"features": {"a": 1, "b": 3}},
         {"value": 4, "low": None, "high": None}),
        ("sum", "detect", ROW, {"score": {"tensor": "shares", "column": 1}}, {"features": {"a": 1, "b": 3}},
         {"score": 0.75, "unusual": True}),
        ("sum", "classify", [{**ROW[0], "fields": ["a", "b"]}], {"scores": {"tensor": "shares"}, "labels": ["A", "B"]},
         {"a": 1, "b": 3}, {"label": "B", "confidence": 0.75,
                            "scores": [{"label": "B", "score": 0.75}, {"label": "A", "score": 0.25}]}),
        ("words", "classify", [{"tensor": "text", "datatype": "BYTES", "fields": ["text"], "flat": True}],
         {"label": {"tensor": "label"}}, {"text": "a b c d"}, {"label": "long", "confidence": None, "scores": []}),
        ("words", "embed", [{"tensor": "text", "datatype": "BYTES", "fields": ["texts"], "flat": True}],
         {"vectors": {"tensor": "vectors"}}, {"texts": ["a", "a b"]}, {"vectors": [[1, 1], [2, 1]], "model": "words"}),
    ],
)  # fmt: skip
async def test_a_model_server_does_the_task_by_its_own_names(
    model: str, task: str, inputs: Any, outputs: Any, payload: Any, answer: Any
) -> None:
    async with inference_server() as served:
        said = await ask(served, "inference", task, payload, model=model, version="1", inputs=inputs, outputs=outputs)
    assert said == answer
    assert served.requests[0].headers["authorization"] == "Bearer s"


async def test_settings_are_compared_with_what_a_model_server_says() -> None:
    async with inference_server() as served:
        http = HttpClient([served.host])

        async def problems(model: str = "sum", inputs: Any = ROW, outputs: Any = TOTAL) -> list[str]:
            offer = await inference.look_at(ServedModel(base_url=served.url(""), model=model), http)
            return offer.problems(Mapped(inputs=inputs, outputs=outputs))

        assert await problems() == []
        assert await problems(outputs={"value": {"tensor": "sum"}}) == ["The model has no output “sum”."]
        assert await problems(inputs=[{**ROW[0], "datatype": "FP32"}]) == [
            "The input “x” of the model is FP64, not FP32."
        ]
        assert "not ready" in (await problems(model="resting"))[-1]
        with pytest.raises(StepFailed):
            await problems(model="nothing")
        await http.close()


async def test_settings_that_cannot_be_used_are_not_asked_with() -> None:
    async with serving(lambda request: openai_said("One.")) as served:
        with pytest.raises(StepFailed) as failed:
            await ask(served, "chat", "chat", {"prompt": "Count."}, tokens_per_minute=0)
    assert (failed.value.error.code, served.requests) == ("config_unfit", [])


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    await asyncio.Event().wait()


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 1000000\r\n\r\n: ")
    while not writer.is_closing():
        writer.write(b".")
        await writer.drain()
        with suppress(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.01)


async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"choices": [{"mess')
    await writer.drain()


async def lie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(response(200, b'{"choices": {}, "content": {}, "data": {}, "outputs": {"a": 1}}'))
    await writer.drain()


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99999999\r\n\r\ndata: ")
    while not writer.is_closing():
        writer.write(b"x" * 500_000)
        await writer.drain()


async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(response(429, b"{", retry_after="7"))
    await writer.drain()


@pytest.mark.parametrize(
    ("runtime", "task", "listens"),
    [
        ("chat", "chat", False), ("chat", "chat", True), ("anthropic", "chat", False), ("anthropic", "chat", True),
        ("inference", "predict", False), ("embeddings", "embed", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("talk", "code", "retryable"),
    [
        (hang, "time_limit", True), (drip, "time_limit", True), (half, "cut_off", True), (lie, "not_a_model", False),
        (flood, "reply_too_large", False), (refuse, "status_429", True),
    ],
)  # fmt: skip
async def test_a_provider_that_misbehaves_fails_the_call_with_a_reason(
    talk: Talk, code: str, retryable: bool, runtime: str, task: str, listens: bool
) -> None:
    async def listen(piece: str) -> None:
        return None

    async with talking(talk) as port:
        served = Served(port=port)
        more: dict[str, Any] = {"inputs": ROW, "outputs": {"value": {"tensor": "x"}}} if runtime == "inference" else {}
        payload = {"prompt": "Count.", "features": {"a": 1, "b": 2}, "texts": ["a"]}
        http = HttpClient([served.host])
        config = {
            "base_url": f"http://{served.host}/v1",
            "model": "small",
            "timeout_s": 0.2 if code == "time_limit" else 5,
            **more,
        }
        with pytest.raises(StepFailed) as failed:
            await remote.ask(runtime, task, config, payload, http, KEY, on_text=listen if listens else None)
        await http.close()
    assert (failed.value.error.code, failed.value.error.retryable) == (code, retryable)


@pytest.mark.parametrize("runtime", sorted(remote.CONFIGS))
@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "ftp://a.example"}, {"base_url": "https://a.example/v1?key=s"}, {"model": ""}, {"timeout_s": 0},
        {"requests_per_minute": 0}, {"price": {"input": -1, "currency": "EUR"}}, {"fallbacks": ["a"] * 6}, {"extra": 1},
    ],
)  # fmt: skip
def test_a_config_that_makes_no_sense_is_refused(runtime: str, wrong: dict[str, Any]) -> None:
    config: dict[str, Any] = {"base_url": "https://a.example/v1", "model": "small"}
    if runtime == "inference":
        config |= {"inputs": ROW, "outputs": {}}
    remote.CONFIGS[runtime].model_validate(config)
    with pytest.raises(ValidationError):
        remote.CONFIGS[runtime].model_validate(config | wrong)


def test_who_was_asked_is_told_without_how_it_is_let_in_paid_and_paced() -> None:
    config = {
        "base_url": "https://models.example/v1",
        "model": "small",
        "credential": "c",
        "fallbacks": ["other"],
        "price": {"input": "1"},
        "requests_per_minute": 5,
        "max_tokens": 9,
        "parameters": {"temperature": 0.2},
    }
    told = {"host": "models.example", "model": "small", "parameters": {"max_tokens": 9, "temperature": 0.2}}
    assert remote.asked_of("chat", config) == told
    assert remote.asked_of("patterns", config) is None
    assert remote.asked_of("chat", {"base_url": "nowhere"}) == {"host": "", "model": "", "parameters": {}}
