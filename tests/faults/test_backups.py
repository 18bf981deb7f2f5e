"""The return to a backup that was taken under load: what must not happen twice does not, and nothing is left over."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection, connections

from orchestrator.api.errors import Conflict
from orchestrator.operations.backups import back_up
from orchestrator.runs.actions import answer_review
from orchestrator.runs.models import Restoration, Run, RunStatus, Step
from tests.faults.conftest import database_url
from tests.faults.crew import ROOT, Crew
from tests.faults.invariants import World
from tests.faults.load import HERE, Approver, Publish, Settled, six_steps, start
from tests.faults.sink import Sink

pytestmark = pytest.mark.product
RUNS = 12
EVERY = 0.2


class Looker:
    """A person who looks at the sink, and says of each step in doubt what became of it, as long as the `with` lasts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.asked: Counter[str] = Counter()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Looker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(30)

    def _look(self) -> None:
        while not self._ended.wait(EVERY):
            try:
                self._answer_all()
            finally:
                connections.close_all()

    def _answer_all(self) -> None:
        for step in Step.objects.filter(run_id__in=self._world.started, status="needs_review"):
            run = Run.objects.get(pk=step.run_id)
            happened = self._world.sink.hits[f"/{step.node}/{run.pk}/-"] > 0
            answer = {"answer": "done", "output": {"status": 200}} if happened else {"answer": "retry"}
            try:
                answer_review(HERE, run, step, note="Looked at the other side", **answer)
                self.asked[step.node] += 1
            except Conflict:
                continue  # answered a moment ago; the run has not read it yet


def bring_back(path: Path) -> str:
    """As a person does at the terminal, with everything stopped."""
    connection.close()
    connection.close_pool()
    done = subprocess.run(
        [sys.executable, "manage.py", "restore", str(path)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url(), "DATABASE_POOL": "2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_must_not_happen_twice_does_not_after_the_return_to_a_backup_taken_under_load(
    crew: Crew, world: World, publish: Publish, sink: Sink, settled: Settled, tmp_path: Path
) -> None:
    workflow = publish(six_steps(sink))
    with Approver(world):
        accepted = [start(workflow, n) for n in range(RUNS)]
        sink.wait_for_all(RUNS)
        taken = back_up(tmp_path / "load.tar")
        forgotten = [start(workflow, n) for n in range(RUNS)]
        assert world.settle(90) == []
    crew.kill_all()
    said = bring_back(taken.path)
    crew.hire()
    crew.all_ready()

    assert Restoration.objects.count() == 1
    back = set(Run.objects.filter(workspace=world.workspace).values_list("pk", flat=True))
    assert set(accepted) <= back, "what was accepted before the backup is there"
    assert not back & set(forgotten), "what was accepted after it is not"
    in_doubt = Run.objects.filter(pk__in=accepted, restored_seq__isnull=False)
    assert "runs were open" in said
    assert in_doubt.exists(), "the backup was taken in the middle of the work"
    world.started += accepted
    with Approver(world), Looker(world) as looker:
        for run in accepted:
            settled(run, RunStatus.DONE, seconds=120)
    assert world.violations(within=60) == []
    once = {path: hits for path, hits in sink.hits.items() if path.startswith("/once/")}
    assert set(once.values()) == {1}
    assert len(once) == 2 * RUNS
    assert looker.asked["once"] > 0, "somebody was asked, or nothing was in doubt"
