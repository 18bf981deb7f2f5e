"""Tools of servers that speak the Model Context Protocol: looked at, taken as they are, taken again when changed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from orchestrator.api.errors import Conflict, Invalid, ProblemError
from orchestrator.assets.actions.aliases import move_alias
from orchestrator.assets.actions.outside import tools_of
from orchestrator.assets.actions.registering import register_asset
from orchestrator.assets.actions.versions import register_version
from orchestrator.assets.comparing import Difference, changes
from orchestrator.assets.models import Asset, AssetVersion, Kind
from orchestrator.assets.references import LIVE
from orchestrator.assets.taken import taken_tools
from orchestrator.assets.tools.tool import McpTool, read_tool
from orchestrator.governance import sharing
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import Principal

if TYPE_CHECKING:
    from orchestrator.connectors.mcp import Offered

TOLD = ("description", "input_schema", "output_schema")
"""What a server says about a tool and a model reads."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A tool of a server beside what is known of it here."""

    offered: Offered
    taken: Asset | None
    changed: bool = False
    """It is not what it was when it was taken."""


@dataclass(frozen=True, kw_only=True)
class Again:
    """What a server says today about a tool that was taken from it."""

    state: str
    """same | changed | gone"""
    pin: str = ""
    problem: str = ""
    """Why it cannot be taken as it is now."""
    differences: list[Difference] = field(default_factory=list)


def look_at_server(principal: Principal, workspace_id: UUID, *, url: str, credential: UUID | None = None) -> list[Seen]:
    """Raises `Invalid` for a server that does not answer as it should."""
    workspace = enter(principal, workspace_id, "asset:modify")
    known = taken_tools(workspace.id)
    return [_seen(url, one, known) for one in tools_of(principal, workspace, url, credential)]


def take_tools(
    principal: Principal, workspace_id: UUID, *, url: str, tools: list[dict[str, Any]], credential: UUID | None = None
) -> list[Asset]:
    """Each of `tools`, {tool, pin, title, effect, approval}, live at once: all of them or none.

    Raises `Conflict` where the server says something else about one than what was looked at.
    """
    workspace = enter(principal, workspace_id, "asset:modify")
    offered = {one.name: one for one in tools_of(principal, workspace, url, credential)}
    account = str(credential) if credential else None
    with transaction.atomic():
        return [_take(principal, workspace, url, account, offered, index, one) for index, one in enumerate(tools)]


def look_again(principal: Principal, asset: Asset) -> Again:
    """Whether the tool is still what it was when it was taken. Raises `Invalid` for what was taken from no server."""
    sharing.require(principal, "asset:modify", asset)
    version, tool = _newest(asset)
    found = _offered_now(principal, asset, tool)
    if found is None:
        return Again(state="gone")
    if found.pin == tool.pin:
        return Again(state="same", pin=found.pin)
    before = {name: version.config.get(name) for name in TOLD}
    after = {name: getattr(found, name) for name in TOLD}
    told = changes("config", before, after)
    return Again(state="changed", pin=found.pin, problem=found.problem, differences=told)


def take_again(principal: Principal, asset: Asset, *, pin: str, live: bool, reason: str = "") -> AssetVersion:
    """A version with what the server says now, which has to be what was looked at; with `live` it answers at once."""
    sharing.require(principal, "asset:modify", asset)
    version, tool = _newest(asset)
    found = _offered_now(principal, asset, tool)
    if found is None:
        raise Conflict("tool_gone", f"The server no longer has a tool that is called {tool.tool!r}.")
    _refuse_other(found, pin)
    config = {**version.config, **{name: getattr(found, name) for name in TOLD}, "pin": found.pin}
    with transaction.atomic():
        made = register_version(principal, asset, config=config, note=reason)
        if live:
            move_alias(principal, made, LIVE, reason=reason)
    return made


def _seen(url: str, offered: Offered, known: dict[tuple[str, ...], tuple[Asset, dict[str, Any]]]) -> Seen:
    asset, config = known.get(("mcp", url, offered.name), (None, {}))
    return Seen(offered=offered, taken=asset, changed=asset is not None and config.get("pin") != offered.pin)


def _take(
    principal: Principal,
    workspace: Workspace,
    url: str,
    credential: str | None,
    offered: dict[str, Offered],
    index: int,
    wanted: dict[str, Any],
) -> Asset:
    found = offered.get(wanted["tool"])
    if found is None:
        raise Conflict("tool_gone", f"The server no longer has a tool that is called {wanted['tool']!r}.")
    _refuse_other(found, wanted["pin"])
    config = {
        "type": "mcp",
        "name": _callable(found.name),
        "description": found.description,
        "input_schema": found.input_schema,
        "output_schema": found.output_schema,
        "effect": wanted["effect"],
        "approval": wanted["approval"],
        "url": url,
        "tool": found.name,
        "pin": found.pin,
        "credential": credential,
    }
    try:
        return register_asset(
            principal,
            workspace.id,
            name=wanted["title"],
            title=wanted["title"],
            kind=Kind.TOOL,
            description=found.description.partition("\n")[0],
            version={"config": config},
        )
    except ProblemError as error:
        told = [{**one, "field": f"tools.{index}"} for one in error.problems]
        raise Invalid(error.code, f"{found.name}: {error.detail}", told) from error


def _refuse_other(found: Offered, pin: str) -> None:
    if found.pin != pin:
        message = f"The server describes {found.name!r} differently than a moment ago. Look at it again."
        raise Conflict("tool_changed", message)
    if found.problem:
        raise Invalid("tool_unfit", f"{found.name} cannot be taken. {found.problem}")


def _newest(asset: Asset) -> tuple[AssetVersion, McpTool]:
    version = asset.versions.order_by("-number").first()
    tool = read_tool(version.config) if version is not None and asset.kind == Kind.TOOL else None
    if version is None or not isinstance(tool, McpTool):
        raise Invalid("no_server", "This was not taken from a server, so there is nothing to compare it with.")
    return version, tool


def _offered_now(principal: Principal, asset: Asset, tool: McpTool) -> Offered | None:
    workspace = Workspace.objects.get(id=asset.workspace_id)
    credential = UUID(tool.credential) if tool.credential else None
    return next((one for one in tools_of(principal, workspace, tool.url, credential) if one.name == tool.tool), None)


def _callable(name: str) -> str:
    """As a model can call it."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", name)
    return (plain if plain[:1].isalpha() else f"call_{plain}")[:64]
