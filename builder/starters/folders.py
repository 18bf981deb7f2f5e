"""The starters on disk: ready workflows with sample files, as folders beside this module.

`<key>/about.json` {"name", "category", "description"} · `workflow.json` the graph ·
`inbox.json` [{"name", "title", "description"}] · `inbox/` the files themselves. One with an inbox is loaded into a new
workspace, live and with its sample files; the others wait in the gallery.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orchestrator.engine.graph import Graph, parse_graph

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class InboxFile:
    name: str
    title: str
    description: str
    path: Path


@dataclass(frozen=True, kw_only=True)
class Starter:
    key: str
    name: str
    category: str
    description: str
    graph: Graph
    inbox: tuple[InboxFile, ...]


@cache
def starters() -> list[Starter]:
    """All of them, by key."""
    return [read_starter(about.parent) for about in sorted(FOLDER.glob("*/about.json"))]


def starter(key: str) -> Starter | None:
    return next((found for found in starters() if found.key == key), None)


def read_starter(folder: Path) -> Starter:
    """Raises `GraphInvalid` when `workflow.json` is not a graph."""
    about = _read(folder / "about.json")
    listed = _read(folder / "inbox.json") if (folder / "inbox.json").exists() else []
    return Starter(
        key=folder.name,
        name=about["name"],
        category=about["category"],
        description=about["description"],
        graph=parse_graph(_read(folder / "workflow.json")),
        inbox=tuple(
            InboxFile(
                name=file["name"],
                title=file["title"],
                description=file["description"],
                path=folder / "inbox" / file["name"],
            )
            for file in listed
        ),
    )


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
