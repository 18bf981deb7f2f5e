from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from orchestrator.assets.confidence import best_temperature, outside_below, shares_of, softmax

ROWS = np.random.default_rng(3).normal(size=(300, 4))
LABELS = np.where(ROWS[:, 0] + ROWS[:, 3] / 2 > 0, "a", "b")


@pytest.mark.parametrize("labels", [LABELS, np.where(ROWS[:, 1] > 1, "c", LABELS)])
def test_every_classifier_gives_shares_that_sum_to_one(labels: np.ndarray) -> None:
    for model in (LogisticRegression().fit(ROWS, labels), LinearSVC().fit(ROWS, labels)):
        shares = shares_of(model, ROWS, 0.5)
        assert shares.shape == (300, len(set(labels)))
        assert shares.sum(axis=1) == pytest.approx(np.ones(300))
        assert (model.classes_[shares.argmax(axis=1)] == model.predict(ROWS)).all()


def test_a_model_that_is_too_sure_is_cooled_down_until_it_is_right_as_often_as_it_says() -> None:
    random = np.random.default_rng(5)
    logits = random.normal(scale=5, size=(2_000, 3))
    chances = softmax(logits, 2.5)
    places = [int(random.choice(3, p=row)) for row in chances]
    temperature = best_temperature(logits, places)
    assert temperature == pytest.approx(2.5, rel=0.1)
    sure = softmax(logits, temperature).max(axis=1)
    right = softmax(logits, temperature).argmax(axis=1) == places
    assert sure.mean() == pytest.approx(right.mean(), abs=0.03)


def test_a_few_rows_are_too_few_to_change_the_confidence() -> None:
    assert best_temperature(ROWS[:99], [0] * 99) == 1


def test_the_edge_lies_where_known_and_unknown_texts_part() -> None:
    known, unknown = np.linspace(0.6, 1, 500), np.linspace(0.1, 0.55, 50)
    edge = outside_below(known, unknown)
    assert (known >= edge).mean() > 0.99
    assert (unknown < edge).mean() > 0.95


def test_without_examples_of_others_one_known_text_in_twenty_is_doubted() -> None:
    known = np.linspace(0, 1, 1_001)
    assert outside_below(known, None) == pytest.approx(0.05)
    assert outside_below(known, np.array([])) == pytest.approx(0.05)
