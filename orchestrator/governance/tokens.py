"""Access tokens: how they look, and who comes with one. Asked anew by each request, so a revoked one opens nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from orchestrator.governance.models import AccessToken
from orchestrator.governance.one_time import hash_of, new_token
from orchestrator.governance.principal import Principal, person
from orchestrator.governance.second_factors import admitted, is_protected

BEGINS = "tutti_"
"""So that people, and programs that look for lost secrets, know one when they see it."""
SHOWN = len(BEGINS) + 6
USED_AGAIN_AFTER = timedelta(minutes=1)


def new_secret() -> str:
    return BEGINS + new_token()


def sent_token(headers: Mapping[str, str]) -> str | None:
    """What stands in `Authorization: Bearer …`, if it is one of ours."""
    scheme, _, secret = headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" and secret.strip().startswith(BEGINS) else None


def principal_by(secret: str, ip: str | None) -> Principal | None:
    """The person a token speaks for, with what both may do; None where it is unknown, expired, revoked or orphaned."""
    now = timezone.now()
    valid = AccessToken.objects.filter(token_hash=hash_of(secret), revoked_at=None, expires_at__gt=now)
    token = valid.select_related("user").filter(user__is_active=True).first()
    if token is None:
        return None
    # A token opens no more than its owner's own sign-in would.
    whole = admitted(person(token.user, ip=ip, auth=f"token {token.prefix}"), is_protected)
    roles = whole.roles.get(token.workspace_id)
    if roles is None:  # they have left the workspace, or it asks for a second factor they do not have
        return None
    unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_AGAIN_AFTER)
    AccessToken.objects.filter(unnoted, id=token.id).update(last_used_at=now)
    return replace(whole, roles={token.workspace_id: roles}, token=token.id, scopes=frozenset(token.scopes))
