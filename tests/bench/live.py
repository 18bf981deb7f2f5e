"""The live view: how long a change takes from its commit to the browsers that look, and whether any is missing."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tests.bench import graphs
from tests.bench.report import Beside, longer, percentile, say
from tests.bench.running import ROOT, Bench

SOCKETS, RUNS = 500, 100
FEW_SOCKETS, FEW_RUNS = 10, 10
RUNS_A_SECOND = 20
WATCH_SECONDS = 60
PAUSE_S = 0.2


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What all sockets together were told."""

    ends: list[float]
    """Seconds from the end of a run, as its last commit notes it, to its arrival."""
    events: list[float]
    """Seconds from an event, before its commit, to its arrival."""
    missing: int
    """Numbers that a socket was never told, and runs whose end it was not told."""
    frames: int
    opened_s: float
    """Until all of them had their snapshot."""


def measure(bench: Bench) -> None:
    workflow = bench.publish("live view", graphs.held_chain_of(5, bench.url))
    few = _seen(bench, workflow, FEW_SOCKETS, FEW_RUNS, 0)
    all_ = _seen(bench, workflow, SOCKETS, RUNS, FEW_RUNS)
    bench.report.figures["live"] = {
        str(sockets): asdict(seen) for sockets, seen in ((FEW_SOCKETS, few), (SOCKETS, all_))
    }
    for what, ours, theirs in (
        ("commit to browser, median", statistics.median(all_.ends), statistics.median(few.ends)),
        ("commit to browser, p95", percentile(all_.ends, 0.95), percentile(few.ends, 0.95)),
        ("any event to browser with its commit, median", statistics.median(all_.events), statistics.median(few.events)),
        ("any event to browser with its commit, p95", percentile(all_.events, 0.95), percentile(few.events, 0.95)),
    ):
        bench.report.tell("live", f"{what}", ours, "s", _beside(theirs, ours))
    say(
        f"live     {SOCKETS} sockets opened in {all_.opened_s:.1f} s, {all_.frames} frames, "
        f"{all_.missing} events missing   goal 0 missing"
    )


def _beside(few: float, ours: float) -> Beside:
    return longer(f"with {FEW_SOCKETS} sockets", few, ours)


def _seen(bench: Bench, workflow: str, sockets: int, runs: int, first: int) -> Seen:
    """`sockets` look at `runs` that wait for a message; then the messages are sent, 20 a second."""
    numbers = range(first, first + runs)
    line = bench.lines(1)[0]
    started = [bench.start(workflow, line, n)[0] for n in numbers]
    for _ in range(2):
        bench.settle(workflow, PAUSE_S, ("queued", "running"))
    asked = time.perf_counter()
    with _sockets(bench, started, sockets) as answers:
        assert next(answers, "").strip() == "watching", "the sockets were not let in"
        began = time.perf_counter()
        line = bench.lines(1)[0]  # the server has closed the other one meanwhile
        for place, n in enumerate(numbers):
            time.sleep(max(0.0, began + place / RUNS_A_SECOND - time.perf_counter()))
            line.request(
                "POST",
                f"/api/workspaces/{bench.workspace}/messages",
                body=json.dumps({"name": "go", "correlation": str(n), "body": {}}),
                headers=bench.headers,
            )
            answer = line.getresponse()
            said = answer.read()
            assert answer.status == 202, said
        told = json.loads(next(answers))
    return _judged(told, bench.ended(workflow, set(started), PAUSE_S), began - asked)


@contextmanager
def _sockets(bench: Bench, runs: list[str], sockets: int) -> Iterator[Iterator[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.sockets"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    wanted = {
        "address": bench.product.address.replace("http", "ws", 1),
        "origin": bench.product.address,
        "cookie": bench.headers["Cookie"],
        "runs": runs,
        "sockets": sockets,
        "seconds": WATCH_SECONDS,
    }
    try:
        process.stdin.write(json.dumps(wanted) + "\n")
        process.stdin.flush()
        yield iter(process.stdout)
    finally:
        process.terminate()
        process.wait(10)


def _judged(told: list[dict[str, Any]], ended: dict[str, float], opened_s: float) -> Seen:
    ends, events, missing = list[float](), list[float](), 0
    for socket in told:
        arrived = [(*event, received) for received, frame in socket["frames"] for event in frame]
        numbers = [seq for seq, *_ in arrived]
        expected = range(socket["first"] + 1, max(numbers, default=socket["first"]) + 1)
        missing += len(set(expected) - set(numbers)) + (len(numbers) - len(set(numbers)))
        events += [received - datetime.fromisoformat(at).timestamp() for _, _, at, received in arrived]
        last = [received for _, kind, _, received in arrived if kind == "run_finished"]
        missing += not last
        ends += [received - ended[socket["run"]] for received in last]
    frames = sum(len(socket["frames"]) for socket in told)
    return Seen(ends=ends, events=events, missing=missing, frames=frames, opened_s=opened_s)
