"""Figures of answers that are fields read from a document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from orchestrator.assets.evaluation.report import MOST_WORST, Case, ClassFigures, Given, Report, Worst
from orchestrator.assets.tables import number_of

TOLERANCE = 0.005
"""Amounts that differ by less are the same."""


def extraction(cases: Sequence[Case], answers: Mapping[str, Given]) -> Report:
    """A field is right when it holds the same value; both empty is right as well. Outcome: share of right fields."""
    hits: defaultdict[str, int] = defaultdict(int)
    wanted: defaultdict[str, int] = defaultdict(int)
    found: defaultdict[str, int] = defaultdict(int)
    outcomes, worst = {}, []
    for case in cases:
        value = _value(answers.get(case.id))
        wrong = []
        for field, expected in case.expected.items():
            given = plain(value.get(field))
            wanted[field] += expected is not None
            found[field] += given is not None
            if not same(plain(expected), given):
                wrong.append(field)
            elif expected is not None:
                hits[field] += 1
        outcomes[case.id] = 1 - len(wrong) / max(len(case.expected), 1)
        if wrong:
            given_fields = {field: plain(value.get(field)) for field in wrong}
            expected_fields = {field: case.expected[field] for field in wrong}
            worst.append(Worst(id=case.id, expected=expected_fields, given=given_fields, score=outcomes[case.id]))
    fields = sorted(wanted)
    hit, give, want = sum(hits.values()), sum(found.values()), sum(wanted.values())
    figures = {
        "fields_right": sum(outcomes.values()) / len(outcomes),
        "all_right": sum(outcome == 1 for outcome in outcomes.values()) / len(outcomes),
        "precision": hit / give if give else 0.0,
        "recall": hit / want if want else 0.0,
    }
    return Report(
        task="extract",
        main="fields_right",
        cases=len(cases),
        answered=sum(bool(_value(answers.get(case.id))) for case in cases),
        figures={name: round(value, 6) for name, value in figures.items()},
        classes=[_field(field, hits[field], wanted[field], found[field]) for field in fields],
        worst=sorted(worst, key=lambda each: each.score)[:MOST_WORST],
        outcomes=outcomes,
    )


def plain(value: Any) -> Any:
    """What is compared of a field: `{"value": ...}` is its value, an empty text is nothing."""
    if isinstance(value, dict) and "value" in value:
        value = value["value"]
    return None if value in ("", [], {}) else value


def same(expected: Any, given: Any) -> bool:
    """Numbers by value, texts without case and runs of spaces, lists and objects part by part."""
    if isinstance(expected, dict) and isinstance(given, dict):
        return expected.keys() == given.keys() and all(same(expected[key], given[key]) for key in expected)
    if isinstance(expected, list) and isinstance(given, list):
        return len(expected) == len(given) and all(map(same, expected, given))
    if isinstance(expected, bool) or isinstance(given, bool) or expected is None or given is None:
        return expected is given
    one, other = number_of(expected), number_of(given)
    if one is not None and other is not None:
        return abs(one - other) < TOLERANCE
    return _words(expected) == _words(given)


def _words(value: Any) -> str:
    return " ".join(str(value).casefold().split())


def _value(answer: Given | None) -> dict[str, Any]:
    return {} if answer is None or answer.value is None else answer.value


def _field(name: str, hits: int, wanted: int, found: int) -> ClassFigures:
    precision, recall = hits / found if found else 0.0, hits / wanted if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return ClassFigures(
        label=name, precision=round(precision, 4), recall=round(recall, 4), f1=round(f1, 4), cases=wanted, given=found
    )
