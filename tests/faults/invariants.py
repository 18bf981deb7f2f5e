"""What must hold after every experiment, whatever was broken: I1 to I12.

`World` gathers what was asked for (starts), what was seen from outside (sink, trail of the table of runs, output of
the workers) and judges it. Each violation is a sentence that begins with the invariant's number.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection
from django.db.utils import InterfaceError, OperationalError
from psycopg import sql

from orchestrator.engine.events import EventKind
from orchestrator.engine.execution import Execution
from orchestrator.governance import audit
from orchestrator.governance.models import Workspace
from orchestrator.runs import sealing
from orchestrator.runs.models import HumanTask, Mail, Run, RunEvent, RunStatus, Step, StepTask, WorkerLease
from orchestrator.runs.plans import plan_of_run
from orchestrator.runs.projection import StepRow, fold_step
from orchestrator.runs.snapshots import events_after
from tests.faults.crew import LEASE_SECONDS, Crew
from tests.faults.sink import Request, Sink

BACKOFF = 10.0
"""What may pass after two leases until everything has found its end: a doorbell is rung again after 5 s."""
FINAL = 10

AWAY = (OperationalError, InterfaceError, psycopg.OperationalError)
"""Of the ORM, and of the statements that go past it."""

TRAIL = """
CREATE TABLE fault_trail (
  id bigserial PRIMARY KEY, run uuid, workspace uuid, who text, old_owner uuid, owner uuid, old_fence bigint,
  fence bigint, old_seq int, seq int, old_status int, status int, old_version uuid, version uuid);
CREATE FUNCTION write_fault_trail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO fault_trail (run, workspace, who, old_owner, owner, old_fence, fence, old_seq, seq, old_status, status,
                           old_version, version)
  VALUES (NEW.id, NEW.workspace_id, current_setting('application_name'), OLD.owner, NEW.owner, OLD.fence, NEW.fence,
          OLD.seq, NEW.seq, OLD.status, NEW.status, OLD.version_id, NEW.version_id);
  RETURN NULL;
END $$;
CREATE TRIGGER fault_trail AFTER UPDATE ON runs FOR EACH ROW
WHEN (OLD.owner IS DISTINCT FROM NEW.owner OR OLD.fence <> NEW.fence OR OLD.seq <> NEW.seq
      OR OLD.status <> NEW.status OR OLD.version_id <> NEW.version_id)
EXECUTE FUNCTION write_fault_trail();
"""
"""Every change of a run's row, with the process that made it: kept by the database itself."""

INTENT = """
SELECT count(*) FROM run_events
WHERE run_id IN (SELECT %(run)s UNION SELECT id FROM runs WHERE parent_id = %(run)s AND parent_chunk IS NOT NULL)
  AND kind = 'step_started' AND body->>'node' = %(node)s AND body->>'scope' = %(scope)s
"""
"""The items of a long list are worked on by runs of their own, but `run.id` is the run of the list for them."""


