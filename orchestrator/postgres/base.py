"""Django's PostgreSQL backend; a connection from the pool is asked whether it lives only if it has rested.

Under load a connection was in use a moment ago: asking each time would be a third of a small request's questions.
"""

from __future__ import annotations

import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

RESTED_SECONDS = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        while self.pool is not None and not _lives(connection):
            self.pool.putconn(connection)  # it sees that the connection is broken and makes another
            connection = super().get_new_connection(conn_params)
        return connection


def _lives(connection: Any) -> bool:
    now = time.monotonic()
    rested = now - getattr(connection, "used_at", now) > RESTED_SECONDS
    connection.used_at = now
    try:
        if rested:
            ConnectionPool.check_connection(connection)
    except psycopg.OperationalError:
        return False
    return not connection.closed
