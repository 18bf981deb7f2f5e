"""Steps that run away from the engine: heavy on the processor, or not to be trusted with its memory.

The step is claimed like a run (lease, compare-and-set), its result is posted to the run's mailbox in the transaction
that ends the task. A guard ends this process when the step overstays its limit or its run was stopped.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import secrets
import threading
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from uuid_utils.compat import uuid7

from orchestrator.assets.pins import Pins
from orchestrator.engine.errors import ErrorCategory, StepError, StepFailed
from orchestrator.nodes.registry import node_type
from orchestrator.runs import store
from orchestrator.runs.context import Context, Outside
from orchestrator.runs.database import in_database_again
from orchestrator.runs.doorbell import wake
from orchestrator.runs.files import step_errors
from orchestrator.runs.lease import Lease
from orchestrator.runs.mail import STEP_RESULT
from orchestrator.runs.steps import Outcome, perform, stored_bytes
from orchestrator.runs.values import INLINE_BYTES, keep_large, value_digest

log = logging.getLogger(__name__)

STOPPED = 71
GUARD_SECONDS = 1.0
CLAIM = """
UPDATE step_tasks SET state = 1, owner = %(me)s
WHERE run_id = %(run)s AND step = %(step)s AND attempt = %(attempt)s AND state = 0 RETURNING body
"""
END = """
UPDATE step_tasks SET state = 2, body = '{}'
WHERE run_id = %(run)s AND step = %(step)s AND attempt = %(attempt)s AND state = 1 AND owner = %(me)s RETURNING run_id
"""


def work(run: UUID, step: int, attempt: int) -> str:
    """Do one attempt of a step. Gives `refused` when another worker has it or the run no longer wants it."""
    me = uuid7()
    which = {"run": run, "step": step, "attempt": attempt, "me": me}
    lease = Lease(me, "cpu", lambda: True)
    lease.start()
    try:
        with store.connect() as connection:
            row = connection.execute(CLAIM, which).fetchone()
            if row is None:
                return "refused"
            asked: list[dict[str, Any]] = []
            guard = Guard(which, row.body.get("seconds"), asked)
            guard.start()
            try:
                body = _letter(row.body, run, attempt, asked)
            finally:
                guard.stop()
            if _deliver(connection, which, body):
                return "done"
            if asked:
                rows = store.call_rows(asked, step=step, attempt=attempt, at=datetime.now(UTC))
                store.count_calls(connection, run, rows)
            return "not wanted"
    finally:
        lease.stop()  # whatever went wrong: without its lease the step counts as lost, and is tried again


def _letter(task: dict[str, Any], run: UUID, attempt: int, asked: list[dict[str, Any]]) -> dict[str, Any]:
    """The result of the step as the run will read it. `asked` gets the records of its calls to assets."""
    workspace = UUID(task["workspace"])
    node = node_type(task["type"], task["version"])
    pins = Pins(run)
    pins.take_over(task.get("pins", {}))

    async def do() -> Outcome:
        outside = Outside()
        context = Context(
            outside=outside,
            workspace_id=workspace,
            run=run,
            step_key=task["node"],
            step_type=node.key,
            attempt=attempt,
            key=UUID(task["key"]),
            pins=pins,
            asked=asked,
        )
        try:
            return await perform(node, task["config"], context, task.get("seconds"))
        finally:
            await outside.close()

    outcome = asyncio.run(do())
    if outcome.error is not None or outcome.result is None:
        return _failure(outcome.error or _no_result(node.title), attempt, asked)
    letter = {"attempt": attempt, "port": outcome.result.port, "facts": outcome.facts, "calls": asked}
    try:
        body = stored_bytes(outcome.result.output)
        if len(body) <= INLINE_BYTES:
            return {**letter, "output": outcome.result.output}
        with step_errors():
            artifact = in_database_again(keep_large, workspace, body)
    except StepFailed as failed:
        return _failure(failed.error, attempt, asked)
    salt = secrets.token_bytes(16)
    return {**letter, "artifact": str(artifact), "salt": salt.hex(), "digest": value_digest(salt, body)}


def _no_result(title: str) -> StepError:
    return StepError(
        category=ErrorCategory.INTERNAL,
        code="unexpected",
        message=f"“{title}” asked to wait in a place where it cannot.",
        hint="Steps that wait must run on the engine's own queue.",
    )


def _failure(error: StepError, attempt: int, asked: list[dict[str, Any]]) -> dict[str, Any]:
    return {"attempt": attempt, "error": error.as_json(), "jitter": random.random(), "calls": list(asked)}


def _deliver(connection: store.Connection, which: dict[str, Any], body: dict[str, Any]) -> bool:
    """End the task and post its result in one transaction, then wake the run."""
    run, step = which["run"], which["step"]
    with connection.transaction():
        if connection.execute(END, which).fetchone() is None:
            return False
        store.post(connection, run, STEP_RESULT, step=step, body=body, dedupe=f"result:{step}:{which['attempt']}")
    wake(connection, run)
    return True


class Guard:
    """Ends this process when the step overstays or is no longer wanted: nothing else stops C code."""

    def __init__(self, which: dict[str, Any], seconds: float | None, asked: list[dict[str, Any]]) -> None:
        self._which = which
        self._seconds = seconds
        self._asked = asked
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="guard", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        deadline = time.monotonic() + self._seconds if self._seconds else None
        connection = store.connect()
        while not self._stopped.wait(GUARD_SECONDS):
            try:
                self._look(connection, deadline)
            except psycopg.OperationalError as error:
                log.warning("The guard cannot look: %s", error)
        connection.close()

    def _look(self, connection: store.Connection, deadline: float | None) -> None:
        row = connection.execute(
            "SELECT state FROM step_tasks WHERE run_id = %(run)s AND step = %(step)s AND attempt = %(attempt)s",
            self._which,
        ).fetchone()
        if row is None or row.state != 1:
            log.info("The step's run was stopped; this worker process ends.")
            os._exit(STOPPED)
        if deadline is not None and time.monotonic() > deadline + GUARD_SECONDS:
            error = StepError(
                category=ErrorCategory.TIMEOUT,
                code="time_limit",
                message=f"The step took longer than its limit of {self._seconds:g} seconds and was ended.",
                hint="Give it more time, or a smaller document.",
                retryable=True,
            )
            _deliver(connection, self._which, _failure(error, self._which["attempt"], self._asked))
            os._exit(STOPPED)
