"""What the server says has its German in the browser application."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestrator.governance.denials import WORDS
from orchestrator.nodes.registry import describe

OWN_WORDS = {"stopped_by_workflow": "what a person wrote into the step"}
"""Codes whose sentence is nobody's to translate."""
REFUSING = {"problem", "Problem", "ProblemError", "StepError", "StepFailed"}
"""What takes a code, beside the exceptions that are made of these."""
VALUES = ("default", "x-default", "examples", "const", "enum")


@pytest.fixture(scope="module")
def german(root: Path) -> dict[str, dict[str, str]]:
    return dict(json.loads((root / "frontend/src/app/messages/server.de.json").read_text(encoding="utf-8")))


@pytest.mark.ux(182)
def test_every_word_of_the_catalogue_of_steps_has_its_german(german: dict[str, dict[str, str]]) -> None:
    said = {
        text
        for step in describe()
        for text in (
            step["title"],
            step["description"],
            *(port["label"] for port in step["ports"]),
            *texts(step["config_schema"]),
            *texts(step["output_schema"]),
        )
    }
    assert sorted(said - german["phrases"].keys() - {""}) == []


def test_every_choice_of_a_setting_has_its_german(german: dict[str, dict[str, str]]) -> None:
    offered = {choice for step in describe() for choice in choices(step["config_schema"])}
    # What is written in capitals, such as GET, is a name in every language.
    assert sorted(choice for choice in offered - german["choices"].keys() if not choice.isupper()) == []


@pytest.mark.ux(182)
def test_every_template_and_sample_document_has_its_german(root: Path, german: dict[str, dict[str, str]]) -> None:
    starters = root / "builder" / "starters"
    about = [json.loads(path.read_text()) for path in starters.glob("*/about.json")]
    samples = [one for path in starters.glob("*/inbox.json") for one in json.loads(path.read_text())]
    said = {text for one in about for text in (one["name"], one["description"])}
    said |= {text for one in samples for text in (one["title"], one["description"])}
    assert len(about) > 3
    assert sorted(said - german["phrases"].keys()) == []


@pytest.mark.ux(182)
def test_every_code_of_a_problem_has_its_german(root: Path, german: dict[str, dict[str, str]]) -> None:
    found = dict(codes(root)) | {code: "denials.py" for code, _ in WORDS.values()}
    assert {"no_start", "missing_setting", "time_limit", "unreachable", "draft_changed"} <= found.keys()
    lacking = {code: place for code, place in found.items() if code not in german["problems"] | OWN_WORDS}
    assert lacking == {}


def texts(schema: Any, *, names: bool = False) -> Iterator[str]:
    """Titles and descriptions; in `properties` the keys are names of settings, which may be called title as well."""
    if isinstance(schema, list):
        for part in schema:
            yield from texts(part)
    elif isinstance(schema, dict):
        for key, part in schema.items():
            if not names and key in ("title", "description"):
                yield part
            elif names or key not in VALUES:
                yield from texts(part, names=not names and key in ("properties", "$defs"))


def choices(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for part in schema:
            yield from choices(part)
    elif isinstance(schema, dict):
        for key, part in schema.items():
            if key == "enum":
                yield from (choice for choice in part if isinstance(choice, str))
            else:
                yield from choices(part)


def codes(root: Path) -> Iterator[tuple[str, str]]:
    """Every code that is written down where a problem, a refusal or a failure is made, with its file."""
    trees = {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for room in ("orchestrator", "builder")
        for path in (root / room).rglob("*.py")
        if "migrations" not in path.parts
    }
    makers = makers_of(trees.values())
    for path, tree in trees.items():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            maker = name_of(call.func)
            # A function that builds one is told the code by name; the classes take it before the sentence.
            given = [
                word.value for word in call.keywords if word.arg == "code" and (maker in makers or maker.islower())
            ]
            given += call.args[:2] if maker in makers else []
            for one in given:
                if isinstance(one, ast.Constant) and re.fullmatch(r"[a-z]+(_[a-z]+)*", str(one.value)):
                    yield str(one.value), str(path.relative_to(root))


def makers_of(trees: Any) -> set[str]:
    """The exceptions of refusals and failures, and what builds their bodies."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    makers = set(REFUSING)
    while more := {one.name for one in classes if any(name_of(base) in makers for base in one.bases)} - makers:
        makers |= more
    return makers


def name_of(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
