from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.assets.features import MOST_VALUES, coded, label_of, matrix_of, row_of, weighed
from orchestrator.assets.tables import Column

KINDS = Column(name="kind", kind="choice", values=("a", "b", "a", None, "b", "a"))
SIZES = Column(name="size", kind="number", values=(1.0, None, 3.0, 10.0, 3.0, 3.0))
DAYS = Column(name="day", kind="date", values=(datetime(2026, 3, 4, 15, tzinfo=UTC), *[None] * 5))
ALL = [feature for column in (KINDS, SIZES, DAYS) for feature in coded(column)]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner), max_leaves=3
)


def test_choices_are_numbered_by_how_often_they_come() -> None:
    assert coded(KINDS)[0]["values"] == {"a": 0.0, "b": 1.0}
    assert row_of(coded(KINDS), {"kind": "b"}) == [1.0]


@pytest.mark.parametrize("value", [None, "c", "", 7, True, ["a"]])
def test_a_choice_never_seen_counts_as_missing(value: Any) -> None:
    assert math.isnan(row_of(coded(KINDS), {"kind": value})[0])
    assert row_of(weighed(KINDS), {"kind": value}) == [0.0]


def test_where_distances_count_gaps_are_the_middle_and_choices_their_share() -> None:
    features = [*weighed(KINDS), *weighed(SIZES)]
    assert row_of(features, {"kind": "a"}) == [0.5, 3.0]


def test_a_date_becomes_what_may_matter_of_it() -> None:
    features = coded(DAYS)
    row = dict(zip(map(label_of, features), row_of(features, {"day": "2026-03-04T16:00:00+01:00"}), strict=True))
    assert row == {"day (month)": 3, "day (weekday)": 2, "day (hour)": 15, "day (days)": pytest.approx(20516.625)}


def test_rows_look_the_same_in_training_and_when_asked() -> None:
    columns = {column.name: column.values for column in (KINDS, SIZES, DAYS)}
    matrix = matrix_of(ALL, columns, 6)
    for place in range(6):
        asked = row_of(ALL, {name: values[place] for name, values in columns.items()})
        assert [str(value) for value in asked] == [str(value) for value in matrix[place]]


def test_numbers_and_booleans_are_choices_by_their_text() -> None:
    features = coded(Column(name="yes", kind="choice", values=("true", "1", "true")))
    assert row_of(features, {"yes": True}) == [0.0]
    assert row_of(features, {"yes": 1}) == row_of(features, {"yes": 1.0}) == [1.0]


def test_of_many_choices_the_rarest_count_as_missing() -> None:
    many = Column(name="kind", kind="choice", values=tuple(f"k{number}" for number in range(300)))
    assert len(coded(many)[0]["values"]) == MOST_VALUES


@given(value=JSON)
def test_any_value_is_a_number_or_missing(value: Any) -> None:
    row = row_of(ALL, {"kind": value, "size": value, "day": value})
    assert all(math.isnan(number) or math.isfinite(number) for number in row)
