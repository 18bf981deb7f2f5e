"""The workers of a test session: born of the zygote, killed, frozen, replaced."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil

from orchestrator.runs.models import Run

ROOT = Path(__file__).parents[2]
LEASE_SECONDS = 3.0
SWEEP_SECONDS = 0.2
READY_SECONDS = 90
GONE_SECONDS = 2.0
OPTIONS = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO")

Fault = dict[str, Any]


def fault(at: str, nth: int = 1, do: str = "kill") -> Fault:
    """At the `nth` call of this kind (`before claim`, `after append`, `before effect`, `any`, `any of the sweep`):
    `kill` or `freeze` the process, `stall 5` (seconds) the thread, or `tell` that it came here."""
    return {"at": at, "nth": nth, "do": do}


class Zygote:
    """Forks workers that use this database and broker."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.folder = folder
        ours, theirs = socket.socketpair()
        self._line = ours
        self._born: list[int] = []
        self._codes: dict[int, int] = {}
        self._told = threading.Condition()
        self._order = threading.Lock()
        self._ready = False
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.zygote", str(theirs.fileno())],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url, "DATABASE_POOL": "8", "TMPDIR": str(folder)},
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with self._line.makefile() as told:
            for line in told:
                message = json.loads(line)
                with self._told:
                    if "ended" in message:
                        self._codes[message["ended"]] = message["code"]
                    elif "born" in message:
                        self._born.append(message["born"])
                    self._ready = True
                    self._told.notify_all()

    def fork(self, order: dict[str, Any], output: int) -> int:
        with self._order, self._told:
            assert self._told.wait_for(lambda: self._ready, READY_SECONDS), "the zygote does not start"
            socket.send_fds(self._line, [json.dumps(order).encode()], [output])
            assert self._told.wait_for(lambda: bool(self._born), READY_SECONDS), "no worker was born"
            return self._born.pop()

    def code(self, pid: int) -> int | None:
        """The exit code of a worker that has ended."""
        return self._codes.get(pid)

    def wait(self, pid: int, seconds: float) -> int:
        with self._told:
            if not self._told.wait_for(lambda: pid in self._codes, seconds):
                raise TimeoutError(f"Worker {pid} has not ended within {seconds:g} s.")
            return self._codes[pid]

    def end(self) -> None:
        self._line.shutdown(socket.SHUT_RDWR)
        self._process.wait(30)
        self._line.close()


