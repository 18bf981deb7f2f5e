"""The starter workflow and its inbox against the engine, the node types and the assets it calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import builder
from orchestrator.assets.starters.build import risk_config
from orchestrator.documents.errors import DocumentError
from orchestrator.documents.parse import parse
from orchestrator.engine.graph import Graph, parse_graph
from orchestrator.engine.validation import check_graph
from orchestrator.nodes.registry import catalogue, check_config

FOLDER = Path(builder.__file__).parent / "starters" / "document_intake"


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return parse_graph(read("workflow.json"))


def test_the_workflow_has_no_problems(graph: Graph) -> None:
    assert check_graph(graph, catalogue(), check_config) == []


def test_it_gives_the_risk_score_every_feature_and_no_other(graph: Graph) -> None:
    node = next(node for node in graph.nodes if node.type == "score_risk")
    assert node.config["features"].keys() == {feature["name"] for feature in risk_config()["features"]}


def test_every_path_ends_in_a_mail(graph: Graph) -> None:
    sources = {edge.source for edge in graph.edges}
    assert {node.type for node in graph.nodes if node.key not in sources} == {"send_mail"}


def test_the_inbox_lists_its_files_and_stays_small() -> None:
    files = {path.name: path.stat().st_size for path in (FOLDER / "inbox").iterdir()}
    assert {entry["name"] for entry in read("inbox.json")} == files.keys()
    assert len(files) >= 16
    assert sum(files.values()) < 2_000_000


@pytest.mark.parametrize(
    ("name", "code"),
    [("damaged.pdf", "damaged"), ("password-protected.pdf", "password"), ("quotation.pdf", "wrong_type")],
)
def test_the_broken_samples_are_broken_as_announced(name: str, code: str) -> None:
    with pytest.raises(DocumentError) as refused:
        parse((FOLDER / "inbox" / name).read_bytes(), name, ocr="never", max_pages=500)
    assert refused.value.code == code
