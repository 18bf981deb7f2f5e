"""What is wrong with loops, joins and cancelling, and what their formulas may name."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from orchestrator.engine.errors import Problem
from orchestrator.engine.graph import Node
from orchestrator.engine.validation import check_graph
from tests.unit.engine.building import CATALOGUE, graph, step


def problems(nodes: Iterable[Node], *texts: str) -> list[Problem]:
    found = check_graph(graph([step("start", "start"), *nodes], *texts), CATALOGUE, lambda node: [])
    assert all(problem.message.endswith((".", "?")) and problem.hint.endswith((".", "?")) for problem in found), found
    return found


def codes(nodes: Iterable[Node], *texts: str) -> list[tuple[str, str | None, str | None]]:
    return [(problem.code, problem.node, problem.field) for problem in problems(nodes, *texts)]


def value(key: str, formula: str, **more: object) -> Node:
    return step(key, "text", config={"value": {"$expr": formula}}, **more)


def cancel(*keys: str, **more: object) -> Node:
    return step("stop", "cancel", config={"steps": list(keys)}, **more)


ABC = [step(key) for key in "abc"]


@pytest.mark.parametrize(
    ("nodes", "texts"),
    [
        (ABC, ["start > a > b > c", "b >> a"]),
        (ABC, ["start > a > b > c", "c >> a 1000 when c.bad && loop.iteration < 3 && start.ok && b.ok"]),
        ([step("a"), step("b", on_error="path"), step("c")], ["start > a > b > c", "b.error >> a"]),
        ([value("a", "error.code"), step("b", on_error="path")], ["start > a > b", "b.error >> a"]),
        ([value("a", "loop.previous.b"), step("b"), value("c", "a + b")], ["start > a > b > c", "b >> a"]),
        ([step("a"), value("b", "a"), value("c", "b")], ["start > a > b", "a > c", "b >> a"]),
        (
            [step("e", "each", config={"items": []}), value("a", "loop.iteration", parent="e"), step("b", parent="e")],
            ["start > e", "a > b", "b >> a"],
        ),
        (
            [step("a"), step("e", "each", config={"items": []}), value("x", "loop.previous.a", parent="e")],
            ["start > a > e", "e >> a"],
        ),
        ([*ABC[:2], step("c", join="n", join_count=2)], ["start > a > c", "start > b > c"]),
        ([cancel("a", "b"), *ABC], ["start > stop", "start > a > c", "start > b > c", "b >> b"]),
        ([cancel("c", "b"), *ABC], ["start > a > b > stop", "start > c", "stop >> a"]),
    ],
)
def test_a_sound_flow_has_no_problem(nodes: list[Node], texts: list[str]) -> None:
    assert codes(nodes, *texts) == []


@pytest.mark.parametrize(
    ("nodes", "texts", "expected"),
    [
        (ABC, ["start > a > b > c", "start > b", "c >> a"], ("not_natural_loop", "a", "edges.e4")),
        (ABC, ["start > a > b", "start > c", "b >> c"], ("not_natural_loop", "c", "edges.e3")),
        (ABC, ["start > a > b > c", "c >> a 0"], ("max_rounds_out_of_range", "c", "edges.e3.feedback.max_rounds")),
        (ABC, ["start > a > b > c", "c >> a 1001"], ("max_rounds_out_of_range", "c", "edges.e3.feedback.max_rounds")),
        (ABC, ["start > a > b > c", "c >> a when c ="], ("bad_formula", "c", "edges.e3.feedback.when")),
        (ABC, ["start > a > b > c", "b >> a when c.x"], ("later_step", "b", "edges.e3.feedback.when")),
        (ABC, ["start > a > b > c", "b >> a when nobody"], ("unknown_name", "b", "edges.e3.feedback.when")),
        (ABC, ["start > a > b > c", "b >> a when error.code == 'x'"], ("unknown_name", "b", "edges.e3.feedback.when")),
        ([value("a", "b"), step("b")], ["start > a > b", "b >> a"], ("later_step", "a", "config.value")),
        (
            [value("a", "loop.previous.c"), step("b"), step("c")],
            ["start > a > b > c", "b >> a"],
            ("unknown_name", "a", "config.value"),
        ),
        ([value("a", "loop.iteration")], ["start > a"], ("unknown_name", "a", "config.value")),
        (
            [step("a"), step("b"), value("c", "loop.iteration")],
            ["start > a > b > c", "b >> a"],
            ("unknown_name", "c", "config.value"),
        ),
        ([step("a", join="n")], ["start > a"], ("join_count_out_of_range", "a", "join_count")),
        ([step("a", join="n", join_count=0)], ["start > a"], ("join_count_out_of_range", "a", "join_count")),
        (
            [*ABC[:2], step("c", join="n", join_count=2)],
            ["start > c", "c > a > b", "b >> c"],
            ("join_count_out_of_range", "c", "join_count"),
        ),
        ([cancel("ghost")], ["start > stop"], ("cannot_cancel", "stop", "config.steps")),
        (
            [cancel("b"), *ABC],
            ["start > stop", "start > a > b > c", "b >> a"],
            ("cannot_cancel", "stop", "config.steps"),
        ),
        (
            [cancel("x"), step("e", "each", config={"items": []}), step("x", parent="e")],
            ["start > stop", "start > e"],
            ("cannot_cancel", "stop", "config.steps"),
        ),
    ],
)
def test_a_problem_names_its_step_and_place(
    nodes: list[Node], texts: list[str], expected: tuple[str, str | None, str | None]
) -> None:
    assert codes(nodes, *texts) == [expected]


def test_a_circle_without_a_feedback_line_is_still_none() -> None:
    (problem,) = problems(ABC, "start > a > b > c > a")
    assert problem.code == "cycle"
    assert problem.hint == "Delete one of these lines, or mark the one that leads back as a feedback line."


def test_a_line_back_into_a_start_or_over_a_border_is_told_as_such() -> None:
    assert codes(ABC[:1], "start > a", "a >> start") == [("line_into_start", "start", "edges.e1")]
    items = [step("e", "each", config={"items": []}), step("x", parent="e")]
    assert ("border_crossed", "e", "edges.e1") in codes(items, "start > e", "x >> e")


def test_what_is_wrong_is_said_in_the_words_of_the_people() -> None:
    (problem,) = problems(
        [step("a", name="Write"), step("b", name="Check"), step("c")], "start > a > b > c", "start > b", "c >> a"
    )
    assert problem.message == (
        "The feedback line from “c” leads back to “Write”, but a way from “start” leads between them "
        "without passing “Write”."
    )
    (problem,) = problems([value("a", "b", name="Write"), step("b", name="Check")], "start > a > b", "b >> a")
    assert problem.message == (
        "A formula of “Write” uses “Check”, which runs later in the same round. "
        "Use loop.previous.b for what it gave in the round before."
    )
    (problem,) = problems([cancel("b"), *ABC], "start > stop", "start > a > b > c", "b >> a")
    assert problem.hint == "Choose “a”, with which the loop begins: then the whole loop is cancelled."
