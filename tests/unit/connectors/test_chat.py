from __future__ import annotations

import json
import math
from typing import Any

import pytest

from orchestrator.connectors.chat import chat
from orchestrator.connectors.conversation import ChatModel, Message, Question, Tool, ToolCall
from orchestrator.connectors.http import HttpClient
from orchestrator.engine.errors import ErrorCategory, Rejected, StepFailed
from tests.peers.scripted import EVENTS, OPENAI_USAGE, openai_call, openai_piece, openai_said, openai_stream
from tests.unit.connectors.servers import Request, Served, response, serving

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}
WEATHER = Tool(name="weather", description="Today's", input_schema={"type": "object", "properties": {}})
PLAIN = (Message(role="system", content="Be short."), Message(role="user", content="Count."))


async def ask(served: Served, *, parameters: dict[str, Any] | None = None, **question: Any) -> Any:
    on_text = question.pop("on_text", None)
    http = HttpClient([served.host])
    model = ChatModel(base_url=served.url("/v1/"), model="small", max_tokens=77, parameters=parameters or {})
    try:
        return await chat(http, model, Question(**{"messages": PLAIN, **question}), on_text=on_text)
    finally:
        await http.close()


class Listener:
    def __init__(self) -> None:
        self.heard: list[str] = []

    async def __call__(self, piece: str) -> None:
        self.heard.append(piece)


def body_of(request: Request) -> Any:
    return json.loads(request.body)


async def test_a_question_is_asked_in_the_usual_protocol() -> None:
    async with serving(lambda request: openai_said("One.")) as served:
        answer = await ask(served)
    assert (answer.text, answer.json, answer.prompt_tokens, answer.completion_tokens) == ("One.", None, 10, 3)
    (request,) = served.requests
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert body_of(request) == {
        "model": "small",
        "messages": [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Count."}],
        "max_tokens": 77,
        "temperature": 0,
    }


async def test_settings_in_the_providers_words_replace_ours_but_not_the_question() -> None:
    own = {"temperature": None, "max_tokens": None, "max_completion_tokens": 5, "messages": [], "model": "other"}
    async with serving(lambda request: openai_said("One.")) as served:
        await ask(served, parameters=own)
    body = body_of(served.requests[0])
    assert {"model", "messages", "max_completion_tokens"} == set(body)
    assert (body["model"], len(body["messages"])) == ("small", 2)


async def test_an_answer_with_a_schema_is_data() -> None:
    async with serving(lambda request: openai_said('```json\n{"n": 1}\n```')) as served:
        answer = await ask(served, schema=SCHEMA)
    assert answer.json == {"n": 1}
    described = body_of(served.requests[0])["response_format"]["json_schema"]
    assert (described["schema"], described["strict"]) == (SCHEMA, True)


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "object"}, "{}"),
        ({**SCHEMA, "required": []}, "{}"),
        ({**SCHEMA, "properties": {"n": {"type": "object"}}}, '{"n": {}}'),
    ],
)
async def test_a_schema_that_leaves_things_open_is_not_sent_as_a_strict_one(schema: dict[str, Any], said: str) -> None:
    async with serving(lambda request: openai_said(said)) as served:
        await ask(served, schema=schema)
    assert body_of(served.requests[0])["response_format"]["json_schema"]["strict"] is False


async def test_an_answer_that_does_not_fit_is_asked_for_once_more() -> None:
    answers = [openai_said('{"n": "one"}'), openai_said('{"n": 1}')]
    async with serving(lambda request: answers.pop(0)) as served:
        answer = await ask(served, schema=SCHEMA)
    assert (answer.json, answer.completion_tokens) == ({"n": 1}, 6)
    repair = body_of(served.requests[1])["messages"]
    assert [message["role"] for message in repair] == ["system", "user", "assistant", "user"]
    assert "does not fit" in repair[-1]["content"]


@pytest.mark.parametrize(("finish", "code"), [("stop", "answer_invalid"), ("length", "answer_cut")])
async def test_a_second_answer_that_does_not_fit_fails(finish: str, code: str) -> None:
    async with serving(lambda request: openai_said('{"n"', finish)) as served:
        with pytest.raises(Rejected) as failed:
            await ask(served, schema=SCHEMA)
    assert failed.value.error.code == code
    assert failed.value.error.details["tokens"] == {"prompt": 20, "completion": 6}
    assert len(served.requests) == 2


@pytest.mark.parametrize(
    "schema", [{"type": "nothing"}, {"$ref": "http://127.0.0.1:9/schema"}, {"$ref": "#/$defs/missing"}]
)
async def test_a_schema_that_cannot_be_used_is_said_so_and_nothing_is_fetched(schema: dict[str, Any]) -> None:
    async with serving(lambda request: openai_said("{}")) as served:
        with pytest.raises(StepFailed) as failed:
            await ask(served, schema=schema)
    assert failed.value.error.code == "schema_invalid"


