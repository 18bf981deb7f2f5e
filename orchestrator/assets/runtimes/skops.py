"""scikit-learn models in skops files: never pickle, and nothing that is not on a fixed list."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from orchestrator.assets.errors import ArtifactUnsafe
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.labels import ranked
from orchestrator.assets.runtimes.onnx import embedder, opening

ALLOWED = ("sklearn.tree._tree.Tree",)
"""Beyond what skops trusts by itself. Trees index memory unchecked, hence `_check_trees`."""
NOTICEABLE, MOST_REASONS = 0.25, 5
"""Log-odds from which a feature is named as a reason, and how many are."""
ESTIMATORS = ("LogisticRegression", "GradientBoostingClassifier")


def load(path: Path) -> Any:
    """The estimator in the file. Raises `ArtifactUnsafe` for any type or tree that must not be run."""
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        model = skops.io.load(path, trusted=list(ALLOWED))
    except UntrustedTypesFoundException as error:
        raise ArtifactUnsafe(f"The model file {path.name} holds types that are not allowed and is not used.") from error
    except (BadZipFile, ValueError, TypeError, KeyError, OSError, RuntimeError, AttributeError) as error:
        raise ArtifactUnsafe(f"The model file {path.name} is not a skops file that can be read.") from error
    if type(model).__name__ not in ESTIMATORS:
        raise ArtifactUnsafe(f"The model file {path.name} holds a {type(model).__name__}, which is not allowed.")
    _check_trees(model, path)
    return model


def _check_trees(model: Any, path: Path) -> None:
    """Every node points forward inside its tree and at a feature that exists."""
    for stage in getattr(model, "estimators_", ()):
        for regressor in stage:
            tree = regressor.tree_
            places = range(tree.node_count)
            children = [
                (int(left), int(right)) for left, right in zip(tree.children_left, tree.children_right, strict=True)
            ]
            leaf = [left == right == -1 for left, right in children]
            forward = all(
                leaf[place] or (left in places and right in places and left > place and right > place)
                for place, (left, right) in enumerate(children)
            )
            known = all(
                leaf[place] or 0 <= feature < model.n_features_in_ for place, feature in enumerate(tree.feature)
            )
            if not (len(children) == tree.node_count and forward and known):
                raise ArtifactUnsafe(f"The model file {path.name} holds a tree that points outside itself.")


class TextClassifier:
    """Config: {"file", "embedding", "embedding_digest"}: a linear model on the text's embedding."""

    def __init__(self, config: dict[str, Any], digest: str, files: ModelFiles) -> None:
        self._model = load(files.checked(config["file"], digest))
        self._embedder = embedder(files, config["embedding"], config["embedding_digest"])

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        """{text} -> {label, confidence, scores}."""
        shares = self._model.predict_proba(self._embedder.embed([opening(payload["text"])]))[0]
        return ranked({str(label): float(share) for label, share in zip(self._model.classes_, shares, strict=True)})


class Score:
    """Config: {"file", "features": [feature], "medium", "high"}.

    A feature is {"name", "kind": number|flag|choice, "choices", "usual", "missing", "reason"}: `usual` is the value
    that speaks neither for nor against, `missing` stands for no value, `reason` is a sentence with `{value}`.
    """

    def __init__(self, config: dict[str, Any], digest: str, files: ModelFiles) -> None:
        self._config = config
        self._features: list[dict[str, Any]] = config["features"]
        self._model = load(files.checked(config["file"], digest))

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        """{features} -> {score, level, reasons}: a reason's weight is its share of what raises the score."""
        values = {feature["name"]: given(feature, payload["features"]) for feature in self._features}
        odds = self._log_odds(values)
        score = 1 / (1 + math.exp(-odds))
        raised = [(odds - self._log_odds({**values, each["name"]: each["usual"]}), each) for each in self._features]
        raising = sorted((entry for entry in raised if entry[0] >= NOTICEABLE), key=lambda entry: -entry[0])
        total = sum(weight for weight, _ in raising)
        reasons = [
            {"feature": each["name"], "text": _sentence(each, values[each["name"]]), "weight": round(weight / total, 2)}
            for weight, each in raising[:MOST_REASONS]
        ]
        level = "high" if score >= self._config["high"] else "medium" if score >= self._config["medium"] else "low"
        return {"score": round(score, 3), "level": level, "reasons": reasons}

    def _log_odds(self, values: dict[str, Any]) -> float:
        chance = float(self._model.predict_proba([row(self._features, values)])[0][1])
        chance = min(max(chance, 1e-9), 1 - 1e-9)
        return math.log(chance / (1 - chance))


def given(feature: dict[str, Any], values: dict[str, Any]) -> Any:
    """The value of a feature, or what stands for a missing one."""
    value = values.get(feature["name"])
    if value is None:
        return feature["missing"]
    if feature["kind"] == "choice":
        return value if value in feature["choices"] else feature["missing"]
    if feature["kind"] == "flag":
        return bool(value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        return feature["missing"]
    return number if math.isfinite(number) else feature["missing"]


def row(features: list[dict[str, Any]], values: dict[str, Any]) -> list[float]:
    """Numbers as the model wants them: a choice is one column per choice."""
    columns: list[float] = []
    for feature in features:
        value = values[feature["name"]]
        if feature["kind"] == "choice":
            columns.extend(float(value == choice) for choice in feature["choices"])
        else:
            columns.append(float(value))
    return columns


def _sentence(feature: dict[str, Any], value: Any) -> str:
    shown = (
        f"{value:,.0f}" if isinstance(value, float) and not isinstance(value, bool) else str(value).replace("_", " ")
    )
    return str(feature["reason"]).format(value=shown)
