from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from orchestrator.connectors.egress import Target
from orchestrator.connectors.http import HttpClient
from orchestrator.connectors.secret import HIDDEN, Secret
from orchestrator.engine.errors import ErrorCategory, NotSent, Rejected, StepFailed
from tests.unit.connectors.servers import Request, read_request, response, self_signed, serving, talking


@asynccontextmanager
async def client(*allowed: str) -> AsyncIterator[HttpClient]:
    one = HttpClient(allowed)
    try:
        yield one
    finally:
        await one.close()


async def test_a_request_reaches_an_allowed_host_and_its_answer_comes_back() -> None:
    def answer(request: Request) -> bytes:
        return response(201, b"done", content_type="text/plain", set_cookie="session=secret", x_id="7")

    async with serving(answer) as served, client(served.host) as http:
        reply = await http.send("post", served.url("/orders?a=b"), headers={"X-Key": "k"}, content=b"data")
    assert (reply.status, reply.body, reply.url) == (201, b"done", served.url("/orders?a=b"))
    assert reply.headers == {"content-type": "text/plain", "x-id": "7", "content-length": "4"}
    (request,) = served.requests
    assert (request.method, request.path, request.body) == ("POST", "/orders?a=b", b"data")
    assert request.headers["host"] == served.host
    assert request.headers["x-key"] == "k"


async def test_connections_are_used_again() -> None:
    async with serving(lambda request: response(200, b"ok")) as served, client(served.host) as http:
        for _ in range(5):
            await http.send("GET", served.url())
    assert (len(served.requests), served.connections) == (5, 1)


async def test_many_requests_run_side_by_side() -> None:
    everybody = asyncio.Event()

    async def answer(request: Request) -> bytes:
        if len(served.requests) == 200:
            everybody.set()
        await everybody.wait()
        return response(200, b"ok")

    async with serving(answer) as served, client(served.host) as http:
        replies = await asyncio.gather(*(http.send("GET", served.url()) for _ in range(200)))
    assert [reply.status for reply in replies] == [200] * 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "[::ffff:127.0.0.1]"])
async def test_a_host_inside_is_refused_before_anything_is_sent(host: str) -> None:
    async with serving(lambda request: response()) as served, client("other.example") as http:
        with pytest.raises(NotSent) as failed:
            await http.send("GET", f"http://{host}:{served.port}/")
    assert failed.value.error.code == "egress_denied"
    assert (served.connections, served.requests) == (0, [])


async def test_the_connection_goes_to_the_checked_address_under_the_asked_name() -> None:
    asked: list[tuple[str, int]] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    async with serving(lambda request: response(200, b"ok")) as served:
        http = HttpClient([f"api.example:{served.port}"], resolver=rebinding)
        for _ in range(2):
            await http.send("GET", f"http://api.example:{served.port}/")
        await http.close()
    assert asked == [("api.example", served.port)]
    assert {request.headers["host"] for request in served.requests} == {f"api.example:{served.port}"}


async def test_a_redirect_is_followed_and_checked_again() -> None:
    def answer(request: Request) -> bytes:
        if request.path == "/a":
            return response(302, location="/b?x=1")
        if request.path == "/inside":
            return response(302, location="http://169.254.169.254/latest/meta-data")
        return response(200, b"here")

    async with serving(answer) as served, client(served.host) as http:
        reply = await http.send("POST", served.url("/a"), content=b"data")
        assert (reply.body, reply.url) == (b"here", served.url("/b?x=1"))
        assert [request.method for request in served.requests] == ["POST", "GET"]
        with pytest.raises(Rejected, match=r"169\.254\.169\.254 is inside") as failed:
            await http.send("POST", served.url("/inside"), content=b"data")
        assert failed.value.error.code == "egress_denied"


async def test_secrets_do_not_follow_to_another_origin() -> None:
    async with serving(lambda request: response(200, b"theirs")) as theirs:

        def answer(request: Request) -> bytes:
            return response(307, location=theirs.url("/b") if request.path == "/away" else "/b")

        async with serving(answer) as ours, client(ours.host, theirs.host) as http:
            secrets = {"Authorization": "Bearer s", "X-Api-Key": "s", "Cookie": "s", "Accept": "text/plain"}
            await http.send("PUT", ours.url("/away"), headers=secrets, content=b"data")
    (request,) = theirs.requests
    assert (request.method, request.body) == ("PUT", b"data")
    assert "s" not in request.headers.values()
    assert not {"authorization", "x-api-key", "cookie"} & request.headers.keys()
    assert request.headers["accept"] == "text/plain"
    assert ours.requests[0].headers["authorization"] == "Bearer s"


