"""What a room drags along when it is imported. The direction of imports between rooms is kept by import-linter."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PURE = [
    "orchestrator.engine",
    "orchestrator.nodes.registry",
    "orchestrator.documents",
    "orchestrator.sandbox",
    "orchestrator.connectors",
]


@pytest.mark.parametrize("room", PURE)
def test_pure_rooms_load_neither_django_nor_celery(room: str, root: Path) -> None:
    script = (
        f"import importlib, pkgutil, sys; room = importlib.import_module({room!r});"
        "[importlib.import_module(module.name)"
        " for module in pkgutil.walk_packages(getattr(room, '__path__', []), room.__name__ + '.')];"
        "print(*({'django', 'celery', 'channels', 'rest_framework', 'redis'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("\n", "")


@pytest.mark.parametrize(
    ("room", "allowed"),
    [
        ("embedded", {"orchestrator.embedded"}),
        ("engine", {"orchestrator.engine", "cel_expr_python"}),
        ("sandbox", {"orchestrator.engine", "pydantic_monty"}),
    ],
)
def test_these_rooms_need_little_but_the_standard_library(room: str, allowed: set[str], root: Path) -> None:
    foreign = {
        f"{path.name}: {module}"
        for path in (root / "orchestrator" / room).rglob("*.py")
        for module in imported_by(path)
        if module.partition(".")[0] not in sys.stdlib_module_names
        and not any(module == name or module.startswith(f"{name}.") for name in allowed)
    }
    assert foreign == set()


def test_the_project_package_is_empty(root: Path) -> None:
    assert (root / "orchestrator" / "__init__.py").read_text() == ""


def imported_by(path: Path) -> Iterator[str]:
    for statement in ast.walk(ast.parse(path.read_text())):
        if isinstance(statement, ast.Import):
            yield from (name.name for name in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            yield statement.module or ""
