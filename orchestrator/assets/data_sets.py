"""Data sets: what a version of one says of its file, and the cases that a model is measured by.

The config of a version: {file: digest, name, columns: [{name, kind}], rows, target, text?, time?, rubric?, judge?,
judged_by?}. `target` is the column with the known answers, `text` the one that holds the texts, where a model reads
texts, `time` the one that a series follows. The last three: see `judging`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from orchestrator.assets.errors import EvaluationRefused, TableUnusable
from orchestrator.assets.evaluation.report import MOST_CASES, Case
from orchestrator.assets.series import FEWEST_POINTS, SEASONS, SeriesUnusable, series_of
from orchestrator.assets.tables import Column, Table, Value, read_table, shown

EVALUATED = ("classify", "predict", "score", "detect", "extract", "chat", "forecast")
"""The tasks for which a table holds cases. Embeddings are measured by what uses them."""
YES = frozenset({"1", "true", "yes", "y", "ja"})
CHECKS = ("contains", "excludes")
"""Columns of a data set for language models beside the target: phrases between semicolons."""
ORIGINS = 3
"""How often, at most, the end of a series is cut off to be forecast from what comes before."""
PERIODS = 12
"""Steps that are forecast at most; of a short series a quarter."""


def described(config: Mapping[str, Any], data: bytes, name: str) -> dict[str, Any]:
    """The config of a version with what its file holds. Raises `TableUnusable`."""
    table = read_table(data, name)
    columns = [column.name for column in table.columns]
    target = str(config.get("target") or columns[-1])
    text = config.get("text") or _longest_text(table, target)
    time = config.get("time") or next((column.name for column in table.columns if column.kind == "date"), None)
    for wanted in filter(None, (target, text, time)):
        table.column(str(wanted))
    return {
        **config,
        "name": name,
        "columns": [{"name": column.name, "kind": column.kind} for column in table.columns],
        "rows": table.rows,
        "target": target,
        **({"text": str(text)} if text else {}),
        **({"time": str(time)} if time else {}),
    }


def cases_of(task: str, config: Mapping[str, Any], data: bytes) -> list[Case]:
    """A case a row with a known answer, under the number of its row. Raises `TableUnusable`, `EvaluationRefused`."""
    if task not in EVALUATED:
        raise EvaluationRefused(
            "A version of this kind is not measured by a data set. Models that sort, read, predict or write are."
        )
    table = read_table(data, str(config["name"]))
    target = table.column(str(config["target"]))
    if task == "forecast":
        return _continued(table, target, str(config.get("time") or ""))
    known = [row for row in range(table.rows) if target.values[row] is not None]
    if not known:
        raise EvaluationRefused(f"No row of the data set has a known answer in the column {target.name!r}.")
    if len(known) > MOST_CASES:
        raise EvaluationRefused(f"The data set has more than {MOST_CASES:,} cases. Take a part of them.")
    shape = SHAPES[task](table, target, str(config.get("text") or ""))
    return [Case(id=str(row + 1), input=given, expected=expected) for row in known for given, expected in [shape(row)]]


Shape = Callable[[int], tuple[dict[str, Any], dict[str, Any]]]


def _labelled_texts(table: Table, target: Column, text: str) -> Shape:
    texts = _texts(table, text)
    return lambda row: ({"text": str(texts.values[row] or "")}, {"label": _shown(target.values[row])})


def _predicted_rows(table: Table, target: Column, text: str) -> Shape:
    name = "value" if target.kind == "number" and len(set(target.values)) > 2 else "label"
    given = _features(table, target)
    return lambda row: (
        {"features": given(row)},
        {name: target.values[row] if name == "value" else _shown(target.values[row])},
    )


def _yes_or_no(name: str, kind: type[int] | type[bool]) -> Callable[[Table, Column, str], Shape]:
    def rows(table: Table, target: Column, text: str) -> Shape:
        given = _features(table, target)
        return lambda row: (
            {"features": given(row)},
            {name: kind(_shown(target.values[row]).casefold() in YES)},
        )

    return rows


def _read_texts(table: Table, target: Column, text: str) -> Shape:
    texts = _texts(table, text)
    fields = [column for column in table.columns if column.name != texts.name]
    return lambda row: (
        {"text": str(texts.values[row] or ""), "tables": []},
        {field.name: _plain(field.values[row]) for field in fields},
    )


def _asked(table: Table, target: Column, text: str) -> Shape:
    texts = _texts(table, text)
    checks = [column for column in table.columns if column.name in CHECKS and column.name != target.name]

    def case(row: int) -> tuple[dict[str, Any], dict[str, Any]]:
        phrases = {column.name: _phrases(column.values[row]) for column in checks if column.values[row] is not None}
        return {"prompt": str(texts.values[row] or "")}, {"text": _shown(target.values[row]), **phrases}

    return case


def _continued(table: Table, target: Column, time: str) -> list[Case]:
    """A series whose end is cut off, the longest first; what was cut off is the known answer."""
    if not time or target.kind != "number":
        raise EvaluationRefused("A forecast is measured by a table with a column of dates and one of numbers.")
    pairs = zip(table.column(time).values, target.values, strict=True)
    points = [(at, value) for at, value in pairs if isinstance(at, datetime) and isinstance(value, float)]
    try:
        series = series_of(points)
    except SeriesUnusable as error:
        raise EvaluationRefused(str(error)) from error
    values = [float(value) for value in series.values]
    periods = min(PERIODS, len(values) // 4)
    cuts = [len(values) - periods * origin for origin in range(1, ORIGINS + 1)]
    known = [{"at": series.at(place).isoformat(), "value": value} for place, value in enumerate(values)]
    cases = [
        Case(
            id=str(origin),
            input={"series": known[:cut], "periods": periods},
            expected={"values": values[cut : cut + periods], "season": SEASONS[series.step]},
        )
        for origin, cut in enumerate(cuts, start=1)
        if periods and cut >= FEWEST_POINTS
    ]
    if not cases:
        raise EvaluationRefused("The series is too short to cut its end off and forecast it. Add more rows.")
    return cases


SHAPES: dict[str, Callable[[Table, Column, str], Shape]] = {
    "classify": _labelled_texts,
    "predict": _predicted_rows,
    "score": _yes_or_no("outcome", int),
    "detect": _yes_or_no("unusual", bool),
    "extract": _read_texts,
    "chat": _asked,
}


def _texts(table: Table, name: str) -> Column:
    if not name:
        raise TableUnusable("The data set has no column of texts. Say which column the model is to read.")
    return table.column(name)


def _longest_text(table: Table, target: str) -> str:
    """The column with the longest texts, beside the target; empty where all the others are numbers or dates."""
    worded = [column for column in table.columns if column.name != target and column.kind in ("text", "choice")]
    return max(worded, key=_length).name if worded else ""


def _length(column: Column) -> int:
    return sum(len(str(value or "")) for value in column.values)


def _features(table: Table, target: Column) -> Callable[[int], dict[str, Any]]:
    others = [column for column in table.columns if column.name != target.name]
    return lambda row: {column.name: _plain(column.values[row]) for column in others}


def _phrases(value: Value) -> Sequence[str]:
    return [phrase.strip() for phrase in _shown(value).split(";") if phrase.strip()]


def _plain(value: Value) -> Any:
    return value if value is None or isinstance(value, str | float) else value.isoformat()


def _shown(value: Value) -> str:
    return "" if value is None else shown(value)
