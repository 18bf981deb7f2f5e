"""`make bench`: the product and its baseline side by side, in one run, on this machine.

Prints medians and ratios with the load average beside them, and writes all of it as JSON to the data folder.
Nothing is asserted: figures of a shared machine are compared as ratios within one run.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from tests.bench import classification, extraction, graphs
from tests.running import Product, free_port

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
ROOT = Path(__file__).parents[2]
Figures = dict[str, Any]


def say(line: str = "") -> None:
    print(line, flush=True)


def load() -> str:
    return "load " + " ".join(f"{value:.1f}" for value in os.getloadavg())


class Bench:
    """A running product with a signed-in owner, and what was measured."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.client = product.owner()
        self.workspace = self.client.workspace
        self.figures: Figures = {}

    def publish(self, name: str, graph: dict[str, Any]) -> str:
        made = self.client.post(f"/api/workspaces/{self.workspace}/workflows", json={"name": name})
        made.raise_for_status()
        workflow = made.json()["id"]
        token = self.client.get(f"/api/workflows/{workflow}/draft").json()["token"]
        saved = self.client.put(
            f"/api/workflows/{workflow}/draft", json={"graph": graph}, headers={"If-Match": f'"{token}"'}
        )
        saved.raise_for_status()
        assert not saved.json()["problems"], saved.json()["problems"]
        self.client.post(f"/api/workflows/{workflow}/publish", json={"note": "bench"}).raise_for_status()
        return str(workflow)

    def start(self, workflow: str, line: http.client.HTTPConnection | None = None) -> tuple[str, float]:
        """The run's id and the moment its request was sent. A bare line: the load must not cost more than the work."""
        line = line or self.lines(1)[0]
        sent = time.time()
        line.request("POST", f"/api/workflows/{workflow}/runs", body='{"input": {"n": 0}}', headers=self.headers)
        answer = line.getresponse()
        body = json.loads(answer.read())
        assert answer.status == 202, body
        return str(body["id"]), sent

    def ended(self, workflow: str, runs: set[str]) -> dict[str, float]:
        """When each of the newest runs was done, by the database's clock: asking must not disturb what is measured,
        so this asks for the open ones only, and seldom."""
        address = f"/api/workspaces/{self.workspace}/runs"
        while any(
            self.client.get(address, params={"workflow": workflow, "status": status, "page_size": 1}).json()["results"]
            for status in ("queued", "running", "waiting")
        ):
            time.sleep(0.05)
        found: dict[str, float] = {}
        cursor: str | None = ""
        while cursor is not None and len(found) < len(runs):
            page = self.client.get(address, params={"workflow": workflow, "page_size": 100, "cursor": cursor}).json()
            for run in page["results"]:
                if run["id"] in runs:
                    assert run["status"] == "done", run["error"]
                    found[run["id"]] = datetime.fromisoformat(run["ended_at"]).timestamp()
            cursor = page["next"]
        return found

    def seconds(self, workflow: str) -> float:
        run, sent = self.start(workflow)
        time.sleep(0.1)  # nearly all are done by then: no question disturbs them
        return self.ended(workflow, {run})[run] - sent

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "Origin": self.product.address,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.client.cookies.items()),
            "X-CSRFToken": self.client.cookies["csrftoken"],
        }

    def lines(self, count: int) -> list[http.client.HTTPConnection]:
        return [http.client.HTTPConnection("127.0.0.1", self.product.port) for _ in range(count)]

    def many(self, workflow: str, runs: int, at_once: int) -> tuple[float, float, list[float]]:
        """Seconds until all were accepted, until all were finished, and of each from request to finished."""
        lines = self.lines(at_once)
        shares = [range(first, runs, at_once) for first in range(at_once)]
        began = time.time()
        with ThreadPoolExecutor(at_once) as pool:
            parts = pool.map(lambda line, share: [self.start(workflow, line) for _ in share], lines, shares)
            started = [one for part in parts for one in part]
        accepted = time.time() - began
        done = self.ended(workflow, {run for run, _ in started})
        ends = [(done[run], sent) for run, sent in started]
        return accepted, max(end for end, _ in ends) - began, [end - sent for end, sent in ends]


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def compare(bench: Bench, name: str, what: str, ours: list[float], theirs: dict[str, list[float]]) -> None:
    median = statistics.median(ours)
    line = f"{name}  {what:<34} {median * 1000:9.1f} ms"
    figure: Figures = {"tutti_s": ours}
    for pool, values in theirs.items():
        other = statistics.median(values)
        line += f"   {pool} {other * 1000:9.1f} ms = {other / median:5.1f}x"
        figure[f"{pool}_s"] = values
        figure[f"{pool}_ratio"] = other / median
    bench.figures[name] = figure
    say(f"{line}   ({load()})")


