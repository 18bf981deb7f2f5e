"""Who acts: a person, somebody who has not signed in, or the system itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from orchestrator.governance.errors import Denied
from orchestrator.governance.matrix import verbs_of

if TYPE_CHECKING:
    from orchestrator.governance.models import User


class Kind(StrEnum):
    PERSON = "person"
    ANONYMOUS = "anonymous"
    SYSTEM = "system"
    """The terminal and the sweep: whoever holds the machine holds the data anyway."""


@dataclass(frozen=True, kw_only=True)
class Principal:
    """An actor with the roles it held when it was made; make a new one to see a change of roles."""

    kind: Kind
    id: UUID | None = None
    name: str = ""
    email: str = ""
    roles: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    auth: str = ""
    ip: str | None = None
    token: UUID | None = None
    """The access token that speaks for the person."""
    scopes: frozenset[str] | None = None
    """The only verbs that count; None: those of the roles and grants all do."""

    @property
    def natural_person(self) -> UUID | None:
        """Who stands behind a session, a token or a service account: second persons are told apart by this."""
        return self.id

    @property
    def is_system(self) -> bool:
        return self.kind is Kind.SYSTEM

    @property
    def is_signed_in(self) -> bool:
        return self.kind is Kind.PERSON

    def workspaces(self) -> set[UUID]:
        return set(self.roles)

    def verbs(self, workspace_id: UUID) -> frozenset[str]:
        return self.within(verbs_of(self.roles.get(workspace_id, ())))

    def within(self, verbs: frozenset[str]) -> frozenset[str]:
        """Of these what a token may do, too."""
        return verbs if self.scopes is None else verbs & self.scopes

    def may(self, verb: str, workspace_id: UUID) -> bool:
        return self.is_system or verb in self.verbs(workspace_id)

    def require(self, verb: str, workspace_id: UUID, *, object_type: str = "", object_id: UUID | None = None) -> None:
        """Raises `Denied` unless the principal may."""
        if not self.may(verb, workspace_id):
            raise Denied(verb, workspace_id=workspace_id, object_type=object_type, object_id=object_id)


def system(name: str) -> Principal:
    """`name` says which part of the system acts, as the trail shall show it."""
    return Principal(kind=Kind.SYSTEM, name=name, auth="system")


def anonymous(ip: str | None) -> Principal:
    return Principal(kind=Kind.ANONYMOUS, ip=ip)


def person(user: User, *, ip: str | None = None, auth: str = "session") -> Principal:
    """The principal of a signed-in person, with the roles of this moment (one query)."""
    roles = {workspace: frozenset(held) for workspace, held in user.memberships.values_list("workspace_id", "roles")}
    return _person(user, roles, ip=ip, auth=auth)


def _person(user: User, roles: Mapping[UUID, frozenset[str]], *, ip: str | None, auth: str) -> Principal:
    return Principal(kind=Kind.PERSON, id=user.id, name=user.name, email=user.email, roles=roles, auth=auth, ip=ip)


def principal_of(request: Any) -> Principal:
    """The principal of a Django or REST framework request, read once a request."""
    request = getattr(request, "_request", request)
    known: Principal | None = getattr(request, "principal", None)
    if known is None:
        # Only the socket's own address: a forwarding header is whatever the sender wrote.
        ip = request.META.get("REMOTE_ADDR") or None
        known = _of_token(request, ip) or _of_session(request, ip) or _of_user(request.user, ip)
        request.principal = known
    return known


def _of_token(request: Any, ip: str | None) -> Principal | None:
    """Whoever sends a token is who the token says, whatever cookies come along."""
    from orchestrator.governance.tokens import principal_by, sent_token

    secret = sent_token(request.headers)
    return None if secret is None else principal_by(secret, ip) or anonymous(ip)


def _of_session(request: Any, ip: str | None) -> Principal | None:
    from orchestrator.governance.sessions import signed_in

    found = signed_in(getattr(getattr(request, "session", None), "session_key", None))
    if found is None or not found[0].is_active:
        return None
    request.user, roles = found
    request.session.accessed = True  # the answer depends on the cookie
    return _person(request.user, roles, ip=ip, auth="session")


def _of_user(user: Any, ip: str | None) -> Principal:
    """`user` is None once REST framework has found nobody."""
    signed_in = user is not None and user.is_authenticated and user.is_active
    return person(user, ip=ip) if signed_in else anonymous(ip)
