"""Signed checkpoints: what the newest link of a chain was, so that cutting off or rewriting what came before shows.

A checkpoint is signed with Ed25519 by a key that is not in the database (`signing.py`), stands in a table, and is
written to a place outside (`CHECKPOINTS_URL`) as `<workspace>/<seq>-<hash>.json`. Whoever changes the database alone
can neither sign another one nor take back those outside.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from orchestrator.governance.chain import canonical, moment
from orchestrator.governance.models import AuditCheckpoint
from orchestrator.governance.signing import public_keys, sign

FORMAT = "checkpoint@1"
ENDING = ".json"


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A checkpoint as it is signed, whether it was read from the table or from outside."""

    workspace_id: str
    seq: int
    hash: bytes
    at: str
    key: str
    signature: bytes

    @property
    def name(self) -> str:
        """Of its file outside. Two of one event differ: a trail may have been brought back from a backup."""
        return f"{self.seq:012d}-{self.hash.hex()[:16]}{ENDING}"

    def signed(self) -> bytes:
        """The bytes that the signature covers."""
        return signed_bytes(self.workspace_id, self.seq, self.hash, self.at)

    def is_genuine(self, keys: Mapping[str, bytes]) -> bool:
        """Whether one of the keys (public, by name) has signed it."""
        public = keys.get(self.key)
        if public is None:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(self.signature, self.signed())
        except InvalidSignature:
            return False
        return True

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "workspace": self.workspace_id,
            "seq": self.seq,
            "hash": self.hash.hex(),
            "at": self.at,
            "key": self.key,
            "public_key": public_keys().get(self.key, b"").hex(),
            "signature": self.signature.hex(),
        }


def signed_bytes(workspace_id: str, seq: int, hash: bytes, at: str) -> bytes:
    return canonical({"format": FORMAT, "workspace": workspace_id, "seq": seq, "hash": hash.hex(), "at": at})


def new_checkpoint(workspace_id: UUID, seq: int, hash: bytes, at: datetime) -> AuditCheckpoint:
    """Unsaved."""
    key, signature = sign(signed_bytes(str(workspace_id), seq, hash, moment(at)))
    return AuditCheckpoint(workspace_id=workspace_id, seq=seq, hash=hash, at=at, key=key, signature=signature)


def of_row(row: AuditCheckpoint) -> Checkpoint:
    return Checkpoint(
        workspace_id=str(row.workspace_id),
        seq=row.seq,
        hash=bytes(row.hash),
        at=moment(row.at),
        key=row.key,
        signature=bytes(row.signature),
    )


def keep_outside(checkpoint: Checkpoint) -> None:
    """Write it to the place outside; what is there already stays. Raises OSError, or what the store raises."""
    place = f"{checkpoint.workspace_id}/{checkpoint.name}"
    if not outside().exists(place):
        text = json.dumps(checkpoint.as_json(), indent=1) + "\n"
        outside().save(place, ContentFile(text.encode()))


def names_outside(workspace_id: UUID) -> set[str]:
    """What there is outside of this chain. Raises OSError, or what the store raises."""
    try:
        _, names = outside().listdir(str(workspace_id))
    except FileNotFoundError:
        return set()
    return {name for name in names if name.endswith(ENDING)}


def read_outside(workspace_id: UUID, name: str) -> Checkpoint:
    """As it stands there. What cannot be read is a checkpoint of the event in its name that nobody has signed."""
    with outside().open(f"{workspace_id}/{name}") as file:
        text = file.read()
    try:
        found = json.loads(text)
        return Checkpoint(
            workspace_id=str(found["workspace"]),
            seq=int(found["seq"]),
            hash=bytes.fromhex(found["hash"]),
            at=str(found["at"]),
            key=str(found["key"]),
            signature=bytes.fromhex(found["signature"]),
        )
    except (ValueError, KeyError, TypeError):
        number = name.partition("-")[0]
        seq = int(number) if number.isdecimal() else 1
        return Checkpoint(workspace_id=str(workspace_id), seq=seq, hash=b"", at="", key="", signature=b"")


def outside() -> Storage:
    return storages["checkpoints"]
