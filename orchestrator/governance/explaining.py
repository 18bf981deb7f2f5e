"""Why somebody may do something, or may not: every way that leads there, and every rule against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from orchestrator.api.errors import NotFound
from orchestrator.governance.errors import Denied
from orchestrator.governance.matrix import VERBS, Role
from orchestrator.governance.models import AccessToken, Membership, Policy
from orchestrator.governance.policies import DENIABLE_ON
from orchestrator.governance.principal import Principal
from orchestrator.governance.sharing import Level, Named, Shareable, Way, explain, may, roles_counted, verbs_with
from orchestrator.governance.standing import principals_of


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Whether somebody may, and why."""

    verb: str
    allowed: bool
    ways: list[Way]
    """All that speak for it, also where a rule forbids it in the end."""
    rules: list[Policy]
    """All that forbid it."""
    idle: list[str]
    """Roles they hold that would give it, if the thing were not restricted."""
    roles: list[str]
    """Every role that gives it."""
    levels: list[str]
    """What sharing the thing would have to be for."""
    tokens: list[AccessToken]
    """By which programs may do it, too: of the person, and of service accounts they answer for."""


def rights_on(asker: Principal, workspace_id: UUID, user_id: UUID, thing: Shareable | None) -> list[Answer]:
    """What a member may do with one thing, or anywhere in the workspace. Everybody may ask about themselves; who shares
    the thing, and who sees the members, about all of them. Raises `Denied`, and `NotFound` for who is no member."""
    if asker.id != user_id and not _may_ask(asker, workspace_id, thing):
        raise Denied("member:read", workspace_id=workspace_id, object_type="member", object_id=user_id)
    member = Membership.objects.select_related("user").filter(workspace_id=workspace_id, user_id=user_id).first()
    if member is None:
        raise NotFound("nobody", "They are not in this workspace any more. Choose somebody else.")
    [somebody] = principals_of(workspace_id, [member.user])
    grants = thing.grants_for(somebody) if thing else []
    tokens = _tokens(workspace_id, somebody)
    rules = {rule.id: rule for rule in _rules(workspace_id, somebody)}
    # What was lifted between the two queries forbids nothing any more.
    standing = tuple(one for one in somebody.denials.get(workspace_id, ()) if one.policy in rules)
    somebody = replace(somebody, denials={workspace_id: standing})
    verbs = sorted(DENIABLE_ON[thing.sharing.object_type], key=list(VERBS).index) if thing else list(VERBS)
    return [_answer(somebody, verb, workspace_id, thing, grants, rules, tokens) for verb in verbs]


def _may_ask(asker: Principal, workspace_id: UUID, thing: Shareable | None) -> bool:
    shares = thing is not None and may(asker, thing.sharing.share, thing)
    return shares or asker.may("member:read", workspace_id)


def _answer(
    somebody: Principal,
    verb: str,
    workspace_id: UUID,
    thing: Shareable | None,
    grants: Sequence[Named],
    rules: dict[UUID, Policy],
    tokens: Sequence[tuple[AccessToken, Principal]],
) -> Answer:
    about = thing.pk if thing else None
    against = [one for one in somebody.denials.get(workspace_id, ()) if verb in one.verbs and one.covers(about)]
    free = replace(somebody, denials={})
    held = somebody.roles.get(workspace_id, frozenset())
    if thing is None:
        ways = [Way(kind="role", name=role) for role in sorted(held & VERBS[verb])]
        idle: list[str] = []
    else:
        ways = [*explain(free, verb, thing, None), *_named(free, verb, thing, grants)]
        idle = sorted(held & VERBS[verb] - roles_counted(somebody, thing))
    return Answer(
        verb=verb,
        allowed=_may(somebody, verb, workspace_id, thing),
        ways=ways,
        rules=[rules[one.policy] for one in dict.fromkeys(against)],
        idle=idle,
        roles=[role for role in Role if role in VERBS[verb]],
        levels=[level for level, verbs in thing.sharing.gives.items() if verb in verbs] if thing else [],
        tokens=[token for token, holder in tokens if _may(holder, verb, workspace_id, thing)],
    )


def _may(somebody: Principal, verb: str, workspace_id: UUID, thing: Shareable | None) -> bool:
    return somebody.may(verb, workspace_id) if thing is None else may(somebody, verb, thing)


def _named(free: Principal, verb: str, thing: Shareable, grants: Iterable[Named]) -> list[Way]:
    """Grants that give it, and those by which a role counts for a restricted thing."""
    without = explain(free, verb, thing, None)
    found = []
    for grant in grants:
        level = Level(grant.level)
        gives = verb in thing.sharing.gives[level] or (not without and verb in verbs_with(free, thing, level))
        if gives:
            team = grant.team.name if grant.team else ""
            found.append(Way(kind="grant", name=level, via=team, folder=grant.through, until=grant.expires_at))
    return found


def _tokens(workspace_id: UUID, somebody: Principal) -> list[tuple[AccessToken, Principal]]:
    """Each with the one who acts by it, within what it names."""
    whose = Q(user_id=somebody.id) | Q(user__owner_id=somebody.id)
    rows = AccessToken.objects.filter(whose, workspace_id=workspace_id, revoked_at=None, expires_at__gt=timezone.now())
    tokens = list(rows.select_related("user__service_account").order_by("id"))
    holders = principals_of(workspace_id, [token.user for token in tokens])
    return [
        (token, replace(holder, scopes=frozenset(token.scopes))) for token, holder in zip(tokens, holders, strict=True)
    ]


def _rules(workspace_id: UUID, somebody: Principal) -> Iterable[Policy]:
    ids = [one.policy for one in somebody.denials.get(workspace_id, ())]
    return Policy.objects.filter(id__in=ids).select_related("member__user", "team", "created_by")
