"""Server-sent events: what a server says piece by piece over one answer.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import codecs
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from orchestrator.engine.errors import ErrorCategory, Rejected

LONGEST_EVENT = 2_000_000
"""Characters."""

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, kw_only=True)
class ServerEvent:
    data: str
    name: str = "message"


class EventReader:
    """Takes bytes as they come and gives each event that is complete; an unfinished last one never counts."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._pieces: list[str] = []
        """The beginning of a line whose end has not come."""
        self._data: list[str] = []
        self._name = ""
        self._length = 0

    def take(self, chunk: bytes) -> Iterator[ServerEvent]:
        """Raises `Rejected` (reply_too_large) for an event without end."""
        text = self._decoder.decode(chunk)
        if not text:
            return
        self._count(len(text))
        if self._pieces and self._pieces[-1].endswith("\r"):  # only now is it known whether CR LF or CR ended the line
            text = self._pieces.pop() + text
        if not _LINE_END.search(text):
            self._pieces.append(text)
            return
        *lines, rest = _LINE_END.split("".join([*self._pieces, text]))
        if text.endswith("\r"):
            lines, rest = lines[:-1], lines[-1] + "\r"
        self._pieces = [rest] if rest else []
        for line in lines:
            if (event := self._line(line)) is not None:
                yield event

    def _count(self, characters: int) -> None:
        self._length += characters
        if self._length > LONGEST_EVENT:
            message = f"One message of the answer is too long: at most {LONGEST_EVENT // 1_000_000} MB are read."
            raise Rejected(ErrorCategory.REJECTED, "reply_too_large", message, hint="Ask for less at a time.")

    def _line(self, line: str) -> ServerEvent | None:
        if not line:
            return self._end()
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._name = value
        return None

    def _end(self) -> ServerEvent | None:
        event = ServerEvent(data="\n".join(self._data), name=self._name or "message") if self._data else None
        self._data, self._name, self._length = [], "", sum(map(len, self._pieces))
        return event


async def events(chunks: AsyncIterator[bytes]) -> AsyncIterator[ServerEvent]:
    reader = EventReader()
    async for chunk in chunks:
        for event in reader.take(chunk):
            yield event
