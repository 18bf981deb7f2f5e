"""The supervisor: starts processes, starts again what dies, ends everything in order.

It has one thread, because a process that is to end with its parent ends with the *thread* that started it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from orchestrator.embedded.data_folder import write_private
from orchestrator.embedded.postgres import Postgres
from orchestrator.embedded.processes import Command, Process, end_stranger
from orchestrator.embedded.valkey import Valkey

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 15.0
HEALTHY_AFTER_S = 30.0
TRIES_TO_START = 3
OURSELVES = "tutti"
LOOK_AGAIN_S = 0.1
SERVICE_STARTS_WITHIN_S = 60

Show = Callable[[str, str], None]
"""Called with the name of a process and a line it said."""


class AlreadyRunning(Exception):
    """Another supervisor holds this data folder; `facts` is what it wrote down."""

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__("This data folder is in use by a running product.")
        self.facts = facts


class StartFailed(Exception):
    """A process does not come up; the message holds its last lines."""


class StopRequested(Exception):
    """We were asked to stop, by SIGINT, SIGTERM or SIGHUP."""

    def __init__(self, by: signal.Signals) -> None:
        super().__init__(by.name)
        self.by = by


@dataclass(kw_only=True)
class _Kept:
    """A process that is started again when it dies. While it is dead, `again_at` says when."""

    process: Process
    deaths: int = 0
    again_at: float | None = None


class Supervisor:
    """Use as a context manager: inside it the data folder is ours, at its end nothing of ours runs."""

    def __init__(self, data_dir: Path, show: Show) -> None:
        self._run = data_dir / "run"
        self._show = show
        self._facts: dict[str, Any] = {}
        self._kept: dict[str, _Kept] = {}
        self._passing: Process | None = None
        self._asked_to_stop: signal.Signals | None = None
        self._to_close = contextlib.ExitStack()
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> Self:
        self._take_data_folder()
        self._end_stale()
        self._listen_to_signals()
        self.publish()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._to_close:
            while self._kept:
                _, kept = self._kept.popitem()
                if kept.again_at is None:
                    self._end(kept.process)
            (self._run / "services.json").unlink(missing_ok=True)

    def publish(self, **facts: str) -> None:
        """Write down what runs where, for other commands and for the next start."""
        self._facts.update(facts)
        alive = [kept.process for kept in self._kept.values() if kept.again_at is None]
        processes = alive if self._passing is None else [*alive, self._passing]
        self._facts["processes"] = [
            {"name": p.command.name, "pid": p.pid, "born": p.born, "ends_by": int(p.command.ends_by)} for p in processes
        ]
        write_private(self._run / "services.json", json.dumps(self._facts, indent=2))

    def keep(self, command: Command) -> None:
        """Start it, and start it again whenever it dies. What is kept last is ended first."""
        self._kept[command.name] = _Kept(process=self._start(command))
        self.publish()

    def wait_for(self, name: str, ready: Callable[[], bool], *, within_s: float) -> None:
        """Until the kept process is ready. Raises StartFailed when it dies again and again, or is too slow."""
        deadline = time.monotonic() + within_s
        while not ready():
            kept = self._kept[name]
            if kept.deaths >= TRIES_TO_START or time.monotonic() > deadline:
                said = "\n  ".join(kept.process.last_lines) or "nothing"
                raise StartFailed(f"{name} does not start. It said last:\n  {said}")
            self._turn(LOOK_AGAIN_S)

    def run(self, command: Command) -> int:
        """Run it to its end; gives its exit code."""
        process = self._passing = self._start(command)
        self.publish()
        try:
            while (code := process.exit_code()) is None:
                self._turn(LOOK_AGAIN_S)
        finally:
            self._end(process)
            self._passing = None
            self.publish()
        return code

    def watch(self, ended: Callable[[], bool] = lambda: False) -> None:
        """Keep everything running until `ended`, or until StopRequested is raised."""
        while not ended():
            self._turn(LONGEST_PAUSE_S)

    def said_ready(self, name: str) -> bool:
        """Has the kept process said that it is ready?"""
        return self._kept[name].process.said_ready

    def _turn(self, longest_s: float) -> None:
        due = [kept.again_at - time.monotonic() for kept in self._kept.values() if kept.again_at is not None]
        self._hear(max(0.0, min([longest_s, *due])))
        for name, kept in self._kept.items():
            if kept.again_at is not None and time.monotonic() >= kept.again_at:
                kept.process, kept.again_at = self._start(kept.process.command), None
                self.publish()
            elif kept.again_at is None and (code := kept.process.exit_code()) is not None:
                self._mourn(name, kept, code)
        if self._asked_to_stop is not None:
            by, self._asked_to_stop = self._asked_to_stop, None
            raise StopRequested(by)

    def _mourn(self, name: str, kept: _Kept, code: int) -> None:
        self._end(kept.process)
        lived_s = time.monotonic() - kept.process.started_at
        kept.deaths = 1 if lived_s > HEALTHY_AFTER_S else kept.deaths + 1
        pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (kept.deaths - 1))
        kept.again_at = time.monotonic() + pause_s
        self._show(OURSELVES, f"{name} ended by itself ({_in_words(code)}); starting it again in {pause_s:g} s")
        self.publish()

    def _start(self, command: Command) -> Process:
        process = Process(command)
        self._selector.register(process.output, selectors.EVENT_READ, lambda: self._listen_to(process))
        return process

    def _end(self, process: Process) -> None:
        """Ask it to end, wait, kill it; shows what it says until then."""
        if process.exit_code() is None:
            process.ask_to_end()
        deadline = time.monotonic() + process.command.grace_s
        while process.exit_code() is None:
            if time.monotonic() > deadline:
                process.kill()
            self._hear(LOOK_AGAIN_S)
        if not process.silent:
            self._selector.unregister(process.output)
        for line in process.last_words():
            self._show(process.command.name, line)

    def _hear(self, longest_s: float) -> None:
        """Wait for a line of a process, the end of one, or a signal."""
        for key, _ in self._selector.select(longest_s):
            key.data()

    def _listen_to(self, process: Process) -> None:
        for line in process.lines():
            self._show(process.command.name, line)
        if process.silent:
            self._selector.unregister(process.output)

    def _listen_to_signals(self) -> None:
        """A signal only writes a byte into a socket, so that it is handled between two steps and never within one."""
        inlet, outlet = socket.socketpair()
        self._to_close.enter_context(inlet)
        self._to_close.enter_context(outlet)
        inlet.setblocking(False)
        outlet.setblocking(False)
        self._selector.register(outlet, selectors.EVENT_READ, lambda: outlet.recv(4096))
        self._to_close.callback(signal.set_wakeup_fd, signal.set_wakeup_fd(inlet.fileno(), warn_on_full_buffer=False))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._to_close.callback(signal.signal, number, signal.signal(number, self._note_request))
        self._to_close.callback(signal.signal, signal.SIGCHLD, signal.signal(signal.SIGCHLD, lambda *_: None))

    def _note_request(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop = signal.Signals(number)

    def _take_data_folder(self) -> None:
        self._run.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = self._to_close.enter_context((self._run / "lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._to_close.close()
            raise AlreadyRunning(self._written_facts()) from None
        self._to_close.callback(self._selector.close)

    def _end_stale(self) -> None:
        """The lock is ours, so whatever the last supervisor wrote down and still runs has lost its parent."""
        for left in reversed(self._written_facts().get("processes", [])):
            if left["born"] is not None:
                end_stranger(left["pid"], left["born"], signal.Signals(left["ends_by"]))

    def _written_facts(self) -> dict[str, Any]:
        try:
            facts = json.loads((self._run / "services.json").read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return facts if isinstance(facts, dict) else {}


def start_services(supervisor: Supervisor, data_dir: Path, *, durable: bool = True) -> dict[str, str]:
    """`{"DATABASE_URL", "REDIS_URL"}`: servers that the environment names are used, the others are started here."""
    urls = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    if "REDIS_URL" not in urls:
        urls["REDIS_URL"] = _start_service(supervisor, Valkey(data_dir))
    if "DATABASE_URL" not in urls:
        urls["DATABASE_URL"] = _start_service(supervisor, Postgres(data_dir, durable=durable))
    supervisor.publish(database_url=urls["DATABASE_URL"], redis_url=urls["REDIS_URL"])
    return urls


def _start_service(supervisor: Supervisor, service: Postgres | Valkey) -> str:
    service.prepare()
    command = service.command()
    supervisor.keep(command)
    quiet = not command.ready_says
    supervisor.wait_for(
        command.name,
        lambda: (quiet or supervisor.said_ready(command.name)) and service.ready(),
        within_s=SERVICE_STARTS_WITHIN_S,
    )
    return service.url


def _in_words(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
