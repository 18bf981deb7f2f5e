"""The database and the broker of the tests, brought down and up again.

They belong to the supervisor of `python -m orchestrator.embedded exec`, which starts again what dies.
"""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis
from django.conf import settings
from django.db import connections

BACK_SECONDS = 60


def crash_database() -> None:
    """As a power cut: no transaction is ended, no page written (immediate mode). Returns when it is back."""
    _replace("postgres", signal.SIGQUIT)
    connections.close_all()
    wait_for_database()


def crash_broker() -> None:
    """SIGKILL; it comes back with what its append-only file holds."""
    _replace("valkey", signal.SIGKILL)
    wait_for_broker()


def flush_broker() -> None:
    broker().flushall()


def broker() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL)


def broker_port() -> int:
    return urlsplit(settings.REDIS_URL).port or 6379


def wait_for_database() -> None:
    parameters = connections["default"].get_connection_params()
    wanted = {key: parameters[key] for key in ("host", "port", "user", "password", "dbname")}
    until = time.monotonic() + BACK_SECONDS
    while True:
        try:
            psycopg.connect(**wanted, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            assert time.monotonic() < until, "the database does not come back"
            time.sleep(0.1)  # looks again; ends with the state, not with the time


def wait_for_broker() -> None:
    until = time.monotonic() + BACK_SECONDS
    while True:
        try:
            broker().ping()
            return
        except redis.RedisError:
            assert time.monotonic() < until, "the broker does not come back"
            time.sleep(0.1)  # looks again; ends with the state, not with the time


def _replace(name: str, number: signal.Signals) -> None:
    old = _pid(name)
    assert old is not None, f"{name} does not run"
    os.kill(old, number)
    until = time.monotonic() + BACK_SECONDS
    while _pid(name) in (None, old):
        assert time.monotonic() < until, f"{name} is not started again"
        time.sleep(0.05)  # looks again; ends with the state, not with the time


def _pid(name: str) -> int | None:
    facts = json.loads((Path(settings.DATA_DIR) / "run" / "services.json").read_text())
    return next((process["pid"] for process in facts["processes"] if process["name"] == name), None)
