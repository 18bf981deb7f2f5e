from __future__ import annotations

import json
from pathlib import Path

import pytest

from builder.starters.folders import read_starter, starter, starters
from orchestrator.engine.errors import GraphInvalid


def shelf(folder: Path, graph: object) -> Path:
    place = folder / "invoices"
    (place / "inbox").mkdir(parents=True)
    (place / "about.json").write_text(
        json.dumps({"name": "Invoices", "category": "finance", "description": "Reads invoices."})
    )
    (place / "workflow.json").write_text(json.dumps(graph))
    (place / "inbox.json").write_text(json.dumps([{"name": "a.pdf", "title": "A", "description": "One"}]))
    return place


def test_a_starter_is_read_from_its_folder(tmp_path: Path) -> None:
    read = read_starter(shelf(tmp_path, {"schema": "graph@1", "nodes": [{"key": "start", "type": "start_manual"}]}))
    assert (read.key, read.name, read.description) == ("invoices", "Invoices", "Reads invoices.")
    assert [node.key for node in read.graph.nodes] == ["start"]
    assert read.inbox[0].path == tmp_path / "invoices" / "inbox" / "a.pdf"


def test_a_starter_whose_graph_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GraphInvalid):
        read_starter(shelf(tmp_path, {"steps": []}))


def test_every_starter_that_ships_can_be_read_and_its_files_are_there() -> None:
    assert starters()
    for shipped in starters():
        assert starter(shipped.key) == shipped
        assert all(file.path.is_file() for file in shipped.inbox)


def test_a_key_with_path_signs_is_no_starter() -> None:
    assert starter("../starters") is None
