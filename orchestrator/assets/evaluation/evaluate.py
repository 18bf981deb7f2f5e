"""Cases with known answers beside what was answered: one report, whatever the task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from orchestrator.assets.errors import EvaluationRefused
from orchestrator.assets.evaluation.classification import NO_ANSWER, Labelled, classification
from orchestrator.assets.evaluation.extraction import extraction
from orchestrator.assets.evaluation.forecasting import forecasting
from orchestrator.assets.evaluation.ranking import ranking
from orchestrator.assets.evaluation.regression import Numbered, regression
from orchestrator.assets.evaluation.report import MOST_CASES, Case, Given, Report
from orchestrator.assets.evaluation.text import prose

EXCERPT = 200
YES, NO = "yes", "no"


def evaluate(task: str, cases: Sequence[Case], answers: Sequence[Given]) -> Report:
    """Raises `EvaluationRefused`: no cases, ids twice, a task without figures, or a case without its expectation.

    A case without an answer counts as wrong and is counted under `errors`.
    """
    if task not in TASKS:
        raise EvaluationRefused(f"There are no figures for the task {task!r}. Choose from {', '.join(TASKS)}.")
    if not cases:
        raise EvaluationRefused("There are no cases to evaluate. Add some to the data set.")
    if len(cases) > MOST_CASES:
        raise EvaluationRefused(f"There are more than {MOST_CASES:,} cases. Take a part of them.")
    given = {answer.id: answer for answer in answers}
    if len({case.id for case in cases}) < len(cases) or len(given) < len(answers):
        raise EvaluationRefused("Two cases or two answers have the same id. Give each its own.")
    try:
        report = TASKS[task](cases, given)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EvaluationRefused(
            f"A case or an answer has not the shape of the task {task!r}: {type(error).__name__} {error}."
        ) from error
    return report.model_copy(update=_effort(cases, given))


def _effort(cases: Sequence[Case], answers: Mapping[str, Given]) -> dict[str, Any]:
    """Time, cost and failures of the calls, and the share of cases without an answer."""
    known = [answers[case.id] for case in cases if case.id in answers]
    times = [answer.ms for answer in known if answer.ms is not None]
    costs = [answer.cost for answer in known if answer.cost is not None]
    errors = Counter(answer.code or "no_answer" for answer in known if answer.value is None)
    errors["no_answer"] += len(cases) - len(known)
    return {
        "errors": {code: count for code, count in sorted(errors.items()) if count},
        "ms_p50": round(float(np.quantile(times, 0.5)), 2) if times else None,
        "ms_p95": round(float(np.quantile(times, 0.95)), 2) if times else None,
        "cost": round(sum(costs), 6) if costs else None,
    }


def _labels(cases: Sequence[Case], answers: Mapping[str, Given], task: str = "classify") -> Report:
    expected = {str(case.expected["label"]) for case in cases}
    values = {case.id: _value(answers, case) for case in cases}
    labels = sorted(expected)
    # Of two labels the rarer is looked for; its score is what ranks the cases.
    counts = Counter(str(case.expected["label"]) for case in cases)
    positive = min(labels, key=lambda label: (counts[label], label)) if len(labels) == 2 else None
    rows = [
        Labelled(
            id=case.id,
            expected=str(case.expected["label"]),
            given=str(values[case.id].get("label") or NO_ANSWER),
            confidence=values[case.id].get("confidence"),
            positive=_score(values[case.id], positive),
            why=str(case.input.get("text", ""))[:EXCERPT],
        )
        for case in cases
    ]
    return classification(task, rows, positive=positive)


def _score(value: Mapping[str, Any], label: str | None) -> float | None:
    scores = {str(each["label"]): float(each["score"]) for each in value.get("scores") or ()}
    return scores.get(label, 0.0) if label is not None and scores else None


def _predictions(cases: Sequence[Case], answers: Mapping[str, Given]) -> Report:
    if "label" in cases[0].expected:
        return _labels(cases, answers, "predict")
    rows = []
    for case in cases:
        value = _value(answers, case)
        given, low, high = (
            None if value.get(name) is None else float(value[name]) for name in ("value", "low", "high")
        )
        expected = float(case.expected["value"])
        rows.append(Numbered(id=case.id, expected=expected, given=given, low=low, high=high))
    return regression("predict", rows)


def _yes_or_no(task: str, expected: str, answered: Callable[[Mapping[str, Any]], bool]) -> Callable[..., Report]:
    """For tasks that give a score between 0 and 1 and an answer of yes or no."""

    def judged(cases: Sequence[Case], answers: Mapping[str, Given]) -> Report:
        rows = []
        for case in cases:
            value = _value(answers, case)
            given = NO_ANSWER if not value else YES if answered(value) else NO
            score = float(value["score"]) if value else 0.0
            wanted = YES if case.expected[expected] else NO
            rows.append(Labelled(id=case.id, expected=wanted, given=given, positive=score))
        return classification(task, rows, positive=YES)

    return judged


def _value(answers: Mapping[str, Given], case: Case) -> Mapping[str, Any]:
    answer = answers.get(case.id)
    return {} if answer is None or answer.value is None else answer.value


TASKS: dict[str, Callable[[Sequence[Case], Mapping[str, Given]], Report]] = {
    "classify": _labels,
    "extract": extraction,
    "rank": ranking,
    "predict": _predictions,
    "score": _yes_or_no("score", "outcome", lambda value: value["level"] != "low"),
    "detect": _yes_or_no("detect", "unusual", lambda value: bool(value["unusual"])),
    "forecast": forecasting,
    "chat": prose,
}
