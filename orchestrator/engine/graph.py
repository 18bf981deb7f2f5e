"""The graph document `graph@1`: what is authored, stored and published.

What can be mended in the editor (missing settings, cycles, bad formulas) is not refused by `parse_graph`:
a draft is saved with such problems, `validation.py` lists them, and `plan.py` makes a sound graph runnable.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from orchestrator.engine.errors import GraphInvalid
from orchestrator.engine.reading import WORD, Read, Reader

SCHEMA = "graph@1"
MAX_NODES = 1_000
MAX_EDGES = 5_000
MAX_NOTES = 1_000
MAX_PROBLEMS = 50
MAX_NAME = 200
MAX_NOTE = 10_000
MAX_FALLBACKS = 5

NAMES_IN_FORMULAS = frozenset({"trigger", "run", "vars", "item", "index", "error", "loop"})
_KEYWORDS = ("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if")
_MORE_KEYWORDS = ("import", "let", "loop", "package", "namespace", "return", "var", "void", "while")
_TYPES = ("bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type", "dyn")
_NAMESPACES = ("google", "math", "strings")
WORDS_OF_FORMULAS = frozenset((*_KEYWORDS, *_MORE_KEYWORDS, *_TYPES, *_NAMESPACES))
RESERVED_KEYS = NAMES_IN_FORMULAS | WORDS_OF_FORMULAS
"""Keys that a step cannot have, because formulas use these words for something else."""

OnError = Literal["fail", "continue", "path", "compensate"]
Join = Literal["all"]


@dataclass(frozen=True, kw_only=True)
class Retry:
    """Exponential backoff with full jitter: a random wait of up to `min(max_wait_s, first_wait_s * 2**n)`."""

    attempts: int = 1
    first_wait_s: float = 1.0
    max_wait_s: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Policy:
    retry: Retry = field(default_factory=Retry)
    timeout_s: float | None = None
    """Per attempt."""
    total_timeout_s: float | None = None
    """All attempts and the waits between them."""
    on_error: OnError = "fail"
    fallback_value: Any = None
    """The step's output when `on_error` is `continue`."""
    fallbacks: tuple[dict[str, Any], ...] = ()
    """Settings laid over the step's own, one after the other, each when the tries with those before are used up."""


@dataclass(frozen=True, kw_only=True)
class Position:
    x: float = 0
    y: float = 0


@dataclass(frozen=True, kw_only=True)
class Node:
    key: str
    type: str
    type_version: int = 1
    name: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    join: Join = "all"
    parent: str | None = None
    position: Position = field(default_factory=Position)
    size: Size | None = None
    """Only of frames (containers), in canvas units."""
    off: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Size:
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Edge:
    id: str
    source: str
    target: str
    source_port: str = "out"
    target_port: str = "in"


@dataclass(frozen=True, kw_only=True)
class Note:
    id: str
    text: str
    position: Position = field(default_factory=Position)
    size: Size | None = None
    colour: str = "yellow"


@dataclass(frozen=True, kw_only=True)
class Graph:
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    notes: tuple[Note, ...] = ()
    schema: Literal["graph@1"] = "graph@1"


def parse_graph(data: Any) -> Graph:
    """The graph of a JSON value. Raises GraphInvalid with every fault of shape; each names its JSON path."""
    reader = GraphReader()
    graph = reader.graph(data)
    if graph is None or reader.problems:
        raise GraphInvalid(reader.problems[:MAX_PROBLEMS])
    return graph


def graph_json(graph: Graph) -> dict[str, Any]:
    """The document with its keys written out, younger ones only where they say something; `parse_graph` reads it."""
    document = asdict(graph)
    for part in ("nodes", "edges", "notes"):
        document[part] = list(document[part])
    for node in document["nodes"]:
        _write_fallbacks(node["policy"])
    return document


def _write_fallbacks(policy: dict[str, Any]) -> None:
    """Left out where there are none: documents older than fallbacks keep their hash."""
    fallbacks = list(policy.pop("fallbacks"))
    if fallbacks:
        policy["fallbacks"] = fallbacks


def content_hash(graph: Graph | Mapping[str, Any]) -> bytes:
    """SHA-256 (32 bytes) of the canonical JSON: equal for documents that say the same, whatever their key order."""
    whole = graph if isinstance(graph, Graph) else parse_graph(graph)
    text = json.dumps(graph_json(whole), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).digest()


class GraphReader(Reader):
    """The shape of `graph@1`."""

    def graph(self, data: Any) -> Graph | None:
        graph = self.object(
            Graph,
            data,
            "",
            {
                "schema": self.one_of((SCHEMA,)),
                "nodes": self.many(self._node, MAX_NODES, "steps"),
                "edges": self.many(self._edge, MAX_EDGES, "lines"),
                "notes": self.many(self._note, MAX_NOTES, "notes"),
            },
        )
        if graph is not None:
            self.unique([node.key for node in graph.nodes], "nodes", "key", "step")
            self.unique([edge.id for edge in graph.edges], "edges", "id", "line")
            self.unique([note.id for note in graph.notes], "notes", "id", "note")
        return graph

    def _node(self, data: Any, path: str) -> Node | None:
        return self.object(
            Node,
            data,
            path,
            {
                "key": self._key,
                "type": self.word,
                "type_version": self.whole,
                "name": self.text(MAX_NAME),
                "config": self.config,
                "policy": self._policy,
                "join": self.one_of(get_args(Join)),
                "parent": self.optional(self.word),
                "position": self._position,
                "size": self.optional(self._size),
                "off": self.switch,
                "note": self.text(MAX_NOTE),
            },
        )

    def _edge(self, data: Any, path: str) -> Edge | None:
        readers: dict[str, Read] = {
            "id": self.id,
            "source": self.word,
            "target": self.word,
            "source_port": self.word,
            "target_port": self.one_of(("in",)),
        }
        return self.object(Edge, data, path, readers)

    def _note(self, data: Any, path: str) -> Note | None:
        readers: dict[str, Read] = {
            "id": self.id,
            "text": self.text(MAX_NOTE),
            "position": self._position,
            "size": self.optional(self._size),
            "colour": self.text(40),
        }
        return self.object(Note, data, path, readers)

    def _policy(self, data: Any, path: str) -> Policy | None:
        readers: dict[str, Read] = {
            "retry": self._retry,
            "timeout_s": self.optional(self.number),
            "total_timeout_s": self.optional(self.number),
            "on_error": self.one_of(get_args(OnError)),
            "fallback_value": self.json,
            "fallbacks": self.many(self.config, MAX_FALLBACKS, "fallbacks"),
        }
        return self.object(Policy, data, path, readers)

    def _retry(self, data: Any, path: str) -> Retry | None:
        readers: dict[str, Read] = {
            "attempts": self.whole,
            "first_wait_s": self.number,
            "max_wait_s": self.number,
        }
        return self.object(Retry, data, path, readers)

    def _position(self, data: Any, path: str) -> Position | None:
        return self.object(Position, data, path, {"x": self.number, "y": self.number})

    def _size(self, data: Any, path: str) -> Size | None:
        return self.object(Size, data, path, {"width": self.number, "height": self.number})

    def _key(self, data: Any, path: str) -> Any:
        if not isinstance(data, str) or not WORD.fullmatch(data):
            return self.fault(
                path,
                "must start with a small letter a-z and go on with small letters, digits and _, 60 characters at most",
                code="bad_key",
            )
        if data in RESERVED_KEYS:
            return self.fault(path, f'cannot be "{data}": formulas use this word', code="reserved_key")
        return data
