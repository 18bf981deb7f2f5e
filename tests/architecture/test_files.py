"""What a newcomer finds on opening the repository."""

from __future__ import annotations

import re
from pathlib import Path

LONGEST_FILE = 500
LIVED_IN = ("orchestrator", "builder", "tests", "frontend/src", "frontend/test")
CODE = {".py", ".ts", ".tsx", ".css"}
GENERATED = {"schema.d.ts"}


def code_files(root: Path) -> list[Path]:
    return [
        path
        for folder in LIVED_IN
        for path in (root / folder).rglob("*")
        if path.suffix in CODE and "migrations" not in path.parts and path.name not in GENERATED
    ]


def test_no_file_is_too_long_to_read(root: Path) -> None:
    too_long = {str(path.relative_to(root)): len(path.read_text().splitlines()) for path in code_files(root)}
    assert {name: lines for name, lines in too_long.items() if lines > LONGEST_FILE} == {}


def test_no_module_hides_behind_a_word_that_says_nothing(root: Path) -> None:
    empty_words = {"utils", "util", "helpers", "helper", "common", "manager", "service", "services", "misc"}
    assert [str(path) for path in code_files(root) if {path.stem, *path.parent.parts} & empty_words] == []


def test_readme_names_only_commands_that_exist(root: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`?make ([a-z]+)", (root / "README.md").read_text()))
    assert named >= {"up", "test"}
    assert named <= targets


def test_readme_names_only_places_that_exist(root: Path) -> None:
    places = re.findall(
        r"`((?:orchestrator|builder|frontend|tests|static|templates)/[\w./-]*)`", (root / "README.md").read_text()
    )
    assert places
    assert [place for place in places if not (root / place).exists()] == []
