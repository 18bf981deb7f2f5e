"""Figures of answers that are the next values of a series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from orchestrator.assets.evaluation.report import MOST_WORST, Case, Given, Report, Worst


def smape(expected: Sequence[float], given: Sequence[float]) -> float:
    """Symmetric mean absolute percentage error, 0 to 200 (Makridakis 1993); two zeros agree."""
    actual, forecast = np.asarray(expected, float), np.asarray(given, float)
    size = np.abs(actual) + np.abs(forecast)
    return float(200 * np.mean(np.where(size > 0, np.abs(actual - forecast) / np.where(size > 0, size, 1), 0.0)))


def mase(expected: Sequence[float], given: Sequence[float], history: Sequence[float], season: int) -> float | None:
    """Mean absolute error over that of repeating the last season within the history (Hyndman & Koehler 2006).

    None where the history is too short, or repeats itself exactly.
    """
    past = np.asarray(history, float)
    if len(past) <= season:
        return None
    scale = float(np.abs(past[season:] - past[:-season]).mean())
    return float(np.abs(np.asarray(expected, float) - np.asarray(given, float)).mean()) / scale if scale else None


def forecasting(cases: Sequence[Case], answers: Mapping[str, Given]) -> Report:
    """Cases expect `{"values": [number], "season"?: periods}` after the series of their input. Outcome: minus sMAPE."""
    errors, scaled, inside, worst = {}, [], [], []
    for case in cases:
        answer = answers.get(case.id)
        if answer is None or answer.value is None:
            continue
        expected = [float(value) for value in case.expected["values"]]
        values = answer.value["values"][: len(expected)]
        given = [float(entry["value"]) for entry in values]
        if len(given) < len(expected):
            continue
        errors[case.id] = smape(expected, given)
        history = [float(entry["value"]) for entry in case.input.get("series", [])]
        ratio = mase(expected, given, history, int(case.expected.get("season", 1)))
        scaled += [] if ratio is None else [ratio]
        inside += [
            entry["low"] <= value <= entry["high"]
            for entry, value in zip(values, expected, strict=True)
            if entry.get("low") is not None
        ]
        worst.append(Worst(id=case.id, expected=list(expected), given=list(given), score=-round(errors[case.id], 4)))
    figures = {"smape": float(np.mean(list(errors.values())))} if errors else {}
    figures |= {"mase": float(np.mean(scaled))} if scaled else {}
    figures |= {"inside_interval": float(np.mean(inside))} if inside else {}
    return Report(
        task="forecast",
        main="smape",
        cases=len(cases),
        answered=len(errors),
        figures={name: round(value, 6) for name, value in figures.items()},
        worst=sorted(worst, key=lambda each: each.score)[:MOST_WORST],
        outcomes={name: -error for name, error in errors.items()},
    )