def again(function: Callable[[], Any], seconds: float = 60) -> Any:
    """Call it until the database answers: it may have been taken down by the experiment."""
    until = time.monotonic() + seconds
    while True:
        try:
            return function()
        except AWAY:
            connection.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.2)  # the database is coming back: nothing to wait on but time


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a path of the sink says: /<node>/<run>/<scope>, `-` for the root."""

    node: str
    run: UUID
    scope: str

    @classmethod
    def of(cls, path: str) -> Place | None:
        parts = path.strip("/").split("/")
        if len(parts) != 3:
            return None
        try:
            return cls(node=parts[0], run=UUID(parts[1]), scope="" if parts[2] == "-" else parts[2])
        except ValueError:
            return None


class Witness:
    """I6, asked when a request arrives: is the intent behind it committed at this moment?"""

    def __init__(self, parameters: dict[str, Any]) -> None:
        self._parameters = parameters
        self.unchecked: list[Request] = []
        """Came while the database could not be asked; judged by the clock afterwards."""

    def __call__(self, request: Request) -> str | None:
        place = Place.of(request.path)
        if place is None:
            return None
        try:
            with psycopg.connect(**self._parameters, connect_timeout=2, autocommit=True) as line:
                row = line.execute(INTENT, asdict(place)).fetchone()
        except psycopg.OperationalError:
            self.unchecked.append(request)
            return None
        if row is None or row[0] == 0:
            return f"I6 {request.path} arrived before its intent was committed"
        return None


@dataclass(kw_only=True)
class World:
    """One experiment: its workspace, its load, its witnesses."""

    workspace: Workspace
    sink: Sink
    crew: Crew
    witness: Witness
    folder: Path
    """Where the workers keep temporary files."""
    started: list[UUID] = field(default_factory=list)
    answering: bool = False
    """Somebody answers every task, so a run that waits for a person is not at rest."""
    supervisor: Callable[[], None] | None = None
    """Replaces workers that ended, as in production; called while everything comes to rest."""
    may_fail: bool = False
    """Steps may fail: what they call refuses. Without it a failed run is the product's own doing."""
    canary: str | None = None
    first_trail: int = 0
    keyed: frozenset[str] = frozenset({"keyed", "each"})
    once: frozenset[str] = frozenset({"once"})

    # -- waiting -------------------------------------------------------------------------------------------------

    def unsettled(self) -> list[Run]:
        """Runs that have neither ended nor wait, unowned, with a reason that is written down."""
        runs = Run.objects.filter(workspace=self.workspace).exclude(owner=None, status__gte=FINAL)
        asked = set(
            HumanTask.objects.filter(workspace=self.workspace, state__in=["open", "taken"]).values_list(
                "run", flat=True
            )
        )
        mailed = set(Mail.objects.filter(run_id__in=[run.id for run in runs]).values_list("run_id", flat=True))
        busy = mailed | asked if self.answering else mailed
        return [run for run in runs if not _rests(run) or run.id in busy]

    def settle(self, seconds: float | None = None) -> list[str]:
        """I8: until everything rests, at most two leases and the back-off after the last fault."""
        until = time.monotonic() + (seconds or 2 * LEASE_SECONDS + BACKOFF)
        while left := again(self.unsettled):
            if self.supervisor is not None:
                self.supervisor()
            if time.monotonic() > until:
                return [f"I8 run {run.id} is {RunStatus(run.status).name} of {run.owner} at {run.seq}" for run in left]
            time.sleep(0.1)  # looks again; ends with the state, not with the time
        return []

    # -- judging -------------------------------------------------------------------------------------------------

    def violations(self, *, within: float | None = None) -> list[str]:
        found = self.settle(within)
        for check in (
            self.starts,
            self.failures,
            self.logs,
            self.effects,
            self.intents,
            self.trail,
            self.audit_chain,
            self.secrets,
            self.leftovers,
        ):
            found += again(lambda check=check: list(check()))
        return found

    def starts(self) -> Iterator[str]:
        """I1: each accepted start is one run, and there is no other."""
        if len(set(self.started)) != len(self.started):
            yield "I1 two starts were answered with the same run"
        known = set(Run.objects.filter(workspace=self.workspace).values_list("id", flat=True))
        asked = Run.objects.filter(workspace=self.workspace, parent_id=None).values_list("id", flat=True)
        for run in set(self.started) - known:
            yield f"I1 the accepted run {run} does not exist"
        for run in set(asked) - set(self.started):
            yield f"I1 run {run} was never asked for"
        children = Run.objects.filter(workspace=self.workspace, parent_id__isnull=False)
        pieces = Counter(children.values_list("parent_id", "parent_step", "parent_chunk"))
        for (parent, step, chunk), count in pieces.items():
            if parent not in known:
                yield f"I1 a run works for {parent}, which does not exist"
            if count > 1:
                yield f"I1 {count} runs work for step {step} of run {parent}, piece {chunk}"

    def failures(self) -> Iterator[str]:
        """I2 asks for the right end, too: a crash, a cut line or a restart must not fail a run."""
        failed = Run.objects.filter(workspace=self.workspace, status=RunStatus.FAILED)
        for run, error in [] if self.may_fail else failed.values_list("id", "error"):
            yield f"I2 run {run} failed although nothing that it called did: {error}"

    def logs(self) -> Iterator[str]:
        """I3 (and I2 by the log): gap-free, folding to what the tables say, one result a step."""
        steps: defaultdict[UUID, dict[int, Step]] = defaultdict(dict)
        runs = list(Run.objects.filter(workspace=self.workspace))
        for step in Step.objects.filter(run_id__in=[run.id for run in runs]):
            steps[step.run_id][step.step] = step
        for run in runs:
            yield from _log(run, steps[run.id])

    def effects(self) -> Iterator[str]:
        """I4: what the sink has seen against what the steps say."""
        keys: defaultdict[str, set[str]] = defaultdict(set)
        for request in list(self.sink.requests):
            place = Place.of(request.path)
            if place is not None and place.node in self.keyed:
                keys[request.key or "none"].add(request.path)
        for key, paths in keys.items():
            if len(paths) > 1:
                yield f"I4 the key {key} stands for {len(paths)} effects"
        for path, hits in list(self.sink.hits.items()):
            place = Place.of(path)
            if place is None:
                continue
            if place.node in self.keyed and len(self.sink.keys[path]) != 1:
                yield f"I4 {path} came with {len(self.sink.keys[path])} keys"
            if place.node in self.once and hits > 1:
                yield f"I4 {path} happened {hits} times"
        pieces = Run.objects.filter(workspace=self.workspace, parent_chunk__isnull=False)
        parents = dict(pieces.values_list("id", "parent_id"))
        done = Step.objects.filter(run_id__in=self._run_ids(), status="done", node__in=self.keyed | self.once)
        for run, node, scope in done.values_list("run_id", "node", "scope"):
            if self.sink.hits[f"/{node}/{parents.get(run, run)}/{scope or '-'}"] == 0:
                yield f"I4 {node} of run {run} is said to be done, and nothing has arrived"

    def intents(self) -> Iterator[str]:
        """I6: what the witness has seen."""
        yield from self.sink.findings
        for request in self.witness.unchecked:
            place = Place.of(request.path)
            if place is None:
                continue
            intents = RunEvent.objects.filter(
                run_id__in=[place.run, *Run.objects.filter(parent_id=place.run).values_list("id", flat=True)],
                kind="step_started",
                at__lte=datetime.fromtimestamp(request.at, UTC),
            )
            bodies = intents.values_list("body", flat=True)
            if not any(body["node"] == place.node and body["scope"] == place.scope for body in bodies):
                yield f"I6 {request.path} arrived without an intent before it"

    def trail(self) -> Iterator[str]:
        """I2, I5, I7, I10: every change that the table of runs has seen."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT run, who, old_owner, owner, old_fence, fence, old_seq, seq, old_status, status, old_version,"
                " version FROM fault_trail WHERE workspace = %s AND id > %s ORDER BY id",
                [self.workspace.pk, self.first_trail],
            )
            changes = [Change(*row) for row in cursor.fetchall()]
        names = {f"tutti-engine {worker.pid}": worker.me for worker in self.crew.everybody}
        for change in changes:
            yield from change.violations(names)
        yield from self._limits(changes)

    def _limits(self, changes: list[Change]) -> Iterator[str]:
        limit = Workspace.objects.values_list("max_running", flat=True).get(pk=self.workspace.pk)
        owned: set[UUID] = set()
        for change in changes:
            if change.owner is None:
                owned.discard(change.run)
            else:
                owned.add(change.run)
            if len(owned) > limit:
                yield f"I10 {len(owned)} runs at once where {limit} are allowed"
                return

    def audit_chain(self) -> Iterator[str]:
        """I9: the workspace's chain, and each run's log against the heads that were sealed into it."""
        sealing.seal_everything()
        verdict = audit.verify(self.workspace.pk)
        if not verdict.whole:
            yield f"I9 {verdict.finding}"
        heads = sealing.sealed_heads(self.workspace.pk)
        for run in Run.objects.filter(workspace=self.workspace, status__gte=FINAL).values_list("id", flat=True):
            if run not in heads:
                yield f"I9 the end of run {run} is not sealed"
            elif (event := sealing.broken_event(run, heads[run])) is not None:
                yield f"I9 event {event} of run {run} is not what was sealed"

    def secrets(self) -> Iterator[str]:
        """I11: the canary is nowhere to be read: not in a table, not in what the workers say."""
        if self.canary is None:
            return
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                query = sql.SQL("SELECT count(*) FROM {} t WHERE t::text LIKE %s").format(sql.Identifier(table))
                cursor.execute(query, [f"%{self.canary}%"])
                if cursor.fetchone()[0]:
                    yield f"I11 the secret can be read in the table {table}"
        for worker in self.crew.everybody:
            if any(self.canary in line for line in worker.lines):
                yield f"I11 worker {worker.pid} has printed the secret"

    def leftovers(self) -> Iterator[str]:
        """I12: no process without its worker, no owner without a lease, no task or mail of a run that has ended."""
        for worker in self.crew.everybody:
            if not worker.lives and (left := worker.left_behind()):
                yield f"I12 worker {worker.pid} has left {left} behind"
        leases = set(WorkerLease.objects.values_list("id", flat=True))
        for run in Run.objects.filter(workspace=self.workspace, owner__isnull=False):
            if run.owner not in leases or run.status >= FINAL:
                yield f"I12 run {run.id} ({RunStatus(run.status).name}) still takes up a slot"
        ended = Run.objects.filter(workspace=self.workspace, status__gte=FINAL).values_list("id", flat=True)
        for task in StepTask.objects.filter(run_id__in=ended, state__lt=2):
            yield f"I12 step {task.step} of run {task.run_id} is still on its queue"
        if not any(worker.lives for worker in self.crew.everybody):
            # `pymp-`: Python's own folder of a killed pool process, which nobody can clear but whoever starts it.
            for path in [path for path in self.folder.iterdir() if not path.name.startswith("pymp-")]:
                yield f"I12 {path} was left in the temporary folder"

    def _run_ids(self) -> list[UUID]:
        return list(Run.objects.filter(workspace=self.workspace).values_list("id", flat=True))


@dataclass(frozen=True)
class Change:
    """A row of the trail."""

    run: UUID
    who: str
    old_owner: UUID | None
    owner: UUID | None
    old_fence: int
    fence: int
    old_seq: int
    seq: int
    old_status: int
    status: int
    old_version: UUID
    version: UUID

    def violations(self, names: dict[str, UUID | None]) -> Iterator[str]:
        """`names` tells which owner a connection's process is."""
        if self.old_status >= FINAL and (self.status != self.old_status or self.seq != self.old_seq):
            yield f"I2 run {self.run} left its end: {self.old_status} became {self.status}"
        if self.fence < self.old_fence:
            yield f"I5 the fence of run {self.run} fell from {self.old_fence} to {self.fence}"
        if self.owner is not None and self.owner != self.old_owner and self.fence != self.old_fence + 1:
            yield f"I5 run {self.run} was taken over without a new fence"
        if self.seq < self.old_seq:
            yield f"I5 the log of run {self.run} shrank"
        if self.seq > self.old_seq and self.who in names and names[self.who] != self.old_owner:
            yield f"I5 {self.who} wrote to run {self.run}, which belonged to {self.old_owner}"
        if self.version != self.old_version:
            yield f"I7 run {self.run} changed its version"


