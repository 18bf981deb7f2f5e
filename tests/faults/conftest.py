"""Real workers, killed and frozen. What these tests write is committed, so they have a database of their own:
`python -m orchestrator.embedded exec --durable -- pytest tests/faults`.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from builder import actions as authoring
from builder.models import Draft, Workflow
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from orchestrator.runs.models import Run, RunEvent, RunStatus

ROOT = Path(__file__).parents[2]
LEASE_SECONDS = 3.0
SWEEP_SECONDS = 0.2
READY_SECONDS = 60
HERE = system("test")
ENDED = (RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED)


def numbers(run: Run) -> list[int]:
    return list(RunEvent.objects.filter(run_id=run.id).order_by("seq").values_list("seq", flat=True))


class Sink:
    """An HTTP endpoint that counts what reaches it, and holds answers back until it is told."""

    def __init__(self) -> None:
        self.hits: Counter[str] = Counter()
        self.keys: defaultdict[str, set[str]] = defaultdict(set)
        self._held: dict[str, threading.Event] = {}
        self._arrived = threading.Condition()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                sink.arrive(self.path, self.headers.get("Idempotency-Key"))
                body = b'{"ok": true}'
                with contextlib.suppress(ConnectionError):  # whoever asked may be dead by now
                    self.send_response(200)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.do_GET()

            def log_message(self, *_: Any) -> None:
                return

        self._server = Server(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def hold(self, path: str) -> None:
        self._held[path] = threading.Event()

    def release(self, path: str) -> None:
        self._held[path].set()

    def arrive(self, path: str, key: str | None) -> None:
        with self._arrived:
            self.hits[path] += 1
            if key is not None:
                self.keys[path].add(key)
            self._arrived.notify_all()
        if path in self._held:
            self._held[path].wait(60)

    def wait_for(self, path: str, hits: int = 1, seconds: float = 30) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: self.hits[path] >= hits, seconds), f"{path}: {self.hits[path]} hits"

    def wait_for_all(self, hits: int, seconds: float = 60) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: self.hits.total() >= hits, seconds), f"{self.hits.total()} hits"

    def close(self) -> None:
        for event in self._held.values():
            event.set()
        self._server.shutdown()
        self._server.server_close()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that a killed worker left behind is no news."""


class Worker:
    """An engine or cpu worker process on the test's database and broker."""

    def __init__(self, queue: str) -> None:
        self.queue = queue
        pool = ("threads", "64") if queue == "engine" else ("prefork", "1")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "orchestrator.celery", "worker", "--pool", pool[0]),
                *("--concurrency", pool[1], "--queues", queue, "--hostname", f"{queue}{time.monotonic_ns()}@%h"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"),
            ],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": _database_url(),
                "DATABASE_POOL": "8",
                "LEASE_SECONDS": str(LEASE_SECONDS),
                "SWEEP_SECONDS": str(SWEEP_SECONDS),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.me: UUID | None = None
        self.lines: list[str] = []
        self._ready = threading.Event()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def wait_until_ready(self) -> None:
        assert self._ready.wait(READY_SECONDS), "".join(self.lines)

    @property
    def lives(self) -> bool:
        return self.process.poll() is None

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if found := re.search(r"drives runs as ([0-9a-f-]{36})", line):
                self.me = UUID(found[1])
            if " ready." in line:
                self._ready.set()
        self.process.stdout.close()

    def signal(self, number: signal.Signals) -> None:
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.ended()

    def ended(self, seconds: float = 40) -> int:
        """Its exit code, once it has ended."""
        code = self.process.wait(seconds)
        self._listener.join()
        return code

    def children(self) -> set[int]:
        """The processes of its pool."""
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return {int(pid) for pid in found.stdout.split()}

    def stop(self) -> None:
        if not self.lives:
            return
        self.process.terminate()
        try:
            self.ended()
        except subprocess.TimeoutExpired:
            self.kill()


class Crew:
    """The workers of a test session. Those that were killed are replaced while the test goes on."""

    def __init__(self) -> None:
        self.workers: list[Worker] = []

    def of(self, queue: str) -> list[Worker]:
        self.workers = [worker for worker in self.workers if worker.lives]
        return [worker for worker in self.workers if worker.queue == queue]

    def hire(self, *, engine: int = 2, cpu: int = 0) -> None:
        """Have at least so many of each."""
        for queue, wanted in (("engine", engine), ("cpu", cpu)):
            missing = wanted - len(self.of(queue))
            self.workers += [Worker(queue) for _ in range(missing)]

    def all_ready(self) -> None:
        for worker in self.workers:
            worker.wait_until_ready()

    def driver_of(self, run: Run) -> Worker:
        """The worker that owns the run right now."""
        owner = Run.objects.values_list("owner", flat=True).get(pk=run.pk)
        return next(worker for worker in self.of("engine") if worker.me == owner)

    def dismiss(self) -> None:
        """Stop all of them politely, at the same time."""
        for worker in self.workers:
            if worker.lives:
                worker.process.terminate()
        for worker in self.workers:
            worker.stop()


def _database_url() -> str:
    """Of the test's database, which is not the one of the environment."""
    settings = connection.settings_dict
    return (
        f"postgres://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    )


@pytest.fixture(scope="session")
def committed(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A fresh database whose rows everybody sees. (Its own fixture sets up none where no test asks for roll-back.)"""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
        yield
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def session_crew(committed: None) -> Iterator[Crew]:
    crew = Crew()
    yield crew
    crew.dismiss()


@pytest.fixture
def crew(session_crew: Crew) -> Crew:
    """Two engine workers."""
    session_crew.hire()
    session_crew.all_ready()
    return session_crew


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    yield sink
    sink.close()


@pytest.fixture
def workspace(committed: None, sink: Sink) -> Workspace:
    return Workspace.objects.create(name="Runs", allowed_hosts=[sink.host])


@pytest.fixture
def publish(workspace: Workspace) -> Callable[[dict[str, Any]], Workflow]:
    def publish(graph: dict[str, Any]) -> Workflow:
        workflow = authoring.create_workflow(HERE, workspace.pk, name="Tried")
        draft = Draft.objects.get(workflow=workflow)
        saved = authoring.save_draft(HERE, workflow, graph, str(draft.token))
        assert not saved.problems, saved.problems
        authoring.publish(HERE, workflow, note="test")
        workflow.refresh_from_db()
        return workflow

    return publish


@pytest.fixture
def settled(committed: None) -> Callable[..., Run]:
    """Looks at a run until it is in one of the wanted states."""

    def settled(run: UUID, *wanted: RunStatus, seconds: float = 40) -> Run:
        states = wanted or ENDED
        until = time.monotonic() + seconds
        while True:
            found = Run.objects.get(pk=run)
            if found.status in states and found.owner is None:
                return found
            assert time.monotonic() < until, f"still {RunStatus(found.status).name}, owner {found.owner}"
            time.sleep(0.02)  # looks again; ends with the state, not with the time

    return settled
