from __future__ import annotations

import json
from typing import Any

import pytest

from orchestrator.assets.errors import EvaluationRefused
from orchestrator.assets.evaluation.evaluate import TASKS, evaluate
from orchestrator.assets.evaluation.forecasting import mase, smape
from orchestrator.assets.evaluation.report import Case, Given, Report


def report(task: str, pairs: list[tuple[dict[str, Any], dict[str, Any] | None]], **more: Any) -> Report:
    cases = [Case(id=f"c{number}", expected=expected, **more) for number, (expected, _) in enumerate(pairs)]
    given = [Given(id=f"c{number}", value=value) for number, (_, value) in enumerate(pairs)]
    made = evaluate(task, cases, given)
    json.dumps(made.model_dump(mode="json"), allow_nan=False)
    return made


def labelled(expected: str, given: str, confidence: float = 0.9) -> tuple[dict[str, Any], dict[str, Any]]:
    other = "b" if given == "a" else "a"
    scores = [{"label": given, "score": confidence}, {"label": other, "score": 1 - confidence}]
    return {"label": expected}, {"label": given, "confidence": confidence, "scores": scores}


def test_labels_are_counted_by_class_and_confusion() -> None:
    made = report("classify", [labelled("a", "a"), labelled("a", "b", 0.6), labelled("b", "b"), labelled("b", "b")])
    assert made.figures["accuracy"] == 0.75
    assert made.confusion is not None
    assert (made.confusion.labels, made.confusion.counts) == (["a", "b"], [[1, 1], [0, 2]])
    a, b = made.classes
    assert (a.precision, a.recall, a.cases, a.given) == (1, 0.5, 2, 1)
    assert (b.precision, b.recall, b.cases, b.given) == (0.6667, 1, 2, 3)
    assert [(each.expected, each.given, each.cases) for each in made.confused] == [("a", "b", 1)]
    assert made.outcomes == {"c0": 1, "c1": 0, "c2": 1, "c3": 1}


def test_of_two_labels_the_rarer_is_ranked() -> None:
    made = report(
        "classify", [labelled("b", "b", 0.9), labelled("a", "b", 0.7), labelled("a", "a"), labelled("a", "a")]
    )
    assert (made.main, made.figures["auroc"], made.figures["average_precision"]) == ("average_precision", 1, 1)


def test_the_surest_mistakes_stand_first() -> None:
    pairs = [labelled("a", "b", 0.6), labelled("a", "b", 0.99), labelled("a", "a"), labelled("b", "b")]
    assert [(each.id, each.confidence) for each in report("classify", pairs).worst] == [("c1", 0.99), ("c0", 0.6)]


def test_confidence_is_compared_with_how_often_it_is_right() -> None:
    sure = [labelled("a", "a" if number < 5 else "b", 0.95) for number in range(10)]
    made = report("classify", sure)
    assert made.calibration is not None
    assert made.calibration.error == pytest.approx(0.45)
    assert made.figures["calibration_error"] == pytest.approx(0.45)


def test_cases_without_an_answer_are_wrong_and_counted() -> None:
    cases = [Case(id=name, expected={"label": "a"}) for name in "xyz"]
    answers = [
        Given(id="x", value={"label": "a"}, ms=10, cost=0.5),
        Given(id="y", value=None, code="time_limit", ms=30, cost=0.25),
    ]
    made = evaluate("classify", cases, answers)
    assert (made.figures["accuracy"], made.answered) == (pytest.approx(1 / 3, abs=1e-6), 1)
    assert made.errors == {"no_answer": 1, "time_limit": 1}
    assert (made.ms_p50, made.ms_p95, made.cost) == (20, 29, 0.75)


def test_guessing_by_shares_has_no_kappa() -> None:
    pairs = [labelled(one, other) for one in "ab" for other in "ab"]
    assert report("classify", pairs).figures["kappa"] == 0


def test_fields_are_compared_as_people_would() -> None:
    expected = {"total": 1249.5, "supplier": "Oak  Ltd", "iban": None, "due": "2026-05-01", "paid": True}
    given = {"total": {"value": "1249.50"}, "supplier": "OAK Ltd", "iban": "", "due": "2026-05-02", "paid": 1}
    made = report("extract", [(expected, given), ({"total": 5}, {"total": 5})])
    assert made.outcomes == {"c0": pytest.approx(0.6), "c1": 1}
    assert made.figures["all_right"] == 0.5
    assert made.worst[0].expected == {"due": "2026-05-01", "paid": True}
    total = next(each for each in made.classes if each.label == "total")
    assert (total.precision, total.recall, total.cases) == (1, 1, 2)