async def test_each_request_is_told_of_before_its_first_byte_leaves_redirects_too() -> None:
    told: list[tuple[str, int, int]] = []

    async def tell(target: Target, size: int) -> None:
        told.append((target.path, size, len(served.requests)))

    def answer(request: Request) -> bytes:
        return response(303, location="/there") if request.path == "/here" else response(200, b"ok")

    async with serving(answer) as served, client(served.host) as http:
        await http.send("POST", served.url("/here"), content=b"1234", tell=tell)
        async with http.stream("GET", served.url("/there"), tell=tell) as stream:
            assert stream.status == 200
    assert told == [("/here", 4, 0), ("/there", 0, 1), ("/there", 0, 2)]


async def test_what_cannot_be_told_of_stays_here() -> None:
    async def tell(target: Target, size: int) -> None:
        raise NotSent(ErrorCategory.UNAVAILABLE, "database_away", "It cannot be kept.")

    async with serving(lambda request: response(200, b"ok")) as served, client(served.host) as http:
        with pytest.raises(NotSent) as failed:
            await http.send("POST", served.url(), content=b"1234", tell=tell)
        assert failed.value.error.code == "database_away"
        assert served.requests == []
        assert (await http.send("GET", served.url())).status == 200


async def test_redirects_without_end_are_ended() -> None:
    async with serving(lambda request: response(301, location="/again")) as served, client(served.host) as http:
        with pytest.raises(Rejected, match="without end"):
            await http.send("GET", served.url())
    assert len(served.requests) == 6


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://ok@127.0.0.1/", "/a\\b", "gopher://x/"])
async def test_a_redirect_to_what_is_no_address_is_refused(location: str) -> None:
    async with serving(lambda request: response(302, location=location)) as served, client(served.host) as http:
        with pytest.raises(StepFailed) as failed:
            await http.send("GET", served.url())
    assert failed.value.error.code == "invalid_address"


@pytest.mark.parametrize("packed", [True, False])
async def test_a_packed_answer_is_unpacked(packed: bool) -> None:
    body = b"word " * 1000

    def answer(request: Request) -> bytes:
        assert request.headers["accept-encoding"] == "gzip, deflate"
        if packed:
            return response(200, gzip.compress(body), content_encoding="gzip")
        return response(200, zlib.compress(body), content_encoding="deflate")

    async with serving(answer) as served, client(served.host) as http:
        assert (await http.send("GET", served.url())).body == body


@pytest.mark.parametrize(
    "raw",
    [
        response(200, gzip.compress(bytes(9_000_000)), content_encoding="gzip"),
        response(200, gzip.compress(bytes(100_000_000)), content_encoding="gzip"),
        response(200, b"x" * 10_000_001),
    ],
)
async def test_an_answer_beyond_size_or_ratio_is_cut(raw: bytes) -> None:
    async with serving(lambda request: raw) as served, client(served.host) as http:
        with pytest.raises(Rejected) as failed:
            await http.send("GET", served.url())
    assert failed.value.error.code == "reply_too_large"


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "gzip"])
async def test_an_answer_packed_in_another_way_is_refused(encoding: str) -> None:
    raw = response(200, b"no gzip", content_encoding=encoding)
    async with serving(lambda request: raw) as served, client(served.host) as http:
        with pytest.raises(Rejected) as failed:
            await http.send("GET", served.url())
    assert failed.value.error.code == "reply_unreadable"


async def test_an_answer_that_drips_is_cut_at_the_time_limit() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not reader.at_eof():
            writer.write(b"x")
            await writer.drain()
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.01)

    async with talking(drip) as port, client(f"127.0.0.1:{port}") as http:
        with pytest.raises(StepFailed) as failed:
            await http.send("GET", f"http://127.0.0.1:{port}/", timeout_s=0.3)
    assert failed.value.error.category is ErrorCategory.TIMEOUT
    assert not isinstance(failed.value, NotSent)


