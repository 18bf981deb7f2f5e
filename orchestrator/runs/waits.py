"""Steps that wait for a call or a message: how a wait opens, is answered, and is given up.

Every way a wait ends is a compare-and-set on its row with mail to the run in one statement, so one answer counts.
A message and a wait that are written side by side cannot see each other: whoever commits looks once more in a new
statement, so the later of the two sees the other; `looked` is false until that look, and the sweep makes up for one
that a crash prevented.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from orchestrator.nodes.base import Waiting
from orchestrator.runs.mail import WAIT_DONE, WAIT_EXPIRED
from orchestrator.runs.store import Connection, NewWait, named

MATCH = """
WITH g AS (
  SELECT workspace_id, name, correlation FROM waits WHERE id = ANY(%(waits)s)
  UNION SELECT workspace_id, name, correlation FROM messages WHERE id = ANY(%(messages)s)),
 w AS (
  SELECT w.id, workspace_id, name, correlation,
         row_number() OVER (PARTITION BY workspace_id, name, correlation ORDER BY w.due_at, w.id) AS place
  FROM waits w JOIN g USING (workspace_id, name, correlation) WHERE w.state = 0 AND w.due_at > clock_timestamp()),
 m AS (
  SELECT m.id, workspace_id, name, correlation,
         row_number() OVER (PARTITION BY workspace_id, name, correlation ORDER BY m.id) AS place
  FROM messages m JOIN g USING (workspace_id, name, correlation)
  WHERE m.taken_by IS NULL AND m.expires_at > clock_timestamp()),
 pair AS (
  SELECT w.id AS wait, m.id AS message FROM w JOIN m USING (workspace_id, name, correlation, place)),
 l AS MATERIALIZED (
  SELECT w.id AS wait, w.run_id, w.step, m.id AS message, m.sender, m.body
  FROM pair JOIN waits w ON w.id = pair.wait AND w.state = 0
  JOIN messages m ON m.id = pair.message AND m.taken_by IS NULL FOR UPDATE OF w, m SKIP LOCKED),
 dw AS (
  UPDATE waits w SET state = 1, resolved_by = l.sender, resolved_at = clock_timestamp() FROM l WHERE w.id = l.wait),
 dm AS (UPDATE messages m SET taken_by = l.run_id, body = NULL FROM l WHERE m.id = l.message),
 lw AS (
  UPDATE waits SET looked = true
  WHERE %(committed)s AND id = ANY(%(waits)s) AND id NOT IN (SELECT wait FROM pair)),
 lm AS (
  UPDATE messages SET looked = true
  WHERE %(committed)s AND id = ANY(%(messages)s) AND id NOT IN (SELECT message FROM pair))
INSERT INTO mailbox (run_id, kind, step, body, dedupe, at)
SELECT l.run_id, %(kind)s, l.step,
       json_build_object('wait', l.wait, 'output', l.body, 'facts', json_build_object('from', l.sender)),
       'wait:' || l.wait, clock_timestamp() FROM l JOIN runs r ON r.id = l.run_id AND r.status < 10
ON CONFLICT (run_id, dedupe) DO NOTHING RETURNING run_id
"""
EXPIRED = """
WITH d AS (UPDATE waits SET state = 2, resolved_at = clock_timestamp()
           WHERE id IN (SELECT id FROM waits WHERE state = 0 AND due_at <= (SELECT clock_timestamp())
                        LIMIT 500 FOR UPDATE SKIP LOCKED)
           RETURNING id, run_id, step)
INSERT INTO mailbox (run_id, kind, step, body, dedupe, at)
SELECT d.run_id, %(kind)s, d.step, json_build_object('wait', d.id), 'wait:' || d.id, clock_timestamp() FROM d
JOIN runs r ON r.id = d.run_id AND r.status < 10 ON CONFLICT (run_id, dedupe) DO NOTHING RETURNING run_id
"""
NOT_LOOKED = """
SELECT (SELECT coalesce(array_agg(id), '{}') FROM (SELECT id FROM waits WHERE state = 0 AND NOT looked LIMIT 500) w)
         AS waits,
       (SELECT coalesce(array_agg(id), '{}')
        FROM (SELECT id FROM messages WHERE taken_by IS NULL AND NOT looked LIMIT 500) m) AS messages
"""
FORGET = """
DELETE FROM messages WHERE id IN (
  SELECT id FROM messages WHERE expires_at < (SELECT clock_timestamp()) - interval '1 day'
  LIMIT 500 FOR UPDATE SKIP LOCKED)
"""
"""A day longer than the message is kept: so long its key is known, and sending it again is not a second message."""


def wait_id(run: UUID, node: str, scope: str) -> UUID:
    return uuid5(run, f"wait {node}@{scope}")


def open_wait(run: UUID, step: int, node: str, scope: str, waiting: Waiting) -> tuple[dict[str, Any], NewWait | None]:
    """What the log says of a wait, and its row; a delay has none."""
    if waiting.kind == "delay":
        return {"kind": "delay", "until": waiting.until.isoformat()}, None
    id = wait_id(run, node, scope)
    is_call = waiting.kind == "call"
    row = NewWait(
        id=id,
        step=step,
        kind=waiting.kind,
        name=waiting.name,
        correlation=str(id) if is_call else waiting.correlation,
        due_at=waiting.until,
    )
    facts = {"kind": waiting.kind, "wait": str(id), "due_at": waiting.until.isoformat()}
    return facts if is_call else {**facts, "name": waiting.name, "correlation": waiting.correlation}, row


def look(
    connection: Connection, *, waits: Sequence[UUID] = (), messages: Sequence[UUID] = (), committed: bool = True
) -> list[UUID]:
    """Bring waits together with messages that fit, one each, oldest message first; gives the runs that got mail.

    `committed` says that these rows were so before this statement began. Else a look has to follow the commit.
    """
    parameters = {"waits": list(waits), "messages": list(messages), "committed": committed, "kind": WAIT_DONE}
    return [row.run_id for row in named(connection).execute(MATCH, parameters)]


def sweep(connection: Connection) -> list[UUID]:
    """Give up waits that are over, look where nobody has looked, forget old messages; gives the runs that got mail."""
    woken = [row.run_id for row in connection.execute(EXPIRED, {"kind": WAIT_EXPIRED}).fetchall()]
    missed = connection.execute(NOT_LOOKED).fetchone()
    if missed is not None and (missed.waits or missed.messages):
        woken += look(connection, waits=missed.waits, messages=missed.messages)
    connection.execute(FORGET)
    return woken


def spoken(wait: dict[str, Any]) -> str:
    """What a run waits for, as lists show it: `Waits for the message payment / INV-7, until 24 Nov, 09:00 UTC`."""
    match wait["kind"]:
        case "delay":
            return f"Waits until {_clock(wait['until'])}"
        case "call":
            return f"Waits for a call, until {_clock(wait['due_at'])}"
        case "message":
            about = f" / {wait['correlation']}" if wait["correlation"] else ""
            return f"Waits for the message {wait['name']}{about}, until {_clock(wait['due_at'])}"
        case "child":
            return f"Waits for “{wait['title']}”"
        case _:
            return ""


def _clock(text: str) -> str:
    """`24 Nov, 09:00` on the clock of the place that the time was given for; its year if it is far away."""
    when = datetime.fromisoformat(text)
    zone = " UTC" if when.utcoffset() == UTC.utcoffset(None) else ""
    return f"{when.day} {when:%b, %H:%M}{zone}"
