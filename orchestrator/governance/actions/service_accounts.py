"""Service accounts: made by whoever manages members, answered for by a person, ended or handed over with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from orchestrator.api.announcements import announce
from orchestrator.api.errors import Conflict, Invalid, NotFound
from orchestrator.governance import audit
from orchestrator.governance.actions.leaving import Belonging, Fate
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.models import AccessToken, Membership, ServiceAccount, User, Workspace
from orchestrator.governance.principal import Kind, Principal
from orchestrator.governance.standing import NOT_FOR_MACHINES
from orchestrator.governance.tenancy import TenantQuerySet

MOST = 200
LONGEST_REVIEW = timedelta(days=366)


def service_accounts_of(principal: Principal, workspace_id: UUID) -> TenantQuerySet[ServiceAccount]:
    """All, for who sees the members; otherwise those that one answers for."""
    workspace = enter(principal, workspace_id, "workspace:read")
    found = ServiceAccount.objects.filter(workspace=workspace)
    return found if principal.may("member:read", workspace.id) else found.filter(user__owner_id=principal.id)


def create_service_account(
    principal: Principal,
    workspace_id: UUID,
    *,
    name: str,
    purpose: str,
    roles: Sequence[str],
    owner: UUID,
    review_on: date,
) -> ServiceAccount:
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update(no_key=True).find(principal, workspace_id)
        principal.require("member:manage", workspace.id, object_type="service_account")
        if ServiceAccount.objects.filter(workspace=workspace).count() >= MOST:
            raise Conflict("too_many_accounts", f"A workspace has at most {MOST} service accounts. End one first.")
        _refuse_taken(workspace.id, name)
        _check_review(review_on)
        person = _owner(workspace.id, owner, roles)
        user = User(name=name, email=f"{uuid7()}@service.invalid", owner=person.user)
        user.set_unusable_password()
        user.save(force_insert=True)
        Membership.objects.create(workspace=workspace, user=user, roles=list(roles))
        account = ServiceAccount.objects.create(
            workspace=workspace, user=user, purpose=purpose, review_on=review_on, created_by_id=principal.id
        )
        _record(principal, "service_account.created", account, after=_facts(account))
    return account


def change_service_account(principal: Principal, account_id: UUID, **changes: Any) -> ServiceAccount:
    """`changes` holds any of name, purpose, roles, owner and review_on. Another owner takes it over as it is: tokens
    go on working until somebody revokes them."""
    with transaction.atomic():
        account = _locked(principal, account_id)
        before, member = _facts(account), account.member
        if changes.get("name", account.user.name) != account.user.name:
            _refuse_taken(account.workspace_id, changes["name"])
        if "review_on" in changes:
            _check_review(changes["review_on"])
        roles = changes.get("roles", member.roles)
        if "owner" in changes or "roles" in changes:
            account.user.owner = _owner(account.workspace_id, changes.get("owner", account.user.owner_id), roles).user
        account.user.name = changes.get("name", account.user.name)
        account.user.save(update_fields=["name", "owner"])
        Membership.objects.filter(pk=member.pk).update(roles=list(roles))
        account.purpose = changes.get("purpose", account.purpose)
        account.review_on = changes.get("review_on", account.review_on)
        account.save(update_fields=["purpose", "review_on"])
        after = _facts(account)
        if after != before:
            _record(principal, "service_account.changed", account, before=before, after=after)
    return account


def end_service_account(principal: Principal, account_id: UUID) -> None:
    """Its tokens open nothing from the next request on, and what was shared with it is shared no more. What it made
    goes to whoever answers for it."""
    with transaction.atomic():
        account = _locked(principal, account_id)
        _end(principal, account, heir_id=account.user.owner_id)


def tell_owned(*, member: Membership, found: list[Belonging]) -> None:
    """The accounts that a member answers for. Subscribes to `belongings.asked`."""
    accounts = ServiceAccount.objects.filter(workspace_id=member.workspace_id, user__owner_id=member.user_id)
    for account in accounts.select_related("user").order_by("user__name"):
        found.append(Belonging(kind="service_account", id=account.pk, name=account.user.name, fate=Fate.HANDED_OVER))


def follow_owner(*, principal: Principal, workspace_id: UUID, user_id: UUID, heir_id: UUID | None) -> None:
    """A member leaves: the accounts they answer for go to the heir, or end with them."""
    left = ServiceAccount.objects.filter(workspace_id=workspace_id, user__owner_id=user_id).select_related(
        "user__owner"
    )
    for account in left.select_for_update(of=("self",)):
        if heir_id is None:
            _end(principal, account, heir_id=None)
            continue
        before = _facts(account)
        User.objects.filter(pk=account.user_id).update(owner=heir_id)
        account.user.refresh_from_db()
        _record(principal, "service_account.changed", account, before=before, after=_facts(account))


def answers_for(principal: Principal, account: ServiceAccount) -> bool:
    """Whether it is this person, signed in themselves, who answers for it."""
    return principal.kind is Kind.PERSON and principal.token is None and account.user.owner_id == principal.id


def _end(principal: Principal, account: ServiceAccount, *, heir_id: UUID | None) -> None:
    facts, ended = _facts(account), account.id
    announce(
        "member.leaving",
        principal=principal,
        workspace_id=account.workspace_id,
        user_id=account.user_id,
        heir_id=heir_id,
    )
    AccessToken.objects.filter(user_id=account.user_id, revoked_at=None).update(revoked_at=timezone.now())
    Membership.objects.filter(user_id=account.user_id).delete()
    User.objects.filter(pk=account.user_id).update(is_active=False)
    account.delete()
    account.id = ended
    _record(principal, "service_account.ended", account, before=facts)


def _locked(principal: Principal, account_id: UUID) -> ServiceAccount:
    """Raises `NotFound` for who does not see it, `Denied` for who may not change it."""
    rows = ServiceAccount.objects.select_related("user__owner").select_for_update(of=("self",))
    account = rows.find(principal, account_id)
    seen = principal.may("member:read", account.workspace_id) or account.user.owner_id == principal.id
    if not seen:
        raise NotFound()
    principal.require("member:manage", account.workspace_id, object_type="service_account", object_id=account.id)
    return account


def _owner(workspace_id: UUID, user_id: UUID, roles: Sequence[str]) -> Membership:
    """Who is to answer for it. Raises `Invalid` where it would get what they do not hold themselves."""
    people = Membership.objects.people().select_related("user").filter(workspace_id=workspace_id)
    person = people.filter(user_id=user_id, user__is_active=True).first()
    if person is None:
        raise NotFound("nobody", "They are not in this workspace any more. Choose somebody else.")
    if kept := sorted(NOT_FOR_MACHINES & set(roles)):
        raise Invalid("role_for_people", "Programs do not decide, publish or manage. Leave this role out.", roles=kept)
    if lacking := sorted(set(roles) - set(person.roles)):
        raise Invalid(
            "role_not_held",
            "The account may do no more than whoever answers for it. Leave the role out, or choose somebody else.",
            roles=lacking,
        )
    return person


def _refuse_taken(workspace_id: UUID, name: str) -> None:
    if ServiceAccount.objects.filter(user__name=name, workspace_id=workspace_id).exists():
        raise Conflict("name_taken", f"There is a service account named {name!r} already. Choose another name.")


def _check_review(day: date) -> None:
    today = timezone.localdate()
    if not today < day <= today + LONGEST_REVIEW:
        raise Invalid("review_date", "Somebody looks at it again within a year. Choose a day in the coming year.")


def _facts(account: ServiceAccount) -> dict[str, Any]:
    return {
        "name": account.user.name,
        "purpose": account.purpose,
        "roles": sorted(account.member.roles),
        "owner": account.user.owner.name if account.user.owner else None,
        "review_on": account.review_on.isoformat(),
    }


def _record(
    principal: Principal,
    action: str,
    account: ServiceAccount,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        principal,
        action,
        workspace_id=account.workspace_id,
        object_type="service_account",
        object_id=account.id,
        object_name=account.user.name,
        before=before,
        after=after,
        detail={"account": str(account.user_id), "owner": str(account.user.owner_id)},
    )
