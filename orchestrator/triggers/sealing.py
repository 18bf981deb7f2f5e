"""The secrets of incoming links: AES-256-GCM, bound to the row they belong to."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from orchestrator.governance.keys import ring, sealing_key
from orchestrator.triggers.errors import SecretUnreadable
from orchestrator.triggers.models import IncomingLink

NONCE_BYTES = 12


def seal(link: IncomingLink, secret: str) -> None:
    """Put the secret into the row, unsaved."""
    name, key = sealing_key()
    nonce = secrets.token_bytes(NONCE_BYTES)
    link.key = name
    link.sealed = nonce + AESGCM(key).encrypt(nonce, secret.encode(), _bound_to(link))


def reveal(link: IncomingLink) -> str:
    """The secret, to check a signature with. Raises `SecretUnreadable`."""
    sealed = bytes(link.sealed)
    try:
        return AESGCM(ring()[link.key]).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound_to(link)).decode()
    except (KeyError, InvalidTag, ValueError) as error:
        raise SecretUnreadable(f"The secret of the link of {link.node!r} cannot be read.") from error


def _bound_to(link: IncomingLink) -> bytes:
    return f"triggers_incominglink,{link.id},{link.workspace_id}".encode()
