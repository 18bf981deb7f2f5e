"""Classification without training: the label whose descriptions are nearest in meaning to the text."""

from __future__ import annotations

import math
from typing import Any

from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.onnx import embedder, opening

TEMPERATURE = 0.06
"""Cosine difference that makes one label e times likelier than another."""
NOTHING = 0.30
"""Cosine of a text that has to do with none of the labels; texts no nearer than this come out as unsure."""


class Labels:
    """Config: {"labels": {label: [description, ...]}, "embedding": file name}; digest: of the embedding model."""

    def __init__(self, config: dict[str, Any], digest: str, files: ModelFiles) -> None:
        self._embedder = embedder(files, config["embedding"], digest)
        self._labels = list(config["labels"])
        self._descriptions = [self._embedder.embed(config["labels"][label]) for label in self._labels]

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        """{text} -> {label, confidence, scores}; the scores leave room for "none of these"."""
        vector = self._embedder.embed([opening(payload["text"])])[0]
        nearest = [float((descriptions @ vector).max()) for descriptions in self._descriptions]
        return ranked(dict(zip(self._labels, _shares(nearest), strict=True)))


def ranked(shares: dict[str, float]) -> dict[str, Any]:
    """The answer of a classification, the likeliest label first."""
    order = sorted(shares.items(), key=lambda entry: -entry[1])
    scores = [{"label": label, "score": round(score, 4)} for label, score in order]
    return {"label": scores[0]["label"], "confidence": scores[0]["score"], "scores": scores}


def _shares(cosines: list[float]) -> list[float]:
    weights = [math.exp((cosine - NOTHING) / TEMPERATURE) for cosine in cosines]
    total = sum(weights) + 1
    return [weight / total for weight in weights]
