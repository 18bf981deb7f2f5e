"""The attempts of `make redteam` are aimed at doors that exist; what has no target has none still."""

from __future__ import annotations

import importlib

import pytest

from orchestrator.api.routes import PUBLIC
from tests.redteam.__main__ import LAST, MODULES
from tests.redteam.register import ATTEMPTS, OPEN_TO_ALL, Attempt, routes, unknown_doors, verbs

for name in MODULES:
    importlib.import_module(f"tests.redteam.attempts.{name}")

EACH = pytest.mark.parametrize("one", ATTEMPTS.values(), ids=ATTEMPTS.keys())


@EACH
def test_an_attempt_is_bound_to_doors_that_exist_or_says_why_it_has_none(one: Attempt) -> None:
    assert unknown_doors(one) == []
    assert bool(one.doors) == (one.run is not None)
    assert bool(one.because) == (one.lacks is not None)


@EACH
def test_an_attempt_without_a_target_has_none(one: Attempt) -> None:
    assert one.lacks is None or one.lacks() == []


def test_those_that_come_last_are_attempts() -> None:
    assert set(LAST) <= set(ATTEMPTS)


def test_what_is_open_to_all_is_written_down_with_the_reason() -> None:
    pages = {address for address, entry in routes().items() if entry.name == "application"}
    assert {address for address, verb in verbs().items() if verb == PUBLIC} - pages == set(OPEN_TO_ALL)
