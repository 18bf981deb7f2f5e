"""Which columns of a table a model may look at, and what each of them gives away by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import r2_score
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from orchestrator.assets.errors import TrainingRefused
from orchestrator.assets.features import Feature, Matrix, label_of
from orchestrator.assets.pipelines.findings import Finding, leak, left_out
from orchestrator.assets.tables import Column, Table

LEAKS = 0.98
"""Of the way from chance to always right, or of the variance: from here on a column alone is suspicious."""
LOOKED_AT = 5_000
"""Rows that single columns are judged by."""
NAMING = 0.5
"""Share of rows with a value of their own from which a choice is a name rather than a kind."""
FEWEST_TO_NAME = 50


def usable(
    table: Table, target: str, wanted: Sequence[str] | None, unused: Sequence[str | None] = ()
) -> tuple[list[Column], list[Finding]]:
    """Columns to learn from, and what is said about those left out. Raises `TrainingRefused` if there are none."""
    never = {target, *unused}
    if wanted is not None:
        columns = [table.column(name) for name in wanted]
        if target in wanted:
            raise TrainingRefused(f"{target} is the target; it cannot be learned from as well.")
    else:
        columns = [column for column in table.columns if column.name not in never]
    empty = [column.name for column in columns if len(set(column.values) - {None}) < 2]
    texts = [column.name for column in columns if column.kind == "text"]
    names = [column.name for column in columns if column.kind == "choice" and _names(column)]
    out = {*empty, *texts, *names}
    kept = [column for column in columns if column.name not in out]
    if not kept:
        raise TrainingRefused("No column is left to learn from: they are empty, free text, or differ in every row.")
    found = [
        *left_out(empty, "they hold one value only"),
        *left_out(texts, "they hold free text"),
        *left_out(names, "they differ in nearly every row"),
    ]
    return kept, found


def alone(
    features: Sequence[Feature], matrix: Matrix, target: np.ndarray[Any, Any], seed: int
) -> tuple[list[float], list[Finding]]:
    """How well each feature alone says the target, 0 to 1, on rows not learned from; and the suspicious ones."""
    random = np.random.default_rng(seed)
    rows = random.permutation(len(matrix))[: 2 * LOOKED_AT]
    half = len(rows) // 2
    learn, judge = rows[:half], rows[half:]
    strengths = [_strength(matrix[:, [place]], target, learn, judge, seed) for place in range(matrix.shape[1])]
    found = [
        leak(label_of(feature), strength)
        for feature, strength in zip(features, strengths, strict=True)
        if strength >= LEAKS
    ]
    return strengths, found


def _names(column: Column) -> bool:
    given = [value for value in column.values if value is not None]
    return len(given) >= FEWEST_TO_NAME and len(set(given)) > NAMING * len(given)


def _strength(
    values: Matrix, target: np.ndarray[Any, Any], learn: np.ndarray[Any, Any], judge: np.ndarray[Any, Any], seed: int
) -> float:
    if target.dtype.kind == "f":
        tree = DecisionTreeRegressor(max_depth=6, min_samples_leaf=5, random_state=seed)
        explained = float(r2_score(target[judge], tree.fit(values[learn], target[learn]).predict(values[judge])))
        return max(explained, 0.0)
    tree = DecisionTreeClassifier(max_depth=6, min_samples_leaf=5, class_weight="balanced", random_state=seed)
    given = tree.fit(values[learn], target[learn]).predict(values[judge])
    labels = sorted(set(target[judge]))
    hit = float(np.mean([np.mean(given[target[judge] == label] == label) for label in labels]))
    chance = 1 / len(labels)
    return max((hit - chance) / (1 - chance), 0.0) if chance < 1 else 0.0
