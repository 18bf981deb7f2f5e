from __future__ import annotations

import asyncio
import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.connectors import streaming
from orchestrator.connectors.http import HttpClient
from orchestrator.connectors.streaming import EventReader, ServerEvent
from orchestrator.engine.errors import ErrorCategory, NotSent, Rejected, StepFailed
from tests.unit.connectors.servers import read_request, response, serving, talking

SAID = "event: start\ndata: {}\n\n: a comment\ndata: one\ndata: two\nid: 7\n\ndata\n\n\ndata:  last\r\r"


def read(text: bytes, size: int) -> list[ServerEvent]:
    reader = EventReader()
    return [event for start in range(0, len(text), size) for event in reader.take(text[start : start + size])]


async def listen(http: HttpClient, url: str, heard: list[bytes]) -> None:
    async with http.stream("GET", url, timeout_s=0.5) as stream:
        async for chunk in stream.chunks:
            heard.append(chunk)


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_events_are_read_however_they_are_cut(size: int, end: str) -> None:
    text = "\ufeff" + SAID.replace("\r", "\n").replace("\n", end)
    assert read(text.encode(), size) == [
        ServerEvent(name="start", data="{}"),
        ServerEvent(data="one\ntwo"),
        ServerEvent(data=""),
        ServerEvent(data=" last"),
    ]


def test_an_event_that_was_not_finished_never_counts() -> None:
    assert read(b"data: a\n\ndata: b\n", 4) == [ServerEvent(data="a")]


def test_lines_may_end_with_a_carriage_return_alone() -> None:
    assert read(b"data: a\r\rdata: b\r\r:\r", 3) == [ServerEvent(data="a"), ServerEvent(data="b")]


@given(st.lists(st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]))), st.integers(1, 9))
def test_what_was_sent_is_what_is_read(said: list[str], size: int) -> None:
    text = "".join(f"data: {one}\n\n" for one in said)
    assert [event.data for event in read(text.encode(), size)] == said


def test_an_event_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "LONGEST_EVENT", 1000)
    assert len(read(b"data: " + b"x" * 900 + b"\n\n" + b"data: " + b"x" * 900 + b"\n\n", 10)) == 2
    with pytest.raises(Rejected) as failed:
        read(b"data: x\n" * 200, 10)
    assert failed.value.error.code == "reply_too_large"


async def test_a_stream_gives_what_has_come_before_the_rest_is_there() -> None:
    heard = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
        await writer.drain()
        await heard.wait()
        writer.write(b"3\r\ntwo\r\n0\r\n\r\n")
        await writer.drain()

    async with talking(talk) as port:
        http = HttpClient([f"127.0.0.1:{port}"])
        parts = []
        async with http.stream("GET", f"http://127.0.0.1:{port}/") as stream:
            async for chunk in stream.chunks:
                parts.append(chunk)
                heard.set()
        await http.close()
    assert (stream.status, parts) == (200, [b"one", b"two"])


async def test_a_stream_that_was_read_to_its_end_leaves_its_connection_for_the_next() -> None:
    async with serving(lambda request: response(200, b"ok")) as served:
        http = HttpClient([served.host])
        for _ in range(3):
            async with http.stream("GET", served.url()) as stream:
                assert [chunk async for chunk in stream.chunks] == [b"ok"]
        async with http.stream("GET", served.url()):
            pass  # nobody reads: the rest could be endless
        assert (await http.send("GET", served.url())).body == b"ok"
        await http.close()
    assert served.connections == 2


async def test_a_packed_stream_is_unpacked_as_it_comes() -> None:
    packed = gzip.compress(b"data: a\n\n")
    async with serving(lambda request: response(200, packed, content_encoding="gzip")) as served:
        http = HttpClient([served.host])
        async with http.stream("GET", served.url()) as stream:
            assert [event.data async for event in streaming.events(stream.chunks)] == ["a"]
        await http.close()


async def test_a_stream_is_followed_to_where_it_moved_but_not_inside() -> None:
    def answer(path: str) -> bytes:
        inside = "http://169.254.169.254/"
        return response(200, b"here") if path == "/b" else response(307, location="/b" if path == "/a" else inside)

    async with serving(lambda request: answer(request.path)) as served:
        http = HttpClient([served.host])
        async with http.stream("POST", served.url("/a"), content=b"x") as stream:
            assert [chunk async for chunk in stream.chunks] == [b"here"]
        with pytest.raises(Rejected) as failed:
            async with http.stream("GET", served.url("/c")):
                raise AssertionError
        await http.close()
    assert stream.url == served.url("/b")
    assert failed.value.error.code == "egress_denied"


async def test_a_host_inside_is_not_streamed_from() -> None:
    http = HttpClient()
    with pytest.raises(NotSent) as failed:
        async with http.stream("GET", "http://127.0.0.1:9/"):
            raise AssertionError
    assert failed.value.error.code == "egress_denied"


@pytest.mark.parametrize(
    ("talk", "code"),
    [(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", "cut_off"), (b"HTTP/1.1 200 OK\r\n", "cut_off")],
)
async def test_a_stream_that_is_cut_says_so(talk: bytes, code: str) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(talk)
        await writer.drain()

    async with talking(hang_up) as port:
        http = HttpClient([f"127.0.0.1:{port}"])
        with pytest.raises(StepFailed) as failed:
            async with http.stream("GET", f"http://127.0.0.1:{port}/") as stream:
                assert [chunk async for chunk in stream.chunks] == []
    assert (failed.value.error.code, failed.value.error.retryable) == (code, True)


async def test_a_stream_that_drips_ends_at_the_time_limit() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")
        await writer.drain()
        await asyncio.Event().wait()

    async with talking(drip) as port:
        http = HttpClient([f"127.0.0.1:{port}"])
        heard: list[bytes] = []
        with pytest.raises(StepFailed) as failed:
            await listen(http, f"http://127.0.0.1:{port}/", heard)
        await http.close()
    assert heard == [b"x"]
    assert failed.value.error.category is ErrorCategory.TIMEOUT


async def test_what_goes_wrong_with_the_listener_stays_its_own_error() -> None:
    async with serving(lambda request: response(200, b"ok")) as served:
        http = HttpClient([served.host])
        with pytest.raises(TimeoutError, match="mine"):
            async with http.stream("GET", served.url()):
                raise TimeoutError("mine")
        await http.close()


async def test_a_stream_that_unpacks_to_too_much_is_cut() -> None:
    bomb = zlib.compress(b"0" * 12_000_000, 9)
    async with serving(lambda request: response(200, bomb, content_encoding="deflate")) as served:
        http = HttpClient([served.host])
        with pytest.raises(Rejected) as failed:
            await listen(http, served.url(), [])
        await http.close()
    assert failed.value.error.code == "reply_too_large"


async def test_a_stream_that_was_cancelled_leaves_the_client_usable() -> None:
    begun = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader)
        slow = request is not None and request.path == "/slow"
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + (b"o" if slow else b"ok"))
        await writer.drain()
        begun.set()
        await reader.read()

    async with talking(talk) as port:
        http = HttpClient([f"127.0.0.1:{port}"])
        listening = asyncio.create_task(listen(http, f"http://127.0.0.1:{port}/slow", []))
        await begun.wait()
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening
        assert (await http.send("GET", f"http://127.0.0.1:{port}/")).body == b"ok"
        await http.close()
