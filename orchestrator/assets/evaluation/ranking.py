"""Figures of answers that are a list, the best first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from orchestrator.assets.evaluation.report import MOST_WORST, Case, Given, Report, Worst

CUT = 10


def ranking(cases: Sequence[Case], answers: Mapping[str, Given]) -> Report:
    """Cases expect `{"relevant": [id]}`, answers give `{"ranked": [id]}`. Outcome: NDCG of the first ten."""
    first, reciprocal, found, gains = [], [], [], {}
    worst = []
    for case in cases:
        relevant = {str(entry) for entry in case.expected["relevant"]}
        answer = answers.get(case.id)
        ranked = [] if answer is None or answer.value is None else [str(entry) for entry in answer.value["ranked"]]
        ranked = list(dict.fromkeys(ranked))
        place = next((place for place, entry in enumerate(ranked, start=1) if entry in relevant), None)
        first.append(float(place == 1))
        reciprocal.append(1 / place if place else 0.0)
        found.append(len(relevant & set(ranked[:CUT])) / len(relevant) if relevant else 1.0)
        gains[case.id] = ndcg(relevant, ranked)
        if gains[case.id] < 1:
            worst.append(
                Worst(
                    id=case.id, expected=[*sorted(relevant)], given=list(ranked[:CUT]), score=round(gains[case.id], 4)
                )
            )
    figures = {
        "ndcg": sum(gains.values()) / len(gains),
        "first_right": sum(first) / len(first),
        "mrr": sum(reciprocal) / len(reciprocal),
        "recall": sum(found) / len(found),
    }
    return Report(
        task="rank",
        main="ndcg",
        cases=len(cases),
        answered=sum(case.id in answers and answers[case.id].value is not None for case in cases),
        figures={name: round(value, 6) for name, value in figures.items()},
        worst=sorted(worst, key=lambda each: each.score)[:MOST_WORST],
        outcomes=gains,
    )


def ndcg(relevant: set[str], ranked: Sequence[str]) -> float:
    """Normalized discounted cumulative gain of the first ten, with gains of 0 and 1 (Järvelin & Kekäläinen 2002)."""
    best = sum(1 / math.log2(place + 1) for place in range(1, min(len(relevant), CUT) + 1))
    gain = sum(1 / math.log2(place + 1) for place, entry in enumerate(ranked[:CUT], start=1) if entry in relevant)
    return gain / best if best else 1.0
