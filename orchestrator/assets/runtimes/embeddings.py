"""An embedding model behind an OpenAI-compatible address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from orchestrator.assets.runtimes.remote import Remote, provider
from orchestrator.connectors.embeddings import EmbeddingModel, embed
from orchestrator.connectors.sender import Sender
from orchestrator.engine.errors import ErrorCategory, NotSent

MOST_TEXTS = 2_000


class EmbeddingsConfig(Remote):
    model: str = Field(min_length=1, max_length=300)
    dimensions: int | None = Field(default=None, ge=1, le=20_000)


async def answer(
    config: Mapping[str, Any], payload: Mapping[str, Any], http: Sender, headers: Mapping[str, str]
) -> dict[str, Any]:
    """{texts} -> {vectors, model, tokens, cost?}."""
    settings = EmbeddingsConfig.model_validate(config)
    texts = list(payload["texts"])
    if len(texts) > MOST_TEXTS:
        message = f"At most {MOST_TEXTS:,} texts are embedded at once, not {len(texts):,}."
        raise NotSent(ErrorCategory.INPUT, "too_many_texts", message, hint="Use a list, some texts at a time.")
    asked = provider(settings, http, headers)
    model = EmbeddingModel(
        base_url=settings.base_url,
        model=settings.model,
        dimensions=settings.dimensions,
        timeout_s=settings.timeout_s,
    )
    said = await embed(asked, model, texts)
    asked.used(said.tokens)
    tokens = {"prompt": said.tokens, "completion": 0}
    return {"vectors": said.vectors, "model": settings.model, "tokens": tokens, **settings.cost(said.tokens, 0)}
