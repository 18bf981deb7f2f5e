"""Who acts: a person, a service account, somebody who has not signed in, or the system itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from orchestrator.governance.errors import Denied
from orchestrator.governance.matrix import verbs_of

if TYPE_CHECKING:
    from orchestrator.governance.models import User
    from orchestrator.governance.standing import Standing


class Kind(StrEnum):
    PERSON = "person"
    SERVICE = "service"
    """A service account: a member that programs act as, by tokens of its own. It cannot sign in."""
    ANONYMOUS = "anonymous"
    SYSTEM = "system"
    """The terminal and the sweep: whoever holds the machine holds the data anyway."""


@dataclass(frozen=True, kw_only=True)
class Denial:
    """A rule of a workspace that takes verbs away from somebody, whatever roles and sharing give."""

    policy: UUID
    verbs: frozenset[str]
    object_id: UUID | None
    """The one thing it is about; None: everything in the workspace."""
    reason: str

    def covers(self, object_id: UUID | None) -> bool:
        return self.object_id is None or self.object_id == object_id


@dataclass(frozen=True, kw_only=True)
class Principal:
    """An actor with the roles and rules that held when it was made; make a new one to see a change of them."""

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
    trace: str = ""
    """Of the request by which it acts."""
    owner: UUID | None = None
    """Of a service account: the person who answers for it."""
    denials: Mapping[UUID, tuple[Denial, ...]] = field(default_factory=dict)
    """The rules of each workspace against it."""

    @property
    def natural_person(self) -> UUID | None:
        """Who stands behind a session, a token or a service account: second persons are told apart by this."""
        return self.owner or self.id

    @property
    def is_system(self) -> bool:
        return self.kind is Kind.SYSTEM

    @property
    def is_signed_in(self) -> bool:
        """Whether it is known who acts, by a session or by a token."""
        return self.kind in (Kind.PERSON, Kind.SERVICE)

    def workspaces(self) -> set[UUID]:
        return set(self.roles)

    def verbs(self, workspace_id: UUID) -> frozenset[str]:
        return self.within(verbs_of(self.roles.get(workspace_id, ()))) - self.denied(workspace_id)

    def within(self, verbs: frozenset[str]) -> frozenset[str]:
        """Of these what a token may do, too."""
        return verbs if self.scopes is None else verbs & self.scopes

    def may(self, verb: str, workspace_id: UUID) -> bool:
        return self.is_system or verb in self.verbs(workspace_id)

    def may_all(self, verb: str, workspace_id: UUID) -> bool:
        """Whether it may with every single thing in the workspace: no rule takes one out."""
        return self.may(verb, workspace_id) and not self.denied_objects(verb)

    def require(self, verb: str, workspace_id: UUID, *, object_type: str = "", object_id: UUID | None = None) -> None:
        """Raises `Denied` unless the principal may."""
        if not self.may(verb, workspace_id):
            raise self.refusal(verb, workspace_id, object_type=object_type, object_id=object_id)

    def denied(self, workspace_id: UUID, object_id: UUID | None = None) -> frozenset[str]:
        """What rules take away in the workspace, and with this one thing in it."""
        found = self.denials.get(workspace_id)
        return frozenset[str]().union(*(one.verbs for one in found if one.covers(object_id))) if found else frozenset()

    def denial_of(self, verb: str, workspace_id: UUID, object_id: UUID | None = None) -> Denial | None:
        """The rule that takes the verb away; None where no rule does."""
        rules = self.denials.get(workspace_id, ())
        return next((one for one in rules if verb in one.verbs and one.covers(object_id)), None)

    def denied_workspaces(self, verb: str) -> set[UUID]:
        """Where a rule takes the verb away from everything: for lists."""
        return {workspace for workspace in self.denials if verb in self.denied(workspace)}

    def denied_objects(self, *verbs: str) -> set[UUID]:
        """The things of which a rule takes one of the verbs away: for lists."""
        rules = (one for rules in self.denials.values() for one in rules)
        return {one.object_id for one in rules if one.object_id is not None and not one.verbs.isdisjoint(verbs)}

    def refusal(
        self,
        verb: str,
        workspace_id: UUID,
        *,
        object_type: str = "",
        object_id: UUID | None = None,
        rules_of: UUID | None = None,
        message: str = "",
    ) -> Denied:
        """What to raise: it names the reason of the rule, where it is a rule that forbids this. `rules_of` is the thing
        that rules would name, where that is another one than the object."""
        rule = self.denial_of(verb, workspace_id, rules_of or object_id)
        said = f"A rule of this workspace forbids it: {rule.reason}" if rule else message
        return Denied(verb, workspace_id=workspace_id, object_type=object_type, object_id=object_id, message=said)


def system(name: str) -> Principal:
    """`name` says which part of the system acts, as the trail shall show it."""
    return Principal(kind=Kind.SYSTEM, name=name, auth="system")


def anonymous(ip: str | None) -> Principal:
    return Principal(kind=Kind.ANONYMOUS, ip=ip)


def person(user: User, *, ip: str | None = None, auth: str = "session") -> Principal:
    """The principal of a person or a service account, with the roles and rules of this moment (one query, for a
    service account three)."""
    from orchestrator.governance.standing import standing_of

    return acting(user, standing_of(user), ip=ip, auth=auth)


def acting(user: User, standing: Standing, *, ip: str | None = None, auth: str = "") -> Principal:
    """Somebody with what is known of their standing."""
    return Principal(
        kind=Kind.PERSON if user.owner_id is None else Kind.SERVICE,
        id=user.id,
        name=user.name,
        email=user.email,
        roles=standing.roles,
        denials=standing.denials,
        owner=user.owner_id,
        auth=auth,
        ip=ip,
    )


def principal_of(request: Any) -> Principal:
    """The principal of a Django or REST framework request, read once a request."""
    request = getattr(request, "_request", request)
    known: Principal | None = getattr(request, "principal", None)
    if known is None:
        # Only the socket's own address: a forwarding header is whatever the sender wrote.
        ip = request.META.get("REMOTE_ADDR") or None
        found = _of_token(request, ip) or _of_session(request, ip) or _of_user(request, ip)
        request.principal = known = replace(found, trace=uuid4().hex)
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
    request.user, standing = found
    request.session.accessed = True  # the answer depends on the cookie
    return acting(request.user, standing, ip=ip, auth="session")


def _of_user(request: Any, ip: str | None) -> Principal:
    """`request.user` is None once REST framework has found nobody."""
    from orchestrator.governance.sessions import admitted_to

    user = request.user
    if user is None or not user.is_authenticated or not user.is_active or user.owner_id is not None:
        return anonymous(ip)
    return admitted_to(getattr(request, "session", {}), person(user, ip=ip))


def principal_of_session(key: str | None) -> Principal | None:
    """Who a session belongs to right now, with the roles of this moment: for sockets, which outlive their request."""
    from orchestrator.governance.sessions import admitted_to, kept_session, signed_in

    found = signed_in(key)
    if found is not None:
        return acting(*found, auth="session") if found[0].is_active else None
    user, session = kept_session(key)
    return admitted_to(session, person(user)) if user and user.is_active else None
