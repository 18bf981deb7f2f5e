"""What a version has to reach before it may go on."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from orchestrator.assets.errors import EvaluationRefused
from orchestrator.assets.evaluation.compare import compare
from orchestrator.assets.evaluation.report import LOWER_IS_BETTER, Report, Shape

EFFORT = ("ms_p50", "ms_p95", "cost")


class Rule(Shape):
    """One condition; each end that is given must hold."""

    figure: str = Field(min_length=1, max_length=200)
    """The name of a figure of the report, `recall:<label>`, `error_rate`, `cost`, `ms_p50` or `ms_p95`."""
    at_least: float | None = None
    at_most: float | None = None
    not_worse_by: float | None = Field(None, ge=0)
    """At most so much worse than the report of the version it would replace."""


class Passed(Shape):
    passed: bool
    reasons: list[str]
    """A sentence a rule that failed; one that says so when all hold."""


def gate(report: Report, rules: Sequence[Rule], *, live: Report | None = None, significant: bool = False) -> Passed:
    """`significant`: the version must also not be worse than `live` beyond chance.

    Raises `EvaluationRefused` for a figure that the report does not have: a gate that cannot be checked is no gate.
    """
    if not rules and not significant:
        raise EvaluationRefused("The gate has no rules. Add one.")
    reasons = [reason for rule in rules for reason in _broken(rule, report, live)]
    if significant:
        comparison = compare(_live(live), report)
        reasons += [comparison.words] if comparison.verdict == "worse" else []
    return Passed(passed=not reasons, reasons=reasons or ["Every rule holds."])


def figure_of(report: Report, name: str) -> float:
    if name == "error_rate":
        return (report.cases - report.answered) / report.cases
    if name in EFFORT and (effort := getattr(report, name)) is not None:
        return float(effort)
    if name.startswith("recall:"):
        for each in report.classes:
            if each.label == name.removeprefix("recall:"):
                return each.recall
    if name not in report.figures:
        there = ", ".join([*report.figures, "error_rate"])
        raise EvaluationRefused(f"The report has no figure {name!r}. It has: {there}.")
    return report.figures[name]


def _broken(rule: Rule, report: Report, live: Report | None) -> list[str]:
    value = figure_of(report, rule.figure)
    reasons = []
    if rule.at_least is not None and value < rule.at_least:
        reasons.append(f"{rule.figure} is {value:.3g}, but must be at least {rule.at_least:.3g}.")
    if rule.at_most is not None and value > rule.at_most:
        reasons.append(f"{rule.figure} is {value:.3g}, but must be at most {rule.at_most:.3g}.")
    if rule.not_worse_by is not None:
        theirs = figure_of(_live(live), rule.figure)
        worse = value - theirs if rule.figure in LOWER_IS_BETTER else theirs - value
        if worse > rule.not_worse_by:
            reasons.append(
                f"{rule.figure} is {value:.3g} and was {theirs:.3g}: worse by more than {rule.not_worse_by:.3g}."
            )
    return reasons


def _live(live: Report | None) -> Report:
    if live is None:
        raise EvaluationRefused("There is no report of the live version to compare with. Evaluate it first.")
    return live
