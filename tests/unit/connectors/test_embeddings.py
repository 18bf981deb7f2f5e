from __future__ import annotations

import json
from typing import Any

import pytest

from orchestrator.connectors.embeddings import AT_ONCE, EmbeddingModel, Vectors, embed
from orchestrator.connectors.http import HttpClient
from orchestrator.engine.errors import StepFailed
from tests.unit.connectors.servers import Request, Served, response, serving


def vectors(request: Request) -> bytes:
    """The length of each text as its vector, the last text first: the order is the client's to mend."""
    texts = json.loads(request.body)["input"]
    rows = [{"index": index, "embedding": [len(text), 1]} for index, text in enumerate(texts)]
    return response(200, json.dumps({"data": rows[::-1], "usage": {"prompt_tokens": len(texts)}}).encode())


async def ask(served: Served, texts: list[str], **options: Any) -> Vectors:
    http = HttpClient([served.host])
    try:
        return await embed(http, EmbeddingModel(base_url=served.url("/v1"), model="small", **options), texts)
    finally:
        await http.close()


async def test_each_text_has_its_vector_however_many_there_are() -> None:
    texts = ["x" * length for length in range(2 * AT_ONCE + 3)]
    async with serving(vectors) as served:
        said = await ask(served, texts, dimensions=2)
        assert await ask(served, []) == Vectors(vectors=[], tokens=0)
    assert said.vectors == [[length, 1] for length in range(len(texts))]
    assert (said.tokens, len(served.requests)) == (len(texts), 3)
    body = json.loads(served.requests[0].body)
    assert (body["model"], body["dimensions"], body["encoding_format"]) == ("small", 2, "float")


@pytest.mark.parametrize(
    "data",
    [
        None, [], [{"index": 1, "embedding": [1]}], [{"index": 0, "embedding": []}], [{"index": 0, "embedding": ["x"]}],
        [{"index": 0, "embedding": [float("nan")]}], [{"index": 0, "embedding": "AAAA"}], [7], {"index": 0},
        [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}],
    ],
)  # fmt: skip
async def test_what_gives_no_vectors_is_no_model(data: Any) -> None:
    async with serving(lambda request: response(200, json.dumps({"data": data}).encode())) as served:
        with pytest.raises(StepFailed) as failed:
            await ask(served, ["a"])
    assert failed.value.error.code == "not_a_model"


async def test_vectors_that_cannot_be_compared_are_refused() -> None:
    rows = [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1, 2]}]
    async with serving(lambda request: response(200, json.dumps({"data": rows}).encode())) as served:
        with pytest.raises(StepFailed) as failed:
            await ask(served, ["a", "b"])
    assert failed.value.error.code == "not_a_model"


async def test_a_server_that_refuses_is_believed() -> None:
    async with serving(lambda request: response(401)) as served:
        with pytest.raises(StepFailed) as failed:
            await ask(served, ["a"])
    assert failed.value.error.code == "status_401"
