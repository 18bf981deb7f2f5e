"""Two versions on the same cases: is one better, and could that be chance?"""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.stats import binomtest

from orchestrator.assets.errors import EvaluationRefused
from orchestrator.assets.evaluation.report import Report, Shape

CHANCE = 0.05
ROUNDS = 2_000
SEED = 7


class Comparison(Shape):
    main: str
    before: float
    after: float
    better: int
    """Cases that the second answered better than the first."""
    worse: int
    p: float
    """How likely a difference at least as large is if the two are equally good."""
    test: Literal["mcnemar", "bootstrap"]
    low: float
    high: float
    """95 of 100 resamplings of the cases put the mean difference of the outcomes between these."""
    verdict: Literal["better", "worse", "equal"]
    words: str
    changes: dict[str, float]
    """Of every figure that both have: second minus first."""


def compare(before: Report, after: Report) -> Comparison:
    """McNemar's exact test where cases are right or wrong, else a paired bootstrap. Raises `EvaluationRefused`."""
    if before.task != after.task or before.main != after.main:
        raise EvaluationRefused("The two reports are about different tasks and cannot be compared.")
    both = sorted(before.outcomes.keys() & after.outcomes.keys())
    if not both:
        raise EvaluationRefused("The two reports have no case in common. Evaluate both on the same data set.")
    first = np.array([before.outcomes[case] for case in both])
    second = np.array([after.outcomes[case] for case in both])
    difference = second - first
    better, worse = int((difference > 0).sum()), int((difference < 0).sum())
    means = _resampled(difference)
    exact = set(np.unique(first)) | set(np.unique(second)) <= {0.0, 1.0}
    p = _mcnemar(better, worse) if exact else _chance(means)
    low, high = (float(end) for end in np.quantile(means, [0.025, 0.975]))
    verdict: Literal["better", "worse", "equal"] = (
        "equal" if p >= CHANCE else "better" if difference.mean() > 0 else "worse"
    )
    return Comparison(
        main=before.main,
        before=before.figures.get(before.main, 0.0),
        after=after.figures.get(after.main, 0.0),
        better=better,
        worse=worse,
        p=round(p, 6),
        test="mcnemar" if exact else "bootstrap",
        low=round(low, 6),
        high=round(high, 6),
        verdict=verdict,
        words=_words(verdict, p, better, worse, len(both)),
        changes={
            name: round(after.figures[name] - before.figures[name], 6)
            for name in sorted(before.figures.keys() & after.figures.keys())
        },
    )


def _mcnemar(better: int, worse: int) -> float:
    """Exact: of the cases answered differently, half should go either way (McNemar 1947)."""
    return float(binomtest(better, better + worse).pvalue) if better + worse else 1.0


def _resampled(difference: np.ndarray) -> np.ndarray:
    """Means of the differences over resamplings of the cases (paired bootstrap)."""
    random = np.random.default_rng(SEED)
    if not difference.any():
        return np.zeros(ROUNDS)
    return np.array([difference[random.integers(0, len(difference), len(difference))].mean() for _ in range(ROUNDS)])


def _chance(means: np.ndarray) -> float:
    """Two-sided, never below what so many rounds can tell apart."""
    if not means.any():
        return 1.0
    side = min(float((means <= 0).mean()), float((means >= 0).mean()))
    return min(max(2 * side, 1 / ROUNDS), 1.0)


def _words(verdict: str, p: float, better: int, worse: int, cases: int) -> str:
    differing = f"{better:,} cases are answered better and {worse:,} worse, of {cases:,}"
    if verdict == "equal":
        return f"No difference that chance would not explain: {differing} (p = {p:.2f})."
    return f"The new version is {verdict}: {differing} (p {'< 0.001' if p < 0.001 else f'= {p:.3f}'})."
