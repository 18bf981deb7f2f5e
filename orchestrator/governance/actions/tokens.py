"""Access tokens: made by a person for themselves or for a service account of theirs, taken back by them or by an
administrator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orchestrator.api.errors import Conflict, Invalid, NotFound
from orchestrator.governance import audit
from orchestrator.governance.actions.service_accounts import answers_for
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.models import AccessToken, Membership, ServiceAccount
from orchestrator.governance.one_time import hash_of
from orchestrator.governance.principal import Kind, Principal
from orchestrator.governance.tenancy import TenantQuerySet
from orchestrator.governance.tokens import SHOWN, new_secret

LONGEST_LIFE = timedelta(days=366)
MOST = 50
"""Of a person in a workspace, at once."""
NOT_YOURS = "Only whoever answers for a service account makes tokens of it."


def create_token(
    principal: Principal,
    workspace_id: UUID,
    *,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime,
    networks: Sequence[str] = (),
    account: ServiceAccount | None = None,
) -> tuple[AccessToken, str]:
    """A token of one's own, or of an account one answers for; answers it and its secret, which nobody can read again
    later."""
    with transaction.atomic():
        workspace = enter(principal, workspace_id, "workspace:read")
        own = principal.kind is Kind.PERSON and principal.token is None
        if not (own if account is None else answers_for(principal, account)):
            message = NOT_YOURS if account else ""
            raise principal.refusal("workspace:read", workspace.id, object_type="token", message=message)
        holder = account.user_id if account else principal.id
        # One token at a time: the limit holds whatever is asked at once.
        if Membership.objects.select_for_update().filter(workspace=workspace, user_id=holder).first() is None:
            raise NotFound()
        now = timezone.now()
        if not now < expires_at <= now + LONGEST_LIFE:
            raise Invalid("token_life", "A token lives for a year at most. Choose a day in the coming year.")
        known = AccessToken.objects.filter(workspace=workspace, user_id=holder)
        if known.filter(revoked_at=None, expires_at__gt=now).count() >= MOST:
            raise Conflict("too_many_tokens", f"You have {MOST} tokens. Revoke one that you no longer need.")
        secret = new_secret()
        token = AccessToken.objects.create(
            workspace=workspace,
            user_id=holder,
            name=name,
            prefix=secret[:SHOWN],
            token_hash=hash_of(secret),
            scopes=sorted(set(scopes)),
            networks=list(dict.fromkeys(networks)),
            expires_at=expires_at,
        )
        after = {
            "prefix": token.prefix,
            "scopes": token.scopes,
            "networks": token.networks,
            "expires_at": expires_at.isoformat(),
            "for": token.user.name,
        }
        _record(principal, "token.created", token, after=after)
    return token, secret


def own_tokens(principal: Principal, workspace_id: UUID) -> TenantQuerySet[AccessToken]:
    workspace = enter(principal, workspace_id, "workspace:read")
    return AccessToken.objects.filter(workspace=workspace, user_id=principal.id).select_related("user")


def tokens_of_account(account: ServiceAccount) -> TenantQuerySet[AccessToken]:
    """Of an account that was found among those the principal sees."""
    return AccessToken.objects.filter(user_id=account.user_id).select_related("user")


def all_tokens(principal: Principal, workspace_id: UUID) -> TenantQuerySet[AccessToken]:
    """Everybody's, for those who look after the people of a workspace."""
    workspace = enter(principal, workspace_id, "member:manage")
    return AccessToken.objects.filter(workspace=workspace).select_related("user")


def revoke_token(principal: Principal, token_id: UUID) -> None:
    """From the next request on it opens nothing. One's own, that of an account one answers for, or anybody's for who
    manages members."""
    with transaction.atomic():
        token = AccessToken.objects.select_for_update(of=("self",)).select_related("user").find(principal, token_id)
        own = principal.id in (token.user_id, token.user.owner_id)
        if not own and not principal.may("member:manage", token.workspace_id):
            raise NotFound()
        if token.revoked_at is None:
            token.revoked_at = timezone.now()
            token.save(update_fields=["revoked_at"])
            _record(principal, "token.revoked", token, before={"prefix": token.prefix, "person": token.user.name})


def _record(
    principal: Principal,
    action: str,
    token: AccessToken,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    audit.record(
        principal,
        action,
        workspace_id=token.workspace_id,
        object_type="token",
        object_id=token.id,
        object_name=token.name,
        before=before,
        after=after,
    )
