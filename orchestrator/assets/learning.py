"""From a table to a trained model: which pipeline makes models of a task, and the rows it learns from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from orchestrator.artifacts.actions import read_file
from orchestrator.artifacts.errors import ArtifactMissing as FileGone
from orchestrator.artifacts.models import Artifact
from orchestrator.assets.errors import ArtifactMissing, TableUnusable, TrainingRefused
from orchestrator.assets.models import AssetAlias, Kind
from orchestrator.assets.references import read_reference
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.onnx import embedder
from orchestrator.assets.starters.build import EMBEDDING, read_built
from orchestrator.assets.tables import Table, read_table

if TYPE_CHECKING:
    from orchestrator.assets.pipelines.trained import Embedding, Trained

PIPELINES = {"classify": "text", "predict": "table", "detect": "anomaly", "forecast": "forecast"}
"""Task of a model -> how such models are made."""

Progress = Callable[[float, str], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A table, and where it came from in words."""

    table: Table
    source: str


def rows_of_file(workspace_id: UUID, file_id: UUID) -> Rows:
    """Raises `TableUnusable`, and `StoreUnavailable` while the files are away."""
    artifact = Artifact.objects.filter(workspace_id=workspace_id, id=file_id).first()
    if artifact is None:
        raise TableUnusable("The file is gone, or belongs to somebody else. Upload it again.")
    return Rows(table=read_table(_content(workspace_id, file_id), artifact.name), source=artifact.name)


def rows_of_data_set(workspace_id: UUID, reference: str) -> Rows:
    """Of the version that `name` or `name@alias` means. Raises `TableUnusable`."""
    named = read_reference(reference)
    alias = (
        AssetAlias.objects.select_related("version__artifact", "asset")
        .filter(asset__workspace_id=workspace_id, asset__name=named.name, name=named.alias, asset__kind=Kind.DATA_SET)
        .first()
    )
    if alias is None or alias.version.artifact is None:
        raise TableUnusable(f"The data set {named.name!r} has no rows yet. Add a file to it first.")
    file = alias.version.artifact
    table = read_table(_content(workspace_id, file.id), file.name)
    return Rows(table=table, source=f"{alias.asset.title}, version {alias.version.number}")


def train_rows(
    task: str,
    rows: Rows,
    target: str,
    parameters: Mapping[str, Any],
    *,
    progress: Progress,
    cancelled: Cancelled,
) -> Trained:
    """Raises `TrainingRefused` and `TableUnusable` with a sentence for a person, `TrainingStopped` once cancelled."""
    from orchestrator.assets.pipelines.catalogue import train  # heavy, and few processes ever train

    pipeline = pipeline_of(task)
    embedding = _embedding() if pipeline == "text" and parameters.get("method", "meaning") == "meaning" else None
    trained = train(
        pipeline, rows.table, target, parameters, progress=progress, cancelled=cancelled, embedding=embedding
    )
    if trained.task != task:
        raise TrainingRefused(f"What comes of this is made to {trained.task}, not to {task}. Choose another model.")
    data = {**trained.card["data"], "source": rows.source}
    return replace(trained, card={**trained.card, "data": data})


def pipeline_of(task: str) -> str:
    """Raises `TrainingRefused` for models that are not made here."""
    if task not in PIPELINES:
        raise TrainingRefused("Models of this kind cannot be trained here. Add a version by a file or an address.")
    return PIPELINES[task]


def _embedding() -> Embedding | None:
    from orchestrator.assets.pipelines.trained import Embedding

    folder = Path(settings.DATA_DIR) / "models"
    built = read_built(folder).get(EMBEDDING)
    if built is None:
        raise ArtifactMissing("The embedding model is not built yet. Run `manage.py build_models` first.")
    reader = embedder(ModelFiles(folder=folder), built["file"], built["sha256"])
    return Embedding(file=built["file"], digest=built["sha256"], embed=reader.embed)


def _content(workspace_id: UUID, file_id: UUID) -> bytes:
    try:
        return read_file(workspace_id, file_id)
    except FileGone as error:
        raise TableUnusable(str(error)) from error
