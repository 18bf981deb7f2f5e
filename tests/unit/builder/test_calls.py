from __future__ import annotations

from typing import Any

import pytest

from builder.calls import call_problems
from orchestrator.engine.graph import Graph, Node


def found(*formulas: Any, off: bool = False) -> list[tuple[str, str | None]]:
    """The problems of a workflow that waits at `answer` for a call and has a step with each of these settings."""
    nodes = [Node(key="answer", type="wait_call", off=off)]
    nodes += [Node(key=f"n{at}", type="set_fields", config={"a": formula}) for at, formula in enumerate(formulas)]
    return [(problem.code, problem.node) for problem in call_problems(Graph(nodes=tuple(nodes)))]


@pytest.mark.parametrize(
    "formula",
    [
        {"$expr": "run.calls.answer"},
        {"$text": "Please open {{ run.calls.answer }} now"},
        {"$expr": "run.calls['answer']"},
        {"$expr": "run.calls"},
        {"$expr": "run"},
        [{"to": {"$expr": "run.calls.answer + '?ok=1'"}}],
    ],
)
def test_an_address_that_is_passed_on_can_be_called(formula: Any) -> None:
    assert found(formula) == []


def test_an_address_that_nobody_gets_is_a_problem() -> None:
    assert found() == [("address_unused", "answer")]
    assert found("run.calls.answer", {"$expr": "run.id"}, {"$expr": "start.calls.answer"}) == [
        ("address_unused", "answer")
    ]


def test_a_wait_that_is_switched_off_needs_no_address() -> None:
    assert found(off=True) == []
    assert found({"$expr": "run.calls.answer"}, off=True) == [("unknown_call", "n0")]


def test_an_address_of_nothing_is_a_problem() -> None:
    assert found({"$expr": "run.calls.answer"}, {"$expr": "run.calls.anwser"}) == [("unknown_call", "n1")]


def test_a_formula_that_cannot_be_read_is_named_elsewhere() -> None:
    assert found({"$expr": "run.calls.answer +"}, {"$expr": "run.calls.answer"}) == []
