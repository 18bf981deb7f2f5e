"""The first owner's way in."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from orchestrator.api.errors import Conflict, NotFound
from orchestrator.governance import audit
from orchestrator.governance.actions.people import create_person
from orchestrator.governance.matrix import Role
from orchestrator.governance.models import OWNER_LINK_LIFE, Membership, OwnerLink, User, Workspace
from orchestrator.governance.one_time import hash_of, new_token
from orchestrator.governance.principal import person, system


def needs_owner() -> bool:
    return not Membership.objects.owners().exists()


def new_owner_link() -> str:
    """The address that makes its reader the first owner, once, within 24 hours. It replaces every earlier one."""
    if not needs_owner():
        raise Conflict("has_owner", f"There is an owner already. Sign in at {settings.PUBLIC_URL}/sign-in")
    token = new_token()
    with transaction.atomic():
        OwnerLink.objects.filter(used_at=None).delete()
        OwnerLink.objects.create(token_hash=hash_of(token), expires_at=timezone.now() + OWNER_LINK_LIFE)
        audit.record(
            system("terminal"),
            "owner_link.created",
            workspace_id=audit.INSTALLATION,
            object_type="owner_link",
            object_id=None,
        )
    return f"{settings.PUBLIC_URL}/welcome#{token}"


def welcome(*, token: str, name: str, email: str, password: str, workspace: str, ip: str | None) -> User:
    """Make the first owner, who holds every role, and the workspace; the caller signs them in.

    A workspace that waits without members (that of the starters) becomes theirs under the new name.
    """
    with transaction.atomic():
        usable = OwnerLink.objects.select_for_update().filter(used_at=None, expires_at__gt=timezone.now())
        link = usable.filter(token_hash=hash_of(token)).first()
        if link is None or not needs_owner():
            raise NotFound("link_unusable", "This link was used or has expired. Start the product again for a new one.")
        link.used_at = timezone.now()
        link.save(update_fields=["used_at"])
        user = create_person(name=name, email=email, password=password)
        home = Workspace.objects.filter(memberships=None).order_by("id").first() or Workspace()
        home.name = workspace
        home.save()
        membership = Membership.objects.create(workspace=home, user=user, roles=[str(role) for role in Role])
        audit.record(
            person(user, ip=ip, auth="owner_link"),
            "member.joined",
            workspace_id=home.id,
            object_type="member",
            object_id=membership.id,
            object_name=user.name,
            about=user.id,
            after={"roles": membership.roles, "workspace": workspace},
        )
    return user
