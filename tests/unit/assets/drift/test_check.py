from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from orchestrator.assets.drift.check import check_drift, check_quality
from orchestrator.assets.drift.traits import (
    MISSING,
    MOST_ROWS,
    MOST_TRAITS,
    TEXT,
    Reference,
    Trait,
    drawn,
    reference_of,
)

DATA = Path(__file__).parents[3] / "data" / "banking77" / "traits.csv"
WINDOW = 500
Rows = np.ndarray


@pytest.fixture(scope="module")
def rows() -> dict[str, Rows]:
    """Traits of rows held out in training, of calls about the same things, and of calls about other things."""
    sets: dict[str, list[list[float]]] = {}
    with DATA.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sets.setdefault(row.pop("set"), []).append([float(value) for value in row.values()])
    return {name: np.array(values) for name, values in sets.items()}


@pytest.fixture(scope="module")
def reference(rows: dict[str, Rows]) -> Reference:
    return Reference(traits=TEXT, rows=rows["reference"].tolist())


def window(rows: Rows, seed: int, calls: int = WINDOW) -> list[list[float]]:
    return rows[np.random.default_rng(seed).choice(len(rows), calls, replace=False)].tolist()


def test_calls_that_did_not_change_hardly_ever_raise_an_alarm(rows: dict[str, Rows], reference: Reference) -> None:
    alarms = [check_drift(reference, window(rows["calls"], seed)).found for seed in range(20)]
    assert sum(alarms) <= 1


@pytest.mark.parametrize("seed", range(5))
def test_calls_about_other_things_are_found_within_five_hundred(
    rows: dict[str, Rows], reference: Reference, seed: int
) -> None:
    calls = window(rows["calls"], seed, 350) + window(rows["elsewhere"], seed, 150)
    drift = check_drift(reference, calls)
    assert drift.found
    assert drift.calls == WINDOW
    assert drift.by_trait[0].drifted
    assert drift.words.startswith("The last 500 calls differ in ")


def test_another_mix_of_labels_is_found(rows: dict[str, Rows], reference: Reference) -> None:
    calls = rows["calls"]
    label = len(TEXT) - 1
    often = calls[calls[:, label] < 10]
    drift = check_drift(reference, [*window(calls, 1, 350), *often[:150].tolist()])
    assert "label" in [each.name for each in drift.by_trait if each.drifted]
    assert "how often each label is answered" in drift.words


def table(count: int, seed: int, missing: float = 0.0, shift: float = 0.0) -> list[list[float]]:
    random = np.random.default_rng(seed)
    amounts = np.where(random.random(count) < missing, MISSING, random.normal(100 + shift, 20, count))
    return np.column_stack([amounts, random.integers(0, 3, count)]).tolist()


FACTS = (Trait(name="amount"), Trait(name="country", kind="choice"))


def test_what_moved_is_said_with_both_values() -> None:
    drift = check_drift(Reference(traits=FACTS, rows=table(1_000, 1)), table(300, 2, shift=20))
    assert [(each.name, each.drifted) for each in drift.by_trait] == [("amount", True), ("country", False)]
    assert drift.by_trait[0].before == pytest.approx(100, abs=3)
    assert drift.by_trait[0].after == pytest.approx(120, abs=3)
    assert drift.words == (
        f"The last 300 calls differ in amount ({drift.by_trait[0].before:.3g} before, "
        f"{drift.by_trait[0].after:.3g} now)."
    )


def test_values_that_are_suddenly_missing_are_drift() -> None:
    drift = check_drift(Reference(traits=FACTS, rows=table(1_000, 1)), table(300, 2, missing=0.4))
    assert drift.found
    assert drift.score == pytest.approx(0.4, abs=0.1)


def test_too_few_calls_tell_nothing() -> None:
    reference = Reference(traits=FACTS, rows=table(1_000, 1))
    assert check_drift(reference, table(99, 2, shift=500)).words.startswith("Too few calls to tell: 99")
    few = Reference(traits=FACTS, rows=table(50, 1))
    assert not check_drift(few, table(300, 2, shift=500)).found


def test_calls_with_other_traits_are_passed_over() -> None:
    reference = Reference(traits=FACTS, rows=table(1_000, 1))
    assert check_drift(reference, [*table(300, 2), [1.0], [1.0, 2.0, 3.0]]).calls == 300


def test_one_choice_only_is_no_drift() -> None:
    reference = Reference(traits=(Trait(name="kind", kind="choice"),), rows=[[1.0]] * 200)
    assert not check_drift(reference, [[1.0]] * 200).found
    assert check_drift(reference, [[2.0]] * 200).found


@pytest.mark.parametrize(
    ("agreed", "judged", "found"), [(90, 100, False), (85, 100, False), (75, 100, True), (5, 10, False), (0, 20, True)]
)
def test_people_who_disagree_more_than_chance_allows_are_heard(agreed: int, judged: int, found: bool) -> None:
    quality = check_quality(0.9, agreed, judged)
    assert quality.found is found
    assert quality.words


def test_a_reference_stays_small_and_in_order() -> None:
    rows = [[float(number)] for number in range(5_000)]
    kept = drawn(rows, seed=1)
    assert len(kept) == MOST_ROWS
    assert kept == sorted(kept) == drawn(rows, seed=1)
    assert len(TEXT) <= MOST_TRAITS


def test_a_card_without_traits_has_no_reference() -> None:
    assert reference_of({}) is None
    card = {"traits": [{"name": "amount", "kind": "number"}], "traits_reference": [[1.0]]}
    assert reference_of(card) == Reference(traits=(Trait(name="amount"),), rows=[[1.0]])
