"""Which tools of a workspace were taken from where: an operation of an interface, a tool of a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from orchestrator.assets.models import Asset, AssetAlias, Kind
from orchestrator.assets.references import LIVE


def taken_tools(workspace_id: UUID) -> dict[tuple[str, ...], tuple[Asset, dict[str, Any]]]:
    """The live tools by what they call, each with its settings; see `source_of`. The archive is left out."""
    rows = AssetAlias.objects.select_related("asset", "version").filter(
        name=LIVE, asset__workspace_id=workspace_id, asset__kind=Kind.TOOL, asset__archived_at=None
    )
    return {source_of(row.version.config): (row.asset, row.version.config) for row in rows.order_by("asset_id")}


def source_of(config: Mapping[str, Any]) -> tuple[str, ...]:
    """What a tool calls, in a form that can be compared."""
    match config["type"]:
        case "http":
            operation = config["operation"]
            return ("http", operation["method"], operation["base_url"], operation["path"])
        case "mcp":
            return ("mcp", config["url"], config["tool"])
        case _:
            return ("workflow", config["workflow"])