def short_workloads(bench: Bench, baseline: Any) -> None:
    """W1 and W2, the product and both pools of the baseline in turn."""
    chain, fan = bench.publish("W1 chain", graphs.chain_of(40)), bench.publish("W2 fan", graphs.fan_of(100))
    bench.seconds(chain), bench.seconds(fan)  # compiled once, as in real life
    ours: dict[str, list[float]] = {"W1": [], "W2": []}
    theirs: dict[str, dict[str, list[float]]] = {"W1": {}, "W2": {}}
    for pool, concurrency in (("threads", 100), ("prefork", 2)):
        worker = baseline.Worker(pool, concurrency)
        theirs["W1"][pool], theirs["W2"][pool] = [], []
        for _ in range(ROUNDS):
            ours["W1"].append(bench.seconds(chain))
            theirs["W1"][pool].append(baseline.chain_seconds(40))
            ours["W2"].append(bench.seconds(fan))
            theirs["W2"][pool].append(baseline.fan_seconds(100))
        worker.stop()
    compare(bench, "W1", "40 light steps in a row", ours["W1"], theirs["W1"])
    compare(bench, "W2", "1 to 100 to 1", ours["W2"], theirs["W2"])


def throughput(bench: Bench, baseline: Any) -> None:
    """W3: 500 runs of 5 light steps over HTTP, 16 requests at a time."""
    workflow = bench.publish("W3 many", graphs.chain_of(5))
    bench.many(workflow, 50, 16)
    worker = baseline.Worker("threads", 100)
    ours, theirs = [], []
    for _ in range(max(ROUNDS // 2, 2)):
        accepted, wall, each = bench.many(workflow, 500, 16)
        ours.append((500 / wall, 500 / accepted, percentile(each, 0.5), percentile(each, 0.95)))
        wall, each = baseline.many_seconds(500, 5, 16)
        theirs.append((500 / wall, percentile(each, 0.5), percentile(each, 0.95)))
    worker.stop()
    rate, taken, half, most = (statistics.median(values) for values in zip(*ours, strict=True))
    other, other_half, other_most = (statistics.median(values) for values in zip(*theirs, strict=True))
    say(
        f"W3  500 runs x 5 steps over HTTP         {rate:6.0f} finished/s, {taken:.0f} accepted/s, "
        f"p50 {half:.2f} s, p95 {most:.2f} s   threads {other:.0f}/s, p50 {other_half:.2f} s, p95 {other_most:.2f} s"
        f" = {rate / other:.1f}x   ({load()})"
    )
    bench.figures["W3"] = {"tutti": ours, "threads": theirs, "ratio": rate / other}


def waiting(bench: Bench, baseline: Any) -> None:
    """W4: 100 runs of 5 steps that each wait 200 ms on HTTP; the ideal is one second."""
    port = free_port()
    endpoint = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.endpoint", str(port)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert endpoint.stdout is not None
    endpoint.stdout.readline()
    url = f"http://127.0.0.1:{port}/"
    allowed = bench.client.patch(f"/api/workspaces/{bench.workspace}", json={"allowed_hosts": [f"127.0.0.1:{port}"]})
    allowed.raise_for_status()
    workflow = bench.publish("W4 waiting", graphs.waiting_chain_of(5, url))
    bench.many(workflow, 10, 10)
    worker = baseline.Worker("threads", 100)
    ours, theirs = [], []
    for _ in range(max(ROUNDS // 2, 2)):
        ours.append(bench.many(workflow, 100, 16)[1])
        theirs.append(baseline.waiting_seconds(100, 5, url))
    worker.stop()
    endpoint.terminate()
    compare(bench, "W4", "100 runs x 5 x 200 ms (ideal 1.0 s)", ours, {"threads": theirs})
    bench.figures["W4"]["times_ideal"] = statistics.median(ours)
    say(f"    {statistics.median(ours):.2f} times the ideal")


def at_rest(bench: Bench, started_s: float) -> None:
    """Memory of the whole product (sum of PSS), time to the first answer, installed size."""
    supervisor = psutil.Process(bench.product.pid)
    processes = [supervisor, *supervisor.children(recursive=True)]
    memory = {}
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):  # the database's helpers come and go
            memory[f"{process.pid} {process.name()}"] = process.memory_full_info().pss
    total = sum(memory.values()) / 2**20
    installed = sum(
        int(subprocess.run(["du", "-sm", folder], capture_output=True, text=True, check=True).stdout.split()[0])
        for folder in (ROOT / ".venv", ROOT / "static")
    )
    say(f"R   at rest {total:.0f} MB (sum of PSS), start to ready {started_s:.0f} s, installed {installed} MB")
    bench.figures["R"] = {"pss_mb": total, "start_s": started_s, "installed_mb": installed, "processes": memory}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tutti-bench-") as folder:
        product = Product(Path(folder))
        began = time.monotonic()
        product.start()
        started_s = time.monotonic() - began
        try:
            bench = Bench(product)
            say(f"{datetime.now(UTC):%Y-%m-%d %H:%M}, {os.cpu_count()} cores, {load()}, medians of {ROUNDS} or more")
            at_rest(bench, started_s)
            broker = product.services()["redis_url"]
            os.environ["BASELINE_REDIS_URL"] = broker.rsplit("/", 1)[0] + "/9"
            from tests.bench import baseline

            short_workloads(bench, baseline)
            throughput(bench, baseline)
            waiting(bench, baseline)
        finally:
            product.stop()
    bench.figures["extraction"] = extraction.measure(say)
    bench.figures["classification"] = classification.measure(say)
    target = Path(os.environ.get("DATA_DIR", ROOT / ".data")) / "bench.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"at": datetime.now(UTC).isoformat(), **bench.figures}, indent=1))
    say(f"All figures: {target}")


if __name__ == "__main__":
    main()
