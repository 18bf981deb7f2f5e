"""What the pipelines made, ready to answer. The libraries are loaded on first use: web processes never ask a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orchestrator.assets.runtimes.files import ModelFiles

if TYPE_CHECKING:
    from orchestrator.assets.runtimes.forecast import Forecast
    from orchestrator.assets.runtimes.predictor import Predictor, Unusual


def predictor(config: dict[str, Any], digest: str, files: ModelFiles) -> Predictor:
    """For the task predict, of the runtime skops."""
    from orchestrator.assets.runtimes.predictor import Predictor

    return Predictor(config, digest, files)


def unusual(config: dict[str, Any], digest: str, files: ModelFiles) -> Unusual:
    """For the task detect, of the runtime skops."""
    from orchestrator.assets.runtimes.predictor import Unusual

    return Unusual(config, digest, files)


def forecast(config: dict[str, Any], digest: str, files: ModelFiles) -> Forecast:
    """For the task forecast, of the runtime forecast."""
    from orchestrator.assets.runtimes.forecast import Forecast

    return Forecast(config, digest, files)
