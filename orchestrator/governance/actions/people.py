"""Making accounts."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from orchestrator.api.errors import Invalid
from orchestrator.governance.models import User

SEEN_EVERY = timedelta(minutes=5)


def create_person(*, name: str, email: str, password: str) -> User:
    """An account that can sign in. Part of the verb that lets the person in, which writes the trail.

    The address counts as verified: whoever sent the one-time link vouches for it. Raises `Invalid` for a weak password.
    """
    try:
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


def note_seen(user: User) -> None:
    """That somebody has the application open; written every few minutes only."""
    now = timezone.now()
    if user.last_seen_at is None or now - user.last_seen_at > SEEN_EVERY:
        User.objects.filter(pk=user.pk).update(last_seen_at=now)
