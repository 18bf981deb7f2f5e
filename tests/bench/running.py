"""The running product that is measured: its owner, its doors, its processes, and an endpoint for it to call."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil

from tests.bench.report import Report
from tests.running import Product, free_port

ROOT = Path(__file__).parents[2]
OPEN = ("queued", "running", "waiting")
LONGEST_SECONDS = 300
"""After so long a run that is still open is a fault of the product."""


class Bench:
    """A running product with a signed-in owner. A `with` of it ends what was started beside the product."""

    def __init__(self, product: Product, report: Report) -> None:
        self.product = product
        self.report = report
        self.client = product.owner()
        self.workspace = self.client.workspace
        self._stack = ExitStack()

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def broker(self) -> str:
        """A database of the product's broker that the product does not use."""
        return str(self.product.services()["redis_url"]).rsplit("/", 1)[0] + "/9"

    @property
    def database(self) -> str:
        return str(self.product.services()["database_url"])

    def process(self, name: str) -> psutil.Process:
        """`web`, `engine`, `cpu`, `postgres` or `valkey`."""
        return psutil.Process(next(one["pid"] for one in self.product.services()["processes"] if one["name"] == name))

    @cached_property
    def url(self) -> str:
        """An endpoint that answers after 200 ms, and that workflows may call."""
        port = free_port()
        command = [sys.executable, "-m", "tests.bench.endpoint", str(port)]
        endpoint = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self._stack.callback(endpoint.wait)
        self._stack.callback(endpoint.terminate)
        assert endpoint.stdout is not None
        endpoint.stdout.readline()
        allowed = self.client.patch(f"/api/workspaces/{self.workspace}", json={"allowed_hosts": [f"127.0.0.1:{port}"]})
        allowed.raise_for_status()
        return f"http://127.0.0.1:{port}/"

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

    def start(self, workflow: str, line: http.client.HTTPConnection | None = None, n: int = 0) -> tuple[str, float]:
        """The run's id and the moment its request was sent. A bare line: the load must not cost more than the work."""
        line = line or self.lines(1)[0]
        sent = time.time()
        line.request("POST", f"/api/workflows/{workflow}/runs", body=f'{{"input": {{"n": {n}}}}}', headers=self.headers)
        answer = line.getresponse()
        body = json.loads(answer.read())
        assert answer.status == 202, body
        return str(body["id"]), sent

    def settle(self, workflow: str, pause_s: float, statuses: tuple[str, ...] = OPEN) -> None:
        """Until no run of the workflow has one of these statuses. Asking must not disturb what is measured, so this
        asks for the open ones only, and seldom."""
        address, until = f"/api/workspaces/{self.workspace}/runs", time.monotonic() + LONGEST_SECONDS
        for status in statuses:
            asked = {"workflow": workflow, "status": status, "page_size": "1"}
            while left := self.client.get(address, params=asked).raise_for_status().json()["results"]:
                assert time.monotonic() < until, f"{status} after {LONGEST_SECONDS} s: {left[0]}"
                time.sleep(pause_s)

    def ended(self, workflow: str, runs: set[str], pause_s: float = 0.05) -> dict[str, float]:
        """When each of the newest runs was done, by the database's clock in its last commit."""
        until = time.monotonic() + LONGEST_SECONDS
        while True:
            self.settle(workflow, pause_s)
            found = {run["id"]: run for run in self._newest(workflow, len(runs)) if run["id"] in runs}
            assert len(found) == len(runs), f"{len(runs) - len(found)} accepted runs are not in the list"
            left = [run for run in found.values() if run["status"] in OPEN]
            if not left:
                break
            assert time.monotonic() < until, f"after {LONGEST_SECONDS} s: {left[0]}"
        wrong = [run for run in found.values() if run["status"] != "done"]
        assert not wrong, f"{len(wrong)} runs are not done, for example {wrong[0]}"
        return {run["id"]: datetime.fromisoformat(run["ended_at"]).timestamp() for run in found.values()}

    def _newest(self, workflow: str, count: int) -> Iterator[dict[str, Any]]:
        address, cursor = f"/api/workspaces/{self.workspace}/runs", ""
        asked = {"workflow": workflow, "page_size": "100"}
        for _ in range(-(-count // 100)):
            page = self.client.get(address, params={**asked, "cursor": cursor}).raise_for_status().json()
            yield from page["results"]
            cursor = page["next"] or ""

    def done(self, run: str, pause_s: float) -> dict[str, Any]:
        """One run with its steps, once it has ended well."""
        until = time.monotonic() + LONGEST_SECONDS
        while (seen := self.client.get(f"/api/runs/{run}").raise_for_status().json())["status"] in OPEN:
            assert time.monotonic() < until, f"{seen['status']} after {LONGEST_SECONDS} s"
            time.sleep(pause_s)
        assert seen["status"] == "done", f"{seen['status']}: {seen['error']}"
        return dict(seen)

    def seconds(self, workflow: str) -> float:
        """From the request to the end of one run."""
        run, sent = self.start(workflow)
        time.sleep(0.1)  # nearly all are done by then: no question disturbs them
        return self.ended(workflow, {run})[run] - sent

    @cached_property
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
        done = self.ended(workflow, {run for run, _ in started}, pause_s=0.2)
        ends = [(done[run], sent) for run, sent in started]
        return accepted, max(end for end, _ in ends) - began, [end - sent for end, sent in ends]


class Memory:
    """What a process holds (RSS, in MB)."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self.peak = self.now()

    def now(self) -> float:
        return float(self._process.memory_info().rss) / 2**20

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Notes the peak meanwhile."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(0.02):
                self.peak = max(self.peak, self.now())

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
