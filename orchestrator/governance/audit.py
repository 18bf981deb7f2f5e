"""The trail: what was done, by whom, in an order nobody can change unnoticed.

Each workspace has a chain (`chain.py`). Personal values are kept apart (`commitments.py`), signed checkpoints make it
evident when the newest events are cut off (`checkpoints.py`), and `verification.py` reads it all again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import redis
from django.core.cache import cache
from django.db import connection
from django.db.transaction import TransactionManagementError

from orchestrator.governance.chain import Link, hash_of, moment, plain, text_of, written
from orchestrator.governance.chain import canonical as canonical
from orchestrator.governance.commitments import Commitment, commit, veiled, without_lookalikes
from orchestrator.governance.models import AuditEvent, AuditLink, AuditResult
from orchestrator.governance.principal import Principal
from orchestrator.governance.verification import Verdict as Verdict
from orchestrator.governance.verification import verify as verify

INSTALLATION = UUID(int=0)
"""The chain of what happens outside every workspace."""
LONGEST_NAME = 200
MINUTE_S = 60

# The time is asked while the head is locked, so that times follow the order of the chain. The values are those from
# before it was waited for; the last column says whether nobody wrote since.
HEAD = """
WITH head AS MATERIALIZED (
  SELECT seq, hash FROM governance_audithead WHERE workspace_id = %(workspace)s FOR UPDATE)
SELECT head.seq, head.hash, clock_timestamp(),
       ARRAY(SELECT concat(v.commitment, ',', v.about, ',', v.value) FROM governance_auditvalue v
             WHERE v.workspace_id = %(workspace)s AND v.value = ANY(%(values)s::text[])),
       head.seq = (SELECT seq FROM governance_audithead WHERE workspace_id = %(workspace)s)
FROM head
"""
NEW_HEAD = """
INSERT INTO governance_audithead (workspace_id, seq, hash) VALUES (%s, 0, decode(repeat('00', 32), 'hex'))
ON CONFLICT DO NOTHING
"""
COLUMNS = [field.column for field in AuditLink._meta.concrete_fields]
JSON = {"before", "after", "detail"}
FROM_OUTSIDE = ("object_name", "reason", *JSON)
"""What can hold words that people chose."""
APPEND = f"""
link AS (INSERT INTO governance_auditevent ({", ".join(COLUMNS)})
         VALUES ({", ".join(f"%({name})s{'::jsonb' if name in JSON else ''}" for name in COLUMNS)}))
UPDATE governance_audithead SET seq = %(seq)s, hash = %(hash)s WHERE workspace_id = %(workspace_id)s
"""  # noqa: S608  names of columns, none of them from outside
PLAIN = f"WITH {APPEND}"
WITH_VALUES = f"""
WITH told AS (INSERT INTO governance_auditvalue (workspace_id, commitment, about, salt, value)
              SELECT %(workspace_id)s, * FROM unnest(%(commitments)s::text[], %(abouts)s::uuid[], %(salts)s::bytea[],
                                                     %(values)s::text[])),
{APPEND}"""  # noqa: S608  as above


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
    about: UUID | None = None,
) -> AuditEvent:
    """Append an event. The last statement of a verb's transaction: it locks the chain's head until the commit.

    `action` is `noun.past_participle` ("workflow.published"). `before`, `after` and `detail` hold JSON without floats
    (TypeError), so that every program computes the same canonical form. `about` is the person whose name or address
    the event tells, if it is not the actor: their names can be erased later.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("An event is part of the transaction of what it tells.")
    event = AuditEvent(
        workspace_id=workspace_id,
        actor_kind=str(principal.kind),
        actor_id=principal.id,
        actor_name=text_of(principal.name)[:LONGEST_NAME],
        auth=principal.auth,
        token_id=principal.token,
        ip=principal.ip or "",
        action=action,
        object_type=object_type,
        object_id=str(object_id or ""),
        object_name=text_of(object_name)[:LONGEST_NAME],
        result=str(result),
        reason=text_of(reason),
        before=plain(before),
        after=plain(after),
        detail=plain(detail),
        trace=principal.trace,
        on_behalf_of=_answers_for(principal),
    )
    _append(event, about)
    return event


def _append(event: AuditEvent, about: UUID | None) -> None:
    """Put the event behind the newest one. Two statements: what it follows, and all that it changes."""
    told = {name: getattr(event, name) for name in COLUMNS}
    personal: dict[tuple[str, UUID | None], None] = {}

    def note(value: str, of: UUID | None) -> str:
        personal[value, of] = None
        return value

    veiled(told, about, note)
    cursor: Any = psycopg.Cursor(connection.connection)  # Django's own cursors never prepare a statement
    with connection.wrap_database_errors:
        event.prev_hash, event.seq, event.at, known = _locked_head(cursor, event.workspace_id, personal)
        new = {each: commit(*each) for each in personal if each not in known}
        commitments = known | {each: made.text for each, made in new.items()}
        stored = veiled(told, about, lambda value, of: commitments[value, of])
        stored |= without_lookalikes({name: stored[name] for name in FROM_OUTSIDE}, set(commitments.values()))
        event.hash = hash_of(event.prev_hash, str(event.workspace_id), _link(stored, event))
        stored |= {name: getattr(event, name) for name in ("seq", "at", "prev_hash", "hash")}
        stored |= {name: None if stored[name] is None else written(stored[name]).decode() for name in JSON}
        if new:
            cursor.execute(WITH_VALUES, stored | _columns(new.values()), prepare=True)
        else:
            cursor.execute(PLAIN, stored, prepare=True)


def _locked_head(
    cursor: Any, workspace_id: UUID, personal: Iterable[tuple[str, UUID | None]]
) -> tuple[bytes, int, datetime, dict[tuple[str, UUID | None], str]]:
    """What the event follows, its number and time, and the commitments to these values that there are already."""
    asked = {"workspace": workspace_id, "values": [value for value, _ in personal]}
    found = cursor.execute(HEAD, asked, prepare=True).fetchone()
    if found is None:
        cursor.execute(NEW_HEAD, [workspace_id])
        found = cursor.execute(HEAD, asked, prepare=True).fetchone()
    if not found[-1]:  # whoever wrote may have let values go
        found = cursor.execute(HEAD, asked, prepare=True).fetchone()
    seq, previous, at, known, _ = found
    return bytes(previous), seq + 1, at, dict(map(_known, known))


def _known(row: str) -> tuple[tuple[str, UUID | None], str]:
    """A value, whom it is of, and the commitment to it."""
    commitment, about, value = row.split(",", 2)
    return (value, UUID(about) if about else None), commitment


def _columns(made: Collection[Commitment]) -> dict[str, list[Any]]:
    return {
        "commitments": [one.text for one in made],
        "abouts": [one.about for one in made],
        "salts": [one.salt for one in made],
        "values": [one.value for one in made],
    }


def _link(stored: Mapping[str, Any], event: AuditEvent) -> Link:
    texts = {name: str(stored[name] or "") for name in ("actor_id", "token_id", "on_behalf_of")}
    return Link(**{name: stored[name] for name in Link._fields} | texts | {"seq": event.seq, "at": moment(event.at)})


def _answers_for(principal: Principal) -> UUID | None:
    """Who stands behind an actor that is no person."""
    person: UUID | None = getattr(principal, "natural_person", principal.id)
    return person if person != principal.id else None


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
