"""What is done with assets: each verb with its permission, its write and its line in the trail."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from orchestrator.api.errors import Conflict, Invalid
from orchestrator.assets.models import LIVE, Asset, AssetAlias, AssetVersion, Kind, Runtime
from orchestrator.governance import audit
from orchestrator.governance.models import Credential, Workspace
from orchestrator.governance.principal import Principal


def register_version(
    principal: Principal,
    asset: Asset,
    *,
    runtime: str,
    config: dict[str, Any],
    digest: str = "",
    metrics: dict[str, Any] | None = None,
    inputs: dict[str, Any] | None = None,
    outputs: dict[str, Any] | None = None,
) -> AssetVersion:
    """A new immutable version of `asset`; runs go on with the one that is live."""
    with transaction.atomic():
        Asset.objects.select_for_update(no_key=True).get(id=asset.id)
        principal.require("asset:modify", asset.workspace_id, object_type="asset", object_id=asset.id)
        last = asset.versions.aggregate(last=Max("number"))["last"] or 0
        version = AssetVersion(
            asset=asset,
            number=last + 1,
            runtime=runtime,
            config=config,
            digest=digest,
            metrics=metrics or {},
            inputs=inputs or {},
            outputs=outputs or {},
            created_by_id=principal.id,
        )
        version.content_hash = version.computed_hash()
        version.save(force_insert=True)
        after = {"version": version.number, "runtime": runtime, "content_hash": version.content_hash.hex()}
        _record(principal, "asset.version_added", asset, after=after)
    return version


def move_alias(principal: Principal, version: AssetVersion, name: str = LIVE) -> AssetAlias:
    """From now on `name` of the asset means `version`."""
    asset = version.asset
    with transaction.atomic():
        Asset.objects.select_for_update(no_key=True).get(id=asset.id)
        principal.require("asset:replace", asset.workspace_id, object_type="asset", object_id=asset.id)
        alias = AssetAlias.objects.select_related("version").filter(asset=asset, name=name).first()
        before = {"alias": name, "version": alias.version.number} if alias else None
        alias = alias or AssetAlias(asset=asset, name=name)
        alias.version = version
        alias.save()
        _record(principal, "asset.alias_moved", asset, before=before, after={"alias": name, "version": version.number})
    return alias


def register_chat_model(
    principal: Principal,
    workspace_id: UUID,
    *,
    name: str,
    title: str,
    base_url: str,
    model: str,
    credential: UUID | None,
) -> Asset:
    """A language model behind an OpenAI-compatible address, ready for use as version 1."""
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update(no_key=True).find(principal, workspace_id)
        principal.require("asset:modify", workspace.id, object_type="asset")
        if credential is not None:
            principal.require("credential:use", workspace.id, object_type="credential", object_id=credential)
            _check_credential(principal, workspace.id, credential, base_url)
        asset = create_asset(principal, workspace.id, name=name, task="chat", title=title)
        config = {
            "base_url": base_url.rstrip("/"),
            "model": model,
            "credential": str(credential) if credential else None,
        }
        version = register_version(principal, asset, runtime=Runtime.CHAT, config=config)
        # The first version of a new name replaces nothing: no workflow can be using it yet.
        AssetAlias.objects.create(asset=asset, name=LIVE, version=version)
        _record(principal, "asset.alias_moved", asset, after={"alias": LIVE, "version": version.number})
    return asset


def create_asset(
    principal: Principal,
    workspace_id: UUID,
    *,
    name: str,
    task: str,
    title: str,
    description: str = "",
    purpose: str = "",
    sample: bool = False,
) -> Asset:
    """An asset without versions. Raises `Conflict` when the name is taken in this workspace."""
    with transaction.atomic():
        principal.require("asset:modify", workspace_id, object_type="asset")
        slug = slugify(name)[:100]
        if not slug:
            raise Invalid("name_invalid", "The name needs at least one letter from a to z.")
        if Asset.objects.filter(workspace_id=workspace_id, name=slug).exists():
            raise Conflict("name_taken", f"There is a model named {slug!r} already. Choose another name.")
        asset = Asset.objects.create(
            workspace_id=workspace_id,
            name=slug,
            kind=Kind.MODEL,
            task=task,
            title=title,
            description=description,
            purpose=purpose,
            sample=sample,
        )
        _record(principal, "asset.registered", asset, after={"title": title, "task": task, "sample": sample})
    return asset


def _check_credential(principal: Principal, workspace_id: UUID, credential_id: UUID, base_url: str) -> None:
    credential = Credential.objects.visible_to(principal).filter(workspace_id=workspace_id, id=credential_id).first()
    if credential is None:
        raise Invalid("credential_missing", "This connection does not exist any more. Choose another one.")
    host = urlsplit(base_url).hostname or ""
    if not any(host == listed.partition(":")[0] for listed in credential.hosts):
        raise Invalid("credential_host", f"The connection {credential.name!r} must not be sent to {host}.")


def _record(
    principal: Principal, action: str, asset: Asset, *, before: dict[str, Any] | None = None, after: dict[str, Any]
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
    )
