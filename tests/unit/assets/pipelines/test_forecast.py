from __future__ import annotations

import json
import math
from pathlib import Path
from random import Random
from typing import Any

import pytest

from orchestrator.assets.errors import TrainingRefused
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.forecast import Forecast
from orchestrator.assets.tables import table_of
from orchestrator.engine.errors import StepFailed
from tests.unit.assets.pipelines.making import codes, trained

FILES = ModelFiles(folder=Path())


def sales(months: int = 72, name: str = "tea", trend: float = 2.0) -> list[dict[str, Any]]:
    """Rising sales with a season of a year."""
    random = Random(name)
    return [
        {
            "name": name,
            "month": f"{2018 + month // 12}-{month % 12 + 1:02}-01",
            "sold": round((100 + trend * month) * (1 + 0.4 * math.sin(month * math.pi / 6)) + random.gauss(0, 4), 2),
        }
        for month in range(months)
    ]


def asked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"at": row["month"], "value": row["sold"]} for row in rows]


def test_a_trend_with_seasons_is_continued_better_than_by_repeating_it() -> None:
    result = trained("forecast", table_of([*sales(), *sales(name="rum")]), "sold", time="month", series="name")
    card = result.card
    assert card["metrics"]["smape"] < 0.7 * card["baseline"]["smape"]
    assert card["metrics"]["mase"] < 0.7
    assert (card["report"]["cases"], card["warnings"], result.model) == (4, [], b"")
    json.dumps(card, allow_nan=False)

    rows = sales()
    answer = Forecast(result.config, "", FILES).answer({"series": asked(rows[:60]), "periods": 12})
    assert [entry["at"] for entry in answer["values"]] == [row["month"] for row in rows[60:]]
    inside = [
        entry["low"] <= row["sold"] <= entry["high"] for entry, row in zip(answer["values"], rows[60:], strict=True)
    ]
    assert sum(inside) >= 6
    assert len(answer["baseline"]) == 12


def test_where_nothing_beats_repeating_the_last_season_that_is_done_and_said() -> None:
    rows = [{**row, "sold": float((number % 12) ** 2)} for number, row in enumerate(sales())]
    result = trained("forecast", table_of(rows), "sold", time="month")
    assert codes(result.card) == ["not_better_than_last_season"]
    assert result.config["method"] == "naive"
    assert result.card["metrics"]["smape"] == 0


def test_short_series_and_filled_gaps_are_named() -> None:
    rows = [row for number, row in enumerate(sales()) if number != 30]
    card = trained("forecast", table_of([*rows, *sales(8, "rum")]), "sold", time="month", series="name").card
    assert codes(card) == ["series_left_out", "gaps_filled"]
    assert "rum" in card["warnings"][0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [([5.0] * 12, 5.0), ([0.0] * 12, 0.0), ([float(number) for number in range(12)], 12.0), ([-1.0] * 6, -1.0)],
)
def test_plain_series_are_continued_plainly(values: list[float], expected: float) -> None:
    series = [{"at": f"2026-{month + 1:02}-01", "value": value} for month, value in enumerate(values)]
    answer = Forecast({"method": "theta"}, "", FILES).answer({"series": series, "periods": 1})
    assert answer["values"][0]["value"] == pytest.approx(expected, abs=0.1)


def test_what_was_never_negative_is_not_forecast_so() -> None:
    series = [{"at": f"2026-{month:02}-01", "value": 100.0 - 9 * month} for month in range(1, 12)]
    answer = Forecast({"method": "theta"}, "", FILES).answer({"series": series, "periods": 12})
    assert min(entry["low"] for entry in answer["values"]) == 0


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"series": asked(sales(3)), "periods": 3}, "at least 6"),
        ({"series": asked(sales(24)), "periods": 0}, "0 periods"),
        ({"series": asked(sales(24)), "periods": 10**9}, "1 to 400"),
        ({"series": "2026", "periods": 1}, "must be a list"),
        ({"series": [{"at": "soon", "value": 1}], "periods": 1}, "Entry 1 of the series needs"),
        ({"series": [*asked(sales(24)), {"at": "2026-01-01"}], "periods": 1}, "Entry 25 of the series needs"),
        ({"series": [1, 2, 3], "periods": 1}, "Entry 1"),
    ],
)
def test_a_series_that_cannot_be_read_fails_the_step_in_words(payload: dict[str, Any], words: str) -> None:
    with pytest.raises(StepFailed, match=words) as failed:
        Forecast({"method": "theta"}, "", FILES).answer(payload)
    assert failed.value.error.code == "series_unusable"


@pytest.mark.parametrize(
    ("target", "parameters", "words"),
    [
        ("name", {"time": "month"}, "no numbers"),
        ("sold", {"time": "name"}, "no dates"),
        ("sold", {"time": "month", "periods": 60}, "too short"),
        ("sold", {"time": "month", "periods": 10**6}, "periods"),
        ("sold", {}, "time"),
    ],
)
def test_a_table_that_cannot_be_forecast_is_refused(target: str, parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(TrainingRefused, match=words):
        trained("forecast", table_of(sales(48)), target, **parameters)
