"""Histogram gradient boosting, in portions so that it can be watched and cancelled, ready to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from orchestrator.assets.features import Matrix
from orchestrator.assets.pipelines.trained import Watch

Array = np.ndarray[Any, Any]

PORTIONS = 8
"""Pieces a training is done in; between two of them somebody may cancel."""


EVERY = 10
"""Iterations between two looks at whether more of them still help."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is learned. The first `choices` columns hold codes 0..n."""

    choices: int
    numeric: bool
    settings: dict[str, Any]
    """Of the estimator, `max_iter` aside."""


def boosted(
    task: Task, matrix: Matrix, target: Array, iterations: int, watch: Watch, span: tuple[float, float], doing: str
) -> Any:
    """A model that is ready to be kept; every code of a choice must stand in `matrix`. `span`: its part of the bar."""
    return _ready(_grown(task, matrix, target, iterations, watch, span, doing))


def enough_iterations(
    task: Task, learned: tuple[Matrix, Array], judged: tuple[Matrix, Array], most: int, watch: Watch
) -> int:
    """After how many iterations the rows that are not learned from are told best; more would learn by heart."""
    model = _grown(task, *learned, most, watch, (0.05, 0.25), "Finding out how long to learn")
    matrix, target = judged
    if task.numeric:
        losses = [float(((given - target) ** 2).mean()) for given in model.staged_predict(matrix)]
    else:
        known = np.isin(target, model.classes_)
        place = np.searchsorted(model.classes_, target[known])
        losses = [
            float(-np.log(np.clip(shares[np.arange(len(place)), place], 1e-9, 1)).mean())
            for shares in model.staged_predict_proba(matrix[known])
        ]
    looks = range(min(EVERY, most) - 1, len(losses), EVERY)
    return min(looks, key=lambda look: losses[look]) + 1


def _grown(
    task: Task, matrix: Matrix, target: Array, iterations: int, watch: Watch, span: tuple[float, float], doing: str
) -> Any:
    make = HistGradientBoostingRegressor if task.numeric else HistGradientBoostingClassifier
    codes = list(range(task.choices)) or None
    model = make(categorical_features=codes, early_stopping=False, warm_start=True, max_iter=1, **task.settings)
    for portion in range(1, PORTIONS + 1):
        watch.tell(span[0] + (span[1] - span[0]) * (portion - 1) / PORTIONS, doing)
        model.set_params(max_iter=max(iterations * portion // PORTIONS, 1))
        model.fit(matrix, target)
    return model


def _ready(model: Any) -> Any:
    """Without the encoder that numbers the choices: they come numbered, and files must hold no functions."""
    model._preprocessor = None
    vars(model).pop("_feature_subsample_rng", None)
    return model
