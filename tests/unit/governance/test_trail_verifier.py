"""The signature check of the stand-alone verifier is the one of the library that signs."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from orchestrator.governance.trail_verifier import ORDER, is_signed

# RFC 8032, 7.1, TEST 2
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_the_example_of_the_standard_holds() -> None:
    assert is_signed(PUBLIC, b"\x72", SIGNATURE)
    assert not is_signed(PUBLIC, b"\x73", SIGNATURE)


@pytest.mark.parametrize("length", [0, 1, 31, 200])
def test_what_the_library_signs_is_signed_and_nothing_else(length: int) -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public, message = key.public_key().public_bytes_raw(), bytes(range(length))
    signature = key.sign(message)
    assert is_signed(public, message, signature)
    assert not is_signed(other.public_key().public_bytes_raw(), message, signature)
    assert not is_signed(public, message + b"x", signature)
    for place in (0, 31, 32, 63):
        changed = bytearray(signature)
        changed[place] ^= 1
        assert not is_signed(public, message, bytes(changed))


def test_a_signature_in_another_form_is_none() -> None:
    """The same point with a number beyond the order would be a second signature of the same message."""
    beyond = int.from_bytes(SIGNATURE[32:], "little") + ORDER
    assert not is_signed(PUBLIC, b"\x72", SIGNATURE[:32] + beyond.to_bytes(32, "little"))
    assert not is_signed(PUBLIC, b"\x72", SIGNATURE[:63])
    assert not is_signed(PUBLIC[:31], b"\x72", SIGNATURE)
    assert not is_signed(b"\xff" * 32, b"\x72", SIGNATURE)
