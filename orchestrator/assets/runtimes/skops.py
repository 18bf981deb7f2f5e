"""scikit-learn models in skops files: classifiers of texts, and the risk score with its reasons."""

from __future__ import annotations

import math
from typing import Any

from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.labels import ranked
from orchestrator.assets.runtimes.onnx import embedder, opening
from orchestrator.assets.runtimes.skops_files import load, load_parts

SCORES = ("LogisticRegression", "GradientBoostingClassifier")
NOTICEABLE, MOST_REASONS = 0.25, 5
"""Log-odds from which a feature is named as a reason, and how many are."""


class TextClassifier:
    """A linear model on a text's embedding, or on its words.

    Config: {"file", "method"?: meaning|words, "embedding", "embedding_digest", "temperature"?, "outside_below"?}.
    """

    def __init__(self, config: dict[str, Any], digest: str, files: ModelFiles) -> None:
        path = files.checked(config["file"], digest)
        self._temperature = float(config.get("temperature", 1.0))
        self._outside_below = float(config.get("outside_below", 0.0))
        if config.get("method") == "words":
            from orchestrator.assets.words import PARTS, WordVectors

            parts = load_parts(path, PARTS, ["LinearSVC"])
            self._model, self._vectors = parts["model"], WordVectors.of_parts(parts).of
        else:
            self._model = load(path, ["LogisticRegression"])
            self._vectors = embedder(files, config["embedding"], config["embedding_digest"]).embed

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        """{text} -> {label, confidence, scores, in_scope, traits}; in_scope: the text seems to fit a label at all."""
        from orchestrator.assets.confidence import shares_of
        from orchestrator.assets.drift.traits import text_rows

        vectors = self._vectors([opening(payload["text"])])
        shares = shares_of(self._model, vectors, self._temperature)[0]
        value = ranked({str(label): float(share) for label, share in zip(self._model.classes_, shares, strict=True)})
        traits = text_rows(vectors, [float(shares.max())], [len(payload["text"])], [int(shares.argmax())])[0]
        return {**value, "in_scope": float(shares.max()) >= self._outside_below, "traits": traits}


class Score:
    """Config: {"file", "features": [feature], "medium", "high"}.

    A feature is {"name", "kind": number|flag|choice, "choices", "usual", "missing", "reason"}: `usual` is the value
    that speaks neither for nor against, `missing` stands for no value, `reason` is a sentence with `{value}`.
    """

    def __init__(self, config: dict[str, Any], digest: str, files: ModelFiles) -> None:
        self._config = config
        self._features: list[dict[str, Any]] = config["features"]
        self._model = load(files.checked(config["file"], digest), SCORES)

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
