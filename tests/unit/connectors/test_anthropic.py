from __future__ import annotations

import json
from typing import Any

import pytest

from orchestrator.connectors import anthropic
from orchestrator.connectors.conversation import ChatModel, Message, Question, Tool, ToolCall
from orchestrator.connectors.http import HttpClient
from orchestrator.engine.errors import ErrorCategory, Rejected, StepFailed
from tests.peers.scripted import (
    EVENTS,
    anthropic_said,
    anthropic_stream,
    block_delta,
    block_start,
    message_delta,
    text_block,
    tool_block,
)
from tests.unit.connectors.servers import Request, Served, response, serving

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
WEATHER = Tool(name="weather", description="Today's", input_schema={"type": "object", "properties": {}})
PLAIN = (Message(role="system", content="Be short."), Message(role="user", content="Count."))


async def ask(served: Served, *, on_text: Any = None, **question: Any) -> Any:
    http = HttpClient([served.host])
    model = ChatModel(base_url=served.url("/v1"), model="small", max_tokens=77)
    try:
        return await anthropic.chat(http, model, Question(**{"messages": PLAIN, **question}), on_text=on_text)
    finally:
        await http.close()


def body_of(request: Request) -> Any:
    return json.loads(request.body)


async def test_a_question_is_asked_in_the_messages_protocol() -> None:
    async with serving(lambda request: anthropic_said(text_block("One."))) as served:
        answer = await ask(served)
    assert (answer.text, answer.json, answer.finish) == ("One.", None, "stop")
    assert (answer.prompt_tokens, answer.completion_tokens) == (10, 3)
    (request,) = served.requests
    assert (request.path, request.headers["anthropic-version"]) == ("/v1/messages", "2023-06-01")
    assert body_of(request) == {
        "model": "small",
        "system": "Be short.",
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Count."}]}],
        "max_tokens": 77,
        "temperature": 0,
    }


async def test_a_schema_is_a_tool_that_must_be_called() -> None:
    async with serving(lambda request: anthropic_said(tool_block("t1", "answer", n=1), stop="tool_use")) as served:
        answer = await ask(served, schema=SCHEMA)
    assert (answer.json, answer.calls, answer.finish) == ({"n": 1}, (), "stop")
    body = body_of(served.requests[0])
    assert body["tools"][0]["input_schema"] == SCHEMA
    assert body["tool_choice"] == {"type": "tool", "name": "answer"}


async def test_an_answer_that_does_not_fit_is_asked_for_once_more() -> None:
    answers = [anthropic_said(tool_block("t1", "answer", n="one")), anthropic_said(tool_block("t2", "answer", n=1))]
    async with serving(lambda request: answers.pop(0)) as served:
        answer = await ask(served, schema=SCHEMA)
    assert (answer.json, answer.completion_tokens) == ({"n": 1}, 6)
    turns = body_of(served.requests[1])["messages"]
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
    assert "does not fit" in turns[-1]["content"][0]["text"]


@pytest.mark.parametrize(("stop", "code"), [("end_turn", "answer_invalid"), ("max_tokens", "answer_cut")])
async def test_a_model_that_never_fits_fails_after_two_tries(stop: str, code: str) -> None:
    async with serving(lambda request: anthropic_said(text_block("no"), stop=stop)) as served:
        with pytest.raises(Rejected) as failed:
            await ask(served, schema=SCHEMA)
    assert (failed.value.error.code, len(served.requests)) == (code, 2)


async def test_tools_may_be_called_before_the_answer_that_fits() -> None:
    said = anthropic_said(text_block("Let me see."), tool_block("t1", "weather", city="Bern"), stop="tool_use")
    async with serving(lambda request: said) as served:
        answer = await ask(served, schema=SCHEMA, tools=(WEATHER,))
    assert answer.calls == (ToolCall(id="t1", name="weather", arguments={"city": "Bern"}),)
    assert (answer.json, answer.finish, answer.text) == (None, "calls", "Let me see.")
    body = body_of(served.requests[0])
    assert [tool["name"] for tool in body["tools"]] == ["weather", "answer"]
    assert body["tool_choice"] == {"type": "any"}


