from __future__ import annotations

import base64
import html
import json
import logging
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest

from orchestrator.connectors.secret import HIDDEN, Mask, Secret
from orchestrator.governance.log_lines import LogLine

TOKEN = 'canary-7f3a/9c41+d2 "é'


@pytest.mark.parametrize(
    "form",
    [
        TOKEN,
        quote(TOKEN),
        quote(TOKEN, safe=""),
        quote(TOKEN, safe="").lower(),
        html.escape(TOKEN),
        json.dumps(TOKEN),
        json.dumps(TOKEN, ensure_ascii=False),
        TOKEN.encode().hex(),
        TOKEN.encode().hex().upper(),
        *(
            base64.b64encode(f"{before}{TOKEN}{after}".encode()).decode()
            for before in ("", "u:", "user:")
            for after in ("", "!")
        ),
        base64.urlsafe_b64encode(f"ada:{TOKEN}".encode()).decode(),
    ],
)
def test_a_secret_is_hidden_in_every_usual_form(form: str) -> None:
    mask = Mask([TOKEN])
    said = mask.text(f"before {form} after")
    assert HIDDEN in said
    assert said.startswith("before ")
    assert said.endswith(" after")
    assert "7f3a" not in said
    assert mask.data(f"before {form} after".encode()) == said.encode()


def test_other_texts_stay_as_they_are() -> None:
    mask = Mask([TOKEN])
    for text in ("", "canary", "a canary sang", base64.b64encode(b"nothing of the kind").decode()):
        assert mask.text(text) == text
    assert Mask(["pw"]).text("a pw in a word") == "a pw in a word"
    assert not Mask(["pw"])


def test_values_are_searched_to_their_ends() -> None:
    mask = Mask([TOKEN])
    assert mask.json({"a": [{"b": f"x{TOKEN}"}], TOKEN: 1, "n": None}) == {
        "a": [{"b": f"x{HIDDEN}"}],
        HIDDEN: 1,
        "n": None,
    }


@pytest.mark.parametrize("size", [1, 3, 7, 100])
async def test_a_secret_that_comes_in_pieces_is_hidden_too(size: int) -> None:
    whole = f"hello {TOKEN} and canary-7f3 and {TOKEN}".encode()

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(whole), size):
            yield whole[at : at + size]

    mask = Mask([TOKEN])
    assert b"".join([chunk async for chunk in mask.chunks(pieces())]) == mask.data(whole)


def test_only_what_is_marked_as_a_secret_is_hidden() -> None:
    mask = Mask.of({"X-Request": "order-4711", "Authorization": Secret(f"Bearer {TOKEN}", TOKEN)})
    assert mask.text(f"order-4711 {TOKEN}") == f"order-4711 {HIDDEN}"
    assert not Mask.of({"X-Request": "order-4711"})
    assert TOKEN not in f"{Secret(TOKEN)!r}"


def test_the_log_shows_no_secret_that_was_used_here() -> None:
    Secret(f"Bearer {TOKEN}", TOKEN)
    try:
        raise ValueError(f"refused: {TOKEN}")
    except ValueError as error:
        trouble = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "sent %s", (quote(TOKEN),), trouble)
    line = LogLine("%(message)s").format(record)
    assert "7f3a" not in line
    assert line.count(HIDDEN) >= 2
