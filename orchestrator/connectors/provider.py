"""A provider as one account meets it: its headers added, asked at the agreed pace, left alone while it is broken.

Pace and breaker are kept for each base address and account, in this process. Wrap the door to the outside in one
`Provider` for each question; protocols then ask through it as through the door itself.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from orchestrator.connectors.breaker import Breaker, Pass
from orchestrator.connectors.limits import told_to_wait
from orchestrator.connectors.pace import Pace, Rates, Turn
from orchestrator.connectors.sender import Reply, Sender, Stream
from orchestrator.engine.errors import ErrorCategory, NotSent, StepFailed

MOST_KNOWN = 2_000
CHARACTERS_A_TOKEN = 4
"""Roughly, in the languages we read; corrected when the provider has told how many there were."""

_BROKEN = frozenset({ErrorCategory.UNAVAILABLE, ErrorCategory.TIMEOUT})
_BUSY = frozenset({429, 503, 529})


@dataclass(kw_only=True)
class _Known:
    pace: Pace = field(default_factory=Pace)
    breaker: Breaker = field(default_factory=Breaker)
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Steps run in several threads, each with its own event loop."""


class Providers:
    """What this process knows of providers; the least used are forgotten."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], _Known] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, base_url: str, account: str) -> _Known:
        with self._lock:
            known = self._known.setdefault((base_url.rstrip("/"), account), _Known())
            self._known.move_to_end((base_url.rstrip("/"), account))
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
            return known


PROVIDERS = Providers()


class Provider:
    def __init__(
        self,
        http: Sender,
        base_url: str,
        *,
        account: str = "",
        headers: Mapping[str, str] | None = None,
        rates: Rates = Rates(),  # noqa: B008  frozen
        answer_tokens: int = 0,
        providers: Providers = PROVIDERS,
    ) -> None:
        """`answer_tokens` is how long an answer may become; it counts until `used` tells better."""
        self._http = http
        self._name = base_url
        self._headers = dict(headers or {})
        self._rates = rates
        self._answer_tokens = answer_tokens
        self._known = providers.find(base_url, account)
        self._turns: list[Turn] = []

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float = 30,
    ) -> Reply:
        """As the door's; waiting for one's turn counts as well. Raises `NotSent` (paced, provider_resting) besides."""
        with self._watched() as watch:
            left_s = await self._wait(content, timeout_s)
            signed = {**(headers or {}), **self._headers}
            reply = await self._http.send(method, url, headers=signed, content=content, timeout_s=left_s)
            watch.worked = self._learn(reply.status, reply.headers)
            return reply

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float = 30,
    ) -> AsyncIterator[Stream]:
        with self._watched() as watch:
            left_s = await self._wait(content, timeout_s)
            signed = {**(headers or {}), **self._headers}
            async with self._http.stream(method, url, headers=signed, content=content, timeout_s=left_s) as stream:
                watch.worked = self._learn(stream.status, stream.headers)
                yield stream

    def used(self, tokens: int) -> None:
        """So many tokens all that was asked through this object took."""
        with self._known.lock:
            for turn in self._turns:
                self._known.pace.used(turn, tokens / len(self._turns))

    @contextmanager
    def _watched(self) -> Iterator[_Watch]:
        with self._known.lock:
            given = self._known.breaker.enter(time.monotonic())
        if not isinstance(given, Pass):
            raise NotSent(
                ErrorCategory.UNAVAILABLE,
                "provider_resting",
                f"{self._name} has failed several times in a row and is left alone for a moment.",
                hint="Try again later.",
                retry_after_s=round(given, 1),
            )
        watch = _Watch()
        try:
            yield watch
        except StepFailed as failed:
            if failed.error.category in _BROKEN:
                watch.worked = False
            raise
        finally:
            with self._known.lock:
                self._known.breaker.leave(given, watch.worked, time.monotonic())

    async def _wait(self, content: bytes | None, timeout_s: float) -> float:
        """Until it is our turn; gives the seconds that are left."""
        tokens = len(content or b"") / CHARACTERS_A_TOKEN + self._answer_tokens
        began = time.monotonic()
        with self._known.lock:
            turn = self._known.pace.turn(began, self._rates, tokens, timeout_s)
        if not isinstance(turn, Turn):
            raise self._paced(turn)
        came = False
        try:
            wait_s = turn.at - began
            while wait_s > 0:
                await asyncio.sleep(wait_s)
                with self._known.lock:
                    now = time.monotonic()
                    wait_s = max(turn.at - now, self._known.pace.held_for(now))
                if now - began + wait_s > timeout_s:
                    raise self._paced(wait_s)
            came = True
        finally:
            if not came:
                with self._known.lock:
                    self._known.pace.give_back(turn)
        self._turns.append(turn)
        return timeout_s - (time.monotonic() - began)

    def _paced(self, wait_s: float) -> NotSent:
        return NotSent(
            ErrorCategory.RATE_LIMITED,
            "paced",
            f"{self._name} may not be asked again for another {wait_s:.0f} seconds.",
            hint="Try again later, or raise how often it may be asked.",
            retry_after_s=round(wait_s, 1),
        )

    def _learn(self, status: int, headers: Mapping[str, str]) -> bool:
        """Whether the provider works; that we ask too often, or badly, does not mean that it is broken."""
        wait_s = told_to_wait(headers, time.time())
        if wait_s and (status in _BUSY or status == 200):
            with self._known.lock:
                self._known.pace.hold(time.monotonic() + wait_s)
        return status < 500


@dataclass(kw_only=True)
class _Watch:
    worked: bool | None = None
