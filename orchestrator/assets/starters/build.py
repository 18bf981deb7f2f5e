"""Builds the model files of the starters: the embedding model, the trained classifier, the risk score.

What was built stands in `models.json` beside the files; a file that is there, unaltered and of today's recipe stays.
Trained models carry their digest in their name, so that older versions of an asset keep their files.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from orchestrator.assets import minilm, training
from orchestrator.assets.runtimes.files import ModelFiles, sha256_of
from orchestrator.assets.runtimes.onnx import Embedder, opening
from orchestrator.assets.runtimes.skops import row
from orchestrator.assets.starters.cases import cases
from orchestrator.assets.starters.texts import letters

Built = dict[str, Any]
"""{"file", "sha256", "recipe", "metrics"}."""
Maker = Callable[[Path, dict[str, Built]], Built]

MANIFEST = "models.json"
EMBEDDING, CLASSIFIER, SCORE = "embedding", "document-type-trained", "risk-score"
LETTERS, MORE_LETTERS = {"seed": 11, "of_each": 40}, {"seed": 12, "of_each": 8}
CASES, MORE_CASES = {"seed": 21, "count": 12_000}, {"seed": 22, "count": 2_000}


def build_all(folder: Path, say: Callable[[str], None]) -> None:
    """Bring every model file up to date and tell each in a line."""
    folder.mkdir(parents=True, exist_ok=True)
    built = read_built(folder)
    for name, (recipe, make) in MAKERS.items():
        about = built.get(name)
        if about and about["recipe"] == recipe and _is_whole(folder, about):
            say(f"{name}: ready")
            continue
        built[name] = {**make(folder, built), "recipe": recipe}
        _write(folder / MANIFEST, json.dumps(built, indent=2).encode())
        say(f"{name}: built, {(folder / built[name]['file']).stat().st_size / 1e6:.2f} MB, {built[name]['metrics']}")


def read_built(folder: Path) -> dict[str, Built]:
    """What was built, by name; empty before the first time."""
    path = folder / MANIFEST
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def risk_config() -> dict[str, Any]:
    """Features and thresholds of the risk score."""
    return json.loads(Path(__file__).with_name("risk.json").read_text(encoding="utf-8"))


def _is_whole(folder: Path, about: Built) -> bool:
    path = folder / about["file"]
    return path.is_file() and sha256_of(path) == about["sha256"]


def _make_embedding(folder: Path, built: dict[str, Built]) -> Built:
    path = folder / minilm.FILE
    minilm.build(path)
    return {"file": path.name, "sha256": sha256_of(path), "metrics": {}}


def _make_classifier(folder: Path, built: dict[str, Built]) -> Built:
    about = built[EMBEDDING]
    embedder = Embedder(ModelFiles(folder=folder), about["file"], about["sha256"])
    texts, labels = zip(*letters(**LETTERS), strict=True)
    model = training.train_text_classifier(embedder.embed([opening(text) for text in texts]), labels)
    texts, labels = zip(*letters(**MORE_LETTERS), strict=True)
    accuracy = training.accuracy(model, embedder.embed([opening(text) for text in texts]), labels)
    return _dump(
        model, folder, CLASSIFIER, {"accuracy": round(accuracy, 3), "measured_on": f"{len(texts)} generated texts"}
    )


def _make_score(folder: Path, built: dict[str, Built]) -> Built:
    import numpy as np
    from sklearn.metrics import roc_auc_score

    features = risk_config()["features"]
    rows, outcomes = zip(*((row(features, values), outcome) for values, outcome in cases(**CASES)), strict=True)
    model = training.train_score(np.array(rows), outcomes)
    rows, outcomes = zip(*((row(features, values), outcome) for values, outcome in cases(**MORE_CASES)), strict=True)
    auc = float(roc_auc_score(outcomes, model.predict_proba(np.array(rows))[:, 1]))
    return _dump(model, folder, SCORE, {"auc": round(auc, 3), "measured_on": f"{len(rows)} generated cases"})


def _dump(model: Any, folder: Path, name: str, metrics: dict[str, Any]) -> Built:
    import skops.io

    path = folder / f"{name}.new"
    _write(path, skops.io.dumps(model))
    digest = sha256_of(path)
    path.replace(folder / f"{name}-{digest[:12]}.skops")
    return {"file": f"{name}-{digest[:12]}.skops", "sha256": digest, "metrics": metrics}


def _write(path: Path, data: bytes) -> None:
    new = path.with_suffix(".part")
    new.write_bytes(data)
    new.replace(path)


MAKERS: dict[str, tuple[int, Maker]] = {
    EMBEDDING: (1, _make_embedding),
    CLASSIFIER: (1, _make_classifier),
    SCORE: (1, _make_score),
}
"""Name -> number of the recipe and how it is made, in this order. A new number builds the model again."""
