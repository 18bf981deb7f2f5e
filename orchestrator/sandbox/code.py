"""Code that people write, run in a process of its own that knows nothing of the product (`child.py`).

The process gets its job, an empty environment and a folder that is gone already; it is ended with its whole group when
its time is over, when it says too much, when this process dies, and in any case at the end. Its group is the only thing
it could leave behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from orchestrator.engine.errors import ErrorCategory, Problem, StepFailed

CHILD = Path(__file__).with_name("child.py")
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8"}
START_SECONDS = 1.5
"""What starting and answering may take beside the code's own time."""
CHECK_SECONDS = 2.0
LARGEST_REPLY = 64 * 1024 * 1024
"""The child's own limit holds before; in JSON a character may take six bytes, but few do."""

FAILURES: dict[str, tuple[ErrorCategory, str, str, str]] = {
    "unreadable": (
        ErrorCategory.CONFIG,
        "code_unreadable",
        "The code cannot be read{at}: {message}.",
        "Correct it. The code step knows Python's language and a few of its modules, but not all of them.",
    ),
    "raised": (
        ErrorCategory.INPUT,
        "code_failed",
        "The code failed{at}: {message}.",
        "Open the step and look at this line and at the values that it was given.",
    ),
    "time": (
        ErrorCategory.TIMEOUT,
        "code_time_limit",
        "The code took longer than its limit of {seconds:g} seconds and was ended.",
        "Look for a loop that does not end, give it less data, or more time.",
    ),
    "memory": (
        ErrorCategory.INPUT,
        "code_memory_limit",
        "The code needed more memory than it may use, and was ended.",
        "Give it less data, or build smaller values.",
    ),
    "no_result": (
        ErrorCategory.CONFIG,
        "code_no_result",
        "The code gives nothing: it does not assign anything to “result”.",
        "End it with a line such as: result = total",
    ),
    "not_json": (
        ErrorCategory.INPUT,
        "code_result",
        "The result of the code {message}.",
        "A result is made of texts, numbers, yes or no, lists, and objects with texts as keys.",
    ),
    "too_large": (
        ErrorCategory.INPUT,
        "too_large",
        "The result of the code is larger than 20 MB.",
        "Pass on less.",
    ),
    "crashed": (
        ErrorCategory.INTERNAL,
        "code_crashed",
        "The code brought down the process it ran in.",
        "Build smaller values, and try again.",
    ),
}

Reply = dict[str, Any]


async def run_code(code: str, inputs: dict[str, Any], *, seconds: float, seed: str) -> Any:
    """What the code assigned to `result`, as JSON. Raises StepFailed.

    `inputs` are its variables; the same `seed` gives it the same random numbers.
    """
    deadline = time.monotonic() + seconds + START_SECONDS
    with _started({"code": code, "inputs": inputs, "seconds": seconds, "seed": seed, "check": False}) as process:
        reply = await asyncio.to_thread(_reply, process, deadline)
    if "failed" in reply:
        raise _failure(reply["failed"], seconds)
    return reply["value"]


@lru_cache(maxsize=256)
def check_code(code: str) -> Problem | None:
    """What keeps the code from being read, without running it."""
    with _started({"code": code, "inputs": {}, "seconds": CHECK_SECONDS, "seed": "", "check": True}) as process:
        reply = _reply(process, time.monotonic() + CHECK_SECONDS + START_SECONDS)
    if reply.get("failed", {}).get("kind") != "unreadable":
        return None
    error = _failure(reply["failed"], CHECK_SECONDS).error
    return Problem(code=error.code, message=error.message, hint=error.hint, field="config.code")


@contextlib.contextmanager
def _started(job: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    theirs, ours = os.pipe()
    with os.fdopen(ours, "wb"):  # open as long as we live: the end of it is the end of them
        try:
            process = _start(job, theirs)
        finally:
            os.close(theirs)
        try:
            yield process
        finally:
            _end(process)


def _start(job: dict[str, Any], alive: int) -> subprocess.Popen[bytes]:
    with tempfile.TemporaryFile() as given, tempfile.TemporaryDirectory() as folder:
        given.write(json.dumps(job).encode())
        given.seek(0)
        return subprocess.Popen(
            [sys.executable, "-I", str(CHILD), str(alive)],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd=folder,
            pass_fds=(alive,),
            start_new_session=True,
        )


def _reply(process: subprocess.Popen[bytes], deadline: float) -> Reply:
    """All it says, up to the deadline."""
    assert process.stdout is not None
    said = bytearray()
    with process.stdout, selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(max(deadline - time.monotonic(), 0)):
                return _failed("time")
            chunk = os.read(process.stdout.fileno(), 256 * 1024)
            if not chunk:
                break
            said += chunk
            if len(said) > LARGEST_REPLY:
                return _failed("too_large")
    try:
        reply: Reply = json.loads(said)
    except ValueError:
        return _failed("crashed")
    return reply


def _end(process: subprocess.Popen[bytes]) -> None:
    """Before it is waited for: until then its number, and so its group's, belongs to nobody else."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _failed(kind: str) -> Reply:
    return {"failed": {"kind": kind, "message": "", "line": None}}


def _failure(failed: dict[str, Any], seconds: float) -> StepFailed:
    category, code, message, hint = FAILURES[failed["kind"]]
    line = failed["line"]
    at = f" in line {line}" if line else ""
    details = {"line": line} if line else {}
    said = message.format(at=at, message=failed["message"].rstrip("."), seconds=seconds)
    return StepFailed(category, code, said, hint=hint, retryable=False, **details)
