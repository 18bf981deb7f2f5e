"""Making accounts, and helping people into theirs."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orchestrator.api.errors import Conflict, Invalid, NotFound
from orchestrator.governance import audit
from orchestrator.governance.errors import Denied
from orchestrator.governance.matrix import Role
from orchestrator.governance.models import Membership, User
from orchestrator.governance.principal import Principal

SEEN_EVERY = timedelta(minutes=5)


def create_person(*, name: str, email: str, password: str | None) -> User:
    """An account that can sign in. Part of the verb that lets the person in, which writes the trail.

    The address counts as verified: whoever sent the one-time link, or the identity provider, vouches for it. Without a
    password only that provider lets them in. Raises `Invalid` for a weak password.
    """
    try:
        if password is not None:
            validate_password(password, User(name=name, email=email))
    except ValidationError as error:
        problems = [
            {"code": "password_weak", "node": None, "field": "password", "message": message, "hint": ""}
            for message in error.messages
        ]
        raise Invalid("password_weak", "Choose a stronger password.", problems) from error
    user = User.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def note_seen(user: User, session_key: str | None, ip: str | None) -> None:
    """That somebody has the application open, and from where; written every few minutes only."""
    now = timezone.now()
    old = UserSession.objects.filter(session_key=session_key, last_seen_at__lt=now - SEEN_EVERY)
    old.update(last_seen_at=now, **({"ip": ip} if ip else {}))
    if user.last_seen_at is None or now - user.last_seen_at > SEEN_EVERY:
        User.objects.filter(pk=user.pk).update(last_seen_at=now)


def remove_second_factors(principal: Principal, email: str) -> int:
    """What somebody signs in with beside the password, and their sessions; answers how many factors there were.

    Only for whoever runs the installation: an administrator of one workspace must not open the others of a person.
    """
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        raise NotFound("nobody", f"Nobody here has the address {email!r}.")
    with transaction.atomic():
        removed, _ = Authenticator.objects.filter(user=user).delete()
        for session in UserSession.objects.filter(user=user):
            session.end()
        chains = user.memberships.order_by("workspace_id").values_list("workspace_id", flat=True)
        for workspace_id in chains or [audit.INSTALLATION]:
            audit.record(
                principal,
                "second_factor.reset",
                workspace_id=workspace_id,
                object_type="person",
                object_id=user.id,
                object_name=user.name,
            )
    return removed


def make_password_link(principal: Principal, member_id: UUID) -> str:
    """Where no mail is sent, an owner hands a member the link with which they set a new password, once.

    Whoever has the link can become that person, so it is for people who belong to this workspace alone, and the trail
    tells of it. A second factor is still asked for.
    """
    with transaction.atomic():
        member = Membership.objects.people().select_related("user").find(principal, member_id)
        place = {"workspace_id": member.workspace_id, "object_type": "member", "object_id": member_id}
        principal.require("member:manage", member.workspace_id, object_type="member", object_id=member_id)
        if Role.OWNER not in principal.roles.get(member.workspace_id, ()):
            raise Denied("member:manage", message="Only an owner makes a link for a new password.", **place)
        if settings.EMAIL_URL:
            raise Conflict("mail_is_sent", "This installation sends mail: they ask for a new password by themselves.")
        if member.user_id == principal.id:
            raise Conflict("own_password", "Change your own password in your profile.")
        if member.user.memberships.exclude(id=member.id).exists():
            message = "They belong to another workspace, too. Whoever runs this installation helps them."
            raise Conflict("in_other_workspaces", message)
        audit.record(principal, "password.link_made", object_name=member.user.name, about=member.user_id, **place)
    key = EmailAwarePasswordResetTokenGenerator().make_token(member.user)
    return f"{settings.PUBLIC_URL}/reset#{user_pk_to_url_str(member.user)}-{key}"
