from __future__ import annotations

from uuid import UUID

import pytest

from orchestrator.runs.callbacks import Place, address, read_token, token

PLACE = Place(run=UUID(int=7), node="answer", scope="orders.3")


def test_an_address_leads_back_to_its_place() -> None:
    for place in (PLACE, Place(run=UUID(int=7), node="answer", scope="")):
        assert read_token(token(place)) == place
        assert address(place).endswith(f"/hooks/calls/{token(place)}")


def test_the_same_place_always_has_the_same_address_and_no_other_place_has_it() -> None:
    others = [
        Place(run=UUID(int=8), node="answer", scope="orders.3"),
        Place(run=UUID(int=7), node="answers", scope="orders.3"),
        Place(run=UUID(int=7), node="answer", scope="orders.4"),
    ]
    assert token(PLACE) == token(PLACE)
    assert len({token(place) for place in [PLACE, *others]}) == 4


def test_a_changed_address_is_nobodys() -> None:
    good = token(PLACE)
    for index in range(0, len(good), 7):
        changed = "A" if good[index] != "A" else "B"
        assert read_token(good[:index] + changed + good[index + 1 :]) is None


@pytest.mark.parametrize("text", ["", "x", "answer", "=" * 40, "é" * 60, "A" * 86, "A" * 5000, "../admin", "%00"])
def test_what_was_never_an_address_is_nobodys(text: str) -> None:
    assert read_token(text) is None
