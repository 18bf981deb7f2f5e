"""Who a session belongs to, with everything a request asks about that person, in one question to the database."""

from __future__ import annotations

from typing import Any

import psycopg
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils.crypto import constant_time_compare

from orchestrator.governance.models import User
from orchestrator.governance.standing import STANDING, Standing, read_standing

FIELDS = [field for field in User._meta.concrete_fields if field.name != "preferences"]  # only the session page asks
COLUMNS = [field.column for field in FIELDS]
SIGNED_IN = f"""
SELECT s.session_data, ({STANDING} WHERE m.user_id = u.id), {", ".join(f"u.{column}" for column in COLUMNS)}
FROM {Session._meta.db_table} s
JOIN {UserSession._meta.db_table} us ON us.session_key = s.session_key
JOIN {User._meta.db_table} u ON u.id = us.user_id
WHERE s.session_key = %s AND s.expire_date > now() AND u.owner_id IS NULL
"""  # noqa: S608  names of tables and columns, none of them from outside


def signed_in(key: str | None) -> tuple[User, Standing] | None:
    """The person of a session, with what they hold in each workspace.

    None wherever anything is out of the ordinary (unknown or expired session, changed password, a key of an older
    ring): Django's own, slower way then says what that means.
    """
    if not key:
        return None
    connection.ensure_connection()
    cursor: Any = psycopg.Cursor(connection.connection)  # Django's own cursors never prepare a statement
    row = cursor.execute(SIGNED_IN, [key], prepare=True).fetchone()
    if row is None:
        return None
    data, held, *values = row
    user: User = User.from_db(connection.alias, [field.attname for field in FIELDS], values)
    session = SessionStore(key).decode(data)
    whole = constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    if not whole or session.get(SESSION_KEY) != str(user.id):
        return None
    return user, read_standing(held)
