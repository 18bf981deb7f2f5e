"""What keeps a graph from being published: every problem, with its step, its place and a remedy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from orchestrator.engine.errors import GraphInvalid, Problem
from orchestrator.engine.graph import MAX_NODES, Edge, Graph, Node
from orchestrator.engine.plan import compile_plan
from orchestrator.engine.validation import check_graph
from tests.unit.engine.building import CATALOGUE, graph, step


def problems(nodes: Iterable[Node], *texts: str, settings: list[Problem] | None = None) -> list[Problem]:
    found = check_graph(graph([step("start", "start"), *nodes], *texts), CATALOGUE, lambda node: settings or [])
    assert all(problem.message.endswith((".", "?")) and problem.hint.endswith((".", "?")) for problem in found), found
    return found


def codes(nodes: Iterable[Node], *texts: str) -> list[tuple[str, str | None, str | None]]:
    return [(problem.code, problem.node, problem.field) for problem in problems(nodes, *texts)]


def value(key: str, formula: str, **more: Any) -> Node:
    return step(key, "text", config={"value": {"$expr": formula}}, **more)


def each(key: str, items: str = "trigger", **more: Any) -> Node:
    return step(key, "each", config={"items": {"$expr": items}}, **more)


def test_a_sound_graph_has_no_problem() -> None:
    sound = [
        value("a", "trigger.text"),
        step("check", "branch"),
        each("orders", "a.list"),
        value("b", "item.name + string(index) + a.text", parent="orders"),
        value("c", "orders[0]"),
        step("risky", on_error="path"),
        value("tell", "error.message"),
    ]
    assert codes(sound, "start > a > check", "check.yes > orders > c", "check.no > risky", "risky.error > tell") == []


@pytest.mark.parametrize(
    ("nodes", "texts", "expected"),
    [
        ([step("a", "nothing")], ["start > a"], ("unknown_type", "a", None)),
        ([step("a")], [], ("unreachable", "a", None)),
        ([step("a"), step("b")], ["a > b", "start > b"], ("unreachable", "a", None)),
        ([step("a")], ["start > a", "a > ghost"], ("dangling_edge", "a", "edges.e1")),
        ([step("a")], ["start > a", "start > a"], ("duplicate_edge", "start", "edges.e1")),
        ([step("a"), step("s", "start")], ["start > a > s"], ("line_into_start", "s", "edges.e1")),
        ([step("a"), step("b")], ["start > a", "a.yes > b"], ("unknown_port", "a", "edges.e1")),
        ([each("e")], ["start > e"], ("empty_container", "e", None)),
        ([each("e"), step("a", parent="e")], ["start > e > a"], ("border_crossed", "a", "edges.e1")),
        ([step("a"), step("b", parent="a")], ["start > a"], ("unknown_parent", "b", None)),
        ([step("b", parent="ghost")], [], ("unknown_parent", "b", None)),
        ([each("e"), step("s", "start", parent="e")], ["start > e"], ("start_inside", "s", None)),
        ([step("a", "text")], ["start > a"], ("missing_setting", "a", "config.value")),
        ([step("a", "text", config={"value": " "})], ["start > a"], ("missing_setting", "a", "config.value")),
        ([value("a", "")], ["start > a"], ("missing_setting", "a", "config.value")),
        ([step("a", on_error="path")], ["start > a"], ("error_path_missing", "a", "policy.on_error")),
        ([step("a"), step("b")], ["start > a", "a.error > b"], ("error_path_unused", "a", "policy.on_error")),
        ([step("a", attempts=0)], ["start > a"], ("bad_policy", "a", "policy.retry.attempts")),
        ([step("a", attempts=21)], ["start > a"], ("bad_policy", "a", "policy.retry.attempts")),
        ([step("a", timeout_s=0)], ["start > a"], ("bad_policy", "a", "policy.timeout_s")),
        ([step("a", timeout_s=86_401)], ["start > a"], ("bad_policy", "a", "policy.timeout_s")),
        ([step("a", total_timeout_s=-1)], ["start > a"], ("bad_policy", "a", "policy.total_timeout_s")),
        ([step("a", fallback_value="x" * 2_001)], ["start > a"], ("bad_policy", "a", "policy.fallback_value")),
        (
            [each("e", attempts=2), step("a", parent="e")],
            ["start > e"],
            ("bad_policy", "e", "policy.retry.attempts"),
        ),
        (
            [
                step("e", "each", config={"items": [1], "concurrency": {"$expr": "trigger"}}),
                step("a", parent="e"),
            ],
            ["start > e"],
            ("formula_not_allowed", "e", "config.concurrency"),
        ),
        ([value("a", "1 +")], ["start > a"], ("bad_formula", "a", "config.value")),
        (
            [step("a", "text", config={"value": [{"x": {"$text": "{{ 1 + }}"}}]})],
            ["start > a"],
            ("bad_formula", "a", "config.value.0.x"),
        ),
        ([step("a", "text", config={"value": {"$eval": "1"}})], ["start > a"], ("bad_formula", "a", "config.value")),
        ([value("a", "nobody.text")], ["start > a"], ("unknown_name", "a", "config.value")),
        ([value("a", "item")], ["start > a"], ("unknown_name", "a", "config.value")),
        ([value("a", "error.code")], ["start > a"], ("unknown_name", "a", "config.value")),
        ([value("a", "vars.x")], ["start > a"], ("unknown_name", "a", "config.value")),
        ([value("a", "a.x")], ["start > a"], ("later_step", "a", "config.value")),
        ([value("a", "b.x"), step("b")], ["start > a > b"], ("later_step", "a", "config.value")),
        ([value("a", "b.x"), step("b")], ["start > a", "start > b"], ("later_step", "a", "config.value")),
        (
            [each("e"), step("a", parent="e"), value("after", "a.x")],
            ["start > e > after"],
            ("later_step", "after", "config.value"),
        ),
        ([each("e"), value("a", "e", parent="e")], ["start > e"], ("later_step", "a", "config.value")),
    ],
)
def test_a_problem_names_its_step_and_place(
    nodes: list[Node], texts: list[str], expected: tuple[str, str | None, str | None]
) -> None:
    assert codes(nodes, *texts) == [expected]


def test_a_graph_without_a_start_says_so() -> None:
    assert [each.code for each in check_graph(Graph(), CATALOGUE, lambda node: [])] == ["no_start"]
    off = graph([step("start", "start", off=True), step("a")], "start > a")
    assert [each.code for each in check_graph(off, CATALOGUE, lambda node: [])] == ["no_start"]


@pytest.mark.parametrize(
    ("texts", "circles"),
    [
        (["start > a > b > c > a"], ["“a” → “b” → “c” → “a”"]),
        (["start > a > a"], ["“a” → “a”"]),
        (["start > a > b > a", "b > c > d > c"], ["“a” → “b” → “a”", "“c” → “d” → “c”"]),
    ],
)
def test_a_circle_names_its_steps(texts: list[str], circles: list[str]) -> None:
    found = [each for each in problems([step(key) for key in "abcd"], *texts) if each.code == "cycle"]
    assert [each.message for each in found] == [f"The lines lead in a circle: {circle}." for circle in circles]


def test_steps_inside_each_other_are_a_circle_not_a_crash() -> None:
    assert "cycle" in [code for code, _, _ in codes([each("e", parent="f"), each("f", parent="e")])]


def test_what_is_wrong_is_said_in_the_words_of_the_people() -> None:
    (problem,) = problems(
        [value("a", "total.x", name="Send letter"), step("b", name="Sum up"), step("total")], "start > a > b > total"
    )
    assert problem.message == "A formula of “Send letter” uses “total”, which cannot have run before it."
    assert problem.hint == "Use one of: trigger, start."
    (problem,) = problems([step("parse"), value("a", "prase.text")], "start > parse > a")
    assert problem.message == "A formula of “a” uses prase, but no step has this name."
    assert problem.hint == "Did you mean parse? Use one of: trigger, parse, start."
    (problem,) = problems([step("a", "text", name="Letter")], "start > a")
    assert problem.message == "“Letter” needs “Value”."


def test_a_step_that_is_off_need_not_be_complete() -> None:
    assert codes([step("a", "text", off=True), value("b", "a", name="B")], "start > a > b") == []
    assert codes([value("a", "nobody", off=True)], "start > a") == []


def test_the_check_of_literal_settings_adds_what_is_not_said_already() -> None:
    extra = [
        Problem(code="bad_setting", node="a", field="config.value", message="It is wrong.", hint="Mend it."),
        Problem(code="bad_setting", node="a", field="config.other", message="It is wrong.", hint="Mend it."),
    ]
    found = check_graph(
        graph([step("start", "start"), step("a", "text")], "start > a"),
        CATALOGUE,
        lambda node: extra if node.key == "a" else [],
    )
    assert [(each.code, each.field) for each in found] == [
        ("missing_setting", "config.value"),
        ("bad_setting", "config.other"),
    ]


def test_every_problem_is_told_at_once() -> None:
    found = codes(
        [step("a", "nothing"), value("b", "1 +", attempts=99), step("lonely"), value("c", "x + y")],
        "start > a > b > c",
        "c.bad > b",
    )
    assert {code for code, _, _ in found} == {
        "cycle",
        "unknown_type",
        "bad_formula",
        "bad_policy",
        "unreachable",
        "unknown_port",
        "unknown_name",
    }


def test_the_largest_graph_is_checked_in_one_go() -> None:
    keys = [f"n{number}" for number in range(MAX_NODES - 1)]
    nodes = [value(key, f"{before}.x + trigger.y") for before, key in zip(["start", *keys], keys, strict=False)]
    assert codes(nodes, " > ".join(["start", *keys])) == []


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (graph([step("start", "start"), step("a", "nothing")], "start > a"), "unknown_type"),
        (graph([step("start", "start"), step("a"), step("b")], "start > a > b > a"), "cycle"),
        (graph([step("start", "start")], "start > ghost"), "dangling_edge"),
        (graph([step("start", "start"), step("a", parent="ghost")]), "unknown_parent"),
        (
            Graph(
                nodes=(step("start", "start"), each("e"), step("a", parent="e")),
                edges=(Edge(id="e", source="start", target="a"),),
            ),
            "border_crossed",
        ),
    ],
)
def test_a_plan_is_not_made_of_what_cannot_run(broken: Graph, code: str) -> None:
    with pytest.raises(GraphInvalid) as caught:
        compile_plan(broken, CATALOGUE)
    assert [each.code for each in caught.value.problems] == [code]
