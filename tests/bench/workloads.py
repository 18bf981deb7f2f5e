"""The workloads of everybody: W1 to W4 and the product at rest, beside Celery canvas and bare asyncio."""

from __future__ import annotations

import contextlib
import math
import os
import statistics
import subprocess
from collections.abc import Callable

import psutil

from tests.bench import baseline, floor, graphs
from tests.bench.commits import Commits
from tests.bench.report import longer, more, percentile
from tests.bench.running import ROOT, Bench

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
FEW_ROUNDS = max(ROUNDS // 2, 2)
POOLS = (("threads", 100), ("prefork", 2))


def chain(bench: Bench) -> None:
    """W1: the product, both pools of Celery, bare asyncio and commits in turn."""
    workflow = bench.publish("W1 chain", graphs.chain_of(40))
    canvas, bare = lambda: baseline.chain_seconds(40), lambda: floor.chain_seconds(40)
    _short(bench, "W1", "40 light steps in a row", workflow, canvas, bare, goal=4)


def fan(bench: Bench) -> None:
    """W2, in the same way."""
    workflow = bench.publish("W2 fan", graphs.fan_of(100))
    canvas, bare = lambda: baseline.fan_seconds(100), lambda: floor.fan_seconds(100)
    _short(bench, "W2", "1 to 100 to 1", workflow, canvas, bare, goal=3)


def _short(
    bench: Bench,
    name: str,
    what: str,
    workflow: str,
    canvas: Callable[[], float],
    bare: Callable[[], float],
    goal: float,
) -> None:
    ours, theirs = list[float](), dict[str, list[float]]()
    floors, a_commit = list[float](), list[float]()
    bench.seconds(workflow)  # compiled once, as in real life
    with Commits(bench.database) as commits:
        for pool, concurrency in POOLS:
            with baseline.Worker(bench.broker, pool, concurrency):
                their = theirs.setdefault(f"Celery {pool}", [])
                for _ in range(ROUNDS):
                    ours.append(bench.seconds(workflow))
                    their.append(canvas())
                    floors.append(bare())
                    a_commit.append(commits.seconds(1, 0.1))
    bench.report.times(name, what, ours, theirs)
    commit, bare_s = statistics.median(a_commit), statistics.median(floors)
    # A run's end is noted in its last commit, before that is durable: the last commit is added.
    whole, least = statistics.median(ours) + commit, bare_s + 2 * commit
    bench.report.figures[name] |= {"bare_s": floors, "commit_s": a_commit}
    beside = longer("bare asyncio + 2 commits", least, whole)
    bench.report.tell(
        name,
        f"the same (bare {bare_s * 1000:.1f}, a commit {commit * 1000:.1f} ms)",
        whole,
        "s",
        beside,
        goal=f"{goal}x",
    )


def throughput(bench: Bench) -> None:
    """W3: 500 runs of 5 light steps over HTTP, 16 requests at a time."""
    workflow = bench.publish("W3 many", graphs.chain_of(5))
    bench.many(workflow, 50, 16)
    ours, theirs = [], []
    with baseline.Worker(bench.broker, "threads", 100):
        for _ in range(FEW_ROUNDS):
            accepted, wall, each = bench.many(workflow, 500, 16)
            ours.append((500 / wall, percentile(each, 0.5), percentile(each, 0.95), 500 / accepted))
            wall, each = baseline.many_seconds(500, 5, 16)
            theirs.append((500 / wall, percentile(each, 0.5), percentile(each, 0.95)))
    rate, half, most, taken = (statistics.median(values) for values in zip(*ours, strict=True))
    other, other_half, other_most = (statistics.median(values) for values in zip(*theirs, strict=True))
    bench.report.figures["W3"] = {"tutti": ours, "threads": theirs}
    tell, name = bench.report.tell, "Celery threads"
    tell("W3", "500 runs x 5 steps over HTTP, finished", rate, "/s", more(name, other, rate), goal="300/s")
    tell("W3", "  accepted", taken, "/s")
    tell("W3", "  from request to finished, p50", half, "s", longer(name, other_half, half))
    tell("W3", "  from request to finished, p95", most, "s", longer(name, other_most, most))


def waiting(bench: Bench) -> None:
    """W4: 100 runs of 5 steps that each wait 200 ms on HTTP; the ideal is one second."""
    workflow = bench.publish("W4 waiting", graphs.waiting_chain_of(5, bench.url))
    bench.many(workflow, 10, 10)
    ours, theirs, floors = [], [], []
    with baseline.Worker(bench.broker, "threads", 100):
        for _ in range(FEW_ROUNDS):
            ours.append(bench.many(workflow, 100, 16)[1])
            theirs.append(baseline.waiting_seconds(100, 5, bench.url))
            floors.append(floor.waiting_seconds(100, 5, bench.url))
    what = "100 runs x 5 x 200 ms"
    bench.report.times("W4", what, ours, {"Celery threads": theirs})
    median, bare = statistics.median(ours), statistics.median(floors)
    bench.report.figures["W4"]["bare_s"] = floors
    bench.report.tell("W4", what, median, "s", longer("bare asyncio", bare, median))
    bench.report.tell("W4", what, median, "s", longer("the ideal", 1.0, median), goal="1.15x")


def many_waiting(bench: Bench) -> None:
    """1,000 such runs: the ideal is what the limits of the workspace and of the engine allow side by side."""
    workflow = bench.publish("W4 many waiting", graphs.waiting_chain_of(5, bench.url))
    bench.many(workflow, 10, 10)
    allowed = bench.client.get(f"/api/workspaces/{bench.workspace}").json()["max_running"]
    command = bench.process("engine").cmdline()
    threads = int(command[command.index("--concurrency") + 1])
    side_by_side = min(allowed, threads)
    ideal = math.ceil(1000 / side_by_side) * 5 * 0.2
    wall = bench.many(workflow, 1000, 16)[1]
    bench.report.figures["W4x10"] = {"tutti_s": wall, "ideal_s": ideal, "max_running": allowed, "threads": threads}
    what = f"1,000 runs x 5 x 200 ms, {side_by_side} side by side"
    bench.report.tell("W4x10", what, wall, "s", longer("the ideal", ideal, wall), goal="1.3x")


def single_floors(bench: Bench) -> None:
    """The floor by itself: what bare asyncio takes for one run of each graph."""
    for what, measured in (
        ("chain of 40 light steps", [floor.chain_seconds(40) for _ in range(ROUNDS)]),
        ("1 to 100 to 1", [floor.fan_seconds(100) for _ in range(ROUNDS)]),
        ("5 steps x 200 ms HTTP", [floor.waiting_seconds(1, 5, bench.url) for _ in range(2)]),
    ):
        bench.report.figures.setdefault("floor", {})[what] = measured
        bench.report.tell("floor", f"bare asyncio: {what}", statistics.median(measured), "s")


def at_rest(bench: Bench, started_s: float) -> None:
    """Memory of the whole product (sum of PSS), time to the first answer, installed size."""
    supervisor = psutil.Process(bench.product.pid)
    memory = {}
    for process in [supervisor, *supervisor.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):  # the database's helpers come and go
            memory[f"{process.pid} {process.name()}"] = process.memory_full_info().pss
    total = sum(memory.values()) / 2**20
    installed = sum(
        int(subprocess.run(["du", "-sm", folder], capture_output=True, text=True, check=True).stdout.split()[0])
        for folder in (f"{(ROOT / '.venv').resolve()}", ROOT / "static")
    )
    bench.report.figures["R"] = {"pss": memory, "start_s": started_s, "installed_mb": installed}
    bench.report.tell("R", "memory at rest (sum of PSS)", total, "MB", goal="900 MB")
    bench.report.tell("R", "from start to ready, empty data folder", started_s, "s")
    bench.report.tell("R", "installed, with what development needs", installed, "MB")
