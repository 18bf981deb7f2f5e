"""Figures of answers that are one of several labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score, precision_recall_fscore_support, roc_auc_score

from orchestrator.assets.evaluation.report import (
    MOST_CONFUSED,
    MOST_MATRIX,
    MOST_WORST,
    Bin,
    Calibration,
    ClassFigures,
    Confused,
    Confusion,
    Report,
    Worst,
)

BINS = 10
NO_ANSWER = ""


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One answer beside the label expected. `positive` is the score of the positive label where there are two."""

    id: str
    expected: str
    given: str = NO_ANSWER
    confidence: float | None = None
    positive: float | None = None
    why: str = ""


def classification(task: str, rows: Sequence[Labelled], *, positive: str | None = None) -> Report:
    """`positive`: of two labels the one that is looked for; `auroc` and `average_precision` are of its scores."""
    expected = [row.expected for row in rows]
    given = [row.given for row in rows]
    labels = sorted({*expected, *given} - {NO_ANSWER})
    precision, recall, f1, support = precision_recall_fscore_support(expected, given, labels=labels, zero_division=0)
    right = np.array([row.expected == row.given for row in rows], float)
    counted = [index for index, label in enumerate(labels) if support[index]]
    figures = {
        "accuracy": float(right.mean()),
        "macro_f1": float(np.mean([f1[index] for index in counted])),
        "balanced_accuracy": float(np.mean([recall[index] for index in counted])),
        "kappa": kappa(expected, given),
    }
    figures |= _ranking(rows, positive)
    calibration = calibration_of([row.confidence for row in rows], right)
    if calibration:
        figures["calibration_error"] = calibration.error
    answered = Counter(given)
    return Report(
        task=task,
        main="average_precision" if "average_precision" in figures else "accuracy",
        cases=len(rows),
        answered=len(rows) - answered[NO_ANSWER],
        figures={name: round(value, 6) for name, value in figures.items()},
        classes=[
            ClassFigures(
                label=label,
                precision=round(float(precision[index]), 4),
                recall=round(float(recall[index]), 4),
                f1=round(float(f1[index]), 4),
                cases=int(support[index]),
                given=answered[label],
            )
            for index, label in enumerate(labels)
        ],
        confusion=_confusion(expected, given, labels) if len(labels) <= MOST_MATRIX else None,
        confused=_confused(expected, given),
        calibration=calibration,
        worst=_worst(rows),
        outcomes={row.id: float(row.expected == row.given) for row in rows},
    )


def kappa(expected: Sequence[str], given: Sequence[str]) -> float:
    """Cohen's kappa: the share of what chance would get wrong that is right; 0 is guessing by the label shares."""
    total = len(expected)
    agreed = sum(one == other for one, other in zip(expected, given, strict=True)) / total
    first, second = Counter(expected), Counter(given)
    chance = sum(first[label] * second[label] for label in first) / total**2
    return 1.0 if chance >= 1 else (agreed - chance) / (1 - chance)


def calibration_of(confidence: Sequence[float | None], right: np.ndarray) -> Calibration | None:
    """Bins of equal width over 0 to 1; None where no answer says how sure it is."""
    sure = np.array([np.nan if value is None else value for value in confidence], float)
    known = ~np.isnan(sure)
    if not known.any():
        return None
    sure, right = sure[known], right[known]
    place = np.clip((sure * BINS).astype(int), 0, BINS - 1)
    bins = [
        Bin(
            confidence=round(float(sure[one].mean()), 4), right=round(float(right[one].mean()), 4), cases=int(one.sum())
        )
        for one in (place == index for index in range(BINS))
        if one.any()
    ]
    error = sum(abs(each.confidence - each.right) * each.cases for each in bins) / len(sure)
    return Calibration(error=round(error, 6), bins=bins)


def _ranking(rows: Sequence[Labelled], positive: str | None) -> dict[str, float]:
    scored = [row for row in rows if row.positive is not None]
    truth = [row.expected == positive for row in scored]
    if positive is None or len(scored) < len(rows) or not any(truth) or all(truth):
        return {}
    scores = [row.positive for row in scored]
    return {
        "auroc": float(roc_auc_score(truth, scores)),
        "average_precision": float(average_precision_score(truth, scores)),
    }


def _confusion(expected: Sequence[str], given: Sequence[str], labels: Sequence[str]) -> Confusion:
    place = {label: index for index, label in enumerate(labels)}
    counts = [[0] * len(labels) for _ in labels]
    for one, other in zip(expected, given, strict=True):
        if other != NO_ANSWER:
            counts[place[one]][place[other]] += 1
    return Confusion(labels=list(labels), counts=counts)


def _confused(expected: Sequence[str], given: Sequence[str]) -> list[Confused]:
    pairs = Counter((one, other) for one, other in zip(expected, given, strict=True) if other not in (one, NO_ANSWER))
    return [
        Confused(expected=one, given=other, cases=cases) for (one, other), cases in pairs.most_common(MOST_CONFUSED)
    ]


def _worst(rows: Sequence[Labelled]) -> list[Worst]:
    """What is wrong, the surest first."""
    wrong = sorted((row for row in rows if row.expected != row.given), key=lambda row: -(row.confidence or 0))
    return [
        Worst(
            id=row.id,
            expected=row.expected,
            given=row.given or None,
            score=0,
            confidence=None if row.confidence is None else round(row.confidence, 4),
            why=row.why,
        )
        for row in wrong[:MOST_WORST]
    ]