async def test_results_of_tools_are_told_in_one_turn() -> None:
    calls = (ToolCall(id="a", name="weather", arguments={}), ToolCall(id="b", name="weather", arguments="{"))
    messages = (
        Message(role="user", content="Count."),
        Message(role="assistant", content=" ", calls=calls),
        Message(role="tool", id="a", content="rain"),
        Message(role="tool", id="b", content="These are no arguments.", failed=True),
        Message(role="user", content="Go on."),
    )
    async with serving(lambda request: anthropic_said(text_block("One."))) as served:
        await ask(served, messages=messages, tools=(WEATHER,), tool_choice="required")
    body = body_of(served.requests[0])
    assert body["tool_choice"] == {"type": "any"}
    assert body["messages"][1]["content"] == [
        {"type": "tool_use", "id": "a", "name": "weather", "input": {}},
        {"type": "tool_use", "id": "b", "name": "weather", "input": {"unreadable": "{"}},
    ]
    assert body["messages"][2] == {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "a", "content": "rain"},
            {"type": "tool_result", "tool_use_id": "b", "content": "These are no arguments.", "is_error": True},
            {"type": "text", "text": "Go on."},
        ],
    }


async def test_an_answer_is_heard_as_it_comes() -> None:
    heard: list[str] = []

    async def listen(piece: str) -> None:
        heard.append(piece)

    said = anthropic_stream(
        block_start(0, text_block("")), block_delta(0, text="On"), {"type": "new_kind", "x": 1},
        block_delta(0, text="e."), {"type": "content_block_stop", "index": 0},
        block_start(1, {"type": "tool_use", "id": "t1", "name": "weather", "input": {}}),
        block_delta(1, partial_json='{"city": '), block_delta(1, partial_json='"Bern"}'),
        block_start(2, {"type": "tool_use", "id": "t2", "name": "weather", "input": {}}),
        message_delta("tool_use"),
    )  # fmt: skip
    async with serving(lambda request: said) as served:
        answer = await ask(served, tools=(WEATHER,), on_text=listen)
    assert heard == ["On", "e."]
    assert (answer.text, answer.finish) == ("One.", "calls")
    assert [call.arguments for call in answer.calls] == [{"city": "Bern"}, {}]
    assert (answer.prompt_tokens, answer.completion_tokens) == (10, 3)


@pytest.mark.parametrize(
    ("said", "code", "category"),
    [
        (anthropic_stream(block_start(0, text_block("")), ended=False), "cut_off", "unavailable"),
        (anthropic_stream({"type": "error", "error": {"type": "overloaded_error"}}), "stream_error", "unavailable"),
        (anthropic_stream({"type": "error", "error": {"type": "rate_limit_error"}}), "stream_error", "rate_limited"),
        (anthropic_stream(block_delta(4, text="lost")), "not_a_model", "config"),
        (anthropic_stream(block_start(0, {"type": "tool_use"}), message_delta("tool_use")), "not_a_model", "config"),
        (response(200, b"data: [1]\n\n", content_type=EVENTS), "not_a_model", "config"),
        (response(529, b"busy"), "status_529", "unavailable"),
    ],
)
async def test_a_stream_that_goes_wrong_says_how(said: bytes, code: str, category: str) -> None:
    async def listen(piece: str) -> None:
        return None

    async with serving(lambda request: said) as served:
        with pytest.raises(StepFailed) as failed:
            await ask(served, on_text=listen)
    assert (failed.value.error.code, failed.value.error.category) == (code, ErrorCategory(category))


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"choices": []}', b'{"content": "One."}', b'{"content": [7]}'])
async def test_what_is_no_model_is_called_so(body: bytes) -> None:
    async with serving(lambda request: response(200, body)) as served:
        with pytest.raises(StepFailed) as failed:
            await ask(served)
    assert failed.value.error.code == "not_a_model"


async def test_a_model_that_will_not_answer_says_so() -> None:
    async with serving(lambda request: anthropic_said(stop="refusal")) as served:
        answer = await ask(served)
    assert (answer.text, answer.finish) == ("", "refused")
