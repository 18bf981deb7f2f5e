"""Whatever a provider says, a call ends with an answer or with a reason: never with an error of our own."""

from __future__ import annotations

import json
import math
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.connectors import anthropic, chat, completions, embeddings, inference
from orchestrator.connectors.conversation import ChatModel, Message, Question, Tool
from orchestrator.engine.errors import StepFailed

BASE = "http://a.example"
MODEL = ChatModel(base_url=BASE, model="m")
TALK = (Message(role="user", content="Count."),)
TOOLS = (Tool(name="weather", description="", input_schema={"type": "object"}),)
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}

WORDS = ["text", "name", "function", "arguments", "index", "id", "type", "content", "tool_use", "FP32", "BYTES", "stop"]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.integers(),
    st.floats(),
    st.sampled_from(WORDS),
    st.text(max_size=4),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=8,
)


def record(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Nearly what it should be: each member may be missing or be anything else, and so may the whole."""
    return st.fixed_dictionaries({}, optional={name: member | VALUES for name, member in members.items()}) | VALUES


CALL = record(index=st.integers(0, 2), id=LEAVES, function=record(name=LEAVES, arguments=LEAVES))
WORD = record(content=st.text(max_size=5), refusal=LEAVES, tool_calls=st.lists(CALL, max_size=2))
CHOICE = record(message=WORD, delta=WORD, finish_reason=st.sampled_from(["stop", "tool_calls"]), text=LEAVES)
USAGE = record(prompt_tokens=LEAVES, completion_tokens=LEAVES, input_tokens=LEAVES, output_tokens=LEAVES)
CHOICES = record(
    choices=st.lists(CHOICE, min_size=1, max_size=2), usage=USAGE, error=record(type=LEAVES, message=LEAVES)
)
BLOCK = record(type=st.sampled_from(["text", "tool_use"]), text=LEAVES, id=LEAVES, name=LEAVES, input=VALUES)
BLOCKS = record(content=st.lists(BLOCK, max_size=3), stop_reason=st.sampled_from(["end_turn", "tool_use"]), usage=USAGE)
KINDS = ["content_block_start", "content_block_delta", "message_start", "message_delta", "error"]
DELTA = record(
    type=st.sampled_from(["text_delta", "input_json_delta"]), text=LEAVES, partial_json=LEAVES, stop_reason=LEAVES
)
EVENT = record(
    type=st.sampled_from(KINDS), index=st.integers(0, 1), delta=DELTA, content_block=BLOCK, message=record(usage=USAGE),
    usage=USAGE, error=record(type=LEAVES, message=LEAVES),
)  # fmt: skip
SHAPE = st.lists(st.integers(0, 2), max_size=2)
TENSOR = record(name=LEAVES, datatype=st.sampled_from(["FP32", "INT64", "BOOL", "BYTES"]), shape=SHAPE, data=VALUES)
TENSORS = record(name=LEAVES, inputs=st.lists(TENSOR, max_size=2), outputs=st.lists(TENSOR, max_size=2))
VECTORS = record(
    data=st.lists(record(index=st.just(0), embedding=st.lists(LEAVES, max_size=2)), max_size=2), usage=USAGE
)


@dataclass(frozen=True)
class Said:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def chunks(self) -> AsyncIterator[bytes]:
        async def pieces() -> AsyncIterator[bytes]:
            for start in range(0, len(self.body), 7):
                yield self.body[start : start + 7]

        return pieces()


class Liar:
    """Says the same to everybody."""

    def __init__(self, *said: Any, events: bool = False) -> None:
        texts = [json.dumps(one) for one in said]
        body = "".join(f"data: {text}\n\n" for text in texts) if events else "".join(texts)
        self.said = Said(200, body.encode(), {"content-type": "text/event-stream"} if events else {})

    async def send(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes | None = None,
        timeout_s: float = 30,
    ) -> Said:  # fmt: skip
        return self.said

    @asynccontextmanager
    async def stream(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes | None = None,
        timeout_s: float = 30,
    ) -> AsyncIterator[Said]:  # fmt: skip
        yield self.said


async def listen(piece: str) -> None:
    assert isinstance(piece, str)


async def ended(asking: Awaitable[object]) -> None:
    """With an answer, or with a reason."""
    with suppress(StepFailed):
        assert await asking


@given(CHOICES, st.sampled_from([None, SCHEMA]))
@settings(max_examples=60)
async def test_a_chat_that_lies_ends_well(said: Any, schema: Any) -> None:
    question = Question(messages=TALK, schema=schema, tools=TOOLS)
    await ended(chat.chat(Liar(said), MODEL, question))
    await ended(completions.chat(Liar(said), MODEL, Question(messages=TALK, schema=schema)))


@given(st.lists(CHOICES, max_size=4))
@settings(max_examples=60)
async def test_a_stream_of_chat_that_lies_ends_well(said: list[Any]) -> None:
    await ended(chat.chat(Liar(*said, events=True), MODEL, Question(messages=TALK, tools=TOOLS), on_text=listen))


@given(BLOCKS, st.sampled_from([None, SCHEMA]))
@settings(max_examples=60)
async def test_an_answer_in_blocks_that_lies_ends_well(said: Any, schema: Any) -> None:
    await ended(anthropic.chat(Liar(said), MODEL, Question(messages=TALK, schema=schema, tools=TOOLS)))


@given(st.lists(EVENT, max_size=6))
@settings(max_examples=60)
async def test_a_stream_of_blocks_that_lies_ends_well(said: list[Any]) -> None:
    asked = Question(messages=TALK, tools=TOOLS)
    await ended(anthropic.chat(Liar(*said, {"type": "message_stop"}, events=True), MODEL, asked, on_text=listen))


@given(VECTORS)
@settings(max_examples=60)
async def test_vectors_that_lie_end_well(said: Any) -> None:
    await ended(embeddings.embed(Liar(said), embeddings.EmbeddingModel(base_url=BASE, model="m"), ["a"]))


@given(TENSORS)
@settings(max_examples=60)
async def test_tensors_that_lie_end_well(said: Any) -> None:
    served = inference.ServedModel(base_url=BASE, model="m")
    tensor = inference.Tensor(name="x", datatype="FP32", shape=(1,), data=[1.0])
    with suppress(StepFailed):
        given_back = await inference.infer(Liar(said), served, [tensor])
        assert all(math.prod(one.shape) == len(one.data) for one in given_back.values())
    await ended(inference.describe(Liar(said), served))
