from __future__ import annotations

from builder.references import Kind, references, unknown
from orchestrator.engine.graph import Graph, Node
from orchestrator.engine.node_spec import NodeSpec

FILE = {"file_id": "f1", "name": "a.pdf", "media_type": "application/pdf", "size": 1, "sha256": "00"}
SCHEMA = {
    "properties": {
        "asset": {"type": "string", "x-asset-kind": "model"},
        "account": {"anyOf": [{"type": "string"}, {"type": "null"}], "x-widget": "credential"},
        "steps": {"items": {"properties": {"asset": {"type": "string", "x-asset-kind": "model"}}}},
        "choice": {"anyOf": [{"properties": {"account": {"x-widget": "credential"}}}, {"type": "null"}]},
        "by_name": {"additionalProperties": {"type": "string", "x-asset-kind": "model"}},
        "title": {"type": "string"},
        "file": {"type": "object", "x-widget": "file"},
    }
}
CATALOGUE = {("any", 1): NodeSpec(type="any", config_schema=SCHEMA)}


def found(**config: object) -> list[tuple[Kind, str, str]]:
    node = Node(key="step", type="any", config=config)
    return [(one.kind, one.name, one.field) for one in references(Graph(nodes=(node,)), CATALOGUE)]


def test_assets_and_credentials_are_found_by_the_hints_of_their_settings() -> None:
    assert found(asset="document-type", account="c1", title="asset") == [
        (Kind.ASSET, "document-type", "config.asset"),
        (Kind.CREDENTIAL, "c1", "config.account"),
    ]


def test_references_inside_lists_maps_and_alternatives_are_found() -> None:
    assert found(steps=[{"asset": "a"}, {"asset": "b"}]) == [
        (Kind.ASSET, "a", "config.steps.0.asset"),
        (Kind.ASSET, "b", "config.steps.1.asset"),
    ]
    assert found(choice={"account": "c1"}) == [(Kind.CREDENTIAL, "c1", "config.choice.account")]
    assert found(by_name={"first": "a"}) == [(Kind.ASSET, "a", "config.by_name.first")]


def test_a_file_is_a_reference_wherever_it_stands() -> None:
    assert found(file=FILE) == [(Kind.FILE, "f1", "config.file")]
    assert found(anything=[{"deep": FILE}]) == [(Kind.FILE, "f1", "config.anything.0.deep")]


def test_formulas_and_empty_settings_are_no_references() -> None:
    assert found(asset={"$expr": "trigger.asset"}, account="", file={"$expr": "trigger.file"}) == []


def test_steps_that_are_off_or_of_unknown_type_refer_to_nothing() -> None:
    off = Node(key="off", type="any", config={"asset": "a"}, off=True)
    strange = Node(key="strange", type="teleport", config={"asset": "a"})
    assert references(Graph(nodes=(off, strange)), CATALOGUE) == []


def test_each_unknown_name_is_one_problem_that_names_step_and_setting() -> None:
    node = Node(key="step", type="any", config={"asset": "gone", "account": "c1"})
    all_found = references(Graph(nodes=(node,)), CATALOGUE)
    problems = unknown(all_found, {Kind.ASSET: set(), Kind.CREDENTIAL: {"c1"}, Kind.FILE: set()})
    assert [(problem.code, problem.node, problem.field) for problem in problems] == [
        ("asset_unknown", "step", "config.asset")
    ]
    assert "'gone'" in problems[0].message
