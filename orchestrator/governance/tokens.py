"""Access tokens: how they look, and who comes with one. Asked anew by each request, so a revoked one opens nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address, ip_network

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from orchestrator.governance import audit
from orchestrator.governance.models import AccessToken, AuditResult
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
    """Whom a token speaks for, with what both may do; None where it is unknown, expired, revoked, orphaned, or sent
    from somewhere it does not open from, which the trail is told."""
    now = timezone.now()
    valid = AccessToken.objects.filter(token_hash=hash_of(secret), revoked_at=None, expires_at__gt=now)
    token = valid.select_related("user").filter(user__is_active=True).first()
    if token is None:
        return None
    # A token opens no more than its owner's own sign-in would.
    whole = admitted(person(token.user, ip=ip, auth=f"token {token.prefix}"), is_protected)
    roles = whole.roles.get(token.workspace_id)
    if not roles:  # they, or who answers for the account, have left, or the workspace asks for a second factor
        return None
    held = replace(whole, roles={token.workspace_id: roles}, token=token.id, scopes=frozenset(token.scopes))
    if token.networks and not opens_from(token.networks, ip):
        _tell_refused(held, token)
        return None
    unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_AGAIN_AFTER) | ~Q(last_used_ip=ip)
    AccessToken.objects.filter(unnoted, id=token.id).update(last_used_at=now, last_used_ip=ip)
    return held


def opens_from(networks: Iterable[str], ip: str | None) -> bool:
    """Whether an address is in one of the networks. IPv4 inside IPv6 counts as the IPv4 address it is."""
    if ip is None:
        return False
    address = ip_address(ip)
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in ip_network(network) for network in networks)


def _tell_refused(held: Principal, token: AccessToken) -> None:
    if audit.first_in_a_minute("token.refused", token.id, held.ip):
        with transaction.atomic():
            audit.record(
                held,
                "token.refused",
                workspace_id=token.workspace_id,
                object_type="token",
                object_id=token.id,
                object_name=token.name,
                result=AuditResult.FAILED,
                detail={"networks": token.networks},
            )
