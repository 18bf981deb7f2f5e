from __future__ import annotations

import secrets

import pytest

from orchestrator.governance import signing

FIRST, SECOND = secrets.token_bytes(32), secrets.token_bytes(32)


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    ring = {"k1": FIRST}
    monkeypatch.setattr(signing, "ring", lambda: ring)
    monkeypatch.setattr(signing, "left_for", lambda purpose: {})
    monkeypatch.setattr(signing, "sealing_key", lambda: next(iter(ring.items())))
    return ring


def test_what_was_signed_is_recognised_and_nothing_else(keys: dict[str, bytes]) -> None:
    name, signature = signing.sign(b"version 1")
    assert (name, len(signature)) == ("k1", 64)
    assert signing.is_signed(b"version 1", name, signature)
    assert not signing.is_signed(b"version 2", name, signature)
    assert not signing.is_signed(b"version 1", name, signature[:-1] + bytes([signature[-1] ^ 1]))
    assert not signing.is_signed(b"version 1", name, b"")
    assert not signing.is_signed(b"version 1", "k2", signature)


def test_an_older_key_of_the_ring_still_vouches(keys: dict[str, bytes]) -> None:
    name, signature = signing.sign(b"version 1")
    keys.clear()
    keys.update({"k2": SECOND, "k1": FIRST})
    assert signing.is_signed(b"version 1", name, signature)
    assert signing.sign(b"version 1")[0] == "k2"


def test_what_is_left_of_a_key_checks_but_does_not_sign(
    keys: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, signature = signing.sign(b"version 1")
    keys.clear()
    keys["k2"] = SECOND
    monkeypatch.setattr(signing, "left_for", lambda purpose: {"k1": signing.left_of(FIRST)})
    assert signing.is_signed(b"version 1", name, signature)
    assert not signing.is_signed(b"version 2", name, signature)
    assert not signing.is_signed(b"version 1", "k2", signature)
    assert FIRST not in signing.left_of(FIRST)
