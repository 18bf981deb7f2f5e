"""Every kind of answer tells the browser how to guard it: pages, data, files, refusals and what broke."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from django.conf import settings

from orchestrator.asgi import application
from orchestrator.operations import views
from tests.integration.runs.conftest import committed

__all__ = ["committed"]

# The threads that answer have connections of their own: what they note of a refusal is committed.
pytestmark = pytest.mark.usefixtures("committed")

ANSWERS = [
    ("a page, or that it is not built", "GET", "/", {200, 503}),
    ("a page deep inside", "GET", "/workflows/1/compare", {200, 503}),
    ("a method that a page has not", "PUT", "/", {403, 405}),
    ("data", "GET", "/api/session", 200),
    ("data for people who are signed in", "GET", "/api/schema", 401),
    ("data at no address", "GET", "/api/nothing-here", 404),
    ("a change from another site", "POST", "/api/welcome", 403),
    ("sign-in", "GET", "/_allauth/browser/v1/auth/session", 401),
    ("a picture", "GET", "/static/favicon.svg", 200),
    ("no file", "GET", "/static/nothing.js", 404),
    ("an incoming link", "POST", "/hooks/nothing", 404),
    ("health", "GET", "/health/live", 200),
    ("tools for agents", "POST", "/mcp", 401),
]
PAGE_ONLY = ("script-src 'self'", "style-src 'self' 'nonce-")


def ask(method: str, address: str) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(application, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=settings.PUBLIC_URL) as browser:
            return await browser.request(method, address)

    return asyncio.run(send())


def guarded(answer: httpx.Response) -> None:
    policy = answer.headers["Content-Security-Policy"]
    for rule in ("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'", "form-action"):
        assert rule in policy
    for unsafe in ("unsafe-inline", "unsafe-eval", "*", "http:"):
        assert unsafe not in policy
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Server" not in answer.headers
    names = [name.lower() for name, _ in answer.headers.multi_items() if name.lower() != "set-cookie"]
    assert sorted(names) == sorted(set(names)), "a header that is said twice is read as browsers please"


def test_every_kind_of_answer_is_guarded() -> None:
    for kind, method, address, status in ANSWERS:
        answer = ask(method, address)
        assert answer.status_code in (status if isinstance(status, set) else {status}), kind
        guarded(answer)


def test_an_answer_that_broke_is_guarded_and_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks() -> bool:
        raise RuntimeError("inside of the machine")

    monkeypatch.setattr(views, "_database_answers", breaks)
    answer = ask("GET", "/health/ready")
    assert answer.status_code == 500
    assert "inside of the machine" not in answer.text
    guarded(answer)


def test_a_page_names_what_may_run_in_it() -> None:
    policy = ask("GET", "/").headers["Content-Security-Policy"]
    assert all(rule in policy for rule in PAGE_ONLY)


def test_data_is_kept_by_no_cache() -> None:
    for address in ("/api/session", "/_allauth/browser/v1/auth/session", "/api/nothing-here"):
        assert "no-store" in ask("GET", address).headers["Cache-Control"]
