"""New versions: immutable, signed, and nothing uses them until an alias says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from orchestrator.api.errors import Invalid
from orchestrator.artifacts.models import Artifact
from orchestrator.assets.actions.locking import locked_row, record, refuse_archived
from orchestrator.assets.checks import OPENED, config_problems, file_problem
from orchestrator.assets.errors import AssetError
from orchestrator.assets.models import Asset, AssetVersion, Place
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.stored_files import keep_here
from orchestrator.assets.where_used import keep_uses_of_asset
from orchestrator.governance import sharing
from orchestrator.governance.models import Credential
from orchestrator.governance.principal import Principal


def register_version(
    principal: Principal,
    asset: Asset,
    *,
    runtime: str = "",
    config: dict[str, Any],
    digest: str = "",
    artifact: UUID | None = None,
    metrics: dict[str, Any] | None = None,
    inputs: dict[str, Any] | None = None,
    outputs: dict[str, Any] | None = None,
    card: dict[str, Any] | None = None,
    note: str = "",
) -> AssetVersion:
    """A new immutable version of `asset`; runs go on with the one that is live.

    `artifact` is its model file among the files of the workspace: the runtime finds it as `file` of the config.
    """
    with transaction.atomic():
        locked = locked_row(asset)
        sharing.require(principal, "asset:modify", locked)
        refuse_archived(locked)
        if artifact is not None:
            digest = _digest(locked.workspace_id, artifact)
            config = {**config, "file": digest}
        _check_config(locked, runtime, config)
        if artifact is not None:
            _check_file(locked, runtime, config, artifact, digest)
        if config.get("credential"):
            _check_credential(principal, locked.workspace_id, config)
        last = locked.versions.aggregate(last=Max("number"))["last"] or 0
        version = AssetVersion(
            asset=locked,
            number=last + 1,
            runtime=runtime,
            config=config,
            digest=digest,
            artifact_id=artifact,
            metrics=metrics or {},
            inputs=inputs or {},
            outputs=outputs or {},
            card=card or {},
            note=note,
            created_by_id=principal.id,
        )
        version.seal()
        version.save(force_insert=True)
        keep_uses_of_asset(locked, Place.DRAFT, config)
        after = {
            "version": version.number,
            "runtime": str(runtime),
            "content_hash": bytes(version.content_hash).hex(),
            "signed_by": version.signed_by,
        }
        record(principal, "asset.version_added", locked, after=after, reason=note)
    return version


def _digest(workspace_id: UUID, artifact: UUID) -> str:
    file = Artifact.objects.filter(workspace_id=workspace_id, id=artifact).first()
    if file is None:
        raise Invalid("file_unknown", "The file is gone, or belongs to somebody else.")
    return file.sha256


def _check_config(asset: Asset, runtime: str, config: dict[str, Any]) -> None:
    """Settings that people write are looked at now, not when a run needs them."""
    if problems := config_problems(runtime, asset.task, config):
        told = [{"code": "config_unfit", "field": field, "message": message} for field, message in problems]
        raise Invalid("config_unfit", "The settings of this version cannot be used.", told)
    price, currency = config.get("price"), asset.workspace.currency
    if isinstance(price, dict) and price.get("currency") != currency:
        raise Invalid("foreign_currency", f"Give the price in {currency}: this workspace counts costs in it.")


def _check_file(asset: Asset, runtime: str, config: dict[str, Any], artifact: UUID, digest: str) -> None:
    if runtime not in OPENED:
        return
    try:
        path = keep_here(ModelFiles(folder=Path(settings.DATA_DIR) / "models"), asset.workspace_id, artifact, digest)
        why = file_problem(runtime, asset.task, config, path, digest)
    except AssetError as error:
        why = str(error)
    if why:
        raise Invalid("file_unfit", f"The file cannot be used: {why}")


def _check_credential(principal: Principal, workspace_id: UUID, config: dict[str, Any]) -> None:
    """A connection is named only by those who may use connections, and sent only to its own hosts."""
    named = _id(config["credential"])
    principal.require("credential:use", workspace_id, object_type="credential", object_id=named)
    credential = Credential.objects.visible_to(principal).filter(workspace_id=workspace_id, id=named).first()
    if credential is None:
        raise Invalid("credential_missing", "This connection does not exist any more. Choose another one.")
    host = urlsplit(str(config.get("base_url", ""))).hostname or ""
    if not any(host == listed.partition(":")[0] for listed in credential.hosts):
        raise Invalid("credential_host", f"The connection {credential.name!r} must not be sent to {host}.")


def _id(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
