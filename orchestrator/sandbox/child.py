"""The program of the sandboxed process: takes one job from its standard input, says what became of it, and ends.

It is started alone (`python -I child.py <alive>`), without the environment, files and connections of the product, and
imports nothing of it. The code itself runs one process further in: Monty, an interpreter that has no files, no network
and no processes, in a worker of its own. What is done here bounds both, should Monty be broken out of. `alive` is a
pipe that nobody writes to: when it closes, whoever wanted the answer is gone.

In:  {code, inputs, seconds, seed, check}      check: only say whether it can be read
Out: {value} or {failed: {kind, message, line}}
     kind: unreadable | raised | time | memory | no_result | not_json | too_large | crashed
"""

from __future__ import annotations

import ctypes
import datetime
import json
import math
import os
import resource
import signal
import sys
import threading
from typing import Any

from pydantic_monty import (
    Monty,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySession,
    MontySyntaxError,
)

MEMORY = 128 * 1024 * 1024
"""Bytes that the code may use."""
ADDRESS_SPACE = 1024 * 1024 * 1024
"""Bytes that each of the two processes may map: the code's memory, its result, and what the programs need."""
OPEN_FILES = 64
DEEPEST = 100
"""Levels of lists and objects that a result may have; the store takes few more."""
LARGEST = 20 * 1024 * 1024
"""Bytes of JSON that a result may have."""
LONGEST_MESSAGE = 500
GRACE = 0.5
"""Seconds that the interpreter has to stop by itself."""
WHOLE_NUMBERS = 2**63
PARSED = "this code can be read"

PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000

Reply = dict[str, Any]


class Unfit(Exception):
    """The result cannot be passed on; the message says where and why."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def main() -> None:
    job = json.loads(sys.stdin.buffer.read())
    shut_in(job["seconds"])
    threading.Thread(target=end_with, args=(int(sys.argv[1]),), daemon=True).start()
    sys.stdout.buffer.write(json.dumps(done(job)).encode())
    sys.stdout.buffer.flush()


def shut_in(seconds: float) -> None:
    """Gives up what the code could misuse. What this system does not offer is left out."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.unshare(CLONE_NEWNET if os.geteuid() == 0 else CLONE_NEWUSER | CLONE_NEWNET)
    processor = math.ceil(seconds) + 2
    for limit, most in (
        (resource.RLIMIT_CPU, processor),
        (resource.RLIMIT_AS, ADDRESS_SPACE),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def end_with(alive: int) -> None:
    """Ends both processes when the one that started them is gone."""
    os.read(alive, 1)
    os.killpg(0, signal.SIGKILL)


def done(job: dict[str, Any]) -> Reply:
    seconds = job["seconds"]
    with (
        Monty(max_processes=1, request_timeout=seconds + 2 * GRACE, feed_duration_limit_grace=GRACE) as pool,
        pool.checkout(
            limits={"max_feed_duration_secs": seconds, "max_memory": MEMORY},
            os_policy={"sleep": "zero", "random_start": {"seed": job["seed"]}},
        ) as session,
    ):
        no_more_processes(session.worker_pid)
        if job["check"]:
            return readable(session, job["code"])
        try:
            return {"value": value_of(session, job["code"], job["inputs"])}
        except Unfit as unfit:
            return failed(unfit.kind, str(unfit))
        except MontyCrashedError as error:
            return failed("time" if error.timed_out else "crashed", str(error))
        except MontyError as error:
            return refusal(error)


def no_more_processes(worker: int | None) -> None:
    if worker is not None and hasattr(resource, "prlimit"):
        resource.prlimit(worker, resource.RLIMIT_NPROC, (0, 0))


def readable(session: MontySession, code: str) -> Reply:
    """The whole of it is read before its first line runs, and that line is ours."""
    try:
        session.feed_run(f"raise RuntimeError({PARSED!r})\n{code}", print_callback=unheard)
    except MontySyntaxError as error:
        return failed("unreadable", str(error), line_of(error, 1))
    except MontyError as error:
        if PARSED not in str(error):  # something of Python that Monty does not know
            return failed("unreadable", str(error))
    return {"value": None}


def value_of(session: MontySession, code: str, inputs: dict[str, Any]) -> Any:
    session.feed_run(code, inputs=inputs, print_callback=unheard)
    try:
        given = session.feed_run("result", print_callback=unheard)
    except MontyRuntimeError as error:
        if isinstance(error.exception(), NameError):
            raise Unfit("no_result", "") from error
        raise
    return Plain().of(given, "result")


class Plain:
    """A result as JSON has it. What stands in it twice counts twice, so a small list of itself cannot grow here."""

    def __init__(self) -> None:
        self._left = LARGEST

    def of(self, value: Any, place: str, depth: int = 0) -> Any:
        """Raises Unfit."""
        if depth > DEEPEST:
            raise Unfit("not_json", f"is nested deeper than {DEEPEST} levels")
        self._count(len(value) if isinstance(value, str) else 2)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._text(value, place)
        if isinstance(value, int | float):
            return self._number(value, place)
        if isinstance(value, list | tuple):
            return [self.of(each, f"{place}[{number}]", depth + 1) for number, each in enumerate(value)]
        if isinstance(value, dict):
            return {self._key(key, place): self.of(each, f"{place}[{key!r}]", depth + 1) for key, each in value.items()}
        if isinstance(value, datetime.date | datetime.time):
            return value.isoformat()
        raise Unfit("not_json", f"holds {type(value).__name__} at {place}, which is no text, number, list or object")

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise Unfit("too_large", "")

    def _text(self, value: str, place: str) -> str:
        if "\0" in value:
            raise Unfit("not_json", f"holds a NUL character at {place}")
        return value

    def _number(self, value: int | float, place: str) -> int | float:
        if isinstance(value, float):
            if math.isfinite(value):
                return value
            raise Unfit("not_json", f"holds {value}, which is no number that can be passed on, at {place}")
        if not -WHOLE_NUMBERS <= value < WHOLE_NUMBERS:
            raise Unfit("not_json", f"holds a whole number of more than 64 bits at {place}")
        return value

    def _key(self, key: Any, place: str) -> str:
        if not isinstance(key, str):
            raise Unfit("not_json", f"has a key that is no text ({key!r:.50}) in {place}")
        self._count(len(key))
        return self._text(key, f"a key of {place}")


def refusal(error: MontyError) -> Reply:
    if isinstance(error, MontySyntaxError):
        return failed("unreadable", str(error), line_of(error))
    cause = error.exception()
    message = str(error)
    if isinstance(cause, MemoryError):
        return failed("memory", message)
    if isinstance(cause, TimeoutError) and "time limit exceeded" in message:
        return failed("time", message)
    return failed("raised", message, line_of(error) if isinstance(error, MontyRuntimeError) else None)


def line_of(error: MontySyntaxError | MontyRuntimeError, before: int = 0) -> int | None:
    """The line of the code that failed; `before` of the lines are not its author's."""
    frames = error.traceback()
    return max(frames[-1].line - before, 1) if frames else None


def failed(kind: str, message: str, line: int | None = None) -> Reply:
    return {"failed": {"kind": kind, "message": message[:LONGEST_MESSAGE], "line": line}}


def unheard(stream: str, text: str) -> None:
    """What the code prints goes nowhere."""


if __name__ == "__main__":
    main()
