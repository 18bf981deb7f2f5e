"""The recipes by which the product trains models; the same code trains the starters and is measured by the bench."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

SEED = 7
CLASSIFIER_C = 10.0
"""Regularisation of the text classifier: larger trusts the examples more."""


def train_text_classifier(embeddings: np.ndarray[Any, Any], labels: Sequence[str]) -> Any:
    """A logistic regression on unit-length embeddings, one row a text."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=CLASSIFIER_C, max_iter=1000).fit(embeddings, list(labels))


def train_score(rows: np.ndarray[Any, Any], outcomes: Sequence[int]) -> Any:
    """Gradient boosting that gives the probability of outcome 1."""
    from sklearn.ensemble import GradientBoostingClassifier

    model = GradientBoostingClassifier(
        n_estimators=60, learning_rate=0.2, max_depth=2, subsample=0.8, random_state=SEED
    )
    return model.fit(rows, list(outcomes))


def accuracy(model: Any, rows: np.ndarray[Any, Any], labels: Sequence[Any]) -> float:
    """Share of rows the model labels right."""
    return float((model.predict(rows) == list(labels)).mean())
