"""Scikit-learn models that were trained elsewhere: what their file says, and what they answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.cluster import KMeans
from sklearn.ensemble import IsolationForest, RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures, StandardScaler

from orchestrator.assets.errors import ArtifactUnfit, ArtifactUnsafe
from orchestrator.assets.runtimes.files import ModelFiles, sha256_of
from orchestrator.assets.runtimes.skops_model import SkopsModel, look_at
from orchestrator.engine.errors import StepFailed

RANDOM = np.random.default_rng(3)
ROWS = RANDOM.normal(size=(80, 2))
SIGNS = np.array(["minus", "plus"])[(ROWS[:, 0] > 0).astype(int)]
SUMS = ROWS.sum(axis=1)
ROW = {"tensor": "row", "datatype": "FP64", "fields": ["first", "second"]}


def kept(model: Any, folder: Path) -> Path:
    """Under its digest, as uploaded files are."""
    draft = folder / "draft"
    draft.write_bytes(skops.io.dumps(model))
    return draft.rename(folder / sha256_of(draft))


def opened(model: Any, folder: Path, task: str, **outputs: Any) -> SkopsModel:
    path = kept(model, folder)
    config = {"file": path.name, "inputs": [ROW], "outputs": outputs}
    return SkopsModel(config, path.name, ModelFiles(folder=folder), task=task)


def test_a_classifier_answers_with_its_labels_as_the_library_does(tmp_path: Path) -> None:
    model = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()).fit(ROWS, SIGNS)
    answering = opened(model, tmp_path, "predict", scores={"tensor": "scores"}, labels=["minus", "plus"])
    answer = answering.answer({"features": {"first": 1.5, "second": -0.5}})
    assert answer["label"] == "plus"
    assert answer["confidence"] == pytest.approx(model.predict_proba([[1.5, -0.5]])[0][1], abs=1e-4)


def test_a_forest_scores_and_does_not_choose_how_many_processors_it_gets(tmp_path: Path) -> None:
    model = RandomForestClassifier(5, random_state=1, n_jobs=64).fit(ROWS, SIGNS)
    answering = opened(model, tmp_path, "score", score={"tensor": "scores", "column": 1})
    assert answering.answer({"features": {"first": 2.0, "second": 0.0}})["level"] == "high"
    assert answering._last.n_jobs is None


@pytest.mark.parametrize("model", [make_pipeline(MinMaxScaler(), Ridge()), RandomForestRegressor(5, random_state=1)])
def test_a_number_is_predicted_as_the_library_does(tmp_path: Path, model: Any) -> None:
    model.fit(ROWS, SUMS)
    answering = opened(model, tmp_path, "predict", value={"tensor": "value"})
    value = answering.answer({"features": {"first": 0.5, "second": 0.25}})["value"]
    assert value == pytest.approx(model.predict([[0.5, 0.25]])[0])


def test_what_is_unusual_has_a_high_score(tmp_path: Path) -> None:
    answering = opened(IsolationForest(random_state=1).fit(ROWS), tmp_path, "detect", score={"tensor": "score"})
    far, near = (answering.answer({"features": {"first": far, "second": far}}) for far in (9.0, 0.0))
    assert (far["unusual"], near["unusual"]) == (True, False)


def test_a_file_says_what_it_takes_and_gives(tmp_path: Path) -> None:
    model = RandomForestClassifier(3).fit(ROWS, SIGNS)
    model.feature_names_in_ = np.array(["first", "second"], dtype=object)
    facts = look_at(kept(model, tmp_path))
    assert [(slot.name, slot.kind, slot.shape) for slot in (*facts.inputs, *facts.outputs)] == [
        ("row", "FP64", (None, 2)),
        ("scores", "FP64", (None, 2)),
        ("label", "BYTES", (None,)),
    ]
    assert (facts.fields, facts.labels) == (("first", "second"), ("minus", "plus"))


def wrong_trees() -> RandomForestClassifier:
    model = RandomForestClassifier(2, random_state=1).fit(ROWS, SIGNS)
    model.estimators_[1].tree_.children_left[0] = 10_000
    return model


def some_columns() -> IsolationForest:
    """Its trees would read beyond the columns that they are given."""
    model = IsolationForest(n_estimators=2, random_state=1).fit(ROWS)
    model._max_features = 1
    model.estimators_features_ = [np.array([0]), np.array([0])]
    return model


def no_steps() -> Pipeline:
    model = make_pipeline(StandardScaler(), Ridge()).fit(ROWS, SUMS)
    model.steps = []
    return model


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (KMeans(2, n_init=1).fit(ROWS), "KMeans, a type that is not allowed"),
        (make_pipeline(PolynomialFeatures(), Ridge()).fit(ROWS, SUMS), "PolynomialFeatures, a type"),
        (make_pipeline(StandardScaler(), Pipeline([("in", Ridge())])).fit(ROWS, SUMS), "Pipeline, which is not"),
        (make_pipeline(Ridge()), "was not trained"),
        (wrong_trees(), "outside itself"),
        (some_columns(), "some of the columns"),
        (no_steps(), "steps that cannot be read"),
    ],
)
def test_a_file_that_must_not_be_used_is_refused(tmp_path: Path, model: Any, words: str) -> None:
    with pytest.raises(ArtifactUnsafe, match=words):
        look_at(kept(model, tmp_path))


def test_arrays_that_do_not_fit_each_other_fail_the_step(tmp_path: Path) -> None:
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(ROWS, SIGNS)
    model[-1].coef_ = np.zeros((1, 7))
    answering = opened(model, tmp_path, "predict", label={"tensor": "label"})
    with pytest.raises(StepFailed) as failed:
        answering.answer({"features": {"first": 1.0, "second": 1.0}})
    assert failed.value.error.code == "model_failed"


def test_settings_that_do_not_fit_the_file_are_said_to(tmp_path: Path) -> None:
    with pytest.raises(ArtifactUnfit, match="no output “scores”"):
        opened(Ridge().fit(ROWS, SUMS), tmp_path, "predict", scores={"tensor": "scores"})
