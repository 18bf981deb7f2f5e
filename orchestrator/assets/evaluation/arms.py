"""Two versions on real calls: is the new one worse than the old one, beyond what chance explains?

Asked again and again while calls come in, so the bar for chance is low, and a difference has to matter as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.stats import binom, chi2_contingency, fisher_exact, mannwhitneyu

from orchestrator.assets.evaluation.report import Shape

CHANCE = 0.001
FEWEST = 30
"""Calls of each below which times and answers are not compared."""
FEWEST_FAILURES = 5
"""Calls of each below which failures are not compared."""
SLOWER_BY_MS = 5.0
"""A difference of times that is smaller than this matters to nobody."""
RARE = 5
"""Labels that were answered less often are counted together."""


@dataclass(frozen=True, kw_only=True)
class Calls:
    """What one version was asked since the trial began."""

    calls: int
    failures: int
    ms: Sequence[float] = ()
    """Of the newest calls that did not fail."""
    labels: Mapping[str, int] = field(default_factory=dict)
    """How often each was answered."""
    compared: int = 0
    agreed: int = 0
    """Of a shadow: answers held against those that counted, and how many said the same."""


class Limits(Shape):
    more_failures: int
    """Of a hundred calls."""
    slower: int
    """Percent of the time of a typical call."""
    agreement: int
    """Of a hundred answers; 0: they may be different."""


class Figures(Shape):
    calls: int
    failures: int
    p50_ms: float | None
    p95_ms: float | None


class Reason(Shape):
    kind: Literal["errors", "latency", "agreement"]
    words: str
    value: float
    limit: float


class Verdict(Shape):
    before: Figures
    after: Figures
    agreement: float | None
    """Share of the same answers; of a canary how far both answer alike on the whole. None: nothing to compare."""
    reasons: list[Reason]
    """Why the new version is worse; none where it is not, as far as can be told."""


def judge(before: Calls, after: Calls, limits: Limits) -> Verdict:
    agreement, apart = _agreement(before, after, limits)
    found = [_failures(before, after, limits), _times(before, after, limits), apart]
    return Verdict(
        before=_figures(before),
        after=_figures(after),
        agreement=None if agreement is None else round(agreement, 4),
        reasons=[reason for reason in found if reason is not None],
    )


def _failures(before: Calls, after: Calls, limits: Limits) -> Reason | None:
    if min(before.calls, after.calls) < FEWEST_FAILURES:
        return None
    theirs, share = before.failures / before.calls, after.failures / after.calls
    if share - theirs <= limits.more_failures / 100:
        return None
    table = [[after.failures, after.calls - after.failures], [before.failures, before.calls - before.failures]]
    if float(fisher_exact(table, alternative="greater").pvalue) >= CHANCE:
        return None
    words = f"{_percent(share)} of its calls failed, against {_percent(theirs)} of the old version."
    return Reason(kind="errors", words=words, value=share, limit=theirs + limits.more_failures / 100)


def _times(before: Calls, after: Calls, limits: Limits) -> Reason | None:
    if min(len(before.ms), len(after.ms)) < FEWEST:
        return None
    theirs, typical = float(np.median(before.ms)), float(np.median(after.ms))
    limit = max(theirs * limits.slower / 100, theirs + SLOWER_BY_MS)
    if typical <= limit or float(mannwhitneyu(after.ms, before.ms, alternative="greater").pvalue) >= CHANCE:
        return None
    words = f"A typical call takes {typical:.0f} ms, against {theirs:.0f} ms of the old version."
    return Reason(kind="latency", words=words, value=typical, limit=limit)


def _agreement(before: Calls, after: Calls, limits: Limits) -> tuple[float | None, Reason | None]:
    if after.compared:
        share = after.agreed / after.compared
        # How likely so few would be if it just kept the limit.
        chance = float(binom.cdf(after.agreed, after.compared, limits.agreement / 100))
        worse = after.compared >= FEWEST and share < limits.agreement / 100 and chance < CHANCE
        words = f"Only {_percent(share)} of its answers are those of the old version."
        return share, _apart(words, share, limits) if worse else None
    if min(sum(before.labels.values()), sum(after.labels.values())) < FEWEST:
        return None, None
    alike = _alike(before.labels, after.labels)
    worse = alike < limits.agreement / 100 and _differ(before.labels, after.labels) < CHANCE
    words = f"It answers differently on the whole: the answers of both are alike by {_percent(alike)} only."
    return alike, _apart(words, alike, limits) if worse else None


def _apart(words: str, value: float, limits: Limits) -> Reason:
    return Reason(kind="agreement", words=words, value=value, limit=limits.agreement / 100)


def _alike(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """How much the shares of their labels overlap: 1 minus the total variation distance."""
    first, second = sum(one.values()), sum(other.values())
    return sum(min(one.get(label, 0) / first, other.get(label, 0) / second) for label in one.keys() | other.keys())


def _differ(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """How likely so different answers are if both answer alike."""
    both = Counter(one) + Counter(other)
    common = [label for label, count in both.items() if count >= RARE]
    rare = [label for label in both if label not in set(common)]
    columns = [(one.get(label, 0), other.get(label, 0)) for label in common]
    if rare:
        columns.append((sum(one.get(label, 0) for label in rare), sum(other.get(label, 0) for label in rare)))
    if len(columns) < 2:
        return 1.0
    return float(chi2_contingency(np.array(columns).T).pvalue)


def _figures(calls: Calls) -> Figures:
    return Figures(
        calls=calls.calls,
        failures=calls.failures,
        p50_ms=round(float(np.quantile(calls.ms, 0.5)), 2) if len(calls.ms) else None,
        p95_ms=round(float(np.quantile(calls.ms, 0.95)), 2) if len(calls.ms) else None,
    )


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"
