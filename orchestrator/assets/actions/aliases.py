"""Which version a name means: moving it is what changes the answers of runs."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from orchestrator.api.errors import Conflict, Invalid, NotFound
from orchestrator.assets.actions.locking import locked_row, record, refuse_archived
from orchestrator.assets.models import AliasMove, Asset, AssetAlias, AssetVersion, Place
from orchestrator.assets.references import LIVE
from orchestrator.assets.replacements import Replacement
from orchestrator.assets.versions import forget
from orchestrator.assets.where_used import is_used, keep_uses_of_asset
from orchestrator.governance import sharing
from orchestrator.governance.models import FourEyes, Workspace
from orchestrator.governance.principal import Principal

LONGEST_ALIAS = 40


def move_alias(principal: Principal, version: AssetVersion, name: str = LIVE, *, reason: str = "") -> AssetAlias:
    """From now on `name` of the asset means `version`; new runs follow at once, runs under way keep what they asked.

    `live`, and every name that a workflow uses, takes the right to replace; other names that to modify. Where a second
    person is required, such a name is not moved by one alone: see `ask_replacement`.
    """
    with transaction.atomic():
        asset = locked_row(version.asset)
        sharing.require(principal, _verb(asset, name), asset)
        refuse_archived(asset)
        if not name or slugify(name) != name or len(name) > LONGEST_ALIAS:
            raise Invalid("alias_invalid", "Use small letters from a to z, digits and hyphens for this name.")
        _refuse_tried(asset, name)
        _require_second_person(principal, asset, name, version)
        return move(principal, asset, name, version, reason)


def remove_alias(principal: Principal, asset: Asset, name: str) -> None:
    """The name means nothing any more. `live` stays, and so does a name that something uses."""
    with transaction.atomic():
        asset = locked_row(asset)
        sharing.require(principal, "asset:modify", asset)
        _refuse_tried(asset, name)
        if name == LIVE or is_used(asset, name):
            raise Conflict(
                "alias_used", "Workflows follow this name, so it stays. Let it mean another version instead."
            )
        alias = _alias(asset, name)
        AliasMove.objects.create(asset=asset, alias=name, before=alias.version, after=None, by_id=principal.id)
        before = {"alias": name, "version": alias.version.number}
        AssetAlias.objects.filter(id=alias.id).delete()
        forget(asset.workspace_id, asset.name, name)
        record(principal, "asset.alias_removed", asset, before=before)


def roll_back_alias(principal: Principal, asset: Asset, name: str = LIVE, *, reason: str = "") -> AssetAlias:
    """`name` means again what it meant before it was moved for the last time. It takes nobody else: whatever it meant
    then, a second person has agreed to."""
    with transaction.atomic():
        asset = locked_row(asset)
        sharing.require(principal, _verb(asset, name), asset)
        refuse_archived(asset)
        last = AliasMove.objects.select_related("before").filter(asset=asset, alias=name).order_by("-id").first()
        if last is None or last.before is None:
            raise Conflict("no_way_back", "This name has not meant another version before.")
        _refuse_tried(asset, name)
        return move(principal, asset, name, last.before, reason, request=last.request)


def put_live_first(principal: Principal, version: AssetVersion) -> AssetAlias:
    """The first version of a new asset goes live with it: it replaces nothing, no workflow can be using it yet."""
    with transaction.atomic():
        asset = locked_row(version.asset)
        sharing.require(principal, "asset:modify", asset)
        if AssetAlias.objects.filter(asset=asset, name=LIVE).exists():
            raise Conflict("live_already", "Another version is live already.")
        return move(principal, asset, LIVE, version, "")


def move(
    principal: Principal, asset: Asset, name: str, version: AssetVersion, reason: str, *, request: UUID | None = None
) -> AssetAlias:
    """Part of the transaction that holds the asset and has asked whether it is allowed."""
    alias = AssetAlias.objects.select_related("version").filter(asset=asset, name=name).first()
    old = alias.version if alias is not None else None
    alias = alias or AssetAlias(asset=asset, name=name)
    alias.version = version
    alias.save()
    if old is None or old.id != version.id:
        AliasMove.objects.create(
            asset=asset, alias=name, before=old, after=version, by_id=principal.id, reason=reason, request=request
        )
    if name == LIVE:
        keep_uses_of_asset(asset, Place.LIVE, version.config)
    forget(asset.workspace_id, asset.name, name)
    before = {"alias": name, "version": old.number} if old is not None else None
    after = {"alias": name, "version": version.number, **({"request": str(request)} if request else {})}
    record(principal, "asset.alias_moved", asset, before=before, after=after, reason=reason)
    return alias


def _refuse_tried(asset: Asset, name: str) -> None:
    if Replacement.objects.trying().filter(asset=asset, alias=name).exists():
        raise Conflict(
            "trial_under_way", "A new version is being tried for this name. Finish that or take it back first."
        )


def _require_second_person(principal: Principal, asset: Asset, name: str, version: AssetVersion) -> None:
    if principal.is_system or _verb(asset, name) != "asset:replace":
        return
    meant = AssetAlias.objects.filter(asset=asset, name=name).first()
    required = Workspace.objects.filter(id=asset.workspace_id, four_eyes=FourEyes.REQUIRED).exists()
    if required and meant is not None and meant.version_id != version.id:
        raise Conflict("second_person_needed", "A second person has to agree. Ask for a replacement instead.")


def _verb(asset: Asset, name: str) -> str:
    return "asset:replace" if name == LIVE or is_used(asset, name) else "asset:modify"


def _alias(asset: Asset, name: str) -> AssetAlias:
    alias = AssetAlias.objects.select_related("version").filter(asset=asset, name=name).first()
    if alias is None:
        raise NotFound("no_alias", "No version has this name.")
    return alias
