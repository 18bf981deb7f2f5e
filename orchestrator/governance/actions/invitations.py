"""Inviting people and letting them in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from orchestrator.api.errors import Conflict, NotFound
from orchestrator.governance import audit
from orchestrator.governance.actions.granting import approved, ask_instead, told
from orchestrator.governance.actions.members import require_may_grant
from orchestrator.governance.actions.people import create_person
from orchestrator.governance.actions.requests import Subject, finish
from orchestrator.governance.models import INVITATION_LIFE, Invitation, Membership, Request, User, Workspace
from orchestrator.governance.one_time import hash_of, new_token
from orchestrator.governance.principal import Principal, person

MOST_PENDING = 200
"""Of a workspace, at once: each of them is a mail in the name of the installation."""


def invite(
    principal: Principal, workspace_id: UUID, *, email: str, roles: list[str], reason: str = ""
) -> tuple[Invitation, str] | Request:
    """Offer membership; answers the invitation and its link, which nobody can read again later.

    Where a second person is demanded, the answer is the request; once somebody agreed, the same call invites.
    """
    token, now = new_token(), timezone.now()
    email = email.lower()
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update().find(principal, workspace_id)
        principal.require("member:manage", workspace.id, object_type="invitation")
        require_may_grant(principal, workspace.id, before=[], after=roles)
        if Membership.objects.filter(workspace=workspace, user__email=email).exists():
            raise Conflict("already_member", f"{email} is a member already. Change their roles instead.")
        open_ones = Invitation.objects.filter(workspace=workspace, email=email, accepted_at=None, revoked_at=None)
        open_ones.filter(expires_at__lte=now).update(revoked_at=now)
        if open_ones.exists():
            raise Conflict("already_invited", f"{email} is invited already. Revoke that invitation to send another.")
        pending = Invitation.objects.filter(workspace=workspace, accepted_at=None, revoked_at=None, expires_at__gt=now)
        if pending.count() >= MOST_PENDING:
            raise Conflict(
                "too_many_invitations",
                f"{MOST_PENDING} invitations are open already. Wait until some are accepted, or revoke them.",
            )
        wanted = {"what": "invitation", "email": email, "roles": sorted(roles)}
        agreed = approved(principal, workspace.id, wanted)
        subject = Subject(type="workspace", id=workspace.id, name=email)
        asked = None if agreed else ask_instead(principal, workspace.id, subject, wanted, reason)
        if asked is not None:
            return asked
        if agreed is not None:
            finish(agreed.id)
        invitation = Invitation.objects.create(
            workspace=workspace,
            email=email,
            roles=roles,
            token_hash=hash_of(token),
            expires_at=now + INVITATION_LIFE,
            created_by_id=principal.id,
        )
        link = f"{settings.PUBLIC_URL}/invitation#{token}"
        if settings.EMAIL_URL:
            transaction.on_commit(lambda: _send(invitation, principal, link), robust=True)
        detail = told(agreed) if agreed is not None else {"alone": True}
        _record(principal, "invitation.created", invitation, after={"roles": roles}, reason=reason, detail=detail)
    return invitation, link


def look(token: str) -> Invitation:
    """The invitation behind a link that still works."""
    invitation = Invitation.objects.select_related("workspace").filter(token_hash=hash_of(token)).first()
    return _usable(invitation)


def accept(principal: Principal, token: str, *, name: str, password: str) -> User:
    """Take an invitation, once. Whoever has an account signs in first, so that no link stands in for a password."""
    with transaction.atomic():
        invitation = _usable(
            Invitation.objects.select_for_update(of=("self",))
            .select_related("workspace")
            .filter(token_hash=hash_of(token))
            .first()
        )
        user = User.objects.filter(email=invitation.email).first()
        if user is None:
            user = create_person(name=name, email=invitation.email, password=password)
        elif user.id != principal.id:
            raise Conflict("sign_in_first", f"Sign in as {invitation.email}, then open this link again.")
        if Membership.objects.filter(workspace=invitation.workspace, user=user).exists():
            raise Conflict("already_member", "You are a member of this workspace already.")
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
        Membership.objects.create(workspace=invitation.workspace, user=user, roles=invitation.roles)
        _record(person(user, ip=principal.ip, auth="invitation"), "invitation.accepted", invitation)
    return user


def revoke(principal: Principal, invitation_id: UUID) -> None:
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().find(principal, invitation_id)
        principal.require("member:manage", invitation.workspace_id, object_type="invitation", object_id=invitation.id)
        if invitation.accepted_at or invitation.revoked_at:
            raise Conflict("invitation_closed", "This invitation is closed already.")
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
        _record(principal, "invitation.revoked", invitation)


def _usable(invitation: Invitation | None) -> Invitation:
    if invitation is None or invitation.state != "pending":
        raise NotFound("link_unusable", "This link was used, withdrawn or has expired. Ask for a new invitation.")
    return invitation


def _record(
    principal: Principal,
    action: str,
    invitation: Invitation,
    *,
    after: dict | None = None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    audit.record(
        principal,
        action,
        workspace_id=invitation.workspace_id,
        object_type="invitation",
        object_id=invitation.id,
        object_name=invitation.email,
        after=after,
        reason=reason,
        detail=detail,
    )


def _send(invitation: Invitation, principal: Principal, link: str) -> None:
    words = {"inviter": principal.name, "workspace": invitation.workspace.name, "link": link}
    subject = f"{principal.name} invites you to {invitation.workspace.name}"
    send_mail(
        " ".join(subject.split()),
        render_to_string("mails/invitation.txt", words),
        settings.MAIL_FROM,
        [invitation.email],
    )
