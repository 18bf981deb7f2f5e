"""Models of table rows that the product trained: what a row is or is worth, and whether it is unusual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from orchestrator.assets.drift.traits import kept
from orchestrator.assets.features import Feature, row_of, trait_values
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.labels import ranked
from orchestrator.assets.runtimes.skops_files import load
from orchestrator.engine.errors import ErrorCategory, StepFailed

BOOSTED = ("HistGradientBoostingClassifier", "HistGradientBoostingRegressor")


class Predictor:
    """Config: {"file", "features": [feature], "looked_at": [place of a feature], "spread"?, "level"?}."""

    def __init__(self, config: dict[str, Any], digest: str, files: ModelFiles) -> None:
        self._features: list[Feature] = config["features"]
        self._looked_at: list[int] = config["looked_at"]
        self._spread = config.get("spread")
        self._model = load(files.checked(config["file"], digest), BOOSTED, len(self._features))
        self._labels = [str(label) for label in getattr(self._model, "classes_", ())]

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        """{features} -> {label, confidence, scores, traits} or {value, low, high, traits}.

        Raises `StepFailed` (input) as `known_row`.
        """
        row = known_row(self._features, payload["features"])
        seen = [row[place] for place in self._looked_at]
        if self._spread is not None:
            with one_thread():
                value = float(self._model.predict(np.array([row]))[0])
            ends = {"low": value - self._spread, "high": value + self._spread}
            numbers = {name: round(number, 6) for name, number in {"value": value, **ends}.items()}
            return {**numbers, "traits": kept([[*trait_values(seen), value]])[0]}
        with one_thread():
            shares = self._model.predict_proba(np.array([row]))[0]
        answer = ranked({label: float(share) for label, share in zip(self._labels, shares, strict=True)})
        tail = [float(shares.max()), float(shares.argmax())]
        return {**answer, "traits": kept([[*trait_values(seen), *tail]])[0]}


class Unusual:
    """Config: {"file", "features": [feature], "threshold", "scale": [raw score], "looked_at": number of features}."""

    def __init__(self, config: dict[str, Any], digest: str, files: ModelFiles) -> None:
        self._features: list[Feature] = config["features"]
        self._threshold = float(config["threshold"])
        self._scale: list[float] = config["scale"]
        self._looked_at = int(config["looked_at"])
        self._model = load(files.checked(config["file"], digest), ["IsolationForest"], len(self._features))

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        """{features} -> {score, unusual, traits}: score is the share of known rows that are less unusual.

        Raises `StepFailed` (input) as `known_row`.
        """
        row = known_row(self._features, payload["features"])
        with one_thread():
            raw = float(-self._model.score_samples(np.array([row]))[0])
        score = share_below(self._scale, raw)
        traits = kept([[*trait_values(row[: self._looked_at]), score]])[0]
        return {"score": round(score, 4), "unusual": raw >= self._threshold, "traits": traits}


def one_thread() -> AbstractContextManager[Any]:
    """For one row a second thread is no help, and on a busy machine waiting for it takes a hundred times the answer."""
    limit: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="openmp")
    return limit


@cache
def _controller() -> ThreadpoolController:
    """Finding the libraries takes milliseconds; they are loaded once a model is."""
    return ThreadpoolController()


def share_below(scale: Sequence[float], score: float) -> float:
    """The share of known rows whose raw score is lower; `scale` holds evenly spaced quantiles."""
    return float(np.interp(score, scale, np.linspace(0, 1, len(scale))))


def known_row(features: Sequence[Feature], given: Mapping[str, Any]) -> list[float]:
    """Raises `StepFailed` (input) where none of the facts has a name the model knows."""
    if not any(feature["name"] in given for feature in features):
        names = list(dict.fromkeys(feature["name"] for feature in features))
        raise StepFailed(
            ErrorCategory.INPUT,
            "facts_unknown",
            f"None of the facts has a name that this model knows: {', '.join(names[:20])}.",
            hint="Name the facts as the columns of the table the model was trained on.",
        )
    return row_of(features, given)
