"""Runs on real workers. What these tests write is committed, so they are called on their own (`-m product`)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from builder import actions as authoring
from builder.models import Draft, Workflow
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from orchestrator.runs.models import Run, RunStatus

ROOT = Path(__file__).parents[3]
LEASE = "3"
READY_SECONDS = 60
HERE = system("test")


class Sink:
    """An HTTP endpoint that counts, and holds answers back until it is told."""

    def __init__(self) -> None:
        self.hits: Counter[str] = Counter()
        self._held: dict[str, threading.Event] = {}
        self._arrived = threading.Condition()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                sink.arrive(self.path)
                body = b'{"ok": true}'
                self.send_response(500 if self.path.startswith("/broken") else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815  the name is the library's

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def hold(self, path: str) -> None:
        self._held[path] = threading.Event()

    def release(self, path: str) -> None:
        self._held[path].set()

    def arrive(self, path: str) -> None:
        with self._arrived:
            self.hits[path] += 1
            self._arrived.notify_all()
        if path in self._held:
            self._held[path].wait(60)

    def wait_for(self, path: str, hits: int = 1, seconds: float = 30) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: self.hits[path] >= hits, seconds), f"{path}: {self.hits[path]} hits"

    def close(self) -> None:
        for event in self._held.values():
            event.set()
        self._server.shutdown()
        self._server.server_close()


class Worker:
    """An engine or cpu worker process on the test's database and broker."""

    def __init__(self, queue: str) -> None:
        pool = ("threads", "64") if queue == "engine" else ("prefork", "1")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "orchestrator.celery", "worker", "--pool", pool[0]),
                *("--concurrency", pool[1], "--queues", queue, "--hostname", f"{queue}{time.monotonic_ns()}@%h"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"),
            ],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": _database_url(), "LEASE_SECONDS": LEASE, "DATABASE_POOL": "8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._ready = threading.Event()
        self.lines: list[str] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        assert self._ready.wait(READY_SECONDS), "".join(self.lines)

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if " ready." in line:
                self._ready.set()
        self.process.stdout.close()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._listener.join()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.kill()
            self._listener.join()


def _database_url() -> str:
    """Of the test's database, which is not the one of the environment."""
    settings = connection.settings_dict
    return (
        f"postgres://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    )


@pytest.fixture(scope="session")
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def start_worker(committed: None) -> Iterator[Callable[[str], Worker]]:
    started: list[Worker] = []

    def start(queue: str = "engine") -> Worker:
        started.append(Worker(queue))
        return started[-1]

    yield start
    for worker in started:
        worker.stop()


@pytest.fixture(scope="session")
def engine(committed: None) -> Iterator[Worker]:
    """A worker that the tests share; tests that kill have their own."""
    worker = Worker("engine")
    yield worker
    worker.stop()


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
        states = wanted or (RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED)
        until = time.monotonic() + seconds
        while True:
            found = Run.objects.get(pk=run)
            if found.status in states and found.owner is None:
                return found
            assert time.monotonic() < until, f"still {RunStatus(found.status).name}, owner {found.owner}"
            time.sleep(0.02)  # looks again; ends with the state, not with the time

    return settled
