"""The training card: what a model was made from, how, and how good it is, honestly."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestrator.assets.drift.traits import Reference
from orchestrator.assets.evaluation.report import Report
from orchestrator.assets.pipelines.findings import Finding
from orchestrator.assets.pipelines.trained import Parameters
from orchestrator.assets.tables import Table

LIBRARIES = ("scikit-learn", "numpy", "scipy", "statsforecast", "onnxruntime")
OUTCOMES = {"outcomes"}
"""Not kept in a card: comparing versions evaluates both on the same cases."""


def training_card(
    pipeline: str,
    *,
    table: Table,
    target: str,
    columns: Sequence[str],
    parameters: Parameters,
    split: Mapping[str, Any],
    report: Report,
    baseline: Mapping[str, float],
    findings: Sequence[Finding],
    reference: Reference,
    chosen: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """JSON. `chosen` are settings found by trying.

    `data.source` and `made_by_run` are filled in by the one who had the model made.
    """
    return {
        "pipeline": pipeline,
        "parameters": parameters.model_dump(mode="json"),
        "chosen": dict(chosen or {}),
        "seed": parameters.seed,
        "data": {
            "digest": table.digest,
            "rows": table.rows,
            "source": "",
            "target": target,
            "columns": list(columns),
        },
        "code_version": code_version(),
        "split": dict(split),
        "metrics": report.figures,
        "baseline": {name: round(value, 6) for name, value in baseline.items()},
        "warnings": [each.text for each in findings],
        "findings": [{"code": each.code, "text": each.text, "values": each.values} for each in findings],
        "report": report.model_dump(mode="json", exclude=OUTCOMES),
        "traits": [each.as_json() for each in reference.traits],
        "traits_reference": reference.rows,
        "made_by_run": None,
    }


@cache
def code_version() -> str:
    """The digest of the pipelines' own files and the versions of what they stand on."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"pipelines {digest.hexdigest()[:12]}, {libraries}"