class Worker:
    """An engine or cpu worker process. Its `clock` is off by so many seconds; `connections` are options of its pool of
    connections to the database."""

    def __init__(
        self,
        zygote: Zygote,
        queue: str,
        *,
        faults: list[Fault] | None = None,
        mutation: str | None = None,
        late_acks: bool = False,
        database_port: int | None = None,
        broker_port: int | None = None,
        clock: float = 0,
        concurrency: int | None = None,
        connections: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        **settings: Any,
    ) -> None:
        self.queue = queue
        changes = (
            mutation,
            faults,
            late_acks,
            database_port,
            broker_port,
            clock,
            concurrency,
            connections,
            environment,
        )
        self.strange = any(changes) or bool(settings)
        self._zygote = zygote
        pool, size = ("threads", 64) if queue == "engine" else ("prefork", 1)
        order = {
            "argv": [
                *("--quiet", "worker", "--pool", pool, "--concurrency", str(concurrency or size), "--queues", queue),
                *("--hostname", f"{queue}{time.monotonic_ns()}@%h", *OPTIONS),
            ],
            "settings": {"LEASE_SECONDS": LEASE_SECONDS, "SWEEP_SECONDS": SWEEP_SECONDS, **settings},
            "environment": {**(environment or {})},
            "faults": faults or [],
            "mutation": mutation,
            "late_acks": late_acks,
            "database_port": database_port,
            "broker_port": broker_port,
            "clock": clock,
            "connections": connections or {},
        }
        reading, writing = os.pipe()
        self.pid = zygote.fork(order, writing)
        os.close(writing)
        self.me: UUID | None = None
        self.lines: list[str] = []
        self._said = threading.Condition()
        self._listener = threading.Thread(target=self._listen, args=[reading], daemon=True)
        self._listener.start()

    def wait_until_ready(self) -> None:
        self.wait_for_line(" ready.", READY_SECONDS)

    def wait_for_line(self, text: str, seconds: float = 30) -> None:
        """Until it has printed this, or is dead (then it fails, with what it said)."""
        with self._said:
            found = self._said.wait_for(
                lambda: any(text in line for line in self.lines) or not self._listener.is_alive(), seconds
            )
            assert found, f"no {text!r} in:\n{''.join(self.lines[-30:])}"
            assert any(text in line for line in self.lines), "".join(self.lines[-30:])

    def struck(self) -> str | None:
        """Where its fault has struck."""
        return next((line.strip() for line in self.lines if line.startswith("FAULT")), None)

    @property
    def lives(self) -> bool:
        return self._zygote.code(self.pid) is None

    def _listen(self, reading: int) -> None:
        with os.fdopen(reading, errors="replace") as output:
            for line in output:
                with self._said:
                    self.lines.append(line)
                    if found := re.search(r"drives runs as ([0-9a-f-]{36})", line):
                        self.me = UUID(found[1])
                    self._said.notify_all()
        with self._said:
            self._said.notify_all()

    def signal(self, number: signal.Signals) -> None:
        """To the worker and the processes of its pool."""
        os.killpg(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end, as a supervisor does."""
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        if self.lives:
            self.signal(signal.SIGKILL)
        self.ended()

    def ended(self, seconds: float = 60) -> int:
        """Its exit code, once it has ended; then `lines` holds all that it said."""
        code = self._zygote.wait(self.pid, seconds)
        self._listener.join(5)
        return code

    def children(self) -> set[int]:
        """The processes of its pool."""
        return {child.pid for child in psutil.Process(self.pid).children()}

    def left_behind(self) -> list[int]:
        """Processes of its session that outlived it; those that were killed with it may take a moment to be gone."""
        until = time.monotonic() + GONE_SECONDS
        while left := [pid for pid in psutil.pids() if pid != self.pid and _session(pid) == self.pid]:
            if time.monotonic() > until:
                return left
            time.sleep(0.02)  # looks again; ends with the state, not with the time
        return []


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


class Crew:
    """Those that were killed are replaced while the test goes on."""

    def __init__(self, zygote: Zygote) -> None:
        self.zygote = zygote
        self.workers: list[Worker] = []
        self.everybody: list[Worker] = []

    def of(self, queue: str) -> list[Worker]:
        self.workers = [worker for worker in self.workers if worker.lives]
        return [worker for worker in self.workers if worker.queue == queue]

    def add(self, queue: str = "engine", **options: Any) -> Worker:
        worker = Worker(self.zygote, queue, **options)
        self.workers.append(worker)
        self.everybody.append(worker)
        return worker

    def hire(self, *, engine: int = 2, cpu: int = 0, **options: Any) -> None:
        """Have at least so many of each."""
        for queue, wanted in (("engine", engine), ("cpu", cpu)):
            for _ in range(wanted - len(self.of(queue))):
                self.add(queue, **options)

    def all_ready(self) -> None:
        for worker in self.workers:
            if worker.lives:  # one killed before it was ready never will be
                worker.wait_until_ready()

    def driver_of(self, run: Run) -> Worker:
        """The worker that owns the run right now."""
        owner = Run.objects.values_list("owner", flat=True).get(pk=run.pk)
        return next(worker for worker in self.of("engine") if worker.me == owner)

    def dismiss_strange(self) -> None:
        """End the workers that are not as the product's: with faults, mutations, other servers or settings."""
        for worker in self.workers:
            if worker.strange and worker.lives:
                worker.kill()

    def kill_all(self) -> None:
        for worker in self.workers:
            worker.kill()
        self.workers = []

    def dismiss(self, seconds: float = 60) -> list[Worker]:
        """Stop all of them politely, at the same time; gives those that did not end by themselves."""
        living = [worker for worker in self.workers if worker.lives]
        for worker in living:
            worker.signal(signal.SIGCONT)
            worker.terminate()
        stubborn = []
        for worker in living:
            try:
                worker.ended(seconds)
            except TimeoutError:
                stubborn.append(worker)
                worker.kill()
        self.workers = []
        return stubborn
