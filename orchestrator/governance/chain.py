"""What a link of a chain says, and its one byte form: the same here and in the stand-alone verifier.

An event's hash is SHA-256 over the hash before it and the event as canonical JSON, so a changed, removed or inserted
event breaks every hash behind it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

FIRST_HASH = bytes(32)


class Link(NamedTuple):
    """An event as it is stored, in plain text; personal values are commitments here."""

    seq: int
    at: str
    """`2026-11-23T08:00:00.000000+00:00`"""
    actor_kind: str
    actor_id: str
    actor_name: str
    auth: str
    token_id: str
    ip: str
    action: str
    object_type: str
    object_id: str
    object_name: str
    result: str
    reason: str
    before: Any
    after: Any
    detail: Any
    trace: str
    on_behalf_of: str


def content(workspace: str, link: Link) -> dict[str, Any]:
    """What is hashed. A field that came later stands there only where it says something: older events hash as ever."""
    later = {"token": link.token_id, "trace": link.trace, "on_behalf_of": link.on_behalf_of}
    return {
        **{name: value for name, value in later.items() if value},
        "workspace": workspace,
        "seq": link.seq,
        "at": link.at,
        "actor": {"kind": link.actor_kind, "id": link.actor_id, "name": link.actor_name},
        "auth": link.auth,
        "ip": link.ip,
        "action": link.action,
        "object": {"type": link.object_type, "id": link.object_id, "name": link.object_name},
        "result": link.result,
        "reason": link.reason,
        "before": link.before,
        "after": link.after,
        "detail": link.detail,
    }


def hash_of(previous: bytes, workspace: str, link: Link) -> bytes:
    """`link` holds what `plain` has made, or what was read by `facts`: no floats."""
    return hashlib.sha256(previous + written(content(workspace, link))).digest()


def written(said: Any) -> bytes:
    """The canonical form of what `plain` has made, faster."""
    try:
        return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # whole numbers beyond 64 bits
        return canonical(said)


def facts(text: str | None) -> Any:
    """JSON as the database gives it. Raises TypeError for a float: somebody wrote it past `record`."""
    return None if text is None else json.loads(text, parse_float=_no_float)


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(said: Any) -> bytes:
    """The one byte form of JSON that is hashed: sorted keys, no spaces, UTF-8, no floats (TypeError)."""
    return json.dumps(plain(said), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def plain(value: Any) -> Any:
    """JSON that the database gives back as it was."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {text_of(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    raise TypeError(f"{type(value).__name__} has no place in the trail; write it as text or as a whole number.")


def text_of(value: str) -> str:
    """Without what PostgreSQL refuses in text: the NUL character and halves of surrogate pairs."""
    return str(value).replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _no_float(text: str) -> Any:
    raise TypeError(f"{text} is no whole number.")
