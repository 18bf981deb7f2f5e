"""Forecasting: which way of continuing the series does best on their own latest values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from orchestrator.assets.drift.traits import Reference
from orchestrator.assets.errors import TrainingRefused
from orchestrator.assets.evaluation.forecasting import forecasting
from orchestrator.assets.evaluation.report import Case, Given, Report
from orchestrator.assets.pipelines.findings import Finding, named
from orchestrator.assets.pipelines.report import training_card
from orchestrator.assets.pipelines.trained import Parameters, Trained, Watch
from orchestrator.assets.runtimes.forecast import forecast
from orchestrator.assets.series import SEASONS, Series, SeriesUnusable, series_of
from orchestrator.assets.tables import Column, Table, shown

MOST_SERIES = 200
ORIGINS = 3
"""How often, at most, the end of a series is cut off and forecast."""
SEEN = 4
"""Seasons from which on a method can tell a season from chance."""
METHODS = ("theta", "naive")


class ForecastParameters(Parameters):
    time: str = Field(min_length=1)
    series: str | None = None
    """The column that names the series; None: the table is one."""
    periods: int = Field(12, ge=1, le=400)
    """How far ahead the report looks."""
    season: int | None = Field(None, ge=1, le=366)
    """Steps after which the series repeat themselves; None: what is usual for their step."""


def train(table: Table, target: str, parameters: ForecastParameters, watch: Watch) -> Trained:
    """Nothing is learned that would have to be kept: the version says how series are continued, the card how well."""
    given, found = _series(table, target, parameters)
    reports = _measured(given, parameters, watch)
    report, baseline = reports["theta"], reports["naive"].figures
    # Percentages run wild on series that touch zero; errors in units of the series' own swing do not.
    judge = "mase" if "mase" in baseline else "smape"
    method = "theta" if report.figures[judge] < baseline[judge] else "naive"
    if method == "naive":
        text = "Nothing does better than repeating the last season: the series hold no pattern that could be learned."
        found.append(Finding(code="not_better_than_last_season", text=text))
    steps = {series.step for series in given.values()}
    card = training_card(
        "forecast",
        table=table,
        target=target,
        columns=[name for name in (parameters.time, parameters.series) if name],
        parameters=parameters,
        split={
            "by": "time",
            "train": sum(len(series.values) for series in given.values()),
            "test": report.cases * parameters.periods,
            "words": f"The last {parameters.periods} values of every series, forecast from those before, "
            f"up to {ORIGINS} times.",
        },
        report=reports[method],
        baseline=baseline,
        findings=found,
        reference=Reference(traits=(), rows=[]),
        chosen={"series": len(given)},
    )
    return Trained(
        model=b"",
        task="forecast",
        runtime="forecast",
        config={"method": method, "season": parameters.season, "step": steps.pop() if len(steps) == 1 else None},
        inputs={"type": "object", "required": ["series", "periods"]},
        outputs={"type": "object", "required": ["values", "baseline"]},
        card=card,
    )


def _series(table: Table, target: str, parameters: ForecastParameters) -> tuple[dict[str, Series], list[Finding]]:
    values, times = table.column(target), table.column(parameters.time)
    if values.kind != "number":
        raise TrainingRefused(f"{target} holds no numbers. Choose the column with the values.")
    if times.kind != "date":
        raise TrainingRefused(f"{parameters.time} holds no dates. Write them as 2026-03-01.")
    names = table.column(parameters.series) if parameters.series else None
    points = _points(values, times, names)
    if len(points) > MOST_SERIES:
        raise TrainingRefused(f"There are {len(points):,} series; at most {MOST_SERIES} can be looked at together.")
    made, unusable = {}, []
    for name, each in points.items():
        try:
            series = series_of(each)
        except SeriesUnusable as error:
            reason = str(error)
            unusable.append(name)
            continue
        if len(series.values) < parameters.periods + max(2, parameters.season or 1):
            reason = f"A series of {len(series.values)} values is too short to look {parameters.periods} ahead."
            unusable.append(name)
            continue
        made[name] = series
    if not made:
        raise TrainingRefused(f"No series can be forecast. {reason}" if unusable else "The table holds no values.")
    return made, [*_left_out(unusable), *_filled(made)]


def _points(values: Column, times: Column, names: Column | None) -> dict[str, list[tuple[datetime, float]]]:
    points: defaultdict[str, list[tuple[datetime, float]]] = defaultdict(list)
    for row, (value, at) in enumerate(zip(values.values, times.values, strict=True)):
        name = "" if names is None else names.values[row]
        if isinstance(value, float) and isinstance(at, datetime) and name is not None:
            points[shown(name)].append((at, value))
    return points


def _measured(given: Mapping[str, Series], parameters: ForecastParameters, watch: Watch) -> dict[str, Report]:
    cases: list[Case] = []
    answers: dict[str, list[Given]] = {method: [] for method in METHODS}
    for done, (name, series) in enumerate(given.items()):
        watch.tell(0.05 + 0.9 * done / len(given), "Forecasting what is known already")
        season = parameters.season or SEASONS[series.step]
        for origin in _origins(series, season, parameters.periods):
            past, ahead = series.values[:origin], series.values[origin : origin + parameters.periods]
            case = f"{name or 'series'}, {parameters.periods} from {series.at(origin).date()}"
            history = [{"value": float(value)} for value in past]
            expected: dict[str, Any] = {"values": [float(value) for value in ahead], "season": season}
            cases.append(Case(id=case, expected=expected, input={"series": history}))
            for method in METHODS:
                rows = forecast(method, past, season, parameters.periods)
                values = [{"value": float(row[0]), "low": float(row[1]), "high": float(row[2])} for row in rows]
                answers[method].append(Given(id=case, value={"values": values}))
    return {method: forecasting(cases, {one.id: one for one in answers[method]}) for method in METHODS}


def _origins(series: Series, season: int, periods: int) -> list[int]:
    """Where the past ends; the last one always, earlier ones while enough seasons to see them stay before them."""
    last = len(series.values) - periods
    earlier = [last - number * periods for number in range(1, ORIGINS)]
    return [last, *(origin for origin in earlier if origin >= SEEN * season)]


def _left_out(names: list[str]) -> list[Finding]:
    if not names:
        return []
    text = f"Series left out because they are too short or have too many gaps: {named(names)}."
    return [Finding(code="series_left_out", text=text, values={"series": names[:5], "count": len(names)})]


def _filled(given: Mapping[str, Series]) -> list[Finding]:
    filled = sum(series.filled for series in given.values())
    if not filled:
        return []
    text = f"{filled:,} steps without a value were filled along the line between their neighbours."
    return [Finding(code="gaps_filled", text=text, values={"steps": filled})]
