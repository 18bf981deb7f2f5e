"""Messages: what workflows and other systems tell the workflows of a workspace.

One that somebody waits for goes to the run whose time runs out first; else it starts the live workflows that begin
with it; else it is kept until it expires, for a wait that opens later. Each is known by a key: sending it again is not
a second message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from orchestrator.api.announcements import announce
from orchestrator.api.errors import Invalid
from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.governance import audit
from orchestrator.governance.principal import Principal
from orchestrator.runs import store, waits
from orchestrator.runs.doorbell import wake
from orchestrator.runs.models import Message
from orchestrator.runs.steps import stored_bytes
from orchestrator.runs.values import INLINE_BYTES

KEPT = timedelta(days=1)

WRITE = """
INSERT INTO messages (id, workspace_id, name, correlation, key, sender, body, looked, at, expires_at)
VALUES (%(id)s, %(workspace)s, %(name)s, %(correlation)s, %(key)s, %(sender)s, %(body)s::json, false, %(at)s,
        %(expires)s)
ON CONFLICT (workspace_id, key) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, kw_only=True)
class Sent:
    id: UUID
    outcome: str
    """delivered | started | kept"""


def send_message(
    principal: Principal, workspace: UUID, *, name: str, correlation: str, body: Any, key: str | None
) -> Sent:
    """Tell the workflows of a workspace something from outside."""
    principal.require("workflow:run", workspace, object_type="workspace", object_id=workspace)
    with transaction.atomic():
        try:
            sent = deliver(
                workspace,
                name=name,
                correlation=correlation,
                body=body,
                sender=principal.name,
                key=f"api:{key or uuid7()}",
                keep=KEPT,
            )
        except StepFailed as failed:
            raise Invalid(failed.error.code, failed.error.message) from failed
        audit.record(
            principal,
            "message.sent",
            workspace_id=workspace,
            object_type="message",
            object_id=sent.id,
            object_name=name,
            detail={"correlation": correlation, "outcome": sent.outcome},
        )
    return sent


def deliver(workspace: UUID, *, name: str, correlation: str, body: Any, sender: str, key: str, keep: timedelta) -> Sent:
    """Bring a message to where it belongs, or keep it. Raises StepFailed (input) for what cannot be kept."""
    now = timezone.now()
    output = {"body": body, "sent_at": now.isoformat(), "from": sender}
    with transaction.atomic():
        id = write(
            workspace, name=name, correlation=correlation, key=key, sender=sender, output=output, at=now, keep=keep
        )
        if id is None:
            return _known(workspace, key)
        if look_in(id):
            return Sent(id=id, outcome="delivered")
        announce("message.sent", message_id=id)
        started = Message.objects.filter(pk=id, taken_by__isnull=False).exists()
        return Sent(id=id, outcome="started" if started else "kept")


def write(
    workspace: UUID,
    *,
    name: str,
    correlation: str,
    key: str,
    sender: str,
    output: dict[str, Any],
    at: datetime,
    keep: timedelta,
) -> UUID | None:
    """The message's row in the caller's transaction; None where its key is known already.

    After the commit it is brought together with a wait that opened meanwhile.
    """
    raw = stored_bytes(output)
    if len(raw) > INLINE_BYTES:
        raise StepFailed(
            ErrorCategory.INPUT,
            "message_too_large",
            f"A message takes up to {INLINE_BYTES // 1024} KB.",
            hint="Send a file's reference, or a part of it.",
        )
    values = {
        "id": uuid7(),
        "workspace": workspace,
        "name": name,
        "correlation": correlation,
        "key": key,
        "sender": sender[:200],
        "body": raw.decode(),
        "at": at,
        "expires": at + keep,
    }
    row = store.named(raw_connection()).execute(WRITE, values).fetchone()
    if row is None:
        return None
    transaction.on_commit(lambda: _look_after(row.id))
    return UUID(str(row.id))


def look_in(message: UUID) -> bool:
    """Whether an open wait takes the message, in the caller's transaction."""
    runs = waits.look(raw_connection(), messages=[message], committed=False)
    for run in runs:
        transaction.on_commit(lambda run=run: wake(raw_connection(), run))
    return bool(runs)


def raw_connection() -> store.Connection:
    """Django's own connection underneath: the same transaction, without the ORM."""
    connection.ensure_connection()
    return connection.connection


def _look_after(message: UUID) -> None:
    for run in waits.look(raw_connection(), messages=[message]):
        wake(raw_connection(), run)


def _known(workspace: UUID, key: str) -> Sent:
    known = Message.objects.only("id", "taken_by").get(workspace_id=workspace, key=key)
    return Sent(id=known.id, outcome="delivered" if known.taken_by else "kept")
