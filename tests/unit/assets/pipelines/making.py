"""Trains as the product does and makes the result answer, in a folder of the test."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestrator.assets.pipelines.catalogue import train
from orchestrator.assets.pipelines.trained import Embedding, Trained
from orchestrator.assets.tables import Table


def trained(pipeline: str, table: Table, target: str, embedding: Embedding | None = None, **parameters: Any) -> Trained:
    return train(
        pipeline, table, target, parameters, progress=lambda share, doing: None, cancelled=lambda: False,
        embedding=embedding,
    )  # fmt: skip


def kept(result: Trained, folder: Path) -> tuple[dict[str, Any], str]:
    """The version's configuration and the digest of its file, which is written into the folder."""
    digest = hashlib.sha256(result.model).hexdigest()
    name = f"{digest[:12]}.skops"
    (folder / name).write_bytes(result.model)
    return {**result.config, "file": name}, digest


def codes(card: Mapping[str, Any]) -> list[str]:
    return [finding["code"] for finding in card["findings"]]
