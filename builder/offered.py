"""What a workflow asks for when a model calls it: the questions of its start by hand, as a JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "choice": {"type": "string"},
    "switch": {"type": "boolean"},
    "data": {},
}
"""Kind of answer -> what a model gives. Files are not among them: a model has none to give."""


class NotOfferable(ValueError):
    """No model could start it; the message says why."""


def input_schema(graph: Mapping[str, Any]) -> dict[str, Any]:
    """Raises `NotOfferable`."""
    starts = [
        node
        for node in graph.get("nodes", [])
        if node.get("type") == "start_manual" and not node.get("off") and not node.get("parent")
    ]
    if len(starts) != 1:
        raise NotOfferable("It needs exactly one start by hand, whose questions tell a model what to give.")
    fields = starts[0].get("config", {}).get("fields") or []
    if wanted := next((field for field in fields if field["type"] == "file" and field.get("required")), None):
        raise NotOfferable(f"It asks for a file ({wanted['label']}), and models have none to give.")
    asked = [field for field in fields if field["type"] in TYPES]
    return {
        "type": "object",
        "properties": {field["key"]: _described(field) for field in asked},
        "required": [field["key"] for field in asked if field.get("required")],
        "additionalProperties": False,
    }


def _described(field: Mapping[str, Any]) -> dict[str, Any]:
    said = {"title": field["label"], "description": field.get("help") or ""}
    choices = {"enum": list(field.get("choices") or [])} if field["type"] == "choice" else {}
    return {**TYPES[field["type"]], **choices, **{name: text for name, text in said.items() if text}}
