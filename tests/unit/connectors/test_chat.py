from __future__ import annotations

import json
from typing import Any

import pytest

from orchestrator.connectors.chat import ChatModel, chat
from orchestrator.connectors.http import HttpClient
from orchestrator.engine.errors import ErrorCategory, Rejected, StepFailed
from tests.unit.connectors.servers import Request, Served, response, serving

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}


def said(text: str, finish: str = "stop") -> bytes:
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": finish}
    body = {"choices": [choice], "usage": {"prompt_tokens": 10, "completion_tokens": 3}}
    return response(200, json.dumps(body).encode(), content_type="application/json")


async def ask(served: Served, **question: Any) -> Any:
    http = HttpClient([served.host])
    model = ChatModel(base_url=served.url("/v1/"), model="small", max_tokens=77)
    try:
        return await chat(http, model, system="Be short.", prompt="Count.", **question)
    finally:
        await http.close()


def body_of(request: Request) -> Any:
    return json.loads(request.body)


async def test_a_question_is_asked_in_the_usual_protocol() -> None:
    async with serving(lambda request: said("One.")) as served:
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


async def test_an_answer_with_a_schema_is_data() -> None:
    async with serving(lambda request: said('```json\n{"n": 1}\n```')) as served:
        answer = await ask(served, schema=SCHEMA)
    assert answer.json == {"n": 1}
    assert body_of(served.requests[0])["response_format"]["json_schema"]["schema"] == SCHEMA


async def test_an_answer_that_does_not_fit_is_asked_for_once_more() -> None:
    answers = [said('{"n": "one"}'), said('{"n": 1}')]
    async with serving(lambda request: answers.pop(0)) as served:
        answer = await ask(served, schema=SCHEMA)
    assert (answer.json, answer.completion_tokens) == ({"n": 1}, 6)
    repair = body_of(served.requests[1])["messages"]
    assert [message["role"] for message in repair] == ["system", "user", "assistant", "user"]
    assert "does not fit" in repair[-1]["content"]


@pytest.mark.parametrize(("finish", "code"), [("stop", "answer_invalid"), ("length", "answer_cut")])
async def test_a_second_answer_that_does_not_fit_fails(finish: str, code: str) -> None:
    async with serving(lambda request: said('{"n"', finish)) as served:
        with pytest.raises(Rejected) as failed:
            await ask(served, schema=SCHEMA)
    assert failed.value.error.code == code
    assert len(served.requests) == 2


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


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"message": 1}]}'])
async def test_what_is_no_model_is_called_so(body: bytes) -> None:
    async with serving(lambda request: response(200, body)) as served:
        with pytest.raises(StepFailed) as failed:
            await ask(served)
    assert failed.value.error.code == "not_a_model"
