"""What a graph refers to outside itself (assets, credentials, files, workflows), and whether its editor may use it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from builder.placeholders import label_of
from orchestrator.engine.errors import Problem
from orchestrator.engine.graph import Graph
from orchestrator.engine.node_spec import Catalogue


class Kind(StrEnum):
    ASSET = "asset"
    CREDENTIAL = "credential"
    FILE = "file"
    WORKFLOW = "workflow"


MESSAGES = {
    Kind.ASSET: ("asset_unknown", "There is no model {name!r} that you may use.", "Choose one from the list."),
    Kind.CREDENTIAL: ("credential_unknown", "The connection is gone, or you may not use it.", "Choose another one."),
    Kind.WORKFLOW: (
        "workflow_unknown",
        "The workflow to run is gone, or may not be run by others.",
        "Choose another one, or allow it in the settings of that workflow.",
    ),
    Kind.FILE: ("file_unknown", "The file is gone, or belongs to somebody else.", "Choose the file again."),
}


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A literal in a step's settings that names something outside the graph."""

    kind: Kind
    name: str
    node: str
    field: str
    """Dotted path, e.g. `config.attachments.0`."""

    def problem(self) -> Problem:
        code, message, hint = MESSAGES[self.kind]
        return Problem(code=code, message=message.format(name=self.name), hint=hint, node=self.node, field=self.field)


def references(graph: Graph, catalogue: Catalogue) -> list[Reference]:
    """Every literal reference of the steps that are switched on; what formulas give is looked at when they have run."""
    found: list[Reference] = []
    for node in graph.nodes:
        spec = catalogue.get((node.type, node.type_version))
        if spec is None or node.off:
            continue
        settings = {"config": node.config}
        settings |= {f"policy.fallbacks.{number}": each for number, each in enumerate(node.policy.fallbacks)}
        found += [
            Reference(kind=kind, name=name, node=node.key, field=field)
            for place, config in settings.items()
            for kind, name, field in _walk(spec.config_schema, config, place)
        ]
    return list(dict.fromkeys(found))


def ids_of(names: Iterable[str]) -> list[UUID]:
    """Those of the names that are ids at all."""
    ids = []
    for name in names:
        try:
            ids.append(UUID(name))
        except ValueError:
            continue
    return ids


def unknown(found: Collection[Reference], known: Mapping[Kind, Collection[str]]) -> list[Problem]:
    """One problem for each reference to something that is not among the known names."""
    return [reference.problem() for reference in found if reference.name not in known[reference.kind]]


def _walk(schema: Mapping[str, Any], value: Any, field: str) -> Iterator[tuple[Kind, str, str]]:
    """`schema` is the part that describes `value`; references in it are written out."""
    if isinstance(value, str):
        yield from _named(schema, value, field)
        return
    if isinstance(value, Mapping):
        yield from _file(value, field)
        for key, item in value.items():
            yield from _walk(schema_of(schema, key), item, f"{field}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(schema.get("items", {}), item, f"{field}.{index}")
    for choice in schema.get("anyOf", ()):
        yield from _walk(choice, value, field)


def _named(schema: Mapping[str, Any], value: str, field: str) -> Iterator[tuple[Kind, str, str]]:
    if not value or label_of(value) is not None:
        return
    if "x-asset-kind" in schema:
        yield Kind.ASSET, value, field
    elif schema.get("x-widget") == "credential":
        yield Kind.CREDENTIAL, value, field
    elif schema.get("x-widget") == "workflow":
        yield Kind.WORKFLOW, value, field


def is_file(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("file_id"), str) and "sha256" in value


def _file(value: Mapping[str, Any], field: str) -> Iterator[tuple[Kind, str, str]]:
    if is_file(value):
        yield Kind.FILE, value["file_id"], field


def schema_of(schema: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The part of `schema` that describes the setting `key`; empty where none does."""
    others = schema.get("additionalProperties")
    inner: Mapping[str, Any] = schema.get("properties", {}).get(key) or (others if isinstance(others, Mapping) else {})
    return inner or next(filter(None, (schema_of(choice, key) for choice in schema.get("anyOf", ()))), {})
