from __future__ import annotations

from typing import Any

import pytest

from orchestrator.nodes.switch import Switch
from tests.unit.nodes.context import result_of

CASES = [
    {"key": "invoice", "label": "Invoice", "equals": "invoice"},
    {"key": "three", "equals": 3},
    {"key": "yes", "equals": True},
    {"key": "nothing", "equals": None},
]


@pytest.mark.parametrize(
    ("value", "case"),
    [
        ("invoice", "invoice"),
        (" Invoice ", "invoice"),
        (3, "three"),
        (3.0, "three"),
        ("3", "three"),
        (True, "yes"),
        (1, "otherwise"),
        (None, "nothing"),
        ("", "otherwise"),
        (["invoice"], "otherwise"),
    ],
)
async def test_the_first_case_that_fits_is_taken(value: Any, case: str) -> None:
    result = await result_of(Switch, {"value": value, "cases": CASES})
    assert (result.port, result.output) == (case, {"value": value, "case": case})


def test_each_case_is_a_path_with_its_name_and_otherwise_is_always_there() -> None:
    ports = Switch.ports_of({"cases": CASES[:2]})
    assert [(port.key, port.label) for port in ports] == [
        ("invoice", "Invoice"),
        ("three", "three"),
        ("otherwise", "Otherwise"),
    ]


@pytest.mark.parametrize("cases", [None, {"$expr": "x"}, "x", [1, {"label": "no key"}, {"key": {"$expr": "x"}}]])
def test_ports_of_unfinished_settings_never_fail(cases: Any) -> None:
    assert [port.key for port in Switch.ports_of({"cases": cases})] == ["otherwise"]


def test_a_path_needs_a_key_of_its_own() -> None:
    cases = [{"key": "a", "equals": 1}, {"key": "a", "equals": 2}, {"key": "otherwise", "equals": 3}]
    found = [(problem.code, problem.field) for problem in Switch.problems({"cases": cases})]
    assert found == [
        ("duplicate_key", "config.cases.0.key"),
        ("duplicate_key", "config.cases.1.key"),
        ("reserved_key", "config.cases.2.key"),
    ]
