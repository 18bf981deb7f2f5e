"""Patience for what another thread does a moment later."""

from __future__ import annotations

import time
from collections.abc import Callable

from orchestrator.runs.models import Run

SECONDS = 10.0


def eventually(holds: Callable[[], bool]) -> None:
    """Returns when it holds; fails where it never does."""
    until = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < until, "it never came to this"
        time.sleep(0.02)


def drive_to_its_end(drive: Callable[[Run], Run], run: Run) -> Run:
    """Look at the run again and again, as workers do whose doorbell rings."""

    def has_ended() -> bool:
        nonlocal run
        run = drive(run)
        return run.ended

    eventually(has_ended)
    return run
