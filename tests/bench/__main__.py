"""`make bench`: the product and what it is compared with, side by side in one run, on this machine.

Each line holds our figure, another one, their ratio, the goal, and the load average. Nothing is asserted: figures of a
shared machine are compared as ratios within one run. All of it is kept as JSON in the data folder.

BENCH_ONLY=W1,cost measures only these sections; BENCH_ROUNDS (5) is how often the short ones are repeated;
BENCH_FULL=1 counts the cost of a step up to 10,000 runs; BENCH_DATA is a folder with the data sets
that models are trained on and judged by; what it lacks is not measured.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
from playwright.sync_api import Error as BrowserError

from tests.bench import (
    answers,
    asking,
    authorising,
    canvas,
    commits,
    curve,
    drift,
    extraction,
    items,
    lists,
    live,
    replacing,
    trail,
    training,
    workloads,
)
from tests.bench.report import Report, say
from tests.bench.running import ROOT, Bench
from tests.running import Product

BROKEN = (
    AssertionError,
    http.client.HTTPException,
    httpx.HTTPError,
    psycopg.Error,
    OSError,
    TimeoutError,
    BrowserError,
    subprocess.SubprocessError,
)
SECTIONS: dict[str, Callable[[Bench], None]] = {
    "floor": workloads.single_floors,
    "commits": lambda bench: commits.measure(bench.report, bench.database),
    "W1": workloads.chain,
    "W2": workloads.fan,
    "W3": workloads.throughput,
    "W4": workloads.waiting,
    "W4x10": workloads.many_waiting,
    "items": items.measure,
    "cost": curve.measure,
    "live": live.measure,
    "answers": answers.measure,
    "asking": asking.measure,
    "replacing": replacing.measure,
    "canvas": canvas.measure,
    "authorising": authorising.measure,
    "lists": lists.measure,
}
ALONE = {
    "extraction": extraction.measure,
    "training": training.measure,
    "drift": drift.measure,
    "trail": trail.measure,
}
"""They need no running product."""


def chosen() -> list[str]:
    known = ["R", *SECTIONS, *ALONE]
    wanted = [name.strip() for name in os.environ.get("BENCH_ONLY", "").split(",") if name.strip()] or known
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        sys.exit(f"BENCH_ONLY names what is not measured: {', '.join(unknown)}. Choose from {', '.join(known)}.")
    return [name for name in known if name in wanted]


def measure(report: Report, wanted: list[str]) -> list[str]:
    """Gives the sections that broke."""
    broken = []
    with tempfile.TemporaryDirectory(prefix="tutti-bench-") as folder:
        product = Product(Path(folder))
        began = time.monotonic()
        product.start()
        started_s = time.monotonic() - began
        try:
            with Bench(product, report) as bench:
                if "R" in wanted:
                    workloads.at_rest(bench, started_s)
                for name in (name for name in SECTIONS if name in wanted):
                    try:
                        SECTIONS[name](bench)
                    except BROKEN as error:
                        broken.append(name)
                        say(f"{name:<8} BROKE OFF: {type(error).__name__}: {error}")
        finally:
            product.stop()
            if broken:
                say("The product's last lines:\n  " + "\n  ".join(product.lines[-30:]))
    return broken


def main() -> None:
    report, wanted, began = Report(), chosen(), time.monotonic()
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    say(f"{datetime.now(UTC):%Y-%m-%d %H:%M}, {os.cpu_count()} cores, load {load}, {workloads.ROUNDS} rounds")
    broken = measure(report, wanted) if set(wanted) - set(ALONE) else []
    for name in (name for name in ALONE if name in wanted):
        report.figures[name] = ALONE[name](say)
    target = Path(os.environ.get("DATA_DIR", ROOT / ".data")) / "bench.json"
    report.keep(target)
    say(f"{time.monotonic() - began:.0f} s. All figures: {target}")
    if broken:
        sys.exit(f"Broke off: {', '.join(broken)}")


if __name__ == "__main__":
    main()
