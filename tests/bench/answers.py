"""Whether people feel it when much runs: the list of runs while idle, and at 100 started runs a second."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

from tests.bench import graphs
from tests.bench.report import longer, percentile, say
from tests.bench.running import ROOT, Bench

A_SECOND, SECONDS = 100, 10
IDLE_SECONDS = 5
PAUSE_S = 0.02


def measure(bench: Bench) -> None:
    workflow = bench.publish("many a second", graphs.chain_of(5))
    bench.many(workflow, 50, 16)
    _answers(bench, time.perf_counter() + 1)
    idle = _answers(bench, time.perf_counter() + IDLE_SECONDS)
    wanted = {
        "port": bench.product.port,
        "path": f"/api/workflows/{workflow}/runs",
        "headers": bench.headers,
        "body": '{"input": {"n": 0}}',
        "a_second": A_SECOND,
        "seconds": SECONDS,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.starts"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdin is not None
        starter.stdin.write(json.dumps(wanted) + "\n")
        starter.stdin.flush()
        busy = _answers(bench, time.perf_counter() + SECONDS)
        told: dict[str, Any] = json.loads(starter.communicate()[0])
    assert not told["refused"], told["refused"][:3]
    bench.ended(workflow, set(told["ids"]), pause_s=0.2)
    bench.report.figures["answers"] = {"idle_s": idle, "busy_s": busy, "starts_took_s": told["took_s"]}
    say(f"answers  {len(told['ids'])} runs started in {told['took_s']:.1f} s, all done; {len(busy)} lists read")
    for what, share in (("p50", 0.5), ("p95", 0.95)):
        before, meanwhile = percentile(idle, share), percentile(busy, share)
        goal = "1x" if share > 0.5 else ""
        name = f"list of runs at {A_SECOND} runs/s, {what}"
        bench.report.tell("answers", name, meanwhile, "s", longer("while idle", before, meanwhile), goal=goal)


def _answers(bench: Bench, until: float) -> list[float]:
    """Seconds of each reading of the first page."""
    line, took = bench.lines(1)[0], list[float]()
    while time.perf_counter() < until:
        asked = time.perf_counter()
        line.request("GET", f"/api/workspaces/{bench.workspace}/runs?page_size=25", headers=bench.headers)
        answer = line.getresponse()
        said = answer.read()
        took.append(time.perf_counter() - asked)
        assert answer.status == 200, said[:200]
        time.sleep(PAUSE_S)
    return took
