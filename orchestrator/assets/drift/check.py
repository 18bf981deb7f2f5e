"""Drift of inputs and answers: the traits of a window of calls against those of the rows the model was measured on.

Numbers are compared by the Kolmogorov-Smirnov test, choices by the chi-squared test; the p-values of all traits are
adjusted together (Benjamini-Hochberg), so that looking at many traits raises no more false alarms than at one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy.stats import binomtest, chi2_contingency, false_discovery_control, ks_2samp

from orchestrator.assets.drift.traits import MISSING, Reference, Trait

ALARM = 0.001
"""Adjusted p-value below which there is drift: about one false alarm in two hundred windows of 500 calls."""
FEWEST_CALLS = 100
FEWEST_JUDGED = 20
RARE = 5.0
"""Expected calls of a choice below which it is counted together with the other rare ones."""
NAMED = 3


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class TraitDrift(Shape):
    name: str
    kind: Literal["number", "choice"]
    score: float
    """How far apart, 0 to 1: the largest distance of the shares below a value, or Cramér's V."""
    p: float
    """Adjusted."""
    drifted: bool
    before: float | None
    after: float | None
    """Median of a number where it was given, most frequent choice."""


class Drift(Shape):
    found: bool
    calls: int
    score: float
    """The largest of the traits that drifted, else of all."""
    by_trait: list[TraitDrift]
    """The furthest apart first."""
    words: str


class QualityDrift(Shape):
    found: bool
    expected: float
    """Share of right answers when the model was measured."""
    agreed: int
    judged: int
    p: float
    words: str


def check_drift(reference: Reference, window: Sequence[Sequence[float]]) -> Drift:
    """`window` holds the traits of calls, in the order of the reference's; rows of another length are passed over."""
    calls = [row for row in window if len(row) == len(reference.traits)]
    if len(calls) < FEWEST_CALLS or len(reference.rows) < FEWEST_CALLS:
        words = f"Too few calls to tell: {len(calls)} of the {FEWEST_CALLS} that are needed."
        if len(reference.rows) < FEWEST_CALLS:
            words = f"Too few rows were held out in training to compare with: {len(reference.rows)} of {FEWEST_CALLS}."
        return Drift(found=False, calls=len(calls), score=0.0, by_trait=[], words=words)
    before, after = np.array(reference.rows, float), np.array(calls, float)
    found = [_compared(trait, before[:, place], after[:, place]) for place, trait in enumerate(reference.traits)]
    adjusted = false_discovery_control([p for _, p in found])
    by_trait = sorted(
        (
            _trait(trait, score, float(p), before[:, place], after[:, place])
            for place, (trait, (score, _), p) in enumerate(zip(reference.traits, found, adjusted, strict=True))
        ),
        key=lambda each: (not each.drifted, -each.score),
    )
    drifted = [each for each in by_trait if each.drifted]
    return Drift(
        found=bool(drifted),
        calls=len(calls),
        score=by_trait[0].score,
        by_trait=by_trait,
        words=_words(drifted, len(calls)),
    )


def check_quality(expected: float, agreed: int, judged: int) -> QualityDrift:
    """People agreed with `agreed` of `judged` answers: is that less than the share measured in training?

    Exact binomial test. The answers judged must be a fair sample: those sent to a person because they were unsure
    are wrong more often.
    """
    if judged < FEWEST_JUDGED:
        words = f"Too few answers were judged by people to tell: {judged} of the {FEWEST_JUDGED} that are needed."
        return QualityDrift(found=False, expected=expected, agreed=agreed, judged=judged, p=1.0, words=words)
    p = float(binomtest(agreed, judged, min(max(expected, 0.0), 1.0), alternative="less").pvalue)
    share = agreed / judged
    words = (
        f"People agree with {share:.0%} of the answers; {expected:.0%} were right in training."
        if p < ALARM
        else f"People agree with {share:.0%} of {judged:,} answers, as expected."
    )
    return QualityDrift(
        found=p < ALARM, expected=round(expected, 6), agreed=agreed, judged=judged, p=round(p, 9), words=words
    )


def _compared(trait: Trait, before: np.ndarray[Any, Any], after: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Effect and p-value."""
    if trait.kind == "number":
        tested = ks_2samp(before, after, method="asymp")
        return float(tested.statistic), float(tested.pvalue)
    table = _counts(before, after)
    if table.shape[1] < 2:
        return 0.0, 1.0
    tested = chi2_contingency(table, correction=False)
    return float(np.sqrt(tested.statistic / table.sum())), float(tested.pvalue)


def _counts(before: np.ndarray[Any, Any], after: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """A row for each side, a column per choice; rare choices share one."""
    choices = np.unique(np.concatenate([before, after]))
    table = np.array([[np.count_nonzero(side == choice) for choice in choices] for side in (before, after)])
    smaller = min(len(before), len(after)) / (len(before) + len(after))
    frequent = table.sum(axis=0) * smaller >= RARE
    rare = table[:, ~frequent].sum(axis=1, keepdims=True)
    table = np.hstack([table[:, frequent], rare])
    return np.asarray(table[:, table.sum(axis=0) > 0])


def _trait(
    trait: Trait, score: float, p: float, before: np.ndarray[Any, Any], after: np.ndarray[Any, Any]
) -> TraitDrift:
    return TraitDrift(
        name=trait.name,
        kind=trait.kind,
        score=round(score, 4),
        p=round(p, 9),
        drifted=p < ALARM,
        before=_middle(trait, before),
        after=_middle(trait, after),
    )


def _middle(trait: Trait, values: np.ndarray[Any, Any]) -> float | None:
    given = values[values != MISSING]
    if not len(given):
        return None
    if trait.kind == "number":
        return round(float(np.median(given)), 5)
    choices, counts = np.unique(given, return_counts=True)
    return float(choices[int(counts.argmax())])


def _words(drifted: Sequence[TraitDrift], calls: int) -> str:
    if not drifted:
        return f"The last {calls:,} calls look like the rows the model was measured on."
    meanings = [each for each in drifted if each.name.startswith("meaning_")]
    others = [_shift(each) for each in drifted if each not in meanings]
    said = [*(["what the texts are about"] if meanings else []), *others][:NAMED]
    more = len(others) + bool(meanings) - len(said)
    return f"The last {calls:,} calls differ in {', '.join(said)}{f' and {more} more' if more else ''}."


def _shift(each: TraitDrift) -> str:
    if each.kind == "choice":
        return "how often each label is answered" if each.name == "label" else f"how often each {each.name} comes"
    if each.before is None or each.after is None:
        return f"how often {each.name} is given"
    return f"{each.name} ({each.before:.3g} before, {each.after:.3g} now)"
