"""One byte form, whoever writes it."""

from __future__ import annotations

import hashlib
import json
import random
import string

import pytest

from orchestrator.governance.chain import Link, canonical, content, facts, hash_of

ODD = '"\\/\b\f\n\r\t\x01\x1f\x7f\u00e4\u2028\u2029\ufffd\uffff😀𝒳' + string.ascii_letters


def text(source: random.Random) -> str:
    return "".join(source.choice(ODD) for _ in range(source.randrange(12)))


def value(source: random.Random, depth: int = 0) -> object:
    kinds = [
        lambda: text(source),
        lambda: source.randrange(-(2**70), 2**70),
        lambda: source.randrange(-9, 9),
        lambda: source.choice([None, True, False]),
    ]
    if depth < 3:
        kinds.append(lambda: {text(source): value(source, depth + 1) for _ in range(4)})
        kinds.append(lambda: [value(source, depth + 1) for _ in range(3)])
    return source.choice(kinds)()


def link(source: random.Random) -> Link:
    texts = {name: text(source) for name in Link._fields}
    values = {name: source.choice([None, value(source)]) for name in ("before", "after", "detail")}
    return Link(**texts | values | {"seq": source.randrange(2**40)})  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(300))
def test_the_fast_form_is_the_canonical_one_byte_for_byte(seed: int) -> None:
    one = link(random.Random(seed))
    plain = json.dumps(content("w", one), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert canonical(content("w", one)) == plain
    assert hash_of(b"p" * 32, "w", one) == hashlib.sha256(b"p" * 32 + plain).digest()


def test_what_came_later_stands_only_where_it_says_something() -> None:
    bare = Link(1, "t", *[""] * 12, None, None, None, "", "")
    assert not {"token", "trace", "on_behalf_of"} & content("w", bare).keys()
    assert content("w", bare._replace(trace="abc"))["trace"] == "abc"


def test_a_float_has_no_place_in_what_is_read() -> None:
    assert facts('{"n": 12345678901234567890, "t": "1.5"}') == {"n": 12345678901234567890, "t": "1.5"}
    with pytest.raises(TypeError):
        facts('{"n": 1.5}')
    assert facts(None) is None
