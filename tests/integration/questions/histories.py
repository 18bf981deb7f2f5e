"""What happens in the scripted histories: workflows that ask models and people."""

from __future__ import annotations

from typing import Any

from tests.integration.runs.graphs import graph, line, node, row

WHO = {"fields": [{"key": "customer", "label": "Customer", "type": "text"}]}
PRICE = {"input": "1000000", "output": "0", "currency": "EUR"}
"""Each answer costs ten: so many tokens each question has."""


def sorting() -> dict[str, Any]:
    """Start with a customer -> a model says what kind it is -> a person decides."""
    nodes = [
        node("start", "start_manual", WHO),
        node("sort", "classify_text", {"asset": "kinds", "text": {"$text": "Letter of {{ start.customer }}"}}),
        node("ask", "approval", {"title": "Pay it back?"}),
        node("yes", "set_fields"),
    ]
    return graph(nodes, [line("start", "sort"), line("sort", "ask"), line("ask", "yes", "approved")])


def writing() -> dict[str, Any]:
    """Start -> a language model answers."""
    return row(node("write", "ask_model", {"asset": "writer", "prompt": "Well?"}))
