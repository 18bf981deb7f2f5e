"""Figures of answers that are prose: what it must and must not say, and grades by a rubric."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from orchestrator.assets.evaluation.report import MOST_WORST, Case, Given, Report, Worst

MOST_WORDS = 400
"""Of two texts that are compared; their likeness takes time as the product of both."""
LONGEST = 4_000
"""Characters of an answer in the list of worst cases."""


def prose(cases: Sequence[Case], answers: Mapping[str, Given]) -> Report:
    """Outcome of a case: the mean of what it checks.

    A case expects any of `contains` and `excludes` (lists of phrases) and `text` (a good answer, compared by the words
    that both have in the same order); an answer may bring the `grades` it was given.
    """
    outcomes, worst = {}, []
    scores: defaultdict[str, list[float]] = defaultdict(list)
    for case in cases:
        answer = answers.get(case.id)
        said = "" if answer is None or answer.value is None else str(answer.value.get("text") or "")
        parts = checked(case, said, {} if answer is None else answer.grades)
        for name, score in parts.items():
            scores[name].append(score)
        outcomes[case.id] = sum(parts.values()) / len(parts) if parts else float(bool(said))
        if outcomes[case.id] < 1:
            failed = ", ".join(name for name, score in parts.items() if score < 1)
            worst.append(
                Worst(
                    id=case.id, expected=dict(case.expected), given=said[:LONGEST], score=round(outcomes[case.id], 4),
                    why=failed,
                )
            )  # fmt: skip
    figures = {"passed": sum(outcomes.values()) / len(outcomes)}
    figures |= {name: sum(values) / len(values) for name, values in sorted(scores.items())}
    return Report(
        task="chat",
        main="passed",
        cases=len(cases),
        answered=sum(case.id in answers and answers[case.id].value is not None for case in cases),
        figures={name: round(value, 6) for name, value in figures.items()},
        worst=sorted(worst, key=lambda each: each.score)[:MOST_WORST],
        outcomes=outcomes,
    )


def checked(case: Case, said: str, grades: Mapping[str, float]) -> dict[str, float]:
    """By check: 0 to 1."""
    text = _folded(said)
    parts: dict[str, float] = {}
    if wanted := case.expected.get("contains"):
        parts["contains"] = sum(_folded(phrase) in text for phrase in wanted) / len(wanted)
    if unwanted := case.expected.get("excludes"):
        parts["excludes"] = float(not any(_folded(phrase) in text for phrase in unwanted))
    if good := case.expected.get("text"):
        parts["likeness"] = SequenceMatcher(None, _words(good), _words(text), autojunk=False).ratio()
    for criterion, grade in grades.items():
        parts[f"rubric: {criterion}"] = min(max(float(grade), 0.0), 1.0)
    return parts


def _folded(text: str) -> str:
    return " ".join(str(text).casefold().split())


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", _folded(text))[:MOST_WORDS]
