"""A graph as it may leave its workspace, or come into another: without accounts, files and secrets.

What was left out is replaced by a placeholder, so that whoever takes the graph is asked for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from builder.placeholders import label_of, placeholder_for
from builder.references import Kind, is_file, references, schema_of
from orchestrator.engine.graph import Graph, Node
from orchestrator.nodes.registry import catalogue

Names = Mapping[tuple[Kind, str], str]
"""What people call the connections and workflows that a graph refers to, by their ids."""

_SECRET = re.compile(
    r"pass(word|wort|wd|phrase)|secret|token|api[-_ ]?key|authori[sz]ation|cookie|credential|private[-_ ]?key",
    re.IGNORECASE,
)
_SECRET_IN_ADDRESS = re.compile(
    rf"([?&][^=&?\s]{{0,80}}(?:{_SECRET.pattern})[^=&?\s]{{0,80}}=)[^&\s{{}}\"']+", re.IGNORECASE
)
"""Names have an end: without it a long text of such words would take a time that grows with its cube."""
_WIDGETS = {"credential": (Kind.CREDENTIAL, "Connection"), "workflow": (Kind.WORKFLOW, "Workflow to run")}
_GONE = object()
"""Stands for a file until what held it has been made anew."""


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What has to be there before the graph can run, in the order of its steps."""

    connections: list[str]
    models: list[str]
    workflows: list[str]
    types: list[str]
    """Keys of step types that this installation does not have."""
    blanks: int
    """Other settings that were left open."""


def portable(graph: Graph, names: Names) -> Graph:
    """The graph with placeholders for accounts, other workflows and secrets, and without files."""
    return replace(graph, nodes=tuple(_portable(node, names) for node in graph.nodes))


def ids_in(graph: Graph) -> dict[Kind, list[UUID]]:
    """The connections and workflows that the graph names by id."""
    found: dict[Kind, list[UUID]] = {Kind.CREDENTIAL: [], Kind.WORKFLOW: []}
    for node in graph.nodes:
        for reference in references(_alone(node), catalogue()):
            if reference.kind in found and (id := _id(reference.name)):
                found[reference.kind].append(id)
    return found


def needs_of(graph: Graph) -> Needs:
    """Read from a portable graph: its placeholders say what it needs."""
    types = catalogue()
    labels: dict[str, list[str]] = {"credential": [], "workflow": [], "": []}
    models: list[str] = []
    for node in graph.nodes:
        _labels(_schema(node), node.config, labels)
        models += [one.name for one in references(_alone(node), types) if one.kind is Kind.ASSET]
    return Needs(
        connections=list(dict.fromkeys(labels["credential"])),
        models=list(dict.fromkeys(models)),
        workflows=list(dict.fromkeys(labels["workflow"])),
        types=list(dict.fromkeys(node.type for node in graph.nodes if (node.type, node.type_version) not in types)),
        blanks=len(labels[""]),
    )


def _portable(node: Node, names: Names) -> Node:
    schema = _schema(node)
    fallbacks = tuple(_cleaned(schema, each, "", names) for each in node.policy.fallbacks)
    config = _cleaned(schema, node.config, "", names)
    return replace(node, config=config, policy=replace(node.policy, fallbacks=fallbacks))


def _cleaned(schema: Mapping[str, Any], value: Any, name: str, names: Names) -> Any:
    """`schema` describes `value` where anything does; `name` is what it is called, also in `[{"name", "value"}]`."""
    if isinstance(value, str):
        return _cleaned_text(schema, value, name, names)
    if isinstance(value, list):
        kept = [_cleaned(schema.get("items", {}), each, name, names) for each in value]
        return [each for each in kept if each is not _GONE]
    if not isinstance(value, dict):
        return value
    if _is_formula(value):
        return _cleaned_formula(value, name)
    if is_file(value):
        return _GONE
    label = value.get("name") or value.get("key")
    called = {"value": label} if isinstance(label, str) else {}
    kept_by_key = {
        key: _cleaned(schema_of(schema, key), inner, called.get(key, key), names) for key, inner in value.items()
    }
    return {key: None if inner is _GONE else inner for key, inner in kept_by_key.items()}


def _cleaned_text(schema: Mapping[str, Any], value: str, name: str, names: Names) -> str:
    if not value or label_of(value) is not None:
        return value
    if widget := _WIDGETS.get(_widget(schema)):
        kind, unnamed = widget
        return placeholder_for(names.get((kind, value), unnamed))
    return placeholder_for(name) if _SECRET.search(name) else _SECRET_IN_ADDRESS.sub(r"\1", value)


def _cleaned_formula(value: Mapping[str, str], name: str) -> Any:
    """A text with values in it can hold a secret between them; what a formula computes is no literal."""
    if "$text" not in value:
        return value
    return placeholder_for(name) if _SECRET.search(name) else {"$text": _SECRET_IN_ADDRESS.sub(r"\1", value["$text"])}


def _labels(schema: Mapping[str, Any], value: Any, labels: dict[str, list[str]]) -> None:
    if (label := label_of(value)) is not None:
        widget = _widget(schema)
        labels[widget if widget in labels else ""].append(label)
    elif isinstance(value, dict) and not _is_formula(value):
        for key, inner in value.items():
            _labels(schema_of(schema, key), inner, labels)
    elif isinstance(value, list):
        for inner in value:
            _labels(schema.get("items", {}), inner, labels)


def _is_formula(value: Mapping[str, Any]) -> bool:
    return list(value) in (["$expr"], ["$text"])


def _widget(schema: Mapping[str, Any]) -> str:
    return str(schema.get("x-widget") or next(filter(None, map(_widget, schema.get("anyOf", ()))), ""))


def _schema(node: Node) -> Mapping[str, Any]:
    spec = catalogue().get((node.type, node.type_version))
    return spec.config_schema if spec else {}


def _alone(node: Node) -> Graph:
    """Steps that are switched off are looked at too."""
    return Graph(nodes=(replace(node, off=False),))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