async def test_tools_are_offered_and_their_results_told() -> None:
    made = [{"id": "c1", "name": "weather", "arguments": '{"city": "Bern"}'}]
    messages = (
        *PLAIN,
        Message(role="assistant", content="", calls=(ToolCall(id="c0", name="weather", arguments={"city": "Basel"}),)),
        Message(role="tool", id="c0", content="rain"),
    )
    async with serving(lambda request: openai_said(None, "tool_calls", made)) as served:
        answer = await ask(served, messages=messages, tools=(WEATHER,), tool_choice="weather")
    assert answer.as_json() == {
        "text": "",
        "json": None,
        "calls": [{"id": "c1", "name": "weather", "arguments": {"city": "Bern"}}],
        "tokens": {"prompt": 10, "completion": 3},
        "finish": "calls",
    }
    body = body_of(served.requests[0])
    assert body["tools"][0]["function"]["name"] == "weather"
    assert body["tool_choice"] == {"type": "function", "function": {"name": "weather"}}
    assert body["messages"][2:] == [
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "c0", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Basel"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "c0", "content": "rain"},
    ]


async def test_data_that_nobody_can_keep_is_not_given_on() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "number"}, "t": {"type": "string"}}}
    answers = [openai_said('{"n": NaN}'), openai_said(r'{"n": 1, "t": "a\u0000b\\u0000"}')]
    async with serving(lambda request: answers.pop(0)) as served:
        answer = await ask(served, schema=schema)
    assert answer.json == {"n": 1, "t": r"ab\u0000"}
    assert len(served.requests) == 2


@pytest.mark.parametrize("arguments", ['{"city": ', "[1]", "Bern", '{"n": Infinity}'])
async def test_arguments_that_are_no_object_come_as_they_are(arguments: str) -> None:
    made = [{"id": "", "name": "weather", "arguments": arguments}]
    async with serving(lambda request: openai_said(None, "stop", made)) as served:
        answer = await ask(served, tools=(WEATHER,))
    assert answer.calls == (ToolCall(id="call-1", name="weather", arguments=arguments),)
    assert answer.finish == "calls"


