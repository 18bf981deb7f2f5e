"""Whom an asset is shared with."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from orchestrator.api.errors import Conflict
from orchestrator.assets.actions.locking import locked_row, record
from orchestrator.assets.models import Asset, AssetGrant
from orchestrator.governance.grants import member_of, team_of
from orchestrator.governance.principal import Principal
from orchestrator.governance.sharing import Level, require_sharing


def grant(
    principal: Principal,
    asset: Asset,
    *,
    level: Level,
    user: UUID | None = None,
    team: UUID | None = None,
    expires_at: datetime | None = None,
) -> AssetGrant:
    """Share it with a person or a team of its workspace. Raises `Conflict` where it is shared with them already."""
    with transaction.atomic():
        locked = locked_row(asset)
        require_sharing(principal, locked, level)
        member, group = member_of(locked.workspace_id, user), team_of(locked.workspace_id, team)
        if AssetGrant.objects.filter(asset=locked, member=member, team=group).exists():
            raise Conflict("shared_already", "It is shared with them already. Change what they may do instead.")
        made = AssetGrant.objects.create(
            asset=locked, member=member, team=group, level=level, expires_at=expires_at, granted_by_id=principal.id
        )
        record(principal, "asset.shared", locked, after=made.facts, detail=made.whom)
    return made


def change_grant(principal: Principal, grant: AssetGrant, changes: dict[str, Any]) -> AssetGrant:
    """`changes` holds level, expires_at, or both."""
    with transaction.atomic():
        locked = locked_row(grant.asset)
        require_sharing(principal, locked, Level(changes.get("level", grant.level)))
        before = grant.facts
        for field, value in changes.items():
            setattr(grant, field, value)
        if grant.facts != before:
            grant.save(update_fields=list(changes))
            record(principal, "asset.sharing_changed", locked, before=before, after=grant.facts, detail=grant.whom)
    return grant


def end_grant(principal: Principal, grant: AssetGrant) -> None:
    """Stop sharing with this person or team, at once."""
    with transaction.atomic():
        locked = locked_row(grant.asset)
        require_sharing(principal, locked, None)
        before, whom = grant.facts, grant.whom
        AssetGrant.objects.filter(pk=grant.pk).delete()
        record(principal, "asset.unshared", locked, before=before, detail=whom)
