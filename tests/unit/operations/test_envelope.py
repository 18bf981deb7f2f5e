"""A sealed backup opens with its passphrase, whole and unchanged, or not at all."""

from __future__ import annotations

import io
import os

import pytest

from orchestrator.operations.envelope import HEAD, PIECE, TAG, Sealing, is_sealed, unseal
from orchestrator.operations.errors import BackupDamaged, BackupForeign

PASSPHRASE = "four words and a number 7"


def sealed(content: bytes, *, step: int = 700_001) -> bytes:
    target = io.BytesIO()
    sealing = Sealing(target, PASSPHRASE)
    for at in range(0, len(content), step):
        sealing.write(content[at : at + step])
    sealing.finish()
    return target.getvalue()


def opened(content: bytes, passphrase: str = PASSPHRASE) -> bytes:
    target = io.BytesIO()
    unseal(io.BytesIO(content), target, passphrase)
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5])
def test_what_was_sealed_opens_as_it_was(size: int) -> None:
    content = os.urandom(size)
    assert opened(sealed(content)) == content


def test_nothing_of_it_can_be_read_and_no_two_are_alike() -> None:
    content = b"a line that everybody knows\n" * 100
    assert content[:20] not in sealed(content)
    assert sealed(content) != sealed(content)


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(BackupForeign, match="BACKUP_PASSPHRASE"):
        opened(sealed(b"text"), "another passphrase, long enough")


@pytest.mark.parametrize("keep", [5, HEAD - 1, HEAD, HEAD + PIECE + TAG, HEAD + PIECE + TAG + 3, -1])
def test_what_was_cut_off_is_refused(keep: int) -> None:
    whole = sealed(os.urandom(2 * PIECE + 9))
    with pytest.raises((BackupDamaged, BackupForeign)):
        opened(whole[:keep])


def test_pieces_in_another_order_are_refused() -> None:
    whole, piece = sealed(os.urandom(3 * PIECE + 9)), PIECE + TAG
    first, second = whole[HEAD : HEAD + piece], whole[HEAD + piece : HEAD + 2 * piece]
    with pytest.raises((BackupDamaged, BackupForeign)):
        opened(whole[:HEAD] + second + first + whole[HEAD + 2 * piece :])


def test_a_changed_byte_is_refused() -> None:
    whole = bytearray(sealed(os.urandom(PIECE + 9)))
    whole[-1] ^= 1
    with pytest.raises(BackupDamaged):
        opened(bytes(whole))


def test_a_sealed_file_is_known_by_its_beginning() -> None:
    assert is_sealed(io.BytesIO(sealed(b"")))
    assert not is_sealed(io.BytesIO(b"a plain file"))
    assert not is_sealed(io.BytesIO(b""))
