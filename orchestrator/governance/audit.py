"""The trail: what was done, by whom, in an order nobody can change unnoticed.

Each workspace has a chain. An event's hash is SHA-256 over the hash before it and the event as canonical JSON, so a
changed, removed or inserted event breaks every hash behind it. Cutting off the newest events together with the head
row cannot be seen from inside the database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import redis
from django.core.cache import cache
from django.db import connection, transaction

from orchestrator.governance.models import AuditEvent, AuditHead, AuditResult
from orchestrator.governance.principal import Principal

INSTALLATION = UUID(int=0)
"""The chain of what happens outside every workspace."""
FIRST_HASH = bytes(32)
LONGEST_NAME = 200
MINUTE_S = 60


def record(
    principal: Principal,
    action: str,
    *,
    workspace_id: UUID,
    object_type: str,
    object_id: UUID | str | None,
    object_name: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    result: str = AuditResult.DONE,
    detail: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Append an event. The last statement of a verb's transaction: it locks the chain's head until the commit.

    `action` is `noun.past_participle` ("workflow.published"). `before`, `after` and `detail` hold JSON without floats
    (TypeError), so that every program computes the same canonical form.
    """
    head = _locked_head(workspace_id)
    event = AuditEvent(
        workspace_id=workspace_id,
        seq=head.seq + 1,
        at=_database_time(),
        actor_kind=str(principal.kind),
        actor_id=principal.id,
        actor_name=_text(principal.name)[:LONGEST_NAME],
        auth=principal.auth,
        token_id=principal.token,
        ip=principal.ip or "",
        action=action,
        object_type=object_type,
        object_id=str(object_id or ""),
        object_name=_text(object_name)[:LONGEST_NAME],
        result=str(result),
        reason=_text(reason),
        before=_plain(before),
        after=_plain(after),
        detail=_plain(detail),
        prev_hash=bytes(head.hash),
    )
    event.hash = _hash(event)
    event.save(force_insert=True)
    AuditHead.objects.filter(workspace_id=workspace_id).update(seq=event.seq, hash=event.hash)
    return event


def record_everywhere(principal: Principal, action: str, **event: Any) -> None:
    """Record what a person does outside every workspace (signing in) in each of theirs, else in the installation's."""
    for workspace_id in sorted(principal.workspaces()) or [INSTALLATION]:  # one order of locks for everybody
        record(principal, action, workspace_id=workspace_id, **event)


def first_in_a_minute(*key: object) -> bool:
    """Whether nothing of this kind was seen for a minute.

    Denied attempts and readings are recorded once a minute for the same actor, verb and object: whoever hammers on a
    door, or leaves a page open that asks again and again, must not bury the rest of the trail.
    """
    digest = hashlib.sha256("\x1f".join(map(str, key)).encode()).hexdigest()
    try:
        return cache.add(f"governance.seen:{digest}", 1, MINUTE_S)
    except redis.RedisError:
        return True  # rather twice in the trail than not at all


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a chain is whole: `finding` is empty, or a sentence that names the first event that is not."""

    workspace_id: UUID
    events: int
    finding: str = ""
    bad_seq: int | None = None

    @property
    def whole(self) -> bool:
        return not self.finding


def verify(workspace_id: UUID) -> Verdict:
    """Read the chain from its first event to its head and compute every hash again."""
    head, unclaimed = _head_and_unclaimed(workspace_id)
    if unclaimed is not None:
        finding = f"Event {unclaimed} stands behind the head of the trail, event {head.seq}."
        return Verdict(workspace_id=workspace_id, events=head.seq, finding=finding, bad_seq=unclaimed)
    expected_seq, previous = 1, FIRST_HASH
    events = AuditEvent.objects.filter(workspace_id=workspace_id, seq__lte=head.seq).order_by("seq")
    for event in events.iterator(chunk_size=2000):
        finding = _finding(event, expected_seq, previous)
        if finding:
            return Verdict(workspace_id=workspace_id, events=expected_seq - 1, finding=finding, bad_seq=expected_seq)
        expected_seq, previous = expected_seq + 1, bytes(event.hash)
    count = expected_seq - 1
    if count < head.seq:
        finding = f"Event {expected_seq} is missing: the trail ends early, its head is event {head.seq}."
        return Verdict(workspace_id=workspace_id, events=count, finding=finding, bad_seq=expected_seq)
    if previous != bytes(head.hash):
        finding = f"The head of the trail does not match its last event {count}."
        return Verdict(workspace_id=workspace_id, events=count, finding=finding, bad_seq=count)
    return Verdict(workspace_id=workspace_id, events=count)


def _head_and_unclaimed(workspace_id: UUID) -> tuple[AuditHead, int | None]:
    """The head, and the first event beyond it; read under the head's lock, so that no writer is between the two."""
    with transaction.atomic():
        locked = AuditHead.objects.select_for_update().filter(workspace_id=workspace_id).first()
        head = locked or AuditHead(workspace_id=workspace_id)
        beyond = AuditEvent.objects.filter(workspace_id=workspace_id, seq__gt=head.seq).order_by("seq")
        return head, beyond.values_list("seq", flat=True).first()


def _finding(event: AuditEvent, expected_seq: int, previous: bytes) -> str:
    if event.seq != expected_seq:
        return f"Event {expected_seq} is missing."
    if bytes(event.prev_hash) != previous:
        return f"Event {event.seq} does not continue the event before it."
    try:
        intact = _hash(event) == bytes(event.hash)
    except TypeError:  # a float that somebody wrote past `record`
        intact = False
    return "" if intact else f"Event {event.seq} ({event.action}, {event.at:%Y-%m-%d %H:%M:%S} UTC) was changed."


def _locked_head(workspace_id: UUID) -> AuditHead:
    locked = AuditHead.objects.select_for_update()
    head = locked.filter(workspace_id=workspace_id).first()
    if head is None:
        AuditHead.objects.bulk_create([AuditHead(workspace_id=workspace_id)], ignore_conflicts=True)
        head = locked.get(workspace_id=workspace_id)
    return head


def _database_time() -> datetime:
    """Asked while the head is locked, so that times follow the order of the chain."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def _hash(event: AuditEvent) -> bytes:
    return hashlib.sha256(bytes(event.prev_hash) + canonical(_content(event))).digest()


def _content(event: AuditEvent) -> dict[str, Any]:
    # Events from before there were tokens hash as they did.
    token = {"token": str(event.token_id)} if event.token_id else {}
    return {
        **token,
        "workspace": str(event.workspace_id),
        "seq": event.seq,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": {"kind": event.actor_kind, "id": str(event.actor_id or ""), "name": event.actor_name},
        "auth": event.auth,
        "ip": event.ip,
        "action": event.action,
        "object": {"type": event.object_type, "id": event.object_id, "name": event.object_name},
        "result": event.result,
        "reason": event.reason,
        "before": event.before,
        "after": event.after,
        "detail": event.detail,
    }


def canonical(content: Any) -> bytes:
    """The one byte form of JSON that is hashed: sorted keys, no spaces, UTF-8, no floats (TypeError)."""
    return json.dumps(_plain(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _plain(value: Any) -> Any:
    """JSON that the database gives back as it was."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_text(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    raise TypeError(f"{type(value).__name__} has no place in the trail; write it as text or as a whole number.")


def _text(value: str) -> str:
    """Without what PostgreSQL refuses in text: the NUL character and halves of surrogate pairs."""
    return str(value).replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
