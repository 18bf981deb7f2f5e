from __future__ import annotations

from collections import Counter

from orchestrator.assets.runtimes.skops import given, row
from orchestrator.assets.starters.build import risk_config
from orchestrator.assets.starters.cases import cases
from orchestrator.assets.starters.texts import letters


def test_the_same_seed_gives_the_same_letters_of_every_type() -> None:
    made = letters(seed=3, of_each=2)
    assert made == letters(seed=3, of_each=2)
    assert made != letters(seed=4, of_each=2)
    assert set(Counter(label for _, label in made).values()) == {2 * 3}
    assert not any("{" in text for text, _ in made)


def test_generated_cases_have_exactly_the_features_of_the_score() -> None:
    features = risk_config()["features"]
    names = {feature["name"] for feature in features}
    for values, outcome in cases(seed=3, count=50):
        assert values.keys() == names
        assert outcome in (0, 1)
        assert {feature["name"]: given(feature, values) for feature in features} == values
        assert len(row(features, values)) == len(names) - 1 + 7
