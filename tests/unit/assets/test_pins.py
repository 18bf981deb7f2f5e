from __future__ import annotations

from typing import Any

from orchestrator.assets.pins import Pin, Pins
from orchestrator.assets.references import Reference

RISK = Reference(name="risk")


def call(version: str, **more: str) -> dict[str, Any]:
    return {"asset": "risk", "alias": "live", "arm": "live", "code": "", "version_id": version, **more}


def test_the_first_version_that_answered_stays() -> None:
    pins = Pins()
    assert pins.get(RISK) is None
    pins.learn([call("one"), call("two")])
    assert pins.get(RISK) == Pin(version_id="one", arm="live")


def test_failures_shadows_and_other_names_pin_nothing() -> None:
    pins = Pins()
    pins.learn([call("one", code="model_down"), call("two", arm="shadow"), call("three", alias="trial")])
    assert pins.get(RISK) is None
    pins.learn([call("four")])
    assert pins.get(RISK) == Pin(version_id="four", arm="live")


def test_what_is_handed_over_comes_before_what_is_learned_later() -> None:
    parent, child = Pins(), Pins()
    parent.learn([call("one", arm="candidate")])
    child.take_over(parent.as_json())
    child.learn([call("two")])
    assert child.get(RISK) == Pin(version_id="one", arm="candidate")
