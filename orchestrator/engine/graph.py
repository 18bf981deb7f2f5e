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
UNDO_PORT = "undo"
"""Lines from here lead to what undoes a step; they are no part of the flow."""
MAX_NODES = 1_000
MAX_EDGES = 5_000
MAX_NOTES = 1_000
MAX_GROUPS = 500
MAX_PROBLEMS = 50
MAX_NAME = 200
MAX_NOTE = 10_000
MAX_FALLBACKS = 5

NAMES_IN_FORMULAS = frozenset({"trigger", "run", "vars", "item", "index", "error", "loop"})
_KEYWORDS = ("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if")
_MORE_KEYWORDS = ("import", "let", "package", "namespace", "return", "var", "void", "while")
_TYPES = ("bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type", "dyn")
_NAMESPACES = ("google", "math", "strings")
WORDS_OF_FORMULAS = frozenset((*_KEYWORDS, *_MORE_KEYWORDS, *_TYPES, *_NAMESPACES))
RESERVED_KEYS = NAMES_IN_FORMULAS | WORDS_OF_FORMULAS
"""Keys that a step cannot have, because formulas use these words for something else."""

OnError = Literal["fail", "continue", "path", "compensate"]
JoinRule = Literal["all", "any", "n"]


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
    join: JoinRule = "all"
    """When it runs: `all` its lines are decided and one was taken, `any` one is taken, or `n` of them are."""
    join_count: int | None = None
    """How many, when `join` is `n`."""
    cancel_rest: bool = False
    """Once `any` or `n` are there, the steps that lead nowhere else are cancelled."""
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
class Feedback:
    """Of a line drawn back to an earlier step: what lies between runs again, in rounds."""

    when: dict[str, str] | None = None
    """`{"$expr": formula}`; None: always, when the line is taken."""
    max_rounds: int = 10
    """The first round counts."""


@dataclass(frozen=True, kw_only=True)
class Edge:
    id: str
    source: str
    target: str
    source_port: str = "out"
    target_port: str = "in"
    feedback: Feedback | None = None


@dataclass(frozen=True, kw_only=True)
class Note:
    id: str
    text: str
    position: Position = field(default_factory=Position)
    size: Size | None = None
    colour: str = "yellow"


@dataclass(frozen=True, kw_only=True)
class Group:
    """Steps and notes that people look at together; it means nothing to a run."""

    id: str
    title: str
    nodes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    collapsed: bool = False
    colour: str = "grey"


@dataclass(frozen=True, kw_only=True)
class Graph:
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    notes: tuple[Note, ...] = ()
    groups: tuple[Group, ...] = ()
    schema: Literal["graph@1"] = "graph@1"


def parse_graph(data: Any) -> Graph:
    """The graph of a JSON value. Raises GraphInvalid with every fault of shape; each names its JSON path."""
    reader = GraphReader()
    graph = reader.graph(data)
    if graph is None or reader.problems:
        raise GraphInvalid(reader.problems[:MAX_PROBLEMS])
    return graph


def graph_json(graph: Graph) -> dict[str, Any]:
    """The document with every key written out; `parse_graph` gives the same graph back."""
    document = asdict(graph)
    for part in ("nodes", "edges", "notes", "groups"):
        document[part] = list(document[part])
    for group in document["groups"]:
        group["nodes"], group["notes"] = list(group["nodes"]), list(group["notes"])
    for node in document["nodes"]:
        node["policy"]["fallbacks"] = list(node["policy"]["fallbacks"])
    return document


ADDED: dict[str, dict[str, Any]] = {
    "nodes": {"join_count": None, "cancel_rest": False},
    "edges": {"feedback": None},
}
"""Keys that came after the first documents, with their defaults. Left out of the hash where they say nothing, so that
what was published before keeps its hash."""
ADDED_POLICY: dict[str, Any] = {"fallbacks": []}
ADDED_PARTS: dict[str, Any] = {"groups": []}


def content_hash(graph: Graph | Mapping[str, Any]) -> bytes:
    """SHA-256 (32 bytes) of the canonical JSON: equal for documents that say the same, whatever their key order."""
    document = graph_json(graph if isinstance(graph, Graph) else parse_graph(graph))
    document = _without(document, ADDED_PARTS)
    for part, defaults in ADDED.items():
        document[part] = [_without(each, defaults) for each in document[part]]
    for node in document["nodes"]:
        node["policy"] = _without(node["policy"], ADDED_POLICY)
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).digest()


def _without(part: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if key not in defaults or value != defaults[key]}


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
                "groups": self.many(self._group, MAX_GROUPS, "groups"),
            },
        )
        if graph is not None:
            self.unique([node.key for node in graph.nodes], "nodes", "key", "step")
            self.unique([edge.id for edge in graph.edges], "edges", "id", "line")
            self.unique([note.id for note in graph.notes], "notes", "id", "note")
            self.unique([group.id for group in graph.groups], "groups", "id", "group")
            self._one_group_each(graph)
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
                "join": self.one_of(get_args(JoinRule)),
                "join_count": self.optional(self.whole),
                "cancel_rest": self.switch,
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
            "feedback": self.optional(self._feedback),
        }
        return self.object(Edge, data, path, readers)

    def _feedback(self, data: Any, path: str) -> Feedback | None:
        readers: dict[str, Read] = {"when": self.optional(self._formula), "max_rounds": self.whole}
        return self.object(Feedback, data, path, readers)

    def _formula(self, data: Any, path: str) -> Any:
        if not isinstance(data, dict) or list(data) != ["$expr"]:
            return self.fault(path, 'must be a formula, {"$expr": "..."}')
        return {"$expr": self.text(MAX_NOTE)(data["$expr"], f"{path}.$expr")}

    def _note(self, data: Any, path: str) -> Note | None:
        readers: dict[str, Read] = {
            "id": self.id,
            "text": self.text(MAX_NOTE),
            "position": self._position,
            "size": self.optional(self._size),
            "colour": self.text(40),
        }
        return self.object(Note, data, path, readers)

    def _group(self, data: Any, path: str) -> Group | None:
        readers: dict[str, Read] = {
            "id": self.id,
            "title": self.text(MAX_NAME),
            "nodes": self.many(self.word, MAX_NODES, "steps"),
            "notes": self.many(self.id, MAX_NOTES, "notes"),
            "collapsed": self.switch,
            "colour": self.text(40),
        }
        return self.object(Group, data, path, readers)

    def _one_group_each(self, graph: Graph) -> None:
        """A member that is not there is passed over: what is gone is in no group."""
        seen: set[tuple[str, str]] = set()
        for number, group in enumerate(graph.groups):
            for part, members in (("nodes", group.nodes), ("notes", group.notes)):
                for member in members:
                    if (part, member) in seen:
                        self.fault(
                            f"groups[{number}].{part}", f'"{member}" is in a group already', code="duplicate_key"
                        )
                    seen.add((part, member))

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
