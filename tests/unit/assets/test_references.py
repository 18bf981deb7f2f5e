from __future__ import annotations

import pytest

from orchestrator.assets.errors import ReferenceInvalid
from orchestrator.assets.references import Reference, read_reference


@pytest.mark.parametrize(
    ("text", "name", "alias"),
    [
        ("risk", "risk", "live"),
        ("risk@trial", "risk", "trial"),
        ("risk@live", "risk", "live"),
        ("a_1-b", "a_1-b", "live"),
    ],
)
def test_a_reference_names_an_asset_and_one_of_its_aliases(text: str, name: str, alias: str) -> None:
    assert read_reference(text) == Reference(name=name, alias=alias)


@pytest.mark.parametrize("text", ["", "@live", "risk@", "risk@a@b", "two words", "risk\n", "../risk", "r" * 101])
def test_other_texts_name_nothing(text: str) -> None:
    with pytest.raises(ReferenceInvalid):
        read_reference(text)


def test_both_ways_to_write_live_are_the_same_pin() -> None:
    assert str(read_reference("risk")) == str(read_reference("risk@live")) == "risk@live"
