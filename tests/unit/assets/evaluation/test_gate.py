from __future__ import annotations

from typing import Any

import pytest

from orchestrator.assets.errors import EvaluationRefused
from orchestrator.assets.evaluation.evaluate import evaluate
from orchestrator.assets.evaluation.gate import Rule, gate
from orchestrator.assets.evaluation.report import Case, Given, Report


def report(right: int) -> Report:
    cases = [Case(id=str(number), expected={"label": "ab"[number % 2]}) for number in range(100)]
    answers = [
        Given(id=case.id, value={"label": case.expected["label"] if number < right else "c"}, ms=10.0)
        for number, case in enumerate(cases)
    ]
    return evaluate("classify", cases, answers[:98])


@pytest.mark.parametrize(
    ("rule", "passed"),
    [
        ({"figure": "accuracy", "at_least": 0.9}, True),
        ({"figure": "accuracy", "at_least": 0.91}, False),
        ({"figure": "error_rate", "at_most": 0.02}, True),
        ({"figure": "error_rate", "at_most": 0.01}, False),
        ({"figure": "recall:a", "at_least": 0.9}, True),
        ({"figure": "ms_p95", "at_most": 9}, False),
        ({"figure": "accuracy", "not_worse_by": 0.05}, True),
        ({"figure": "accuracy", "not_worse_by": 0.04}, False),
        ({"figure": "ms_p50", "not_worse_by": 0}, True),
    ],
)
def test_each_rule_must_hold(rule: dict[str, Any], passed: bool) -> None:
    result = gate(report(90), [Rule(**rule)], live=report(95))
    assert result.passed is passed
    assert len(result.reasons) == 1
    assert passed or rule["figure"] in result.reasons[0]


def test_a_loss_beyond_chance_fails_the_gate() -> None:
    assert not gate(report(60), [], live=report(90), significant=True).passed
    assert gate(report(89), [], live=report(90), significant=True).passed


@pytest.mark.parametrize(
    ("rules", "live", "words"),
    [
        ([], None, "no rules"),
        ([Rule(figure="recall:z", at_least=0.5)], None, "no figure 'recall:z'"),
        ([Rule(figure="cost", at_most=1)], None, "no figure 'cost'"),
        ([Rule(figure="accuracy", not_worse_by=0.1)], None, "no report of the live version"),
    ],
)
def test_a_gate_that_cannot_be_checked_never_opens(rules: list[Rule], live: Report | None, words: str) -> None:
    with pytest.raises(EvaluationRefused, match=words):
        gate(report(90), rules, live=live)
