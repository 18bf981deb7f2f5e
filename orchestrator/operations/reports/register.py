"""The register of AI systems: what there is, for what, at which risk, in whose hands, and when it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from orchestrator.assets.models import Asset
from orchestrator.assets.register import live_users
from orchestrator.governance.principal import Principal
from orchestrator.operations.reports.shape import Asked, Report, Row, link


def _find(principal: Principal, workspace_id: UUID, asked: Asked) -> QuerySet[Any]:
    """Also those in the archive that somebody still uses live: nothing that decides is left out."""
    used = live_users(workspace_id)
    assets = Asset.objects.visible_to(principal).filter(workspace_id=workspace_id)
    return assets.filter(Q(archived_at=None) | Q(name__in=used)).select_related("owner").with_live()


def _tell(workspace_id: UUID, assets: Sequence[Any]) -> list[Row]:
    used = live_users(workspace_id)
    return [
        {
            "id": str(asset.pk),
            "name": link("asset", asset.pk, asset.title),
            "kind": asset.kind,
            "purpose": asset.purpose,
            "risk": asset.risk_class,
            "oversight": asset.oversight,
            "owner": asset.owner.name if asset.owner else "",
            "version": asset.live_aliases[0].version.number if asset.live_aliases else None,
            "workflows": used.get(asset.name, 0),
            "review": asset.review_on.isoformat() if asset.review_on else None,
            "lacks": ", ".join(_lacking(asset)),
        }
        for asset in assets
    ]


def _lacking(asset: Any) -> list[str]:
    lacks = [name for name in ("purpose", "oversight", "owner") if not getattr(asset, name)]
    if asset.review_on is None:
        return [*lacks, "review"]
    return [*lacks, "overdue"] if asset.review_on < timezone.localdate() else lacks


REGISTER = Report(
    columns=("name", "kind", "purpose", "risk", "oversight", "owner", "version", "workflows", "review", "lacks"),
    ordering=("title", "id"),
    find=_find,
    tell=_tell,
)
