"""What a person has to know about a training, in plain sentences: leaks, noise, too few rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestrator.assets.errors import TrainingRefused
from orchestrator.assets.evaluation.report import Report

FEWEST_ROWS = 40
FEWEST_OF_LABEL = 5
FEW_OF_LABEL = 20
MOST_LABELS = 1_000
NAMED = 5
"""How many labels or columns a sentence names."""
GUESSING, NOISY = 0.1, 0.4
"""Cohen's kappa below which a classifier is as good as guessing, or its target close to noise."""
BLIND = 0.6
"""Area under the ROC curve below which two labels are hardly told apart."""
UNEXPLAINED = 0.1
"""Share of the variance explained below which a number is close to noise."""
OFF = 0.1
"""Calibration error from which a confidence must not be read as a chance."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    code: str
    text: str
    values: dict[str, Any] = field(default_factory=dict)
    """What the sentence was filled with, so that it can be said in another language."""


def check_labels(labels: Sequence[str | None]) -> tuple[list[int], list[Finding]]:
    """The rows that can be learned from, and what is said about the others. Raises `TrainingRefused`."""
    counts = Counter(label for label in labels if label is not None)
    if len(counts) > MOST_LABELS:
        raise TrainingRefused(
            f"The target has {len(counts):,} different labels; at most {MOST_LABELS:,} can be learned."
        )
    rare = sorted(label for label, count in counts.items() if count < FEWEST_OF_LABEL)
    kept = [row for row, label in enumerate(labels) if label is not None and counts[label] >= FEWEST_OF_LABEL]
    if len({labels[row] for row in kept}) < 2:
        raise TrainingRefused(
            f"The target needs at least two labels with {FEWEST_OF_LABEL} rows each. Choose another target."
        )
    check_enough(len(kept))
    found = list(missing_target(len(labels) - sum(counts.values())))
    if rare:
        found.append(
            Finding(
                code="labels_left_out",
                text=f"Labels with fewer than {FEWEST_OF_LABEL} rows were left out: {named(rare)}.",
                values={"labels": rare[:NAMED], "count": len(rare), "fewest": FEWEST_OF_LABEL},
            )
        )
    few = sorted(label for label, count in counts.items() if FEWEST_OF_LABEL <= count < FEW_OF_LABEL)
    if few:
        found.append(
            Finding(
                code="labels_with_few_rows",
                text=f"Labels with fewer than {FEW_OF_LABEL} rows are learned badly: {named(few)}. Add examples.",
                values={"labels": few[:NAMED], "count": len(few), "few": FEW_OF_LABEL},
            )
        )
    return kept, found


def check_enough(rows: int) -> None:
    if rows < FEWEST_ROWS:
        raise TrainingRefused(f"There are {rows} rows to learn from; at least {FEWEST_ROWS} are needed.")


def missing_target(rows: int) -> list[Finding]:
    if not rows:
        return []
    text = f"{rows:,} rows without a value in the target were left out."
    return [Finding(code="target_missing", text=text, values={"rows": rows})]


def contradictions(texts: Sequence[str], labels: Sequence[str]) -> list[Finding]:
    """The same text under several labels, and texts that stand there more than once."""
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, label in zip(texts, labels, strict=True):
        seen[" ".join(text.lower().split())][label] += 1
    found = []
    against = sum(sum(each.values()) for each in seen.values() if len(each) > 1)
    if against:
        text = f"{against:,} rows hold a text that also stands under another label. Decide for one label."
        found.append(Finding(code="labels_contradict", text=text, values={"rows": against}))
    again = len(texts) - len(seen)
    if again > len(texts) / 20:
        text = f"{again:,} rows repeat a text: the report is better than the model will be on new texts."
        found.append(Finding(code="texts_repeat", text=text, values={"rows": again}))
    return found


def judged(report: Report, baseline: Mapping[str, float]) -> list[Finding]:
    """What the report says about the target and the model."""
    figures = report.figures
    if "r2" in figures:
        return _noise(figures["r2"] < 0.0, figures["r2"] < UNEXPLAINED, max(figures["r2"], 0.0))
    if "auroc" in figures:
        found = _noise(figures["auroc"] < 0.55, figures["auroc"] < BLIND, 2 * figures["auroc"] - 1)
    else:
        found = _noise(figures["kappa"] < GUESSING, figures["kappa"] < NOISY, figures["kappa"])
        if not found and figures["accuracy"] <= baseline.get("accuracy", 0.0):
            text = "The model is no better than always giving the most frequent label."
            found.append(Finding(code="not_better_than_baseline", text=text))
    never = [each.label for each in report.classes if each.cases and not each.given]
    if never:
        text = (
            f"Never answered, because another label is always likelier: {named(never)}. Compare their scores instead."
        )
        found.append(Finding(code="labels_never_answered", text=text, values={"labels": never[:NAMED]}))
    error = figures.get("calibration_error", 0.0)
    if error > OFF:
        text = f"The confidence is off by {error:.0%} on average: do not read it as a chance."
        found.append(Finding(code="confidence_off", text=text, values={"error": round(error, 3)}))
    return found


def leak(column: str, share: float) -> Finding:
    return Finding(
        code="leak",
        text=f"{column} alone gives the target away ({share:.0%}). Leave it out if it is known only afterwards.",
        values={"column": column, "share": round(share, 3)},
    )


def left_out(columns: Sequence[str], why: str) -> list[Finding]:
    if not columns:
        return []
    return [
        Finding(
            code="columns_left_out",
            text=f"Columns left out because {why}: {named(columns)}.",
            values={"columns": list(columns[:NAMED]), "count": len(columns), "why": why},
        )
    ]


def named(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(name[:60] for name in names[:NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _noise(guessing: bool, noisy: bool, explained: float) -> list[Finding]:
    values = {"explained": round(max(explained, 0.0), 3)}
    if guessing:
        text = "The model is no better than guessing: these columns do not say what the target is."
        return [Finding(code="no_better_than_guessing", text=text, values=values)]
    if noisy:
        text = (
            f"The target is close to noise: the model gets {max(explained, 0.0):.0%} of the way from guessing to "
            "always right. Check whether two people would fill it in alike."
        )
        return [Finding(code="target_near_noise", text=text, values=values)]
    return []
