"""What a step costs as there are more runs, and as a graph gets longer: it should not grow."""

from __future__ import annotations

import os
import statistics

from tests.bench import graphs
from tests.bench.report import longer
from tests.bench.running import Bench

RUNS = (10, 100, 1_000, 10_000 if os.environ.get("BENCH_FULL") == "1" else 2_000)
STEPS = (10, 100, 1_000)
AT_ONCE = 16


def measure(bench: Bench) -> None:
    workflow = bench.publish("cost of a step", graphs.chain_of(5))
    bench.many(workflow, 50, AT_ONCE)
    by_runs = {runs: _seconds_a_step(bench, workflow, runs) for runs in RUNS}
    _tell(bench, "runs of 5 steps", by_runs)
    by_steps = {}
    for steps in STEPS:
        workflow = bench.publish(f"{steps} steps", graphs.chain_of(steps - 1))  # with its start
        bench.seconds(workflow)
        by_steps[steps] = statistics.median(bench.seconds(workflow) for _ in range(3)) / steps
    _tell(bench, "steps in one graph", by_steps)


def _seconds_a_step(bench: Bench, workflow: str, runs: int) -> float:
    rounds = 3 if runs <= 100 else 1
    return statistics.median(bench.many(workflow, runs, AT_ONCE)[1] for _ in range(rounds)) / (5 * runs)


def _tell(bench: Bench, what: str, curve: dict[int, float]) -> None:
    first = next(iter(curve))
    bench.report.figures.setdefault("cost", {})[what] = curve
    bench.report.tell("cost", f"a step, {first:,} {what}", curve[first], "s")
    for amount, cost in list(curve.items())[1:]:
        goal = "1x" if amount == max(curve) else ""
        bench.report.tell(
            "cost", f"a step, {amount:,} {what}", cost, "s", longer(f"{first:,}", curve[first], cost), goal=goal
        )
