"""What is said of an asset beside its versions, and whether it is still offered."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from orchestrator.api.errors import Conflict, Invalid
from orchestrator.assets.actions.locking import locked_row, record, refuse_archived
from orchestrator.assets.models import Asset, Kind
from orchestrator.assets.references import LIVE
from orchestrator.assets.versions import forget
from orchestrator.assets.where_used import is_used_live
from orchestrator.governance import sharing
from orchestrator.governance.models import Membership
from orchestrator.governance.principal import Principal


def change_card(principal: Principal, asset: Asset, changes: dict[str, Any]) -> Asset:
    """`changes` holds any of title, description, purpose, owner_id, risk_class, oversight, review_on, tags and
    evaluation_set_id. Raises `Invalid` for an owner or an evaluation set that does not fit.
    """
    with transaction.atomic():
        locked = locked_row(asset)
        sharing.require(principal, "asset:modify", locked)
        refuse_archived(locked)
        if changes.get("owner_id", locked.owner_id) != locked.owner_id:
            # Owners share it, so nobody makes themselves one who may not do that.
            sharing.require(principal, "asset:share", locked)
        _check(locked, changes)
        before = {field: getattr(locked, field) for field in changes}
        for field, value in changes.items():
            setattr(locked, field, value)
        if changes != before:
            locked.save(update_fields=list(changes))
            record(principal, "asset.changed", locked, before=before, after=changes)
    return locked


def archive_asset(principal: Principal, asset: Asset) -> Asset:
    """It is offered no longer, and answers no longer. Raises `Conflict` while something live uses it."""
    with transaction.atomic():
        locked = locked_row(asset)
        sharing.require(principal, "asset:replace", locked)
        if is_used_live(locked):
            raise Conflict("asset_used", "Something that is live uses it. Let that use another one first.")
        if locked.archived_at is None:
            locked.archived_at = timezone.now()
            locked.save(update_fields=["archived_at"])
            _forget_all(locked)
            record(principal, "asset.archived", locked)
    return locked


def restore_asset(principal: Principal, asset: Asset) -> Asset:
    with transaction.atomic():
        locked = locked_row(asset)
        sharing.require(principal, "asset:replace", locked)
        if locked.archived_at is not None:
            locked.archived_at = None
            locked.save(update_fields=["archived_at"])
            record(principal, "asset.restored", locked)
    return locked


def _check(asset: Asset, changes: dict[str, Any]) -> None:
    owner, cases = changes.get("owner_id"), changes.get("evaluation_set_id")
    if owner is not None and not Membership.objects.filter(workspace_id=asset.workspace_id, user_id=owner).exists():
        raise Invalid("nobody", "They are not in this workspace any more. Choose somebody else.")
    if cases is None:
        return
    known = Asset.objects.kept().filter(workspace_id=asset.workspace_id, kind=Kind.DATA_SET, id=cases)
    if not known.exists():
        raise Invalid("evaluation_set", "Choose a data set of this workspace to measure it by.")


def _forget_all(asset: Asset) -> None:
    for name in {LIVE, *asset.aliases.values_list("name", flat=True)}:
        forget(asset.workspace_id, asset.name, name)
