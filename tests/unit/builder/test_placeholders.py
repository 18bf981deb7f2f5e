from __future__ import annotations

import pytest

from builder.placeholders import label_of, placeholder_for, placeholder_problems
from orchestrator.engine.graph import Graph, Node


@pytest.mark.parametrize("value", ["<Your address>", " <Demo mail account> ", "<Ärztin>"])
def test_what_a_person_has_to_fill_in_is_told_from_a_value(value: str) -> None:
    assert label_of(value) == value.strip()[1:-1]


@pytest.mark.parametrize(
    "value", ["<br>", "<b>Bold</b>", "Hello <Name>", "<>", "<\nA>", "", 3, None, ["<Your address>"]]
)
def test_ordinary_values_are_no_placeholders(value: object) -> None:
    assert label_of(value) is None


@pytest.mark.parametrize("name", ["Stripe (EU)", "mail desk", "<script>", "365 mail", "邮箱", "  ", "x" * 200])
def test_every_name_makes_a_placeholder(name: str) -> None:
    assert label_of(placeholder_for(name)) is not None


@pytest.mark.ux(165)
def test_a_placeholder_is_a_problem_of_its_setting_unless_the_step_is_off() -> None:
    config = {"to": "<Your address>", "rows": [{"name": "a", "value": "<The limit>"}], "when": {"$expr": "'<Not me>'"}}
    graph = Graph(nodes=(Node(key="mail", type="x", config=config), Node(key="off", type="x", config=config, off=True)))
    found = [(problem.node, problem.field) for problem in placeholder_problems(graph)]
    assert found == [("mail", "config.to"), ("mail", "config.rows.0.value")]