async def test_an_answer_is_heard_as_it_comes() -> None:
    said = openai_stream(
        openai_piece(role="assistant", content=""), openai_piece(content="On"), openai_piece(content="e."),
        openai_piece("stop"), OPENAI_USAGE,
    )  # fmt: skip
    listener = Listener()
    async with serving(lambda request: said) as served:
        answer = await ask(served, on_text=listener)
    assert listener.heard == ["On", "e."]
    assert (answer.text, answer.finish, answer.prompt_tokens, answer.completion_tokens) == ("One.", "stop", 10, 3)
    assert body_of(served.requests[0])["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize("heard", [False, True])
async def test_an_answer_says_which_model_gave_it_in_the_words_of_the_provider(heard: bool) -> None:
    pieces = [{**openai_piece(content="One."), "model": "small-3"}, openai_piece("stop"), {**OPENAI_USAGE, "model": ""}]
    said = openai_stream(*pieces) if heard else openai_said("One.", model="small-3")
    async with serving(lambda request: said) as served:
        answer = await ask(served, on_text=Listener() if heard else None)
    assert (answer.model, answer.as_json()["reported"]) == ("small-3", "small-3")


async def test_a_stream_whose_count_of_tokens_is_none_is_an_answer_all_the_same() -> None:
    said = openai_stream(openai_piece(content="One."), openai_piece("stop"), {**OPENAI_USAGE, "usage": 1})
    async with serving(lambda request: said) as served:
        answer = await ask(served, on_text=Listener())
    assert (answer.text, answer.prompt_tokens) == ("One.", 0)


async def test_calls_of_tools_are_put_together_from_their_pieces() -> None:
    said = openai_stream(
        openai_piece(tool_calls=[openai_call(0, id="c1", name="weather")]),
        openai_piece(tool_calls=[openai_call(0, arguments='{"city"'), openai_call(1, id="c2", name="weather")]),
        openai_piece(tool_calls=[openai_call(0, arguments=': "Bern"}')]),
        openai_piece("tool_calls"),
    )
    async with serving(lambda request: said) as served:
        answer = await ask(served, tools=(WEATHER,), on_text=Listener())
    assert answer.calls == (
        ToolCall(id="c1", name="weather", arguments={"city": "Bern"}),
        ToolCall(id="c2", name="weather", arguments={}),
    )
    assert answer.finish == "calls"


async def test_a_server_that_does_not_stream_is_heard_at_once() -> None:
    listener = Listener()
    async with serving(lambda request: openai_said("One.")) as served:
        answer = await ask(served, on_text=listener)
    assert (listener.heard, answer.text) == (["One."], "One.")


@pytest.mark.parametrize(
    ("said", "code", "category"),
    [
        (openai_stream(openai_piece(content="On"), done=False), "cut_off", "unavailable"),
        (openai_stream({"error": {"type": "server_error", "message": "no"}}), "stream_error", "unavailable"),
        (openai_stream({"error": {"code": "rate_limit_exceeded"}}), "stream_error", "rate_limited"),
        (openai_stream({"error": "out of memory"}), "stream_error", "unavailable"),
        (response(200, b'{"error": {"type": "overloaded"}}'), "stream_error", "unavailable"),
        (response(429, b"slow", retry_after="7"), "status_429", "rate_limited"),
        (response(200, b"data: {half\n\n", content_type=EVENTS), "not_a_model", "config"),
        (response(200, b'data: {"choices": [7]}\n\n', content_type=EVENTS), "not_a_model", "config"),
        (openai_stream(openai_piece(tool_calls=[openai_call(math.inf)])), "not_a_model", "config"),
        (response(200, b"<html>", content_type="text/html"), "not_a_model", "config"),
    ],
)
async def test_a_stream_that_goes_wrong_says_how(said: bytes, code: str, category: str) -> None:
    async with serving(lambda request: said) as served:
        with pytest.raises(StepFailed) as failed:
            await ask(served, on_text=Listener())
    assert (failed.value.error.code, failed.value.error.category) == (code, ErrorCategory(category))


async def test_what_goes_wrong_with_the_listener_is_not_blamed_on_the_model() -> None:
    async def deaf(piece: str) -> None:
        raise LookupError(piece)

    async with serving(lambda request: openai_stream(openai_piece(content="On"))) as served:
        with pytest.raises(LookupError):
            await ask(served, on_text=deaf)


async def test_an_answer_with_a_schema_is_not_shown_before_it_fits() -> None:
    listener = Listener()
    async with serving(lambda request: openai_said('{"n": 1}')) as served:
        await ask(served, schema=SCHEMA, on_text=listener)
    assert listener.heard == []
    assert "stream" not in body_of(served.requests[0])


async def test_a_model_that_will_not_answer_says_so_and_is_not_asked_again() -> None:
    body = {"choices": [{"message": {"content": None, "refusal": "I must not."}, "finish_reason": "stop"}]}
    async with serving(lambda request: response(200, json.dumps(body).encode())) as served:
        answer = await ask(served)
        assert (answer.text, answer.finish) == ("I must not.", "refused")
        with pytest.raises(Rejected) as failed:
            await ask(served, schema=SCHEMA)
    assert (failed.value.error.code, len(served.requests)) == ("answer_refused", 2)
    said = openai_stream(openai_piece(refusal="I must "), openai_piece(refusal="not."), openai_piece("stop"))
    async with serving(lambda request: said) as served:
        answer = await ask(served, on_text=Listener())
    assert (answer.text, answer.finish) == ("I must not.", "refused")


@pytest.mark.parametrize(
    ("status", "category"),
    [(401, "auth"), (429, "rate_limited"), (400, "rejected"), (500, "unavailable"), (504, "timeout")],
)
async def test_an_error_of_the_server_has_its_meaning(status: int, category: str) -> None:
    async with serving(lambda request: response(status, b"no", retry_after="7")) as served:
        with pytest.raises(StepFailed) as failed:
            await ask(served)
    assert failed.value.error.category is ErrorCategory(category)
    assert failed.value.error.retry_after_s == 7


async def test_an_account_that_is_used_up_is_not_tried_again() -> None:
    told = b'{"error": {"code": "insufficient_quota"}}'
    async with serving(lambda request: response(429, told)) as served:
        with pytest.raises(StepFailed) as failed:
            await ask(served)
    assert (failed.value.error.code, failed.value.error.retryable) == ("quota_used_up", False)


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"message": 1}]}', b"[" * 100_000]
)
async def test_what_is_no_model_is_called_so(body: bytes) -> None:
    async with serving(lambda request: response(200, body)) as served:
        with pytest.raises(StepFailed) as failed:
            await ask(served)
    assert failed.value.error.code == "not_a_model"


@pytest.mark.parametrize(
    "usage", [None, 7, {"prompt_tokens": "many", "completion_tokens": -4}, {"prompt_tokens": 1e99}]
)
async def test_numbers_of_tokens_that_make_no_sense_are_not_believed(usage: Any) -> None:
    choices = [{"message": {"content": "One."}, "finish_reason": "stop"}]
    body = json.dumps({"choices": choices, **({"usage": usage} if usage != 7 else {})}).encode()
    async with serving(lambda request: response(200, body)) as served:
        answer = await ask(served)
    assert (answer.prompt_tokens, answer.completion_tokens) == (0, 0)
