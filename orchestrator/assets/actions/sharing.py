"""Whom an asset is shared with."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from orchestrator.api.errors import Conflict
from orchestrator.assets.actions.locking import locked_row, record
from orchestrator.assets.models import Asset, AssetGrant
from orchestrator.governance.actions.granting import carry_out, told
from orchestrator.governance.actions.requests import Subject
from orchestrator.governance.actions.sharing import ask_to_share, wanted_grant, widens
from orchestrator.governance.grants import member_of, team_of
from orchestrator.governance.models import Request
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
    reason: str = "",
) -> AssetGrant | Request:
    """Share it with a person or a team of its workspace. Raises `Conflict` where it is shared with them already.

    Where a second person is demanded, the answer is the request.
    """
    with transaction.atomic():
        locked = locked_row(asset)
        require_sharing(principal, locked, level)
        member, group = member_of(locked.workspace_id, user), team_of(locked.workspace_id, team)
        if AssetGrant.objects.filter(asset=locked, member=member, team=group).exists():
            raise Conflict("shared_already", "It is shared with them already. Change what they may do instead.")
        made = AssetGrant(
            asset=locked, member=member, team=group, level=level, expires_at=expires_at, granted_by_id=principal.id
        )
        if (asked := ask_to_share(principal, locked.workspace_id, _subject(locked), made, None, reason)) is not None:
            return asked
        _save_new(principal, locked, made, reason, {"alone": True})
    return made


def _save_new(principal: Principal, asset: Asset, made: AssetGrant, reason: str, detail: dict[str, Any]) -> None:
    made.save(force_insert=True)
    record(principal, "asset.shared", asset, after=made.facts, reason=reason, detail={**made.whom, **detail})


def change_grant(
    principal: Principal, grant: AssetGrant, changes: dict[str, Any], *, reason: str = ""
) -> AssetGrant | Request:
    """`changes` holds level, expires_at, or both. Where a second person is demanded for more than before, the answer
    is the request."""
    with transaction.atomic():
        locked = locked_row(grant.asset)
        grant.read_again()
        require_sharing(principal, locked, Level(changes.get("level", grant.level)))
        before, wider = grant.facts, widens(grant, changes)
        for field, value in changes.items():
            setattr(grant, field, value)
        if wider:
            asked = ask_to_share(principal, locked.workspace_id, _subject(locked), grant, before, reason)
            if asked is not None:
                return asked
        if grant.facts != before:
            _save_changed(principal, locked, grant, before, reason, {"alone": True} if wider else {})
    return grant


def _save_changed(
    principal: Principal,
    asset: Asset,
    grant: AssetGrant,
    before: dict[str, Any],
    reason: str,
    detail: dict[str, Any],
) -> None:
    grant.save(update_fields=["level", "expires_at"])
    told = {**grant.whom, **detail}
    record(principal, "asset.sharing_changed", asset, before=before, after=grant.facts, reason=reason, detail=told)


def share_approved(request: UUID, principal: Principal) -> None:
    """Carry out what was agreed to about the sharing of an asset. Subscribes to `request.approved`."""

    def share(agreed: Request, asker: Principal) -> None:
        payload, detail = agreed.payload, told(agreed)
        locked = locked_row(Asset.objects.get(pk=agreed.object_id))
        require_sharing(asker, locked, Level(payload["level"]))
        wanted = wanted_grant(AssetGrant.objects.filter(asset=locked), locked.workspace_id, payload)
        if wanted.row is None:
            made = AssetGrant(asset=locked, granted_by_id=asker.id, **wanted.fields)
            _save_new(principal, locked, made, "", detail)
        else:
            before = wanted.row.facts
            wanted.apply()
            _save_changed(principal, locked, wanted.row, before, "", detail)

    carry_out(request, "asset", share)


def _subject(asset: Asset) -> Subject:
    return Subject(type="asset", id=asset.id, name=asset.title)


def end_grant(principal: Principal, grant: AssetGrant) -> None:
    """Stop sharing with this person or team, at once."""
    with transaction.atomic():
        locked = locked_row(grant.asset)
        require_sharing(principal, locked, None)
        grant.read_again()
        before, whom = grant.facts, grant.whom
        AssetGrant.objects.filter(pk=grant.pk).delete()
        record(principal, "asset.unshared", locked, before=before, detail=whom)
