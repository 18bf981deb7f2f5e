from __future__ import annotations

import json
from importlib.metadata import EntryPoint
from typing import Any, ClassVar

import pytest

from orchestrator.engine.graph import Node
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, StartType
from orchestrator.nodes.registry import (
    NODE_TYPES,
    UnknownNodeType,
    build_registry,
    catalogue,
    check_config,
    describe,
    load_plug_ins,
    node_type,
)


class Doubled(NodeType):
    key = "doubled"
    title = "Double"
    description = "Doubles a number."
    category = "Data"
    icon = "x"
    effect = Effect.PURE

    class Config(Settings):
        n: int

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        return Result(output=config.n * 2)


class NoTitle(Doubled):
    title = " "


class NoEffect(Doubled):
    effect = "pure"  # type: ignore[assignment]


class NoRun(NodeType):
    key, title, description, category, icon = "no_run", "No run", "Does nothing.", "Data", "x"
    effect = Effect.PURE
    Config = Settings


class NoSettings(Doubled):
    Config = dict  # type: ignore[assignment]


class NoAccept(StartType):
    key, title, description, category, icon = "no_accept", "No accept", "Takes nothing.", "Start", "x"
    Config = Settings


class Key(Doubled):
    key: ClassVar[str] = "Double.Number"


@pytest.mark.parametrize("candidate", [NoTitle, NoEffect, NoRun, NoSettings, NoAccept, Key, dict, "doubled"])
def test_a_declaration_with_a_gap_does_not_get_in(candidate: Any) -> None:
    with pytest.raises(TypeError, match=r"\.$"):
        build_registry([Doubled, candidate])


def test_two_types_with_one_key_and_version_are_refused() -> None:
    with pytest.raises(TypeError, match="'doubled' and version 1"):
        build_registry([Doubled, Doubled])


def test_a_plug_in_is_what_its_entry_names() -> None:
    entry = EntryPoint(name="doubled", value=f"{StartType.__module__}:StartType", group="orchestrator.nodes")
    assert load_plug_ins([entry]) == [StartType]


@pytest.mark.parametrize("value", ["no.such.module:Type", "orchestrator.nodes.base:Missing"])
def test_a_plug_in_that_cannot_be_loaded_is_named(value: str) -> None:
    with pytest.raises(TypeError, match="The plug-in 'mine'"):
        load_plug_ins([EntryPoint(name="mine", value=value, group="orchestrator.nodes")])


def test_a_type_is_found_by_key_and_version() -> None:
    assert node_type("condition").title == "Condition"
    with pytest.raises(UnknownNodeType, match="'condition' in version 2"):
        node_type("condition", 2)


def test_the_editor_gets_every_type_as_json() -> None:
    described = json.loads(json.dumps(describe()))
    assert [one["key"] for one in described] == [declared.key for declared in NODE_TYPES]
    switch = next(one for one in described if one["key"] == "switch")
    assert switch["dynamic_ports"] is True
    assert switch["ports"] == [{"key": "otherwise", "label": "Otherwise"}]


@pytest.mark.parametrize("declared", NODE_TYPES, ids=lambda declared: declared.key)
def test_every_setting_has_a_title_and_says_where_it_is_shown(declared: type[NodeType]) -> None:
    schema = catalogue()[declared.key, declared.version].config_schema
    assert "$ref" not in json.dumps(schema)
    for name, setting in schema["properties"].items():
        assert setting["title"], name
        assert setting["x-widget"], name
        assert setting["x-level"] in (1, 2, 3), name
        assert name not in schema.get("required", []) or setting["x-level"] == 1, name


def problems(kind: str, **config: Any) -> list[tuple[str, str | None, str]]:
    found = check_config(Node(key="step", type=kind, config=config))
    assert all(problem.node == "step" for problem in found)
    return [(problem.code, problem.field, problem.message) for problem in found]


def test_formulas_fit_everywhere() -> None:
    assert problems("score_risk", asset="risk-score", features={"amount": {"$expr": "a.b"}}) == []
    assert problems("score_risk", asset="risk-score", features={"$expr": "a"}) == []
    assert problems("send_mail", to={"$text": "{{ a }}"}, subject="x", body="y", attachments=[{"$expr": "f"}]) == []


def test_a_formula_in_a_list_does_not_hide_what_stands_beside_it() -> None:
    show = [{"label": {"$text": "{{ a }}"}, "value": {"$expr": "a"}}, {"label": 5, "value": 1}]
    assert problems("approval", title="x", show=show) == [
        ("invalid_setting", "config.show.1.label", "Label must be a text.")
    ]


@pytest.mark.parametrize(
    ("kind", "config", "field", "message"),
    [
        ("for_each", {"items": [], "concurrency": 0}, "config.concurrency",
         "Items at the same time must be at least 1."),
        ("for_each", {"items": 5}, "config.items", "Items must be a list."),
        ("http_request", {"url": "https://a.example", "timeout_s": "long"}, "config.timeout_s",
         "Time limit must be a number."),
        ("http_request", {"url": "", }, "config.url", "Address must not be empty."),
        ("approval", {"title": "x", "due_hours": "soon"}, "config.due_hours", "Time to decide must be a number."),
        ("approval", {"title": "x", "due_hours": -1}, "config.due_hours", "Time to decide must be more than 0."),
        ("approval", {"title": "x", "roles": ["boss"]}, "config.roles.0",
         "Entry 1 must be one of: owner, admin, builder, operator, viewer, approver, publisher, steward, auditor."),
        ("condition", {"when": "yes"}, "config.when", "When must be yes or no."),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_in_plain_words(kind: str, config: dict[str, Any], field: str, message: str) -> None:
    assert problems(kind, **config) == [("invalid_setting", field, message)]


def test_an_unknown_setting_is_a_problem_with_the_known_ones_at_hand() -> None:
    (problem,) = check_config(Node(key="step", type="condition", config={"when": True, "wenn": True}))
    assert (problem.code, problem.field) == ("unknown_setting", "config.wenn")
    assert "when" in problem.hint


def test_what_the_graph_is_checked_by_cannot_be_a_formula() -> None:
    found = problems("http_request", method={"$expr": "m"}, url="https://a.example")
    assert found == [("needs_literal", "config.method", "Method cannot be a formula.")]


def test_a_missing_setting_is_named_inside_groups_only_because_the_engine_names_the_others() -> None:
    assert problems("condition") == []
    assert problems("http_request", url="https://a.example", headers=[{}]) == [
        ("missing_setting", "config.headers.0.name", "Name is missing."),
        ("missing_setting", "config.headers.0.value", "Value is missing."),
    ]


def test_settings_of_an_unknown_type_are_not_judged() -> None:
    assert problems("no_such_type", anything=1) == []
