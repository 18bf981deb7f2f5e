"""What the trail costs: an event more in a change, and reading a million of them again.

`measure` starts it beside a database of its own; as a program it measures there and writes the figures as JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.bench.running import ROOT

EVENTS = 1_000_000
CHANGES = 500
PEOPLE = 200
GOAL_WRITE_MS, GOAL_READ_S = 0.5, 60


def measure(say: Callable[[str], None]) -> dict[str, Any]:
    inside = [sys.executable, "-m", "tests.bench.trail"]
    command = [sys.executable, "-m", "orchestrator.embedded", "exec", "--durable", "--", *inside]
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    bare, told, read = figures["bare_s"], figures["told_s"], figures["read_s"]
    more_ms = (statistics.median(told) - statistics.median(bare)) * 1000
    say(f"trail    an event in a change, p50 {more_ms:>24.2f} ms   goal {GOAL_WRITE_MS} ms")
    say(f"trail    {figures['events']:,} events verified {read:>22.1f} s   goal {GOAL_READ_S} s")
    return figures


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "orchestrator.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    bare, told = _changes()
    workspace = uuid4()
    _fill(workspace, EVENTS)
    sys.stdout.write(json.dumps({"bare_s": bare, "told_s": told, "events": EVENTS, "read_s": _read(workspace)}) + "\n")


def _changes() -> tuple[list[float], list[float]]:
    """Seconds of a change without an event and with one, in turn."""
    from django.db import transaction

    from orchestrator.governance import audit
    from orchestrator.governance.models import Workspace
    from orchestrator.governance.principal import Kind, Principal

    workspace = Workspace.objects.create(name="Bench")
    who = Principal(kind=Kind.PERSON, id=uuid4(), name="Maria", auth="session", ip="192.0.2.7", trace="0" * 32)
    taken: dict[bool, list[float]] = {False: [], True: []}
    for number in range(2 * CHANGES):
        with_event = bool(number % 2)
        began = time.perf_counter()
        with transaction.atomic():
            Workspace.objects.filter(id=workspace.id).update(name=f"Bench {number}")
            if with_event:
                audit.record(
                    who,
                    "workspace.changed",
                    workspace_id=workspace.id,
                    object_type="workspace",
                    object_id=workspace.id,
                    object_name=workspace.name,
                    before={"name": f"Bench {number - 1}"},
                    after={"name": f"Bench {number}"},
                )
        taken[with_event].append(time.perf_counter() - began)
    return taken[False], taken[True]


def _fill(workspace: UUID, count: int) -> None:
    """A chain as the product would have written it, only faster."""
    from django.db import connection, transaction

    from orchestrator.governance.commitments import commit
    from orchestrator.governance.models import AuditHead, AuditLink, AuditValue

    made = [commit(f"Person {number}", UUID(int=number)) for number in range(PEOPLE)]
    commitments = {one.about: one.text for one in made}
    with transaction.atomic():
        AuditValue.objects.bulk_create(
            AuditValue(workspace_id=workspace, commitment=one.text, about=one.about, salt=one.salt, value=one.value)
            for one in made
        )
        columns = ", ".join(field.column for field in AuditLink._meta.concrete_fields)
        with connection.cursor() as cursor, cursor.copy(f"COPY governance_auditevent ({columns}) FROM STDIN") as copy:
            for row in _rows(workspace, count, commitments):
                copy.write_row(row)
        last = AuditLink.objects.get(workspace_id=workspace, seq=count)
        AuditHead.objects.create(workspace_id=workspace, seq=count, hash=last.hash)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE governance_auditevent")


def _rows(workspace: UUID, count: int, commitments: dict[UUID | None, str]) -> Iterator[list[Any]]:
    from orchestrator.governance.chain import Link, hash_of, moment

    previous, at = bytes(32), datetime(2026, 1, 1, tzinfo=UTC)
    for seq in range(1, count + 1):
        who, at = UUID(int=seq % PEOPLE), at + timedelta(milliseconds=700)
        object_id, detail = (
            str(UUID(int=seq % 5000)),
            {"verb": "workflow:edit", "number": seq, "step": f"step-{seq % 9}"},
        )
        after = {"name": f"Workflow {seq % 5000}", "paused": False} if seq % 3 == 0 else None
        link = Link(
            *(seq, moment(at), "person", str(who), commitments[who], "session", "", "", "workflow.changed", "workflow"),
            *(object_id, f"Workflow {seq % 5000}", "done", "", None, after, detail, f"{seq:032x}", ""),
        )
        hash = hash_of(previous, str(workspace), link)
        texts = [None if value is None else json.dumps(value) for value in (None, after, detail)]
        yield [
            *(workspace, seq, at, "person", who, link.actor_name, "session", None, "", link.action, "workflow"),
            *(object_id, link.object_name, "done", "", *texts, link.trace, None, previous, hash),
        ]
        previous = hash


def _read(workspace: UUID) -> float:
    from orchestrator.governance import audit

    began = time.perf_counter()
    verdict = audit.verify(workspace)
    took = time.perf_counter() - began
    assert verdict.whole, verdict.finding
    assert verdict.events == EVENTS
    return took


if __name__ == "__main__":
    main()
