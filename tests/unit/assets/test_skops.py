from __future__ import annotations

import collections
import pickle
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from orchestrator.assets import training
from orchestrator.assets.errors import ArtifactAltered, ArtifactMissing, ArtifactUnsafe
from orchestrator.assets.runtimes.files import ModelFiles, sha256_of
from orchestrator.assets.runtimes.skops import SCORES, Score
from orchestrator.assets.runtimes.skops_files import load

ROWS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]] * 20)
OUTCOMES = [0, 1, 0, 1] * 20
FEATURES = [
    {"name": "big", "kind": "number", "usual": 0.0, "missing": 0.0, "reason": "Amount {value}"},
    {"name": "new", "kind": "flag", "usual": False, "missing": False, "reason": "A new account"},
]


def saved(model: Any, folder: Path) -> Path:
    path = folder / "model.skops"
    path.write_bytes(skops.io.dumps(model))
    return path


def score(folder: Path) -> Score:
    path = saved(training.train_score(ROWS, OUTCOMES), folder)
    config = {"file": path.name, "features": FEATURES, "medium": 0.3, "high": 0.6}
    return Score(config, sha256_of(path), ModelFiles(folder=folder))


class Intruder:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.write_text, (Path("intruded"), "x"))


def test_what_was_saved_answers_the_same_after_loading(tmp_path: Path) -> None:
    model = LogisticRegression().fit(ROWS, OUTCOMES)
    assert (load(saved(model, tmp_path), SCORES).predict(ROWS) == model.predict(ROWS)).all()


def test_a_pickle_is_refused_and_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "model.skops"
    path.write_bytes(pickle.dumps(Intruder()))
    with pytest.raises(ArtifactUnsafe):
        load(path, SCORES)
    assert not (tmp_path / "intruded").exists()


def test_a_type_outside_the_list_is_refused(tmp_path: Path) -> None:
    model = LogisticRegression().fit(ROWS, OUTCOMES)
    model.extra_ = collections.Counter
    model.hook_ = Intruder()
    with pytest.raises(ArtifactUnsafe, match="type that is not allowed"):
        load(saved(model, tmp_path), SCORES)


def test_an_estimator_that_no_recipe_makes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactUnsafe, match="GaussianNB"):
        load(saved(GaussianNB().fit(ROWS, OUTCOMES), tmp_path), SCORES)


def test_a_known_type_cannot_be_made_in_an_unknown_way(tmp_path: Path) -> None:
    path = saved(LogisticRegression().fit(ROWS, OUTCOMES), tmp_path)
    with ZipFile(path) as file:
        content = {name: file.read(name) for name in file.namelist()}
    content["schema.json"] = content["schema.json"].replace(b'"ObjectNode"', b'"PartialNode"')
    with ZipFile(path, "w") as file:
        for name, data in content.items():
            file.writestr(name, data)
    with pytest.raises(ArtifactUnsafe, match="not allowed"):
        load(path, SCORES)


def test_a_model_for_another_purpose_is_refused(tmp_path: Path) -> None:
    path = saved(GradientBoostingClassifier(n_estimators=2).fit(ROWS, OUTCOMES), tmp_path)
    with pytest.raises(ArtifactUnsafe, match="GradientBoostingClassifier, which is not allowed here"):
        load(path, ["LogisticRegression"])
    with pytest.raises(ArtifactUnsafe, match="does not fit the columns"):
        load(path, SCORES, features=3)


@pytest.mark.parametrize(("part", "value"), [("children_left", 10_000), ("feature", 99), ("children_right", 0)])
def test_a_tree_that_points_outside_itself_is_refused(tmp_path: Path, part: str, value: int) -> None:
    model = GradientBoostingClassifier(n_estimators=2).fit(ROWS, OUTCOMES)
    getattr(model.estimators_[1][0].tree_, part)[0] = value
    with pytest.raises(ArtifactUnsafe, match="outside itself"):
        load(saved(model, tmp_path), SCORES)


def test_a_file_is_opened_only_with_its_own_digest(tmp_path: Path) -> None:
    files = ModelFiles(folder=tmp_path)
    path = saved(LogisticRegression().fit(ROWS, OUTCOMES), tmp_path)
    digest = sha256_of(path)
    assert files.checked(path.name, digest) == path
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ArtifactAltered):
        files.checked(path.name, digest)
    with pytest.raises(ArtifactMissing):
        files.checked("other.skops", digest)


def test_a_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    path = saved(LogisticRegression().fit(ROWS, OUTCOMES), tmp_path)
    with pytest.raises(ArtifactMissing):
        ModelFiles(folder=tmp_path / "inside").checked(f"../{path.name}", sha256_of(path))


def test_a_score_names_what_raises_it(tmp_path: Path) -> None:
    answer = score(tmp_path).answer({"features": {"big": 1, "new": True}})
    assert answer["level"] == "high"
    assert [(reason["feature"], reason["text"], reason["weight"]) for reason in answer["reasons"]] == [
        ("big", "Amount 1", 1.0)
    ]


@pytest.mark.parametrize("features", [{}, {"big": None}, {"big": "much"}, {"big": float("nan")}, {"unknown": 3}])
def test_missing_and_senseless_values_count_as_missing(tmp_path: Path, features: dict[str, Any]) -> None:
    answer = score(tmp_path).answer({"features": features})
    assert (answer["level"], answer["reasons"]) == ("low", [])
