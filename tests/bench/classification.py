"""Accuracy of the product's own text classifier on banking77: `python -m tests.bench.classification`."""

from __future__ import annotations

import csv
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from orchestrator.assets import minilm, training
from orchestrator.assets.runtimes.files import ModelFiles, sha256_of
from orchestrator.assets.runtimes.onnx import Embedder

GOAL = 0.92


def measure(say: Callable[[str], None]) -> dict[str, Any] | None:
    """Accuracy on the test texts after training on the others; None when there is no data."""
    folder = Path(os.environ.get("BENCH_DATA", "")) / "banking77"
    if "BENCH_DATA" not in os.environ or not folder.is_dir():
        say("classification: not measured (set BENCH_DATA to a folder with banking77)")
        return None
    with tempfile.TemporaryDirectory() as models:
        model_file = Path(models) / minilm.FILE
        minilm.build(model_file)
        embedder = Embedder(ModelFiles(folder=Path(models)), minilm.FILE, sha256_of(model_file))
    texts, labels = rows(folder / "train.csv")
    started = time.monotonic()
    model = training.train_text_classifier(embedder.embed(texts), labels)
    seconds = time.monotonic() - started
    texts, labels = rows(folder / "test.csv")
    accuracy = training.accuracy(model, embedder.embed(texts), labels)
    say(f"classification banking77: accuracy {accuracy:.4f} on {len(texts)} texts (goal {GOAL})")
    say(f"classification banking77: trained in {seconds:.0f} s")
    return {"accuracy": accuracy, "texts": len(texts), "trained_s": seconds}


def rows(path: Path) -> tuple[list[str], list[str]]:
    """Texts and labels of one of the set's files."""
    with path.open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    return [row["text"] for row in read], [row["category"] for row in read]


if __name__ == "__main__":
    measure(print)
