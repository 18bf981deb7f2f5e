"""Who refers to an asset: an index that is kept whenever a draft, a publication or a version is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from orchestrator.api.errors import Conflict
from orchestrator.assets.errors import ReferenceInvalid
from orchestrator.assets.models import Asset, AssetAlias, AssetUse, Holder, Kind, Place
from orchestrator.assets.references import LIVE, Reference, read_reference
from orchestrator.governance.principal import Principal

NAMING = {"model", "prompt", "tool", "tools", "models", "fallbacks", "agents", "agent", "judge"}
"""The settings of agents, models and data sets that name other assets."""


def keep_uses(workspace_id: UUID, kind: Holder, holder: UUID, place: Place, found: Iterable[tuple[str, str]]) -> None:
    """From now on the draft or live part of `holder` refers to exactly these: (text of the reference, key of the step).

    Texts that name nothing are left out.
    """
    AssetUse.objects.filter(holder=holder, place=place).delete()
    uses = {(reference, node) for text, node in found if (reference := _reference(text)) is not None}
    AssetUse.objects.bulk_create(
        AssetUse(
            workspace_id=workspace_id,
            name=reference.name,
            alias=reference.alias,
            holder_kind=kind,
            holder=holder,
            place=place,
            node=node,
        )
        for reference, node in sorted(uses, key=str)
    )


def hold(workspace_id: UUID, texts: Iterable[str]) -> None:
    """Something that refers to these goes live: whoever archives one of them meanwhile waits, and sees that it is used.

    Raises `Conflict` for one that is in the archive already.
    """
    names = asset_names(texts)
    held = Asset.objects.select_for_update(no_key=True).filter(workspace_id=workspace_id, name__in=names)
    gone = next((asset for asset in held.order_by("id") if asset.archived_at is not None), None)
    if gone is not None:
        raise Conflict("asset_archived", f"{gone.title} is in the archive. Choose another one, or bring it back.")


def drop_uses(holder: UUID) -> None:
    """It refers to nothing any more."""
    AssetUse.objects.filter(holder=holder).delete()


def keep_uses_of_asset(asset: Asset, place: Place, config: Mapping[str, Any]) -> None:
    """What the newest version of an asset (its draft, as it were) or the one that is live refers to."""
    named = list(named_in(asset.kind, config))
    keep_uses(asset.workspace_id, Holder.ASSET, asset.id, place, ((text, "") for text in named))
    if place is Place.LIVE:
        hold(asset.workspace_id, named)


def named_in(kind: str, config: Mapping[str, Any]) -> Iterator[str]:
    """The references in the settings of a version. A model's `model` is what its provider calls it, no asset; a tool
    names what it calls at the other side, and no asset at all.
    """
    if kind == Kind.TOOL:
        return
    settings = NAMING - {"model"} if kind == Kind.MODEL else NAMING
    for name in settings & config.keys():
        value = config[name]
        yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str))


def known_references(texts: Collection[str], workspace_id: UUID, principal: Principal) -> set[str]:
    """Those that name an asset which is there, not in the archive, and which the principal may use.

    `live` may come later; any other alias has to be there.
    """
    found = {text: reference for text in texts if (reference := _reference(text)) is not None}
    names = {reference.name for reference in found.values()}
    assets = Asset.objects.kept().filter(workspace_id=workspace_id, name__in=names).consumed_by(principal)
    ids = dict(assets.values_list("name", "id"))
    aliases = set(AssetAlias.objects.filter(asset__in=ids.values()).values_list("asset__name", "name"))
    return {
        text
        for text, reference in found.items()
        if reference.name in ids and (reference.alias == LIVE or (reference.name, reference.alias) in aliases)
    }


def asset_names(texts: Iterable[str]) -> frozenset[str]:
    """The names in references, without aliases."""
    return frozenset(reference.name for text in texts if (reference := _reference(text)) is not None)


def reached(names: Collection[str], workspace_id: UUID) -> frozenset[str]:
    """These assets, and what their live versions refer to: the model, the prompt and the tools of an agent."""
    known: set[str] = set()
    found = set(names)
    while new := found - known:
        known |= new
        holders = Asset.objects.filter(workspace_id=workspace_id, name__in=new).values("id")
        found |= set(
            AssetUse.objects.filter(holder_kind=Holder.ASSET, holder__in=holders, place=Place.LIVE).values_list(
                "name", flat=True
            )
        )
    return frozenset(found)


def not_allowed(names: Collection[str], workspace_id: UUID, principal: Principal) -> Asset | None:
    """The first of these assets that is there and that the principal may not use."""
    if principal.may_all("asset:consume", workspace_id):
        return None
    named = Asset.objects.filter(workspace_id=workspace_id, name__in=names)
    allowed = named.consumed_by(principal).values("id")
    return named.exclude(id__in=allowed).order_by("name").first()


def uses_of(asset: Asset) -> list[AssetUse]:
    uses = AssetUse.objects.filter(workspace_id=asset.workspace_id, name=asset.name)
    return list(uses.order_by("holder_kind", "holder", "place", "node", "alias"))


def is_used(asset: Asset, alias: str) -> bool:
    """Whether a workflow or another asset follows this name of it."""
    return AssetUse.objects.filter(workspace_id=asset.workspace_id, name=asset.name, alias=alias).exists()


def is_used_live(asset: Asset) -> bool:
    """Whether something that is live follows any name of it."""
    uses = AssetUse.objects.filter(workspace_id=asset.workspace_id, name=asset.name, place=Place.LIVE)
    return uses.exclude(holder=asset.id).exists()


def _reference(text: str) -> Reference | None:
    try:
        return read_reference(text)
    except ReferenceInvalid:
        return None
