"""The one door to training: which pipelines there are, and settings checked before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from threadpoolctl import threadpool_limits

from orchestrator.assets.errors import TrainingRefused
from orchestrator.assets.pipelines import anomaly, forecast, text
from orchestrator.assets.pipelines import table as rows
from orchestrator.assets.pipelines.anomaly import AnomalyParameters
from orchestrator.assets.pipelines.forecast import ForecastParameters
from orchestrator.assets.pipelines.table import TableParameters
from orchestrator.assets.pipelines.text import TextParameters
from orchestrator.assets.pipelines.trained import Cancelled, Embedding, Parameters, Progress, Trained, Watch
from orchestrator.assets.tables import Table

PARAMETERS: dict[str, type[Parameters]] = {
    "text": TextParameters,
    "table": TableParameters,
    "anomaly": AnomalyParameters,
    "forecast": ForecastParameters,
}


def train(
    pipeline: str,
    table: Table,
    target: str,
    parameters: Mapping[str, Any],
    *,
    progress: Progress,
    cancelled: Cancelled,
    embedding: Embedding | None = None,
) -> Trained:
    """The same table, target, parameters and code give the same bytes.

    Raises `TrainingRefused` or `TableUnusable` with a sentence for a person, `TrainingStopped` once cancelled.
    `target` is "" where there is nothing to predict; `embedding` is what texts are read with.
    """
    checked = check_parameters(pipeline, parameters)
    watch = Watch(progress, cancelled)
    watch.tell(0.0, "Reading the table")
    with threadpool_limits(limits=1):
        trained = _run(table, target, checked, watch, embedding)
    progress(1.0, "Done")
    return trained


def check_parameters(pipeline: str, parameters: Mapping[str, Any]) -> Parameters:
    """Raises `TrainingRefused` that names the setting."""
    if pipeline not in PARAMETERS:
        raise TrainingRefused(f"There is no way of training called {pipeline!r}. Choose from {', '.join(PARAMETERS)}.")
    try:
        return PARAMETERS[pipeline].model_validate(dict(parameters))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise TrainingRefused(f"The setting {name} cannot be used: {first['msg'].lower()}.") from error


def _run(table: Table, target: str, parameters: Parameters, watch: Watch, embedding: Embedding | None) -> Trained:
    match parameters:
        case TextParameters():
            return text.train(table, target, parameters, watch, embedding)
        case TableParameters():
            return rows.train(table, target, parameters, watch)
        case AnomalyParameters():
            return anomaly.train(table, target, parameters, watch)
        case ForecastParameters():
            return forecast.train(table, target, parameters, watch)
        case _:
            raise TypeError(type(parameters))
