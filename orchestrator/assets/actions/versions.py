"""New versions: immutable, signed, and nothing uses them until an alias says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from orchestrator.api.announcements import announce
from orchestrator.api.errors import Invalid
from orchestrator.artifacts.actions import read_file
from orchestrator.artifacts.errors import ArtifactError
from orchestrator.artifacts.models import Artifact
from orchestrator.assets.actions.locking import locked_row, record, refuse_archived
from orchestrator.assets.actions.references import refuse_unfit_references, with_judge
from orchestrator.assets.checks import OPENED, config_problems, file_problem, kind_problems
from orchestrator.assets.data_sets import described
from orchestrator.assets.errors import AssetError
from orchestrator.assets.models import Asset, AssetVersion, Kind, Place
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.stored_files import keep_here
from orchestrator.assets.tools.tool import WorkflowTool, address_of, read_tool
from orchestrator.assets.where_used import keep_uses_of_asset
from orchestrator.connectors.egress import read_url
from orchestrator.engine.errors import NotSent
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
            file = _file(locked.workspace_id, artifact)
            digest, config = file.sha256, {**config, "file": file.sha256}
            if locked.kind == Kind.DATA_SET:
                config = _described_file(config, file)
        _check_config(locked, runtime, config)
        refuse_unfit_references(principal, locked, config)
        config = with_judge(locked, config)
        if artifact is not None:
            _check_file(locked, runtime, config, artifact, digest)
        if config.get("credential"):
            _check_credential(principal, locked, config)
        if locked.kind == Kind.TOOL:
            _check_workflow(principal, locked, config)
            inputs, outputs = inputs or config["input_schema"], outputs or config.get("output_schema")
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


def _file(workspace_id: UUID, artifact: UUID) -> Artifact:
    file = Artifact.objects.filter(workspace_id=workspace_id, id=artifact).first()
    if file is None:
        raise Invalid("file_unknown", "The file is gone, or belongs to somebody else.")
    return file


def _described_file(config: dict[str, Any], file: Artifact) -> dict[str, Any]:
    """What the columns of a data set are is read from its file, never believed."""
    try:
        return described(config, read_file(file.workspace_id, file.id), file.name)
    except (AssetError, ArtifactError) as error:
        raise Invalid("table_unusable", f"The table cannot be used: {error}") from error


def _check_config(asset: Asset, runtime: str, config: dict[str, Any]) -> None:
    """Settings that people write are looked at now, not when a run needs them."""
    if problems := config_problems(runtime, asset.task, config):
        told = [{"code": "config_unfit", "field": field, "message": message} for field, message in problems]
        raise Invalid("config_unfit", "The settings of this version cannot be used.", told)
    if wrong := kind_problems(asset.kind, config):
        told = [problem.as_json() for problem in wrong]
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


def _check_workflow(principal: Principal, asset: Asset, config: dict[str, Any]) -> None:
    """The room of workflows says whether this one may be called by whoever makes it a tool."""
    tool = read_tool(config)
    if isinstance(tool, WorkflowTool):
        announce("workflow.offered", principal=principal, workspace_id=asset.workspace_id, workflow=tool.workflow)


def _check_credential(principal: Principal, asset: Asset, config: dict[str, Any]) -> None:
    """A connection is named only by those who may use connections, and sent only to its own hosts."""
    workspace_id, named = asset.workspace_id, _id(config["credential"])
    principal.require("credential:use", workspace_id, object_type="credential", object_id=named)
    credential = Credential.objects.visible_to(principal).filter(workspace_id=workspace_id, id=named).first()
    if credential is None:
        raise Invalid("credential_missing", "This connection does not exist any more. Choose another one.")
    address = address_of(read_tool(config)) if asset.kind == Kind.TOOL else config.get("base_url", "")
    try:
        host = read_url(str(address or "")).host
    except NotSent:
        host = ""
    if not any(host == listed.partition(":")[0] for listed in credential.hosts):
        raise Invalid("credential_host", f"The connection {credential.name!r} must not be sent to {host}.")


def _id(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