async def test_ten_thousand_headers_are_cut() -> None:
    raw = b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + b"\r\n"
    async with serving(lambda request: raw) as served, client(served.host) as http:
        with pytest.raises(StepFailed) as failed:
            await http.send("GET", served.url())
    assert failed.value.error.code == "cut_off"


async def test_a_line_cut_after_the_request_leaves_the_outcome_unknown() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)

    async with talking(hang_up) as port, client(f"127.0.0.1:{port}") as http:
        with pytest.raises(StepFailed) as failed:
            await http.send("POST", f"http://127.0.0.1:{port}/", content=b"order")
    assert not isinstance(failed.value, NotSent | Rejected)
    assert (failed.value.error.code, failed.value.error.retryable) == ("cut_off", True)


async def test_a_closed_port_means_nothing_was_sent() -> None:
    async with serving(lambda request: response()) as served:
        port = served.port
    async with client(f"127.0.0.1:{port}") as http:
        with pytest.raises(NotSent) as failed:
            await http.send("POST", f"http://127.0.0.1:{port}/", content=b"order")
    assert (failed.value.error.code, failed.value.error.retryable) == ("unreachable", True)


async def test_a_server_without_tls_is_not_sent_anything() -> None:
    heard: list[bytes] = []

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1000))
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async with talking(plain) as port, client(f"127.0.0.1:{port}") as http:
        with pytest.raises(NotSent) as failed:
            await http.send("GET", f"https://127.0.0.1:{port}/", headers={"X-Key": "s3cret"})
    assert failed.value.error.code == "unreachable"
    assert b"s3cret" not in heard[0]


async def test_a_certificate_nobody_vouches_for_is_refused_under_the_asked_name() -> None:
    names: list[str | None] = []
    context = self_signed("api.example")
    context.sni_callback = lambda socket, name, context: names.append(name)

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise AssertionError("a request came through")

    async def local(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async with talking(never, tls=context) as port:
        http = HttpClient(["api.example"], resolver=local)
        with pytest.raises(NotSent) as failed:
            await http.send("GET", f"https://api.example:{port}/")
        await http.close()
    assert failed.value.error.code == "certificate"
    assert names == ["api.example"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-A", "a\r\nX-B: b"), ("X-A", "a\0"), ("X-A", "ü"), ("X A", "b"), ("Host", "evil.example"),
     ("content-length", "0"), ("Transfer-Encoding", "chunked"), ("X-A", "a" * 20_000)],
)  # fmt: skip
async def test_a_header_cannot_change_the_request(name: str, value: str) -> None:
    async with serving(lambda request: response()) as served, client(served.host) as http:
        with pytest.raises(NotSent) as failed:
            await http.send("GET", served.url(), headers={name: value})
    assert failed.value.error.code == "invalid_header"
    assert served.requests == []


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(lambda request: response(200, b"direct")) as served, client(served.host) as http:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        assert (await http.send("GET", served.url())).body == b"direct"


async def test_a_cancelled_request_leaves_the_client_usable() -> None:
    reached = asyncio.Event()

    async def answer(request: Request) -> bytes:
        if request.path == "/slow":
            reached.set()
            await asyncio.Event().wait()
        return response(200, b"ok")

    async with serving(answer) as served, client(served.host) as http:
        waiting = asyncio.create_task(http.send("GET", served.url("/slow")))
        await reached.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert (await http.send("GET", served.url())).body == b"ok"


async def test_a_secret_that_was_sent_comes_back_in_nothing() -> None:
    def answer(request: Request) -> bytes:
        sent = request.headers["authorization"]
        return response(200, f"you sent {sent} and {request.headers['x-id']}".encode(), x_echo=sent)

    headers = {"Authorization": Secret("Bearer canary-7f3a9c41", "canary-7f3a9c41"), "X-Id": "order-4711"}
    async with serving(answer) as served, client(served.host) as http:
        reply = await http.send("GET", served.url(), headers=headers)
        async with http.stream("GET", served.url(), headers=headers) as stream:
            streamed = b"".join([chunk async for chunk in stream.chunks])
    assert reply.body == streamed == f"you sent Bearer {HIDDEN} and order-4711".encode()
    assert reply.headers["x-echo"] == stream.headers["x-echo"] == f"Bearer {HIDDEN}"
    assert [request.headers["authorization"] for request in served.requests] == ["Bearer canary-7f3a9c41"] * 2
