"""What attempts asked assets stands in the events that end them, and changes nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.events import Event, EventKind, ValueRef
from orchestrator.engine.execution import Execution
from tests.unit.engine.building import NOW, Driver, failure, plan, step

CALLS = [{"asset": "kinds", "version_id": "v1", "code": ""}]
STEP = 2


def asking(**settings: Any) -> Driver:
    """A run whose one step is in flight."""
    return Driver(plan([step("a", **settings)], "start > a"), {"a": None}).start().run()


def last(driver: Driver) -> Event:
    driver.keep()
    return driver.log[-1]


def done(driver: Driver, calls: list[dict[str, Any]]) -> None:
    value = ValueRef(id=9, digest="d9")
    driver.execution.step_done(STEP, driver.now, port="out", value=value, facts={}, calls=calls)


def test_a_step_that_asked_nothing_says_nothing_of_it() -> None:
    driver = asking()
    done(driver, [])
    assert "calls" not in last(driver).body


def test_the_records_stand_in_the_event_and_survive_a_take_over() -> None:
    driver = asking()
    done(driver, CALLS)
    assert (last(driver).kind, last(driver).body["calls"]) == (EventKind.STEP_DONE, CALLS)
    again = Execution(driver.plan, driver.log)
    assert again.steps[STEP] == driver.execution.steps[STEP]


def test_each_failed_attempt_holds_its_own() -> None:
    driver = asking(attempts=2)
    driver.execution.step_failed(STEP, driver.now, error=failure(retryable=True), jitter=0.0, calls=CALLS)
    assert (last(driver).body["handled"], last(driver).body["calls"]) == ("retry", CALLS)


@pytest.mark.parametrize("kind", [EventKind.STEP_UNKNOWN, EventKind.STEP_WAITING, EventKind.STEP_CANCELLED])
def test_attempts_that_end_otherwise_hold_theirs_too(kind: EventKind) -> None:
    driver = asking()
    if kind is EventKind.STEP_UNKNOWN:
        driver.execution.step_unknown(STEP, NOW, calls=CALLS)
    elif kind is EventKind.STEP_WAITING:
        driver.execution.step_waiting(STEP, NOW, wait={"kind": "person", "title": "?"}, calls=CALLS)
    else:
        driver.execution.cancel(NOW, by="Ada", reason="")
        driver.execution.step_cancelled(STEP, NOW, calls=CALLS)
    assert (last(driver).kind, last(driver).body["calls"]) == (kind, CALLS)
