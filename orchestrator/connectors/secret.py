"""Secrets on their way out: they are sent, and come back in nothing.

A header whose value is a `Secret` is hidden in whatever the other side answers, as it is and in the usual encodings:
a server that shows what it was sent must not carry a secret into outputs, errors, logs or the context of a model.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Self
from urllib.parse import quote, quote_plus

HIDDEN = "***"
SHORTEST = 6
"""Characters. Whoever hides shorter ones would hide half of every text."""
MOST_REMEMBERED = 200
"""Secrets that this process used last, for its log."""


class Secret(str):
    """A text that may be sent but not shown. `parts` are the pieces of it that nobody may see by themselves."""

    parts: tuple[str, ...]

    def __new__(cls, value: str, *parts: str) -> Self:
        made = super().__new__(cls, value)
        made.parts = parts or (value,)
        for part in made.parts:
            _remembered.pop(part, None)
            _remembered[part] = None
        while len(_remembered) > MOST_REMEMBERED:
            _remembered.popitem(last=False)
        return made

    def __repr__(self) -> str:
        return repr(HIDDEN)


_remembered: OrderedDict[str, None] = OrderedDict()


class Mask:
    """Hides these secrets."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)}
        self._forms = sorted((form.encode() for form in forms), key=len, reverse=True)
        self._bytes = re.compile(b"|".join(map(re.escape, self._forms)))
        self._text = re.compile("|".join(re.escape(form.decode()) for form in self._forms))

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Mask:
        """Of the secrets among the values of `headers`."""
        return cls(part for value in headers.values() if isinstance(value, Secret) for part in value.parts)

    def __bool__(self) -> bool:
        """Whether there is anything to hide."""
        return bool(self._forms)

    def data(self, data: bytes) -> bytes:
        return self._bytes.sub(HIDDEN.encode(), data) if self._forms else data

    def text(self, text: str) -> str:
        return self._text.sub(HIDDEN, text) if self._forms else text

    def texts(self, texts: Mapping[str, str]) -> dict[str, str]:
        return {name: self.text(text) for name, text in texts.items()}

    def json(self, value: Any) -> Any:
        if not self._forms:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(name)): self.json(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.json(each) for each in value]
        return value

    async def chunks(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Also where a secret is cut in two. What may be the beginning of one waits for what follows."""
        held = b""
        async for chunk in chunks:
            data = self.data(held + chunk)
            ends = self._certain(data)
            if ends:
                yield data[:ends]
            held = data[ends:]
        if held:
            yield held

    def _certain(self, data: bytes) -> int:
        """Up to where no form can begin that is still incomplete."""
        longest = len(self._forms[0]) if self._forms else 0
        for start in range(max(0, len(data) - longest + 1), len(data)):
            if any(form.startswith(data[start:]) for form in self._forms):
                return start
        return len(data)


def remembered() -> tuple[str, ...]:
    """What this process may have to hide in its log."""
    return tuple(_remembered)


def _forms(secret: str) -> set[str]:
    raw = secret.encode()
    forms = {
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        html.escape(secret),
        raw.hex(),
        raw.hex().upper(),
    }
    forms |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    forms |= {re.sub("%..", lambda found: found[0].lower(), form) for form in tuple(forms)}
    for before in range(3):
        forms |= _inside_base64(raw, before)
    return forms


def _inside_base64(raw: bytes, before: int) -> set[str]:
    """How `raw` looks in base64 with so many bytes (modulo 3) before it, without the letters that others share."""
    first, tail = (0, 2, 3)[before], (0, 3, 2)[(len(raw) + before) % 3]
    coded = base64.b64encode(bytes(before) + raw).decode()
    core = coded[first : len(coded) - tail]
    return {core, core.replace("+", "-").replace("/", "_")} if len(core) >= SHORTEST else set()
