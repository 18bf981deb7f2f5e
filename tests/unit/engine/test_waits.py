"""Delays are timers of the run itself; every other wait is ended by what comes from outside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from orchestrator.engine.commands import EndWait
from orchestrator.engine.events import EventKind
from orchestrator.engine.execution import Execution
from orchestrator.engine.node_spec import Effect, NodeSpec, Port
from orchestrator.engine.plan import Plan, compile_plan
from orchestrator.engine.state import RunStatus
from tests.unit.engine.building import CATALOGUE, NOW, Driver, graph, state_of, step

PATIENT = NodeSpec(type="patient", effect=Effect.PURE, ports=(Port(key="out"), Port(key="late")))


def waiting(**policy: Any) -> Plan:
    nodes = [step("start", "start"), step("rest", "patient", **policy), step("after")]
    return compile_plan(graph(nodes, "start > rest > after"), {**CATALOGUE, ("patient", 1): PATIENT})


def delayed(seconds: float = 60, **policy: Any) -> Driver:
    """A run whose step `rest` waits so long."""
    driver = Driver(waiting(**policy), {"rest": None}).start().run()
    until = (driver.now + timedelta(seconds=seconds)).isoformat()
    rest = driver.step("rest").step
    del driver.flying[rest]
    driver.execution.step_waiting(rest, driver.now, wait={"kind": "delay", "until": until})
    driver.keep()
    return driver.run()


def test_a_run_that_only_waits_for_a_time_rests_until_then() -> None:
    driver = delayed(60)
    assert driver.execution.status is RunStatus.WAITING
    assert driver.execution.next_timer() == NOW + timedelta(seconds=60)
    assert driver.later(59).turn() is False


def test_the_time_having_come_the_step_ends_with_it_and_the_way_goes_on() -> None:
    driver = delayed(60).later(60)
    (command,) = driver.execution.decide(driver.now)
    assert isinstance(command, EndWait)
    assert command.output == {"until": (NOW + timedelta(seconds=60)).isoformat()}
    assert driver.execution.decide(driver.now) == [], "asked for once"
    driver.flying[command.step] = command
    driver.run()
    assert driver.statuses() == {"start": "done", "rest": "done", "after": "done"}
    assert driver.step("rest").started_at == NOW
    assert driver.execution.status is RunStatus.DONE


@pytest.mark.parametrize("seconds", [0, -3600])
def test_a_time_that_has_passed_is_over_at_once(seconds: float) -> None:
    assert delayed(seconds).execution.status is RunStatus.DONE


def test_after_a_take_over_the_delay_is_still_the_same() -> None:
    driver = delayed(60)
    again = Execution(driver.plan, driver.log)
    again.recover(driver.now, remote=frozenset())
    assert state_of(again) == state_of(driver.execution)
    assert again.next_timer() == NOW + timedelta(seconds=60)
    (command,) = again.decide(NOW + timedelta(hours=1))
    assert isinstance(command, EndWait)


def test_stopping_the_run_ends_a_delay() -> None:
    driver = delayed(3600)
    driver.execution.cancel(driver.now, by="Ada", reason="")
    driver.run()
    assert driver.statuses()["rest"] == "cancelled"
    assert driver.execution.status is RunStatus.CANCELLED


def test_a_time_limit_that_comes_first_is_the_end_of_the_wait() -> None:
    driver = delayed(3600, total_timeout_s=60)
    assert driver.execution.next_timer() == NOW + timedelta(seconds=60)
    driver.later(60).run()
    assert [body["error"]["code"] for body in driver.events(EventKind.STEP_FAILED)] == ["total_timeout"]
