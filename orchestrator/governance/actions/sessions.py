"""Where somebody is signed in, and ending it: by themselves, or by an administrator of their workspace.

An ended session opens nothing from the next request on; a socket of it is closed when it next looks (`consumers`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction

from orchestrator.api.errors import NotFound
from orchestrator.governance import audit
from orchestrator.governance.models import Membership, User
from orchestrator.governance.principal import Principal


def sessions_of(user: User) -> list[UserSession]:
    """Those that still open something, the last used first."""
    return sorted(UserSession.objects.purge_and_list(user), key=lambda session: session.last_seen_at, reverse=True)


def own_sessions(principal: Principal) -> list[UserSession]:
    return sessions_of(User.objects.get(id=principal.id))


def end_own(principal: Principal, *, key: str | None, session_id: int | None = None) -> None:
    """End one of the person's own sessions; without `session_id` all but the one of `key`, from which they ask."""
    kept = own_sessions(principal)
    chosen = [session for session in kept if session.id == session_id or (session_id is None and not _is(session, key))]
    _require(chosen, session_id)
    end(principal, chosen)


def member_sessions(principal: Principal, member_id: UUID) -> list[UserSession]:
    return sessions_of(_managed(principal, member_id).user)


def end_of_member(principal: Principal, member_id: UUID, *, session_id: int | None = None) -> None:
    """End one session of a member, or all of them."""
    member = _managed(principal, member_id)
    chosen = [session for session in sessions_of(member.user) if session_id in (None, session.id)]
    _require(chosen, session_id)
    if not chosen:
        return
    with transaction.atomic():
        _end(chosen)
        audit.record(principal, "session.ended", workspace_id=member.workspace_id, **_told(member.user, chosen))


def end(principal: Principal, sessions: Sequence[UserSession]) -> None:
    """End sessions of one person, who asks for it."""
    if not sessions:
        return
    with transaction.atomic():
        told = _told(sessions[0].user, sessions)
        _end(sessions)
        audit.record_everywhere(principal, "session.ended", **told)


def _is(session: UserSession, key: str | None) -> bool:
    return session.session_key == key


def _require(chosen: Sequence[UserSession], session_id: int | None) -> None:
    if session_id is not None and not chosen:
        raise NotFound("session_over", "This session is over already.")


def _managed(principal: Principal, member_id: UUID) -> Membership:
    member = Membership.objects.select_related("user").find(principal, member_id)
    principal.require("member:manage", member.workspace_id, object_type="member", object_id=member_id)
    return member


def _end(sessions: Sequence[UserSession]) -> None:
    for session in sessions:
        session.end()


def _told(user: User, sessions: Sequence[UserSession]) -> dict[str, Any]:
    where = [{"address": session.ip, "device": session.user_agent} for session in sessions]
    return {"object_type": "person", "object_id": user.id, "object_name": user.name, "detail": {"sessions": where}}
