"""Code that runs away, and workers that die while it runs: its processes end, its slot and its place are free again."""

from __future__ import annotations

import time
from typing import Any

import psutil
import pytest

from orchestrator.runs.actions import cancel_run
from orchestrator.runs.models import Run, RunStatus, Step
from orchestrator.sandbox.code import CHILD
from tests.faults.crew import Crew, Worker
from tests.faults.invariants import World
from tests.faults.load import HERE, Publish, Settled, start
from tests.integration.runs.graphs import node, row

pytestmark = [pytest.mark.product, pytest.mark.full]
ENDLESS = "n = 0\nwhile True:\n    n += 1\nresult = n"
GREEDY = "kept = []\nwhile True:\n    kept.append('x' * 1_000_000)\nresult = len(kept)"
ASLEEP = "import time\nwhile True:\n    time.sleep(1000)\nresult = 1"
TALKATIVE = "while True:\n    print('x' * 100_000)\nresult = 1"
OVER = 2.0
"""Seconds that may pass between a limit and the end."""


@pytest.fixture
def runner(bare_crew: Crew) -> Worker:
    """One cpu worker that nobody has used, and whose temporary folder is empty."""
    bare_crew.kill_all()
    bare_crew.hire(cpu=1)
    bare_crew.all_ready()
    return bare_crew.of("cpu")[0]


def coding(code: str, timeout_s: float, **rest: Any) -> dict[str, Any]:
    return row(node("code", "run_code", {"code": code, "timeout_s": timeout_s}, **rest))


def shut_in(runner: Worker, seconds: float = 30) -> list[psutil.Process]:
    """Looks until code runs: the processes it runs in."""
    until = time.monotonic() + seconds
    while True:
        found = [process for process in psutil.Process(runner.pid).children(recursive=True) if is_code(process)]
        inner = [each for process in found for each in process.children(recursive=True)]
        if inner:
            return [*found, *inner]
        assert time.monotonic() < until, "no code runs"
        time.sleep(0.02)  # looks again; ends with the state, not with the time


def is_code(process: psutil.Process) -> bool:
    try:
        return str(CHILD) in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def gone(processes: list[psutil.Process], seconds: float = OVER) -> bool:
    """A process that nobody has buried yet is as good as gone: it has nothing any more."""
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        pytest.param(ENDLESS, "code_time_limit", id="endless"),
        pytest.param(GREEDY, "code_memory_limit", id="greedy"),
        pytest.param(ASLEEP, "code_time_limit", id="asleep"),
        pytest.param(TALKATIVE, "code_time_limit", id="talkative"),
    ],
)
def test_code_that_runs_away_is_ended_and_leaves_its_place_to_the_next(
    runner: Worker, crew: Crew, world: World, publish: Publish, settled: Settled, code: str, failure: str
) -> None:
    limit = 3.0
    run = start(publish(coding(code, limit)), 1)
    world.started.append(run)
    world.may_fail = True
    processes = shut_in(runner)
    assert gone(processes, limit + OVER)
    failed = settled(run)
    assert (RunStatus(failed.status), failed.error["code"]) == (RunStatus.FAILED, failure)
    after = start(publish(coding("result = 6 * 7", limit)), 2)
    world.started.append(after)
    assert RunStatus(settled(after).status) is RunStatus.DONE
    assert runner.lives
    crew.kill_all()
    assert world.violations() == []


def test_no_code_outlives_the_worker_that_started_it(
    runner: Worker, crew: Crew, world: World, publish: Publish, settled: Settled
) -> None:
    """The whole worker is killed; another one runs the code again, and it is as it would have been."""
    counting = "n = 0\nwhile n < 20_000_000:\n    n += 1\nresult = n"
    run = start(publish(coding(counting, 60)), 1)
    world.started.append(run)
    processes = shut_in(runner)
    runner.kill()
    assert gone(processes)
    assert runner.left_behind() == []
    crew.hire(cpu=1)
    assert shut_in(crew.of("cpu")[0])
    assert Step.objects.get(run_id=run, node="code").attempt == 2
    cancel_run(HERE, Run.objects.get(pk=run), "Seen enough")
    assert RunStatus(settled(run).status) is RunStatus.CANCELLED
    crew.kill_all()
    assert world.violations() == []


def test_code_of_a_stopped_run_does_not_go_on(
    runner: Worker, crew: Crew, world: World, publish: Publish, settled: Settled
) -> None:
    run = start(publish(coding(ENDLESS, 60)), 1)
    world.started.append(run)
    processes = shut_in(runner)
    cancel_run(HERE, Run.objects.get(pk=run), "Not needed")
    assert RunStatus(settled(run).status) is RunStatus.CANCELLED
    assert gone(processes, 10)
    after = start(publish(coding("result = 6 * 7", 10)), 2)
    world.started.append(after)
    assert RunStatus(settled(after).status) is RunStatus.DONE
    crew.kill_all()
    assert world.violations() == []
