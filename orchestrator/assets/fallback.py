"""Asks another asset when the one that was meant cannot answer now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from orchestrator.connectors.conversation import OnText
from orchestrator.engine.errors import ErrorCategory, StepError, StepFailed

AWAY = frozenset({ErrorCategory.UNAVAILABLE, ErrorCategory.TIMEOUT, ErrorCategory.RATE_LIMITED, ErrorCategory.AUTH})
"""Another provider may not have these. What is wrong with the question would be wrong with it there too."""

Given = TypeVar("Given")


@dataclass(frozen=True, kw_only=True)
class Tried:
    """Was asked, and could not answer."""

    reference: str
    error: StepError


@dataclass(frozen=True, kw_only=True)
class Found(Generic[Given]):
    reference: str
    """Of what answered."""
    given: Given
    tried: tuple[Tried, ...]
    """What was asked before, the one that was meant first; empty when that one answered."""


async def first_answer(
    references: Sequence[str],
    ask: Callable[[str, OnText | None], Awaitable[Given]],
    on_text: OnText | None = None,
) -> Found[Given]:
    """The answer of the first of `references` that can: the one that was meant, then those that may stand in for it.

    Raises what the first one raised, with `instead` in its details: what was tried besides. Once a piece of text was
    heard nobody else is asked: two beginnings would be shown as one answer.
    """
    listener = Listener(on_text)
    tried: list[Tried] = []
    first: StepFailed | None = None
    for reference in references:
        try:
            given = await ask(reference, listener.hear if on_text is not None else None)
            return Found(reference=reference, given=given, tried=tuple(tried))
        except StepFailed as failed:
            tried.append(Tried(reference=reference, error=failed.error))
            first = first or failed
            if first.error.category not in AWAY or listener.heard:
                break
    assert first is not None, "at least one is asked"
    if others := [{"asset": other.reference, "code": other.error.code} for other in tried[1:]]:
        first.error = replace(first.error, details={**first.error.details, "instead": others})
    raise first


class Listener:
    """Passes on pieces of text, and knows whether there were any."""

    def __init__(self, on_text: OnText | None) -> None:
        self._on_text = on_text
        self.heard = False

    async def hear(self, piece: str) -> None:
        self.heard = True
        if self._on_text is not None:
            await self._on_text(piece)
