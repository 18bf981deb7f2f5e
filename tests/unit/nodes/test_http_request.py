from __future__ import annotations

import json
from typing import Any

import pytest

from orchestrator.engine.errors import ErrorCategory, Rejected, StepFailed
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import HttpReply
from orchestrator.nodes.http_request import HttpRequest
from tests.unit.nodes.context import MemoryContext, MemoryHttp, result_of

URL = "https://api.example.com/orders"


def answering(status: int = 200, body: bytes = b"", **headers: str) -> MemoryContext:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return MemoryContext(http=MemoryHttp(replies=[HttpReply(status=status, headers=named, body=body, url=URL)]))


async def test_data_is_sent_as_json_and_the_answer_is_read() -> None:
    world = answering(201, b'{"id": 7}', content_type="application/json; charset=utf-8")
    config = {"method": "POST", "url": URL, "json": {"n": [1, None]}, "credential": "crm"}
    result = await result_of(HttpRequest, config, world)
    (sent,) = world.http.sent
    assert (sent["method"], sent["url"], sent["credential"]) == ("POST", URL, "crm")
    assert sent["headers"] == {"Content-Type": "application/json"}
    assert json.loads(sent["content"]) == {"n": [1, None]}
    assert result.output["status"] == 201
    assert result.output["json"] == {"id": 7}
    assert result.output["body"] == '{"id": 7}'


async def test_text_is_sent_as_it_is_with_the_given_type() -> None:
    world = answering()
    config = {
        "method": "PUT",
        "url": URL,
        "body": "<a/>",
        "headers": [{"name": "content-type", "value": "application/xml"}],
    }
    result = await result_of(HttpRequest, config, world)
    assert world.http.sent[0]["content"] == b"<a/>"
    assert world.http.sent[0]["headers"] == {"content-type": "application/xml"}
    assert result.output["body"] == ""


async def test_an_answer_that_is_no_text_becomes_a_file() -> None:
    world = answering(200, b"%PDF-1.7 \0\xff", content_type="application/pdf")
    result = await result_of(HttpRequest, {"url": URL}, world)
    assert result.output["body"] == ""
    assert result.output["file"]["name"] == "orders"
    assert world.files.stored[result.output["file"]["file_id"]] == b"%PDF-1.7 \0\xff"


async def test_an_answer_in_another_alphabet_is_read_by_its_charset() -> None:
    world = answering(200, "Müller".encode("latin-1"), content_type="text/plain; charset=iso-8859-1")
    assert (await result_of(HttpRequest, {"url": URL}, world)).output["body"] == "Müller"


@pytest.mark.parametrize(
    ("status", "category", "definite"),
    [
        (401, ErrorCategory.AUTH, True),
        (403, ErrorCategory.AUTH, True),
        (404, ErrorCategory.REJECTED, True),
        (422, ErrorCategory.REJECTED, True),
        (429, ErrorCategory.RATE_LIMITED, True),
        (408, ErrorCategory.TIMEOUT, False),
        (504, ErrorCategory.TIMEOUT, False),
        (500, ErrorCategory.UNAVAILABLE, False),
        (503, ErrorCategory.UNAVAILABLE, False),
    ],
)
async def test_an_error_status_fails_the_step_by_its_meaning(
    status: int, category: ErrorCategory, definite: bool
) -> None:
    with pytest.raises(StepFailed) as failed:
        await result_of(HttpRequest, {"url": URL}, answering(status, b"no such order"))
    assert failed.value.error.category is category
    assert failed.value.error.code == f"status_{status}"
    assert failed.value.error.details == {"status": status, "answer": "no such order"}
    assert isinstance(failed.value, Rejected) is definite
    assert "api.example.com" in failed.value.error.message


@pytest.mark.parametrize(
    ("header", "wait"),
    [("120", 120.0), ("Mon, 02 Mar 2026 09:31:30 GMT", 90.0), ("Mon, 02 Mar 2026 09:00:00 GMT", 0.0), ("soon", None)],
)
async def test_a_busy_system_says_when_to_come_back(header: str, wait: float | None) -> None:
    with pytest.raises(StepFailed) as failed:
        await result_of(HttpRequest, {"url": URL}, answering(429, b"", retry_after=header))
    assert failed.value.error.retry_after_s == wait
    assert failed.value.error.retryable


async def test_an_error_status_can_be_taken_as_an_answer() -> None:
    result = await result_of(HttpRequest, {"url": URL, "fail_on_error_status": False}, answering(404, b"none"))
    assert (result.output["status"], result.output["body"]) == (404, "none")


async def test_the_key_of_the_step_is_sent_when_the_other_system_knows_it() -> None:
    world = answering()
    await result_of(HttpRequest, {"method": "POST", "url": URL, "send_key": True}, world)
    assert world.http.sent[0]["headers"] == {"Idempotency-Key": "key-1"}


@pytest.mark.parametrize(
    "header",
    [
        {"name": "Host", "value": "evil.example"},
        {"name": "Content-Length", "value": "1"},
        {"name": "Transfer-Encoding", "value": "chunked"},
        {"name": "X-A", "value": "a\r\nX-B: b"},
        {"name": "X-A", "value": "a\0"},
        {"name": "X-A", "value": "ü"},
    ],
)
async def test_a_header_cannot_change_the_request_itself(header: dict[str, str]) -> None:
    world = answering()
    with pytest.raises(StepFailed) as failed:
        await result_of(HttpRequest, {"url": URL, "headers": [header]}, world)
    assert failed.value.error.code == "invalid_header"
    assert world.http.sent == []


@pytest.mark.parametrize(
    ("config", "effect"),
    [
        ({}, Effect.IDEMPOTENT),
        ({"method": "DELETE"}, Effect.IDEMPOTENT),
        ({"method": "POST"}, Effect.AT_MOST_ONCE),
        ({"method": "PATCH", "send_key": True}, Effect.KEYED),
        ({"method": {"$expr": "x"}}, Effect.AT_MOST_ONCE),
    ],
)
def test_what_a_repeat_would_do_follows_from_the_method(config: dict[str, Any], effect: Effect) -> None:
    assert HttpRequest.effect_of(config) is effect


def test_two_bodies_and_own_headers_are_problems_before_the_run() -> None:
    config = {"json": {}, "body": "x", "headers": [{"name": "A", "value": "b"}, {"name": "host", "value": "b"}]}
    assert [problem.field for problem in HttpRequest.problems(config)] == ["config.body", "config.headers.1.name"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"total": NaN}',
        b'{"total": 1e999}',
        b'"\\ud800"',
        b'{"name": "a\\u0000b"}',
        b"[" * 900 + b"]" * 900,
        b"[" * 10_000 + b"]" * 10_000,
        b"{",
    ],
)
async def test_json_that_cannot_be_passed_on_stays_text(body: bytes) -> None:
    replies = [HttpReply(status=200, headers={"content-type": "application/json"}, body=body, url="https://a.example")]
    context = MemoryContext(http=MemoryHttp(replies=replies))
    result = await result_of(HttpRequest, {"url": "https://a.example"}, context)
    assert (result.output["json"], result.output["body"]) == (None, body.decode())
