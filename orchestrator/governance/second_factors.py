"""Second factors: how their secrets are kept, and which workspaces stay shut to people without one.

The secrets of authenticator apps and recovery codes are sealed with the ring of keys. Passkeys are public keys, so
nothing of them is secret.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from allauth.account.internal.stagekit import get_pending_stage
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.db import transaction

from orchestrator.governance import audit, sealed
from orchestrator.governance.errors import Unsealable
from orchestrator.governance.keys import ring, sealing_key
from orchestrator.governance.models import AuditResult, Membership, User, Workspace
from orchestrator.governance.principal import Principal, anonymous, person

logger = logging.getLogger(__name__)

PURPOSE = b"second factors"
"""Bound to each secret, so that it opens as nothing else. The library knows no row when it asks to seal."""
FACTORS = (Authenticator.Type.TOTP.value, Authenticator.Type.WEBAUTHN.value)
"""What counts as a second factor: recovery codes only stand in for one."""
SECRETS = ("secret", "seed")
"""Where the sealed texts stand in the data of an authenticator."""

UNREADABLE = (
    "Your second factor cannot be read here any more. Use a passkey if you have one. Ask whoever runs this "
    "installation to reset your second factor."
)


class MfaAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `ValidationError`, which the forms that take a code answer with."""
        try:
            return unseal(encrypted_text)
        except Unsealable as error:
            logger.error("%s", error)
            raise ValidationError(UNREADABLE, code="factor_unreadable") from error

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the host name, which Django has held against ALLOWED_HOSTS."""
        return {"id": context.request.get_host().partition(":")[0], "name": "Tutti"}

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Asked for the error of every code and passkey that is refused: the one place that hears of all of them."""
        if code == "incorrect_code":
            _record_refusal()
        return super().validation_error(code, *args)


def seal(text: str) -> str:
    """`key name:base64`. Opened by `unseal`."""
    name, key = sealing_key()
    return f"{name}:{base64.urlsafe_b64encode(sealed.seal(key, text.encode(), PURPOSE)).decode()}"


def unseal(text: str) -> str:
    """Raises `Unsealable`."""
    name, _, encoded = text.partition(":")
    key = ring().get(name)
    if key is None:
        raise Unsealable(f"A second factor was sealed with the key {name!r}, which is not in the ring.")
    try:
        return sealed.unseal(key, base64.urlsafe_b64decode(encoded), PURPOSE).decode()
    except ValueError as error:
        raise Unsealable("A second factor cannot be read: it was changed in the database.") from error


def reseal(authenticator: Authenticator) -> bool:
    """Seal the row's secrets with the newest key, unsaved; False where they are already."""
    newest = f"{sealing_key()[0]}:"
    old = [name for name in SECRETS if not str(authenticator.data.get(name, newest)).startswith(newest)]
    for name in old:
        authenticator.data[name] = seal(unseal(authenticator.data[name]))
    return bool(old)


def has_second_factor(user_id: UUID) -> bool:
    return Authenticator.objects.filter(user_id=user_id, type__in=FACTORS).exists()


def is_protected(user_id: UUID) -> bool:
    """Whether somebody has a second factor, or signs in with an account that their organisation protects."""
    return has_second_factor(user_id) or SocialAccount.objects.filter(user_id=user_id).exists()


def admitted(principal: Principal, protected: Callable[[UUID], bool]) -> Principal:
    """The principal without the workspaces that ask for a second factor, unless the person is `protected`, or the one
    who answers for a service account."""
    demanding = Membership.objects.filter(user_id=principal.id, workspace__second_factor_required=True)
    shut = set(demanding.values_list("workspace_id", flat=True)) if principal.id else set()
    if not shut or principal.natural_person is None or protected(principal.natural_person):
        return principal
    return replace(principal, roles={key: roles for key, roles in principal.roles.items() if key not in shut})


def shut_to(principal: Principal) -> list[Workspace]:
    """The workspaces of a person that open once they have set up a second factor."""
    mine = Membership.objects.filter(user_id=principal.id).exclude(roles=[])
    demanding = Workspace.objects.filter(id__in=mine.values("workspace_id"), second_factor_required=True)
    return list(demanding.exclude(id__in=principal.workspaces()).order_by("name", "id"))


def _record_refusal() -> None:
    """A wrong code, in the trail of those whose account it is. Their name is known: the password was right."""
    request = context.request
    stage = get_pending_stage(request)
    user: User | None = stage.login.user if stage else (request.user if request.user.is_authenticated else None)
    if user is not None and not has_second_factor(user.id):
        return  # they mistyped the first code of an authenticator app they are setting up
    chains = sorted(person(user).workspaces()) if user else []
    with transaction.atomic():
        for workspace_id in chains or [audit.INSTALLATION]:
            audit.record(
                anonymous(request.META["REMOTE_ADDR"]),
                "second_factor.refused",
                workspace_id=workspace_id,
                object_type="person",
                object_id=user.id if user else None,
                object_name=user.name if user else "",
                result=AuditResult.FAILED,
            )
