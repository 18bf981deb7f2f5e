"""Extraction by rules: no model file, the same answer every time."""

from __future__ import annotations

from typing import Any

from orchestrator.assets.extraction.fields import extract as extract_fields
from orchestrator.assets.runtimes.files import ModelFiles


class Patterns:
    """Config: {}."""

    def __init__(self, config: dict[str, Any], digest: str, files: ModelFiles) -> None:
        del config, digest, files

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        """{text, tables} -> the fields of `extract_fields` and `certainties` of the key fields."""
        return extract_fields(payload["text"], payload.get("tables") or ())
