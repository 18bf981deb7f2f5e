"""What a durable commit costs on the product's own database: one row, `synchronous_commit` on."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psycopg

from tests.bench.report import Report, faster, say

SERVER = ("synchronous_commit", "fsync", "full_page_writes", "wal_sync_method")
INSERT = "INSERT INTO bench.commits (body) VALUES (%s)"
BODY = "x" * 200


class Commits:
    """A table of its own for as long as the `with` lasts."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> Commits:
        with self._connection() as connection:
            connection.execute("DROP SCHEMA IF EXISTS bench CASCADE")
            connection.execute("CREATE SCHEMA bench")
            connection.execute("CREATE TABLE bench.commits (id bigserial PRIMARY KEY, body text)")
        return self

    def __exit__(self, *_: object) -> None:
        with self._connection() as connection:
            connection.execute("DROP SCHEMA bench CASCADE")

    def settings(self) -> dict[str, str]:
        with self._connection() as connection:
            rows = connection.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(SERVER)])
            return dict(rows.fetchall())

    def seconds(self, connections: int, lasting_s: float) -> float:
        """Seconds a commit: the time all took together, divided by their number."""
        with ExitStack() as stack:
            opened = [stack.enter_context(self._connection()) for _ in range(connections)]
            began = time.perf_counter()
            until = began + lasting_s
            with ThreadPoolExecutor(connections) as pool:
                count = sum(pool.map(lambda connection: _commit_until(connection, until), opened))
            return (time.perf_counter() - began) / count

    def _connection(self) -> psycopg.Connection:
        connection = psycopg.connect(self._url, autocommit=True)
        connection.execute("SET synchronous_commit = on")
        return connection


def _commit_until(connection: psycopg.Connection, until: float) -> int:
    count = 0
    while time.perf_counter() < until:
        connection.execute(INSERT, [BODY])
        count += 1
    return count


def measure(report: Report, url: str) -> None:
    with Commits(url) as commits:
        alone, together = commits.seconds(1, 2), commits.seconds(8, 2)
        settings = commits.settings()
    report.figures["commits"] = {"one_s": alone, "eight_s": together, "settings": settings}
    say("commits  " + ", ".join(f"{name} {value}" for name, value in sorted(settings.items())))
    report.tell(
        "commits",
        f"a commit on 8 connections ({1 / together:,.0f}/s)",
        together,
        "s",
        faster("on one", alone, together),
    )
