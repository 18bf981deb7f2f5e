"""From the steps that a language model filled in to a graph, and back."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from builder.help.describing import problem_with, shape
from builder.help.drawing import blank_references, draw, leave_open, open_ends, steps_of
from builder.help.words import steps_in_words, workflow_schema
from orchestrator.engine.errors import GraphInvalid, Problem
from orchestrator.engine.graph import Graph
from orchestrator.engine.validation import check_graph
from orchestrator.nodes.registry import catalogue, check_config


def filled(key: str, type: str, *after: str, inside: str | None = None, **settings: Any) -> dict[str, Any]:
    """`after` are `step` or `step.path`."""
    before = [{"step": one.partition(".")[0], "path": one.partition(".")[2] or "out"} for one in after]
    return {"key": key, "type": type, "name": key, "inside": inside, "after": before, "settings": settings}


LOOP = [
    filled("start", "start_manual"),
    filled("each", "for_each", "start", items={"$expr": "trigger.lines"}),
    filled("one", "set_fields", inside="each", fields=[{"name": "sum", "value": {"$expr": "item.amount"}}]),
    filled("two", "set_fields", "one", inside="each", fields=[{"name": "done", "value": True}]),
    filled("end", "set_fields", "each", fields=[{"name": "all", "value": {"$expr": "each"}}]),
]


def test_steps_become_a_graph_that_holds_and_reads_from_left_to_right() -> None:
    graph = draw(LOOP, Graph())
    assert check_graph(graph, catalogue(), check_config) == []
    places = {node.key: node.position for node in graph.nodes}
    assert places["start"].x < places["each"].x < places["end"].x
    frame = next(node for node in graph.nodes if node.key == "each")
    assert frame.size is not None
    assert places["two"].x + 240 <= frame.size.width
    assert places["each"].x + frame.size.width <= places["end"].x
    assert Draft202012Validator(workflow_schema()).is_valid({"steps": steps_of(graph)})


def test_what_was_there_before_keeps_its_place() -> None:
    before = draw(LOOP, Graph())
    again = draw([*LOOP, filled("last", "set_fields", "end", fields=[])], before)
    kept = {node.key: node.position for node in before.nodes}
    assert {node.key: node.position for node in again.nodes if node.key in kept} == kept


def test_the_shape_takes_no_type_and_no_setting_that_there_is_not() -> None:
    fits = Draft202012Validator(workflow_schema()).is_valid
    assert fits({"steps": [filled("start", "start_manual")]})
    assert not fits({"steps": [filled("start", "start_magic")]})
    assert not fits({"steps": [filled("start", "start_manual", colour="red")]})
    assert not fits({"steps": [filled("1st", "start_manual")]})
    assert not fits({"steps": []})


def test_two_steps_of_one_key_are_no_graph() -> None:
    with pytest.raises(GraphInvalid):
        draw([filled("start", "start_manual"), filled("start", "start_manual")], Graph())


def test_accounts_are_for_people_to_choose_and_models_stay_where_they_are_known() -> None:
    steps = [
        filled("start", "start_manual"),
        filled("sort", "classify_text", "start", asset="kinds", text="x"),
        filled("other", "classify_text", "sort", asset="invented", text="x"),
        filled("call", "http_request", "other", url="https://shop.example", credential="my-account"),
    ]
    graph = blank_references(draw(steps, Graph()), frozenset({"kinds"}))
    settings = {node.key: node.config for node in graph.nodes}
    assert settings["sort"]["asset"] == "kinds"
    assert settings["other"]["asset"] == "<Model to use>"
    assert settings["call"]["credential"] == "<Account to use>"
    assert open_ends(graph) == 2


def test_a_setting_that_cannot_be_used_is_left_open() -> None:
    steps = [filled("start", "start_manual"), filled("wait", "set_fields", "start", fields="none")]
    graph = draw(steps, Graph())
    left = leave_open(graph, [Problem(code="invalid", message="", node="wait", field="config.fields.0.name")])
    assert left.nodes[1].config == {}


def test_the_model_is_told_of_every_type_of_step() -> None:
    told = steps_in_words()
    assert all(f"{type}:" in told for type, _ in catalogue())


def test_of_data_only_the_kinds_are_told() -> None:
    scope = {"parse": {"text": "Top secret", "lines": [{"amount": 12.5, "paid": True}], "empty": []}, "none": None}
    assert shape(scope) == {
        "parse": {"text": "text", "lines": [{"amount": "number", "paid": "yes or no"}], "empty": "list"},
        "none": "unknown",
    }


@pytest.mark.parametrize(
    ("kind", "formula", "usable"),
    [
        ("expr", "count(parse.lines)", True),
        ("text", "Dear {{ parse.name }}", True),
        ("expr", "count(parse.lines", False),
        ("expr", "nothing.there", False),
        ("expr", "parse.missing.deep", False),
        ("expr", "trigger.not_known_yet", True),
    ],
)
def test_a_formula_is_tried_before_anybody_sees_it(kind: str, formula: str, usable: bool) -> None:
    scope = {"parse": {"lines": [1, 2], "name": "Ada"}, "trigger": None}
    assert (problem_with(kind, formula, scope) is None) is usable
