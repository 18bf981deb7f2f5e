"""Access tokens: made by a person for themselves, taken back by them or by an administrator."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orchestrator.api.errors import Conflict, Invalid, NotFound
from orchestrator.governance import audit
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import AccessToken, Membership
from orchestrator.governance.one_time import hash_of
from orchestrator.governance.principal import Principal
from orchestrator.governance.tenancy import TenantQuerySet
from orchestrator.governance.tokens import SHOWN, new_secret

LONGEST_LIFE = timedelta(days=366)
MOST = 50
"""Of a person in a workspace, at once."""


def create_token(
    principal: Principal, workspace_id: UUID, *, name: str, scopes: list[str], expires_at: datetime
) -> tuple[AccessToken, str]:
    """A token of one's own; answers it and its secret, which nobody can read again later."""
    with transaction.atomic():
        workspace = enter(principal, workspace_id, "workspace:read")
        if principal.token is not None or principal.id is None:
            raise Denied("workspace:read", workspace_id=workspace.id, object_type="token")
        # One token at a time: the limit holds whatever is asked at once.
        Membership.objects.select_for_update().get(workspace=workspace, user_id=principal.id)
        now = timezone.now()
        if not now < expires_at <= now + LONGEST_LIFE:
            raise Invalid("token_life", "A token lives for a year at most. Choose a day in the coming year.")
        mine = AccessToken.objects.filter(workspace=workspace, user_id=principal.id)
        if mine.filter(revoked_at=None, expires_at__gt=now).count() >= MOST:
            raise Conflict("too_many_tokens", f"You have {MOST} tokens. Revoke one that you no longer need.")
        secret = new_secret()
        token = AccessToken.objects.create(
            workspace=workspace,
            user_id=principal.id,
            name=name,
            prefix=secret[:SHOWN],
            token_hash=hash_of(secret),
            scopes=sorted(set(scopes)),
            expires_at=expires_at,
        )
        after = {"prefix": token.prefix, "scopes": token.scopes, "expires_at": expires_at.isoformat()}
        _record(principal, "token.created", token, after=after)
    return token, secret


def own_tokens(principal: Principal, workspace_id: UUID) -> TenantQuerySet[AccessToken]:
    workspace = enter(principal, workspace_id, "workspace:read")
    return AccessToken.objects.filter(workspace=workspace, user_id=principal.id).select_related("user")


def all_tokens(principal: Principal, workspace_id: UUID) -> TenantQuerySet[AccessToken]:
    """Everybody's, for those who look after the people of a workspace."""
    workspace = enter(principal, workspace_id, "member:manage")
    return AccessToken.objects.filter(workspace=workspace).select_related("user")


def revoke_token(principal: Principal, token_id: UUID) -> None:
    """From the next request on it opens nothing. One's own, or anybody's for who manages members."""
    with transaction.atomic():
        token = AccessToken.objects.select_for_update(of=("self",)).select_related("user").find(principal, token_id)
        if token.user_id != principal.id and not principal.may("member:manage", token.workspace_id):
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
