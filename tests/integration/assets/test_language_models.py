"""Against a real server with a real, small language model: llama.cpp with SmolLM2."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from orchestrator.assets import remote
from orchestrator.connectors.http import HttpClient
from orchestrator.engine.errors import ErrorCategory, StepFailed
from tests.peers.llama import KEY, MODEL, Llama, llama_server

SCHEMA = {
    "type": "object",
    "properties": {"colour": {"enum": ["red", "blue"]}, "sure": {"type": "boolean"}},
    "required": ["colour", "sure"],
    "additionalProperties": False,
}
WEATHER = {
    "name": "weather",
    "description": "Today's weather in a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


@pytest.fixture(scope="module")
def llama() -> Iterator[Llama]:
    with llama_server() as server:
        yield server


class Asking:
    def __init__(self, http: HttpClient, server: Llama) -> None:
        self.http = http
        self.server = server
        self.heard: list[str] = []

    async def __call__(self, payload: dict[str, Any], *, key: str = KEY, listen: bool = False, **config: Any) -> Any:
        settings = {"base_url": self.server.base_url, "model": MODEL, "max_tokens": 12, **config}
        headers = {"Authorization": f"Bearer {key}"}
        on_text = self.hear if listen else None
        return await remote.ask("chat", "chat", settings, payload, self.http, headers, on_text=on_text)

    async def hear(self, piece: str) -> None:
        self.heard.append(piece)


@pytest.fixture
async def ask(llama: Llama) -> AsyncIterator[Asking]:
    http = HttpClient([llama.host])
    yield Asking(http, llama)
    await http.close()


async def test_it_answers_and_tells_what_it_took(ask: Asking) -> None:
    said = await ask({"system": "Answer with one word.", "prompt": "What colour is the sky?"})
    assert said["text"]
    assert said["json"] is None
    assert 0 < said["tokens"]["completion"] <= 12
    assert said["tokens"]["prompt"] > 10


async def test_it_is_heard_while_it_speaks(ask: Asking) -> None:
    prompt = {"prompt": "Count from one to ten in words."}
    said = await ask(prompt, listen=True)
    assert len(ask.heard) > 3
    assert "".join(ask.heard) == said["text"]
    assert said["tokens"]["completion"] > 3
    assert (await ask(prompt))["text"] == said["text"]


async def test_an_answer_that_must_fit_a_schema_does(ask: Asking) -> None:
    said = await ask({"prompt": "Which colour is the sky, and are you sure?", "schema": SCHEMA}, max_tokens=60)
    assert said["json"]["colour"] in ("red", "blue")
    assert isinstance(said["json"]["sure"], bool)


async def test_an_answer_that_is_cut_says_so(ask: Asking) -> None:
    said = await ask({"prompt": "Tell a long story about a bear."}, max_tokens=4)
    assert (said["finish"], said["tokens"]["completion"]) == ("length", 4)
    with pytest.raises(StepFailed) as failed:
        await ask({"prompt": "Which colour is the sky?", "schema": SCHEMA}, max_tokens=3)
    assert failed.value.error.code == "answer_cut"


async def test_a_talk_with_tools_is_understood(ask: Asking) -> None:
    messages = [
        {"role": "user", "content": "What is the weather in Bern?"},
        {"role": "assistant", "content": "", "calls": [{"id": "c1", "name": "weather", "arguments": {"city": "Bern"}}]},
        {"role": "tool", "id": "c1", "content": "rain"},
    ]
    said = await ask({"messages": messages, "tools": [WEATHER]})
    assert said["text"] or said["calls"]


async def test_it_goes_on_with_a_text_in_the_older_protocol(ask: Asking) -> None:
    said = await ask({"prompt": "The sky is blue and the grass is"}, protocol="completions", max_tokens=5)
    assert said["text"]
    assert said["tokens"]["completion"] == 5


async def test_a_wrong_key_is_refused(ask: Asking) -> None:
    for listen in (False, True):
        with pytest.raises(StepFailed) as failed:
            await ask({"prompt": "Hello"}, key="wrong", listen=listen)
        assert failed.value.error.category is ErrorCategory.AUTH


async def test_a_question_that_is_too_long_is_refused_with_the_servers_reason(ask: Asking) -> None:
    with pytest.raises(StepFailed) as failed:
        await ask({"prompt": "word " * 5_000})
    assert failed.value.error.category is ErrorCategory.REJECTED
    assert "context" in failed.value.error.details["answer"]


async def test_a_server_that_dies_while_it_speaks_is_noticed() -> None:
    with llama_server() as server:
        http = HttpClient([server.host])
        ask = Asking(http, server)

        async def kill(piece: str) -> None:
            server.kill()

        ask.hear = kill  # type: ignore[method-assign]
        with pytest.raises(StepFailed) as failed:
            await ask({"prompt": "Tell a long story about a bear."}, listen=True, max_tokens=400)
        await http.close()
    assert (failed.value.error.code, failed.value.error.retryable) == ("cut_off", True)


async def test_texts_that_mean_the_same_are_near_each_other() -> None:
    with llama_server(embedding=True) as server:
        http = HttpClient([server.host])
        texts = ["The invoice is overdue.", "The bill was not paid in time.", "Bears eat honey in the forest."]
        config = {"base_url": server.base_url, "model": MODEL}
        headers = {"Authorization": f"Bearer {KEY}"}
        said = await remote.ask("embeddings", "embed", config, {"texts": texts}, http, headers)
        await http.close()
    bill, paid, bears = said["vectors"]
    assert len(bill) == len(paid) == len(bears) > 100
    assert _cosine(bill, paid) > _cosine(bill, bears)
    assert said["tokens"]["prompt"] > 10


def _cosine(one: list[float], other: list[float]) -> float:
    def dot(a: list[float], b: list[float]) -> float:
        return sum(x * y for x, y in zip(a, b, strict=True))

    return float(dot(one, other) / (dot(one, one) * dot(other, other)) ** 0.5)