def _rests(run: Run) -> bool:
    if run.owner is not None:
        return False
    if run.status >= FINAL:
        return True
    if run.wake_at is not None:
        return run.status == RunStatus.WAITING and run.wake_at > datetime.now(UTC)
    return run.status == RunStatus.WAITING and bool(run.waiting_for)


def _log(run: Run, steps: dict[int, Step]) -> Iterator[str]:
    events = list(events_after(run.id, 0))
    if [event.seq for event in events] != list(range(1, run.seq + 1)):
        yield f"I3 the log of run {run.id} has gaps: {[event.seq for event in events]} for {run.seq}"
        return
    try:
        execution = Execution(plan_of_run(run.version_id, events[0].body), events)
    except Exception as error:  # noqa: BLE001  whatever the fold refuses is what is looked for
        yield f"I3 the log of run {run.id} cannot be folded: {error!r}"
        return
    if execution.status != RunStatus(run.status).name.lower() and run.status >= FINAL:
        yield f"I3 run {run.id} is {RunStatus(run.status).name}, its log says {execution.status}"
    ends = sum(event.kind is EventKind.RUN_FINISHED for event in events)
    if ends != (1 if run.status >= FINAL else 0) or (ends and events[-1].kind is not EventKind.RUN_FINISHED):
        yield f"I2 run {run.id} has {ends} ends in its log"
    results = Counter(
        (event.body["node"], event.body["scope"]) for event in events if event.kind is EventKind.STEP_DONE
    )
    for place, count in results.items():
        if count > 1:
            yield f"I3 run {run.id} has {count} results of {place}"
    rows: dict[int, StepRow] = {}
    for event in events:
        if (row := fold_step(rows, event)) is not None:
            rows[row.step] = row
    for number in rows.keys() | steps.keys():
        row, step = rows.get(number), steps.get(number)
        if (
            row is None
            or step is None
            or (row.status, row.attempt, row.port, row.value_id)
            != (
                step.status,
                step.attempt,
                step.port,
                step.value_id,
            )
        ):
            yield f"I3 step {number} of run {run.id} is {step and step.status}, its log says {row and row.status}"