def test_a_ranking_is_better_the_earlier_what_was_sought_stands() -> None:
    made = report(
        "rank",
        [({"relevant": ["x"]}, {"ranked": ["x", "y"]}), ({"relevant": ["x"]}, {"ranked": ["y", "x", "x"]})],
    )
    assert (made.figures["first_right"], made.figures["mrr"], made.figures["recall"]) == (0.5, 0.75, 1)
    assert made.outcomes["c0"] == 1 > made.outcomes["c1"] == pytest.approx(0.6309, abs=1e-4)


def test_numbers_are_judged_by_their_distance() -> None:
    made = report(
        "predict",
        [({"value": 10}, {"value": 12, "low": 9, "high": 15}), ({"value": 20}, {"value": 20, "low": 19, "high": 21}),
         ({"value": 30}, {"value": 26, "low": 25, "high": 27})],
    )  # fmt: skip
    assert (made.figures["mae"], made.figures["median_error"]) == (2, 2)
    assert made.figures["r2"] == pytest.approx(0.9)
    assert made.figures["inside_interval"] == pytest.approx(2 / 3, abs=1e-6)
    assert [each.id for each in made.worst] == ["c2", "c0"]


def test_predicted_labels_are_judged_as_labels() -> None:
    assert report("predict", [labelled("a", "a"), labelled("b", "b")]).figures["accuracy"] == 1


def test_a_forecast_is_judged_against_repeating_the_last_season() -> None:
    assert smape([100, 200], [110, 180]) == pytest.approx(100 * (10 / 105 + 20 / 190) / 2)
    assert smape([0, 0], [0, 0]) == 0
    assert mase([5, 6], [4, 7], [1, 2, 3, 4], season=1) == 1
    assert mase([5], [5], [1], season=1) is None
    values = [{"at": "2026-05-01", "value": 110, "low": 90, "high": 120}]
    made = report(
        "forecast", [({"values": [100], "season": 1}, {"values": values})],
        input={"series": [{"at": "2026-03-01", "value": 90}, {"at": "2026-04-01", "value": 95}]},
    )  # fmt: skip
    assert (made.figures["mase"], made.figures["inside_interval"], made.main) == (2, 1, "smape")


def test_prose_is_checked_by_phrases_likeness_and_rubric() -> None:
    case = Case(
        id="1", expected={"contains": ["Refund", "5 days"], "excludes": ["guarantee"], "text": "We refund you."}
    )
    said = {"text": "We REFUND you, it is a guarantee."}
    made = evaluate("chat", [case], [Given(id="1", value=said, grades={"polite": 1, "complete": 0.5})])
    assert (made.figures["contains"], made.figures["excludes"], made.figures["rubric: complete"]) == (0.5, 0, 0.5)
    assert made.figures["likeness"] == 0.6
    assert made.figures["passed"] == pytest.approx((0.5 + 0 + 0.6 + 1 + 0.5) / 5)
    assert made.worst[0].why == "contains, excludes, likeness, rubric: complete"


@pytest.mark.parametrize(
    ("task", "expected", "value"),
    [
        ("detect", {"unusual": True}, {"score": 0.9, "unusual": True}),
        ("score", {"outcome": 1}, {"score": 0.9, "level": "high"}),
    ],
)
def test_scores_are_judged_by_their_order_and_their_answer(task: str, expected: Any, value: Any) -> None:
    other = {key: not each for key, each in expected.items()}
    calm = {"score": 0.1, "unusual": False, "level": "low"}
    made = report(task, [(expected, value), (other, calm), (other, {**value, "score": 0.5})])
    assert made.figures["auroc"] == 1
    assert made.figures["accuracy"] == pytest.approx(2 / 3, abs=1e-6)


@pytest.mark.parametrize(
    ("task", "cases", "answers", "words"),
    [
        ("paint", [Case(id="1", expected={})], [], "no figures for the task 'paint'"),
        ("classify", [], [], "no cases"),
        ("classify", [Case(id="1", expected={"label": "a"})] * 2, [], "same id"),
        ("classify", [Case(id="1", expected={"text": "a"})], [], "shape of the task"),
        ("predict", [Case(id="1", expected={"value": "much"})], [], "shape of the task"),
        ("rank", [Case(id="1", expected={"relevant": ["a"]})], [Given(id="1", value={})], "shape of the task"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_words(
    task: str, cases: list[Case], answers: list[Given], words: str
) -> None:
    with pytest.raises(EvaluationRefused, match=words):
        evaluate(task, cases, answers)


@pytest.mark.parametrize("task", [task for task in TASKS if task != "forecast"])
def test_a_version_that_never_answers_is_reported_all_the_same(task: str) -> None:
    expected = {"label": "a", "relevant": ["a"], "unusual": True, "outcome": 1, "contains": ["a"]}
    made = evaluate(task, [Case(id="1", expected=expected)], [Given(id="1", value=None, code="unreachable")])
    assert (made.answered, made.errors) == (0, {"unreachable": 1})
