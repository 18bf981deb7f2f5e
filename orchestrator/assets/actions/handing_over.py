"""Whose models and tools are when their owner leaves."""

from __future__ import annotations

from uuid import UUID

from orchestrator.assets.actions.locking import locked_row, record
from orchestrator.assets.models import Asset, AssetGrant
from orchestrator.governance.actions.leaving import Belonging, Fate
from orchestrator.governance.models import Membership, User
from orchestrator.governance.principal import Principal


def tell_owned(*, member: Membership, found: list[Belonging]) -> None:
    """What belongs to a member here: assets of theirs, and those that are shared with them by name."""
    for asset in _owned(member.workspace_id, member.user_id):
        found.append(Belonging(kind="asset", id=asset.id, name=asset.title, fate=Fate.HANDED_OVER))
    for grant in AssetGrant.objects.filter(member=member).select_related("asset").order_by("asset__title"):
        found.append(Belonging(kind="sharing", id=grant.id, name=grant.asset.title, fate=Fate.ENDS))


def hand_over(*, principal: Principal, workspace_id: UUID, user_id: UUID, heir_id: UUID | None) -> None:
    """A member leaves: what they answer for goes to the heir, else to whoever removes them. Others use it meanwhile."""
    new = User.objects.filter(id=heir_id or principal.id).first()
    for asset in _owned(workspace_id, user_id):
        locked = locked_row(asset)
        before, locked.owner = locked.owner, new
        locked.save(update_fields=["owner"])
        owners = {"owner": before.name if before else None}, {"owner": new.name if new else None}
        record(principal, "asset.changed", locked, before=owners[0], after=owners[1])


def _owned(workspace_id: UUID, user_id: UUID) -> list[Asset]:
    return list(Asset.objects.filter(workspace_id=workspace_id, owner_id=user_id).order_by("title", "id"))
