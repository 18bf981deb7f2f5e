"""Values that a template leaves to whoever uses it, written `<What belongs here>`: they never count as filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from orchestrator.engine.errors import Problem
from orchestrator.engine.graph import Graph

_PLACEHOLDER = re.compile(r"<([^\W\d_][^<>\n]{0,98})>")


def label_of(value: Any) -> str | None:
    """What belongs there, if `value` is a placeholder. It begins with a capital letter: `<br>` is none."""
    found = _PLACEHOLDER.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1] if found and found[1][0].isupper() else None


def placeholder_for(name: str) -> str:
    """The placeholder that asks for something of this name."""
    plain = " ".join(re.sub(r"[<>]", " ", name).split())[:90]
    if not plain[:1].upper().isupper():
        plain = f"Value {plain}".strip()
    return f"<{plain[0].upper()}{plain[1:]}>"


def placeholder_problems(graph: Graph) -> list[Problem]:
    """One problem for each placeholder that is still in the settings of a step that is switched on."""
    return [
        Problem(
            code="placeholder",
            node=node.key,
            field=field,
            message=f"“{label}” is not filled in yet.",
            hint="Put your own value in its place.",
        )
        for node in graph.nodes
        if not node.off
        for field, label in _placeholders(node.config, "config")
    ]


def _placeholders(value: Any, field: str) -> Iterator[tuple[str, str]]:
    if (label := label_of(value)) is not None:
        yield field, label
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in ("$expr", "$text"):
                yield from _placeholders(inner, f"{field}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _placeholders(inner, f"{field}.{index}")
