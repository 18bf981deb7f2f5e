"""A person has a model trained: a run of one step, which acts for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from builder.inner import inner_version
from orchestrator.api.errors import Conflict, Invalid
from orchestrator.artifacts.models import Artifact
from orchestrator.assets.actions.training import ask_training, stop_training
from orchestrator.assets.errors import TrainingRefused
from orchestrator.assets.learning import pipeline_of
from orchestrator.assets.models import Asset, Kind, Training
from orchestrator.governance import sharing
from orchestrator.governance.principal import Kind as Actor
from orchestrator.governance.principal import Principal, system
from orchestrator.runs.actions.operations import cancel_run
from orchestrator.runs.actions.starting import start_run
from orchestrator.runs.models import Mode, Run

INNER = "training"
LONGEST_S = 3_600.0


def start_training(
    principal: Principal,
    asset: Asset,
    *,
    target: str,
    parameters: dict[str, Any],
    file: UUID | None = None,
    data_set: UUID | None = None,
) -> Training:
    """Learn from a file or from a data set. Raises `Denied`, `Invalid`, `Conflict` and `TooMany`."""
    sharing.require(principal, "asset:modify", asset)
    _check(asset)
    config, source = _rows(principal, asset, file, data_set)
    config |= {"asset": asset.name, "target": target, "parameters": parameters}
    with transaction.atomic():
        version = inner_version(principal, asset.workspace_id, INNER, "Training", _graph(config))
        # The step looks at the rights itself; people who train models need not be people who run workflows.
        by = Principal(kind=Actor.SYSTEM, id=principal.id, name=principal.name, auth=principal.auth, ip=principal.ip)
        run = start_run(
            by,
            workflow=version.workflow,
            version=version,
            payload={},
            how="training",
            title=asset.title,
            mode=Mode.TEST,
        )
        return ask_training(principal, asset, run=run.id, source=source, target=target)


def cancel_training(principal: Principal, training: Training) -> None:
    """Stop it wherever it is. One that is a step of a workflow is stopped with its run."""
    run = Run.objects.select_related("workflow").filter(pk=training.run).first()
    if run is not None and run.workflow.inner != INNER:
        raise Conflict("part_of_run", "This training belongs to the run of a workflow. Stop that run instead.")
    with transaction.atomic():
        stop_training(principal, training)
        if run is not None and not run.ended:
            cancel_run(system("training"), run, "The training was stopped.")


def _check(asset: Asset) -> None:
    """What the settings are worth is found out by the step: looking at them needs libraries that no request loads."""
    try:
        pipeline_of(asset.task)
    except TrainingRefused as refused:
        raise Invalid("training_refused", str(refused)) from refused


def _rows(principal: Principal, asset: Asset, file: UUID | None, data_set: UUID | None) -> tuple[dict[str, Any], str]:
    """The settings of the step that say what it learns from, and the same in words."""
    if data_set is not None:
        found = Asset.objects.kept().filter(workspace_id=asset.workspace_id, kind=Kind.DATA_SET, id=data_set).first()
        if found is not None and sharing.may(principal, "asset:consume", found):
            return {"data_set": found.name}, found.title
    elif file is not None:
        artifact = Artifact.objects.filter(workspace_id=asset.workspace_id, id=file).first()
        if artifact is not None:
            return {"file": artifact.as_ref()}, artifact.name
    raise Invalid("training_rows", "Choose the file or the data set to learn from.")


def _graph(config: dict[str, Any]) -> dict[str, Any]:
    step = {"key": "train", "type": "train_model", "name": "Train", "config": config}
    return {
        "schema": "graph@1",
        "nodes": [
            {"key": "start", "type": "start_manual", "name": "Start", "config": {"fields": []}},
            {**step, "policy": {"timeout_s": LONGEST_S, "retry": {"attempts": 1}}},
        ],
        "edges": [{"id": "start-train", "source": "start", "source_port": "out", "target": "train"}],
        "notes": [],
    }
