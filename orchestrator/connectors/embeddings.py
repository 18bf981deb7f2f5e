"""Asks an OpenAI-compatible server for the vectors of texts."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchestrator.connectors.conversation import counted
from orchestrator.connectors.refusals import UNREADABLE, no_model, refusal
from orchestrator.connectors.sender import Sender

PATH = "/embeddings"
AT_ONCE = 64
"""Texts in one request."""


@dataclass(frozen=True, kw_only=True)
class EmbeddingModel:
    base_url: str
    """Up to and without `/embeddings`."""
    model: str
    dimensions: int | None = None
    """Asked for where it is given; models that cannot be shortened refuse it."""
    timeout_s: float = 60


@dataclass(frozen=True, kw_only=True)
class Vectors:
    vectors: list[list[float]]
    """One for each text, in order."""
    tokens: int


async def embed(http: Sender, model: EmbeddingModel, texts: Sequence[str]) -> Vectors:
    """Raises `StepFailed`: auth, rate_limited, unavailable, timeout, rejected, or config (not_a_model)."""
    vectors: list[list[float]] = []
    tokens = 0
    for start in range(0, len(texts), AT_ONCE):
        some = await _ask(http, model, texts[start : start + AT_ONCE])
        vectors += some.vectors
        tokens += some.tokens
    if len({len(vector) for vector in vectors}) > 1:
        raise no_model(model.model, "the embeddings protocol")
    return Vectors(vectors=vectors, tokens=tokens)


async def _ask(http: Sender, model: EmbeddingModel, texts: Sequence[str]) -> Vectors:
    body: dict[str, Any] = {"model": model.model, "input": list(texts), "encoding_format": "float"}
    if model.dimensions is not None:
        body["dimensions"] = model.dimensions
    reply = await http.send(
        "POST",
        model.base_url.rstrip("/") + PATH,
        headers={"Content-Type": "application/json", "Accept": "application/json"},
        content=json.dumps(body).encode(),
        timeout_s=model.timeout_s,
    )
    if reply.status != 200:
        raise refusal(model.model, reply.status, reply.headers, reply.body)
    try:
        return _read(reply.body, len(texts))
    except UNREADABLE as error:
        raise no_model(model.model, "the embeddings protocol") from error


def _read(body: bytes, expected: int) -> Vectors:
    """Raises ValueError and the like for anything but one vector of finite numbers for each text."""
    data = json.loads(body)
    rows = sorted(data["data"], key=lambda row: row["index"])
    if [row["index"] for row in rows] != list(range(expected)):
        raise ValueError
    vectors = [[float(number) for number in row["embedding"]] for row in rows]
    if not all(vector and all(map(math.isfinite, vector)) for vector in vectors):
        raise ValueError
    return Vectors(vectors=vectors, tokens=counted((data.get("usage") or {}).get("prompt_tokens")))
