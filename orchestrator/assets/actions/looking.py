"""Looking before a version is made: what an uploaded model file holds, what a model server offers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import is_zipfile

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction
from pydantic import ValidationError

from orchestrator.api.errors import Invalid
from orchestrator.artifacts.models import Artifact
from orchestrator.assets.errors import AssetError
from orchestrator.assets.models import Runtime
from orchestrator.assets.runtimes import inference, onnx_model, skops_model
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.tensors import Mapped, Slot
from orchestrator.assets.stored_files import keep_here
from orchestrator.connectors.http import HttpClient
from orchestrator.connectors.inference import ServedModel
from orchestrator.connectors.provider import Provider
from orchestrator.engine.errors import StepFailed
from orchestrator.governance import audit
from orchestrator.governance.credentials import headers_for
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import Principal

LOOK_SECONDS = 10


@dataclass(frozen=True, kw_only=True)
class Look:
    inputs: tuple[Slot, ...]
    outputs: tuple[Slot, ...]
    problems: list[str]
    """Sentences about what would keep a version from answering."""
    runtime: str = Runtime.INFERENCE
    """That a version of it has."""
    fields: tuple[str, ...] = ()
    """What its columns were called where it was trained."""
    labels: tuple[str, ...] = ()


def look_at_file(principal: Principal, workspace_id: UUID, artifact: UUID) -> Look:
    """What an ONNX or skops file of the workspace takes and gives. Raises `Invalid` for one that cannot be used."""
    workspace = _place(principal, workspace_id)
    file = Artifact.objects.filter(workspace_id=workspace.id, id=artifact).first()
    if file is None:
        raise Invalid("file_unknown", "The file is gone, or belongs to somebody else.")
    folder = ModelFiles(folder=Path(settings.DATA_DIR) / "models")
    try:
        return _look(keep_here(folder, workspace.id, file.id, file.sha256))
    except AssetError as error:
        raise Invalid("file_unfit", f"The file cannot be used: {error}") from error
    except StepFailed as failed:
        raise _refused(failed) from failed


def look_at_server(
    principal: Principal,
    workspace_id: UUID,
    *,
    base_url: str,
    model: str,
    version: str = "",
    credential: UUID | None = None,
    mapped: dict[str, Any] | None = None,
) -> Look:
    """What a model server offers, read once through the same door as steps; with `mapped`, the inputs and outputs of
    a version, also what of it does not fit. Raises `Invalid` where the server cannot be asked.
    """
    workspace = _place(principal, workspace_id)
    wanted = _mapped(mapped) if mapped is not None else None
    served = ServedModel(base_url=base_url, model=model, version=version, timeout_s=LOOK_SECONDS)
    headers: dict[str, str] = {}
    try:
        if credential is not None:
            principal.require("credential:use", workspace.id, object_type="credential", object_id=credential)
            headers = headers_for(workspace.id, str(credential), served.url)
        offer = async_to_sync(_offer)(workspace, served, str(credential or ""), headers)
    except StepFailed as failed:
        raise _refused(failed) from failed
    with transaction.atomic():
        audit.record(
            principal,
            "model_server.asked",
            workspace_id=workspace.id,
            object_type="workspace",
            object_id=workspace.id,
            object_name=model,
            detail={"address": base_url, "connection": str(credential) if credential else None},
        )
    return Look(inputs=offer.inputs, outputs=offer.outputs, problems=offer.problems(wanted) if wanted else [])


def _look(path: Path) -> Look:
    if is_zipfile(path):  # of the two kinds only skops files are
        facts = skops_model.look_at(path)
        told = {"runtime": Runtime.SKOPS_MODEL, "fields": facts.fields, "labels": facts.labels}
        return Look(inputs=facts.inputs, outputs=facts.outputs, problems=[], **told)
    found = onnx_model.look_at(path)
    return Look(inputs=found.inputs, outputs=found.outputs, problems=[], runtime=Runtime.ONNX_MODEL)


def _place(principal: Principal, workspace_id: UUID) -> Workspace:
    workspace = Workspace.objects.find(principal, workspace_id)
    principal.require("asset:modify", workspace.id, object_type="asset")
    return workspace


def _mapped(given: dict[str, Any]) -> Mapped:
    try:
        return Mapped.model_validate(given)
    except ValidationError as error:
        told = [
            {"code": "config_unfit", "field": ".".join(["config", *map(str, one["loc"])]), "message": one["msg"]}
            for one in error.errors()
        ]
        raise Invalid("config_unfit", "The settings of this version cannot be used.", told) from error


async def _offer(place: Workspace, served: ServedModel, account: str, headers: dict[str, str]) -> inference.Offer:
    client = HttpClient(allowed_hosts=place.allowed_hosts, limits=place.limits)
    try:
        return await inference.look_at(served, Provider(client, served.base_url, account=account, headers=headers))
    finally:
        await client.close()


def _refused(failed: StepFailed) -> Invalid:
    told = failed.error
    return Invalid(told.code, " ".join(filter(None, (told.message, told.hint))))
