"""Formulas are tried on values while somebody writes them."""

from __future__ import annotations

from typing import Any

import pytest

from builder.models import Workflow
from tests.integration.authoring import Browser

SCOPE = {"order": {"total amount": 41.5, "lines": [{"name": "Pen"}, {"name": "Ink"}]}}


def tried(browser: Browser, workflow: Workflow, value: Any, scope: Any = SCOPE) -> Any:
    return browser.post(f"workflows/{workflow.pk}/formulas/trial", {"value": value, "scope": scope})


@pytest.mark.ux(74, 78)
def test_a_setting_gives_what_a_run_would_get(maria: Browser, workflow: Workflow) -> None:
    for value, gives in (
        ({"$expr": 'order["total amount"] * 2'}, 83),
        ({"$text": "{{ count(order.lines) }} lines"}, "2 lines"),
        ({"a": [{"$expr": "order.lines.map(line, line.name).join(', ')"}]}, {"a": ["Pen, Ink"]}),
    ):
        assert tried(maria, workflow, value).json() == {"value": gives, "missing": [], "error": None}


@pytest.mark.ux(75, 78)
def test_what_is_missing_or_wrong_is_told_with_a_code(maria: Browser, workflow: Workflow) -> None:
    assert tried(maria, workflow, {"$expr": "order.lines + stock.lines"}).json()["missing"] == ["stock"]
    error = tried(maria, workflow, {"$expr": "order.total"}).json()["error"]
    assert error["code"] == "no_field"
    assert error["facts"] == {"owner": "order", "name": "total", "there": "lines, total amount"}
    assert error["message"] == "order has no total. It has: lines, total amount."
    assert tried(maria, workflow, "x", scope=[]).status_code == 422


def test_who_may_not_edit_cannot_try_formulas(viewer: Browser, workflow: Workflow) -> None:
    assert tried(viewer, workflow, "x").status_code == 403
