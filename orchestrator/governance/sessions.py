"""Who a session belongs to, with everything a request asks about that person, in one question to the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.core.internal.sessionkit import get_session_user
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils.crypto import constant_time_compare

from orchestrator.governance.models import Membership, User, Workspace
from orchestrator.governance.principal import Principal
from orchestrator.governance.second_factors import FACTORS, admitted, has_second_factor
from orchestrator.governance.standing import STANDING, Standing, read_standing

FIELDS = [field for field in User._meta.concrete_fields if field.name != "preferences"]  # only the session page asks
COLUMNS = [field.column for field in FIELDS]
SIGNED_IN = f"""
SELECT s.session_data, ({STANDING} WHERE m.user_id = u.id),
       ARRAY(SELECT m.workspace_id
             FROM {Membership._meta.db_table} m JOIN {Workspace._meta.db_table} w ON w.id = m.workspace_id
             WHERE m.user_id = u.id AND w.second_factor_required),
       EXISTS (SELECT FROM {Authenticator._meta.db_table} a WHERE a.user_id = u.id AND a.type = ANY(%s)),
       {", ".join(f"u.{column}" for column in COLUMNS)}
FROM {Session._meta.db_table} s
JOIN {UserSession._meta.db_table} us ON us.session_key = s.session_key
JOIN {User._meta.db_table} u ON u.id = us.user_id
WHERE s.session_key = %s AND s.expire_date > now() AND u.owner_id IS NULL
"""  # noqa: S608  names of tables and columns, none of them from outside

COMPANY = "company"
"""How the trail calls signing in by the identity provider."""


def signed_in(key: str | None) -> tuple[User, Standing] | None:
    """The person of a session, with what they hold in each workspace that is open to it.

    A workspace that asks for a second factor is shut to people without one, unless the organisation's own sign-in
    vouched for them. None wherever anything is out of the ordinary (unknown or expired session, changed password, a key
    of an older ring): Django's own, slower way then says what that means.
    """
    if not key:
        return None
    connection.ensure_connection()
    cursor: Any = psycopg.Cursor(connection.connection)  # Django's own cursors never prepare a statement
    row = cursor.execute(SIGNED_IN, [list(FACTORS), key], prepare=True).fetchone()
    if row is None:
        return None
    data, held, demanding, has_factor, *values = row
    user: User = User.from_db(connection.alias, [field.attname for field in FIELDS], values)
    session = SessionStore(key).decode(data)
    whole = constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    if not whole or session.get(SESSION_KEY) != str(user.id):
        return None
    standing = read_standing(held)
    return user, standing if has_factor or by_company(session) else standing.without(demanding)


def admitted_to(session: Mapping[str, Any], principal: Principal) -> Principal:
    """The principal with what is open to this session."""
    return admitted(principal, lambda user: by_company(session) or has_second_factor(user))


def by_company(session: Mapping[str, Any]) -> bool:
    """Whether the person of this session came by the identity provider."""
    return COMPANY in methods_of(session)


def methods_of(session: Mapping[str, Any]) -> list[str]:
    """How the person of this session proved who they are, in order: `password`, `totp`, `webauthn`, `company` ..."""
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    names = (record.get("type") or record["method"] for record in records)
    return list(dict.fromkeys(COMPANY if name == "socialaccount" else name for name in names))


def kept_session(key: str | None) -> tuple[User | None, Mapping[str, Any]]:
    """The person of a session and what it keeps, in Django's own way. None where it has ended."""
    session = SessionStore(key)
    if not key or not session.exists(key):
        return None, {}
    return get_session_user(session), session.load()
