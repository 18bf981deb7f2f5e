from __future__ import annotations

import pytest
from pytest_django import Settings

from orchestrator.api.announcements import announce

heard: list[str] = []


def first(*, thing: str) -> None:
    heard.append(f"first {thing}")


def refusing(*, thing: str) -> None:
    raise ValueError(f"{thing} is taken")


def last(*, thing: str) -> None:
    heard.append(f"last {thing}")


@pytest.fixture(autouse=True)
def _nothing_heard_yet() -> None:
    heard.clear()


def names(*functions: str) -> tuple[str, ...]:
    return tuple(f"{__name__}.{function}" for function in functions)


def test_subscribers_run_in_their_order(settings: Settings) -> None:
    settings.SUBSCRIBERS = {"thing.made": names("first", "last")}
    announce("thing.made", thing="it")
    assert heard == ["first it", "last it"]


def test_a_subscriber_may_refuse(settings: Settings) -> None:
    settings.SUBSCRIBERS = {"thing.made": names("refusing", "last")}
    with pytest.raises(ValueError, match="it is taken"):
        announce("thing.made", thing="it")
    assert heard == []


def test_a_topic_that_is_in_no_table_is_a_mistake(settings: Settings) -> None:
    settings.SUBSCRIBERS = {}
    with pytest.raises(KeyError):
        announce("thing.made")
