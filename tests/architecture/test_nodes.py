"""Every node type is registered, explained and tested."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator.nodes.base import NodeType
from orchestrator.nodes.registry import NODE_TYPES


@pytest.mark.parametrize("node_type", NODE_TYPES, ids=lambda node_type: node_type.key)
def test_a_node_type_is_named_like_its_file_and_explains_itself(node_type: type[NodeType]) -> None:
    assert node_type.__module__ == f"orchestrator.nodes.{node_type.key}"
    assert node_type.title
    assert len(node_type.description) > 20, "one sentence that a business person understands"
    assert node_type.icon
    assert node_type.category in {"Start", "Documents", "AI", "Decide", "Data", "People", "Send", "Try out"}


@pytest.mark.parametrize("node_type", NODE_TYPES, ids=lambda node_type: node_type.key)
def test_a_node_type_has_a_test(node_type: type[NodeType], root: Path) -> None:
    tests = "\n".join(path.read_text() for path in (root / "tests" / "unit" / "nodes").glob("test_*.py"))
    assert (
        f"orchestrator.nodes.{node_type.key}" in tests or (root / f"tests/unit/nodes/test_{node_type.key}.py").exists()
    )


def test_every_node_file_is_registered(root: Path) -> None:
    registered = {node_type.key for node_type in NODE_TYPES}
    declaring = {
        path.stem
        for path in (root / "orchestrator" / "nodes").glob("*.py")
        if path.name != "base.py" and f'key = "{path.stem}"' in path.read_text()
    }
    assert declaring == registered
