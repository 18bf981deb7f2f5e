"""Faults inside a worker process, put in from the outside: the product's code knows nothing of them.

Every call to the database, to the broker and to the outside world is wrapped. A fault says where it strikes
(`before claim`, `after append`, `any`), at which such call, and what happens: the process kills or freezes itself, the
calling thread stalls for so many seconds, or the moment is only told.
A mutation switches one of the product's guards off, to see that the tests would notice.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any

import psycopg
import redis
from kombu.transport import redis as kombu_redis
from kombu.transport.virtual import base as kombu_virtual

from orchestrator.connectors.http import HttpClient
from orchestrator.runs import actor, lease, statements, sweep

TIMERS = frozenset({"heart", "letters"})
"""Threads whose calls come by the clock and change nothing but a lease: they are not counted as `any`."""

SIGNALS = {"kill": signal.SIGKILL, "freeze": signal.SIGSTOP}


class Faults:
    """Counts calls, and strikes."""

    def __init__(self, wanted: list[dict[str, Any]]) -> None:
        self._wanted = {(fault["at"], fault["nth"]): fault["do"] for fault in wanted}
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()

    def pass_by(self, when: str, name: str) -> None:
        thread = threading.current_thread().name
        moment = f"{when} {name.format(thread=thread)}"
        with self._lock:
            self._seen[moment] += 1
            strikes = [(moment, self._seen[moment])]
            if thread not in TIMERS:
                counted = "any of the sweep" if thread == "sweep" else "any"
                self._seen[counted] += 1
                strikes.append((counted, self._seen[counted]))
            actions = [action for strike in strikes if (action := self._wanted.get(strike))]
            for action in actions:
                os.write(1, f"FAULT {action} {moment}\n".encode())  # past Celery's log, which may hold a lock
                if action in SIGNALS:
                    os.kill(os.getpid(), SIGNALS[action])
        for action in actions:
            if action.startswith("stall "):
                time.sleep(float(action.split()[1]))  # the stall itself is the fault


def inject(wanted: list[dict[str, Any]], mutation: str | None) -> None:
    """Wrap the calls of this process; must come before its first connection."""
    _name_connections()
    if mutation is not None:
        MUTATIONS[mutation]()
    if not wanted:
        return
    faults = Faults(wanted)
    _wrap_statements(faults)
    _wrap(psycopg.Transaction, "__exit__", faults, "commit of {thread}")
    _wrap(psycopg.Connection, "commit", faults, "commit of {thread}")
    _wrap(kombu_redis.Channel, "_put", faults, "send")
    _wrap(kombu_redis.Channel, "_brpop_read", faults, "receive")
    _wrap(kombu_virtual.Channel, "basic_ack", faults, "ack")
    _wrap(redis.Redis, "publish", faults, "publish")
    _wrap_effects(faults)


def _name_connections() -> None:
    """Each connection of the engine says which process it belongs to, so that the trail can tell who wrote."""
    connect = psycopg.connect

    def named(*arguments: Any, **options: Any) -> Any:
        if options.get("application_name") == "tutti-engine":
            options["application_name"] = f"tutti-engine {os.getpid()}"
        return connect(*arguments, **options)

    psycopg.connect = named  # type: ignore[assignment]


def _wrap(owner: type, method: str, faults: Faults, name: str) -> None:
    original = getattr(owner, method)

    @wraps(original)
    def wrapped(*arguments: Any, **options: Any) -> Any:
        faults.pass_by("before", name)
        answer = original(*arguments, **options)
        faults.pass_by("after", name)
        return answer

    setattr(owner, method, wrapped)


def _wrap_statements(faults: Faults) -> None:
    names = {  # read now: a mutation may have changed them
        statements.CLAIM: "claim",
        statements.LOCK_SLOTS: "lock",
        statements.APPEND: "append",
        statements.PROMOTE: "promote",
        statements.POST: "post",
        lease.BEGIN: "lease",
        lease.BEAT: "beat",
    }
    original = psycopg.Cursor.execute

    @wraps(original)
    def execute(self: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        name = names.get(query, "sql") if isinstance(query, str) else "sql"
        faults.pass_by("before", name)
        answer = original(self, query, *arguments, **options)
        faults.pass_by("after", name)
        return answer

    psycopg.Cursor.execute = execute  # type: ignore[method-assign]


def _wrap_effects(faults: Faults) -> None:
    original = HttpClient._exchange

    @wraps(original)
    async def exchange(*arguments: Any, **options: Any) -> Any:
        faults.pass_by("before", "effect")
        answer = await original(*arguments, **options)
        faults.pass_by("after", "effect")
        return answer

    HttpClient._exchange = exchange  # type: ignore[method-assign]


# -- the product with one guard off --------------------------------------------------------------------------------


def _without(text: str, guard: str) -> str:
    """A mutation that no longer finds its guard must fail, not pass."""
    if guard not in text:
        raise LookupError(f"The guard {guard!r} is not where it was; mend the mutation.")
    return text.replace(guard, "")


def no_fence() -> None:
    """An append is accepted from whoever knows the run's number, owner or not."""
    statements.APPEND = _without(statements.APPEND, "r.owner = %(me)s AND r.fence = b.fence AND ")


def no_sweep() -> None:
    sweep.Sweep._sweep = lambda self, connection: None  # type: ignore[method-assign]


def endless_lease() -> None:
    """Whoever dies keeps what it owned."""
    guard = "secs => %(lease)s"
    for name in ("BEGIN", "BEAT"):
        _without(getattr(lease, name), guard)
        setattr(lease, name, getattr(lease, name).replace(guard, "secs => %(lease)s + 86400"))


def no_freshness() -> None:
    """An effect is started although the lease has run out."""
    lease.Lease.is_fresh = lambda self: True  # type: ignore[method-assign]


def no_intent() -> None:
    """An effect is started before it is written down."""
    actor.Actor._begin = lambda self, command: self._spawn(command)  # type: ignore[method-assign]


MUTATIONS: dict[str, Callable[[], None]] = {
    "fence": no_fence,
    "sweep": no_sweep,
    "lease": endless_lease,
    "freshness": no_freshness,
    "intent": no_intent,
}
