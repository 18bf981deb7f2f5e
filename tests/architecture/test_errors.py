"""The error tree: one base a room, drawn where it is declared."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

LOWER = ("api", "artifacts", "assets", "connectors", "documents", "engine", "governance")
UPPER = ("operations", "runs", "triggers")
ROOMS = ["builder", *(f"orchestrator/{room}" for room in LOWER + UPPER)]
BUILT_IN = {"Exception", "ValueError", "TypeError", "RuntimeError", "LookupError", "KeyError", "OSError"}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_one_base_of_its_errors(room: str, root: Path) -> None:
    declared = root / room / "errors.py"
    if not declared.exists():
        pytest.skip("this room raises the errors of the rooms below it")
    tree = ast.parse(declared.read_text())
    roots = [
        statement.name
        for statement in tree.body
        if isinstance(statement, ast.ClassDef) and any(base_name(base) in BUILT_IN for base in statement.bases)
    ]
    assert len(roots) == 1
    assert roots[0] in (ast.get_docstring(tree) or ""), "the tree is drawn in the docstring of the module"


def base_name(base: ast.expr) -> str:
    return base.id if isinstance(base, ast.Name) else ""
