from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from orchestrator.connectors.breaker import FAILURES, State
from orchestrator.connectors.http import HttpClient
from orchestrator.connectors.pace import Rates
from orchestrator.connectors.provider import Provider, Providers
from orchestrator.engine.errors import ErrorCategory, NotSent, StepFailed
from tests.unit.connectors.servers import Served, response, serving


class Account:
    """One account at a server, with an own memory of what the server said."""

    def __init__(self, served: Served, **options: Any) -> None:
        self.http = HttpClient([served.host])
        self.url = served.url("/v1")
        self.providers = Providers()
        self.options = options

    def provider(self, **options: Any) -> Provider:
        return Provider(self.http, self.url, providers=self.providers, **{**self.options, **options})

    async def ask(self, *, timeout_s: float = 5, content: bytes = b"", **options: Any) -> int:
        provider = self.provider(**options)
        return (await provider.send("POST", self.url, content=content, timeout_s=timeout_s)).status

    async def listen(self, **options: Any) -> list[bytes]:
        async with self.provider(**options).stream("GET", self.url) as stream:
            return [chunk async for chunk in stream.chunks]


async def test_the_headers_of_the_account_are_added() -> None:
    async with serving(lambda request: response(200, b"ok")) as served:
        account = Account(served, headers={"Authorization": "Bearer s"})
        await account.ask()
        assert await account.listen() == [b"ok"]
        await account.http.close()
    assert [request.headers["authorization"] for request in served.requests] == ["Bearer s"] * 2


async def test_who_would_wait_longer_than_the_step_may_take_is_told_when_to_come_back() -> None:
    async with serving(lambda request: response(200)) as served:
        account = Account(served, rates=Rates(requests=1))
        await account.ask()
        with pytest.raises(NotSent) as failed:
            await account.ask()
        assert await account.ask(account="another") == 200
        await account.http.close()
    error = failed.value.error
    assert (error.code, error.category, error.retryable) == ("paced", ErrorCategory.RATE_LIMITED, True)
    assert 55 < (error.retry_after_s or 0) <= 60
    assert len(served.requests) == 2


async def test_tokens_that_were_told_count_instead_of_those_that_were_feared() -> None:
    async with serving(lambda request: response(200)) as served:
        account = Account(served, rates=Rates(tokens=1000), answer_tokens=900)
        provider = account.provider()
        await provider.send("POST", account.url, content=b"x" * 100)
        with pytest.raises(NotSent):
            await account.ask()
        provider.used(20)
        assert await account.ask() == 200
        await account.http.close()


async def test_a_server_that_wants_a_pause_gets_it() -> None:
    answers = [response(429, retry_after_ms="150"), response(200)]
    async with serving(lambda request: answers.pop(0)) as served:
        account = Account(served)
        began = time.monotonic()
        assert [await account.ask(), await account.ask()] == [429, 200]
        await account.http.close()
    assert time.monotonic() - began >= 0.15


async def test_a_server_that_has_nothing_left_is_asked_when_it_has_again() -> None:
    used_up = {"x_ratelimit_remaining_requests": "0", "x_ratelimit_reset_requests": "150ms"}
    async with serving(lambda request: response(200, **used_up)) as served:
        account = Account(served)
        began = time.monotonic()
        assert [await account.ask(), await account.ask()] == [200, 200]
        await account.http.close()
    assert time.monotonic() - began >= 0.15


async def test_a_pause_that_is_asked_for_while_others_wait_holds_for_them_too() -> None:
    async with serving(lambda request: response(200)) as served:
        account = Account(served)
        pace = account.providers.find(account.url, "").pace
        pace.hold(time.monotonic() + 0.1)
        waiting = asyncio.gather(*(account.ask(timeout_s=1) for _ in range(3)), return_exceptions=True)
        await asyncio.sleep(0)
        pace.hold(time.monotonic() + 20)
        results = await waiting
        await account.http.close()
    assert [result.error.code for result in results if isinstance(result, NotSent)] == ["paced"] * 3
    assert served.requests == []


async def test_a_server_that_keeps_failing_is_left_alone() -> None:
    async with serving(lambda request: response(500)) as served:
        account = Account(served)
        for _ in range(FAILURES):
            assert await account.ask() == 500
        with pytest.raises(NotSent) as failed:
            await account.ask()
        with pytest.raises(NotSent):
            await account.listen()
        await account.http.close()
    assert failed.value.error.code == "provider_resting"
    assert (failed.value.error.retryable, len(served.requests)) == (True, FAILURES)


async def test_a_server_that_cannot_be_reached_is_left_alone_and_asked_again_later() -> None:
    async with serving(lambda request: response(200)) as served:
        account = Account(served)
        good, account.url = account.url, "http://127.0.0.1:1/v1"
        account.http = HttpClient([served.host, "127.0.0.1:1"])
        for _ in range(FAILURES):
            with pytest.raises(StepFailed, match="cannot be reached"):
                await account.ask()
        breaker = account.providers.find(account.url, "").breaker
        assert breaker.state is State.OPEN
        breaker._until = 0  # the rest is over
        provider = account.provider()
        assert (await provider.send("GET", good)).status == 200
        await account.http.close()
    assert breaker.state is State.CLOSED


@pytest.mark.parametrize("status", [200, 400, 401, 404, 429])
async def test_a_server_that_says_no_works(status: int) -> None:
    async with serving(lambda request: response(status)) as served:
        account = Account(served)
        assert {await account.ask() for _ in range(2 * FAILURES)} == {status}
        await account.http.close()


async def test_streams_that_break_off_count_as_failures() -> None:
    async with serving(lambda request: response(200, b"half")) as served:
        account = Account(served)

        async def listen() -> None:
            async with account.provider().stream("GET", account.url):
                raise StepFailed(ErrorCategory.UNAVAILABLE, "cut_off", "It hung up.")

        for _ in range(FAILURES):
            with pytest.raises(StepFailed):
                await listen()
        assert account.providers.find(account.url, "").breaker.state is State.OPEN
        await account.http.close()
