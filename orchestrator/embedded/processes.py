"""Processes: how they are started, how they are told apart after a crash, how they are ended."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
KEPT_LINES = 20
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, kw_only=True)
class Command:
    """A program to run."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to our own."""
    ends_by: signal.Signals = signal.SIGTERM
    grace_s: float = 10
    """How long it may take to end before it is killed."""
    user: int | None = None
    """The account to run under; None keeps ours."""
    ready_says: str = ""
    """Part of the line by which it says that it is ready, for programs that cannot be asked."""


class Process:
    """A running command in a process group of its own; its output is read line by line.

    Where the kernel can (Linux), the process is asked to end when its parent dies, however the parent dies.
    """

    def __init__(self, command: Command) -> None:
        self.command = command
        self.last_lines: deque[str] = deque(maxlen=KEPT_LINES)
        self.silent = False
        """True when nothing more will be said."""
        self.said_ready = False
        self._unfinished = b""
        self._swept = False
        self._popen = subprocess.Popen(
            command.argv,
            env={**os.environ, **command.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=asked_to_end_with_parent(command.ends_by),
            user=command.user,
            group=command.user,
            extra_groups=None if command.user is None else [],
        )
        assert self._popen.stdout is not None
        self.output = self._popen.stdout
        os.set_blocking(self.output.fileno(), False)
        self.pid = self._popen.pid
        self.born = birth(self.pid)
        self.started_at = time.monotonic()

    def exit_code(self) -> int | None:
        """None while it runs. Once it has ended, what it left behind in its group is killed."""
        code = self._popen.poll()
        if code is not None and not self._swept:
            self._swept = True
            _signal_group(self.pid, signal.SIGKILL)
        return code

    def lines(self) -> Iterator[str]:
        """What it has said since the last call."""
        while chunk := self._read():
            *finished, self._unfinished = (self._unfinished + chunk).split(b"\n")
            for line in finished:
                yield self._kept(line)

    def last_words(self) -> Iterator[str]:
        """After its end: everything not yet read, then the pipe is closed."""
        yield from self.lines()
        if self._unfinished:
            yield self._kept(self._unfinished)
        self.output.close()

    def ask_to_end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._popen.send_signal(self.command.ends_by)

    def kill(self) -> None:
        _signal_group(self.pid, signal.SIGKILL)

    def _read(self) -> bytes:
        try:
            chunk = os.read(self.output.fileno(), 65_536)
        except BlockingIOError:
            return b""
        self.silent = not chunk
        return chunk

    def _kept(self, line: bytes) -> str:
        text = line.decode(errors="replace").rstrip()
        self.last_lines.append(text)
        self.said_ready = self.said_ready or bool(self.command.ready_says and self.command.ready_says in text)
        return text


def asked_to_end_with_parent(by: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn`; the caller must have no other threads and must outlive the child."""
    libc = _libc
    if libc is None:
        return None
    return lambda: libc.prctl(PR_SET_PDEATHSIG, by)


def birth(pid: int) -> str | None:
    """When the process was started, in the words of the system; with the pid it names a process for ever.

    None when there is no such process (a zombie has ended).
    """
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None if sys.platform == "linux" else _birth_by_ps(pid)
    state, started_in_ticks_since_boot = after_name[0], after_name[19]
    return None if state in "ZX" else started_in_ticks_since_boot


def end_stranger(pid: int, born: str, by: signal.Signals, *, grace_s: float = 10) -> None:
    """End a process that another supervisor started, if it is still the same one."""
    if birth(pid) != born:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, by)
    deadline = time.monotonic() + grace_s
    while birth(pid) == born:
        if time.monotonic() > deadline:
            _signal_group(pid, signal.SIGKILL)
        time.sleep(0.02)


def program_of(pid: int) -> str:
    """The name of the program a process runs; empty when there is no such process."""
    if Path("/proc/self").exists():
        name = Path(f"/proc/{pid}/comm")
        return name.read_text().strip() if name.exists() else ""
    found = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return Path(found.stdout.strip()).name


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _birth_by_ps(pid: int) -> str | None:
    found = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.strip() or None


def _signal_group(leader: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)
