"""Data sets: what is read from their file, and the cases they make."""

from __future__ import annotations

import pytest

from orchestrator.assets.data_sets import cases_of, described
from orchestrator.assets.errors import EvaluationRefused, TableUnusable

TICKETS = b"text,kind\nMy card was lost on the way home,cards\nWhere is my transfer to Spain,transfers\nNo answer,\n"
LOANS = b"income,age,paid\n3000,40,yes\n900,22,no\n"


def test_columns_rows_and_the_text_are_read_from_the_file() -> None:
    config = described({}, TICKETS, "tickets.csv")
    assert (config["rows"], config["target"], config["text"]) == (3, "kind", "text")
    assert [column["name"] for column in config["columns"]] == ["text", "kind"]


def test_what_somebody_claims_of_the_file_is_not_believed() -> None:
    assert described({"rows": 99, "columns": []}, TICKETS, "tickets.csv")["rows"] == 3
    with pytest.raises(TableUnusable, match="no column 'mood'"):
        described({"target": "mood"}, TICKETS, "tickets.csv")


def test_rows_with_a_known_answer_are_cases() -> None:
    cases = cases_of("classify", described({}, TICKETS, "t.csv"), TICKETS)
    assert [(case.id, case.input["text"][:7], case.expected) for case in cases] == [
        ("1", "My card", {"label": "cards"}),
        ("2", "Where i", {"label": "transfers"}),
    ]


def test_rows_of_facts_are_cases_of_predictions_and_scores() -> None:
    config = described({}, LOANS, "loans.csv")
    predicted = cases_of("predict", config, LOANS)
    assert (predicted[0].input, predicted[0].expected) == (
        {"features": {"income": 3000.0, "age": 40.0}},
        {"label": "yes"},
    )
    assert [case.expected for case in cases_of("score", config, LOANS)] == [{"outcome": 1}, {"outcome": 0}]


def test_questions_to_a_language_model_come_with_their_checks() -> None:
    data = b"prompt,answer,contains\nWhat is the capital of France and of Spain?,Paris and Madrid,Paris; Madrid\n"
    config = described({"target": "answer", "text": "prompt"}, data, "questions.csv")
    case = cases_of("chat", config, data)[0]
    assert case.input == {"prompt": "What is the capital of France and of Spain?"}
    assert case.expected == {"text": "Paris and Madrid", "contains": ["Paris", "Madrid"]}


def test_what_cannot_be_measured_is_said() -> None:
    with pytest.raises(EvaluationRefused, match="not measured by a data set"):
        cases_of("embed", described({}, TICKETS, "t.csv"), TICKETS)
    empty = b"text,kind\nHello there,\n"
    with pytest.raises(EvaluationRefused, match="No row of the data set has a known answer"):
        cases_of("classify", described({}, empty, "t.csv"), empty)


def series(months: int) -> bytes:
    rows = [f"{2020 + month // 12}-{month % 12 + 1:02}-01,{100 + month}" for month in range(months)]
    return "\n".join(["month,sales", *rows]).encode()


def test_a_forecast_is_measured_by_the_end_of_its_series() -> None:
    data = series(48)
    config = described({}, data, "sales.csv")
    assert config["time"] == "month"
    cases = cases_of("forecast", config, data)
    assert [(len(case.input["series"]), case.input["periods"]) for case in cases] == [(36, 12), (24, 12), (12, 12)]
    assert cases[0].input["series"][-1] == {"at": "2022-12-01T00:00:00+00:00", "value": 135.0}
    assert cases[0].expected == {"values": [float(value) for value in range(136, 148)], "season": 12}


def test_a_series_without_an_end_to_cut_off_is_refused() -> None:
    data = series(6)
    with pytest.raises(EvaluationRefused, match="too short to cut its end off"):
        cases_of("forecast", described({}, data, "sales.csv"), data)
    with pytest.raises(EvaluationRefused, match="a column of dates and one of numbers"):
        cases_of("forecast", described({}, LOANS, "loans.csv"), LOANS)
