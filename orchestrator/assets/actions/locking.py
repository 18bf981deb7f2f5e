"""What every verb of assets begins and ends with."""

from __future__ import annotations

from typing import Any

from orchestrator.api.errors import Conflict
from orchestrator.assets.models import Asset
from orchestrator.governance import audit
from orchestrator.governance.principal import Principal


def locked_row(asset: Asset) -> Asset:
    """The row as it is now, held until the transaction ends; what points at it may be written meanwhile."""
    return Asset.objects.select_for_update(no_key=True).get(id=asset.id)


def refuse_archived(asset: Asset) -> None:
    if asset.archived_at is not None:
        raise Conflict("archived", "This is in the archive. Restore it first.")


def record(
    principal: Principal,
    action: str,
    asset: Asset,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    audit.record(
        principal,
        action,
        workspace_id=asset.workspace_id,
        object_type="asset",
        object_id=asset.id,
        object_name=asset.title,
        before=before,
        after=after,
        reason=reason,
        detail=detail,
    )
