from __future__ import annotations

import json
from typing import Any

import pytest

from orchestrator.connectors import completions
from orchestrator.connectors.conversation import ChatModel, Message, Question, Tool
from orchestrator.connectors.http import HttpClient
from orchestrator.engine.errors import NotSent, StepFailed
from tests.unit.connectors.servers import Served, response, serving

PLAIN = (Message(role="system", content="Be short."), Message(role="user", content="Count."))


def said(text: str, finish: str = "stop") -> bytes:
    body = {"choices": [{"text": text, "finish_reason": finish}], "usage": {"prompt_tokens": 4, "completion_tokens": 2}}
    return response(200, json.dumps(body).encode())


async def ask(served: Served, *, on_text: Any = None, **question: Any) -> Any:
    http = HttpClient([served.host])
    model = ChatModel(base_url=served.url("/v1"), model="small", max_tokens=9)
    try:
        return await completions.chat(http, model, Question(messages=PLAIN, **question), on_text=on_text)
    finally:
        await http.close()


async def test_a_model_that_goes_on_with_a_text_is_given_one() -> None:
    heard: list[str] = []

    async def listen(piece: str) -> None:
        heard.append(piece)

    async with serving(lambda request: said("One.", "length")) as served:
        answer = await ask(served, on_text=listen)
    assert (answer.text, answer.finish, answer.prompt_tokens, answer.completion_tokens) == ("One.", "length", 4, 2)
    assert heard == ["One."]
    assert served.requests[0].path == "/v1/completions"
    assert json.loads(served.requests[0].body)["prompt"] == "Be short.\n\nCount.\n\n"


async def test_its_answer_can_have_to_fit_a_schema() -> None:
    answers = [said("no"), said('{"n": 1}')]
    schema = {"type": "object", "required": ["n"]}
    async with serving(lambda request: answers.pop(0)) as served:
        answer = await ask(served, schema=schema)
    assert answer.json == {"n": 1}
    assert json.dumps(schema) in json.loads(served.requests[0].body)["prompt"]


async def test_it_knows_no_tools() -> None:
    async with serving(lambda request: said("no")) as served:
        with pytest.raises(NotSent) as failed:
            await ask(served, tools=(Tool(name="a", description="", input_schema={}),))
    assert (failed.value.error.code, served.requests) == ("tools_unknown", [])


@pytest.mark.parametrize(
    ("told", "code"),
    [(response(503), "status_503"), (response(200, b"{}"), "not_a_model"), (response(200), "not_a_model")],
)
async def test_what_goes_wrong_is_said(told: bytes, code: str) -> None:
    async with serving(lambda request: told) as served:
        with pytest.raises(StepFailed) as failed:
            await ask(served)
    assert failed.value.error.code == code
