"""A step that waited with a state of its own goes on with the answer, in the attempt that waited."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.commands import Resume, StartStep
from orchestrator.engine.errors import TransitionRefused
from orchestrator.engine.events import EventKind, ValueRef
from orchestrator.engine.execution import Execution
from orchestrator.engine.state import RunStatus
from tests.unit.engine.building import Driver, failure, plan, state_of, step

PERSON = {"kind": "person", "task": "t", "title": "Refund?", "roles": ["approver"], "due_at": None}
CHILD = {"kind": "child", "run": "r", "workflow": "w", "version": 1, "title": "Ship"}


def parked(wait: dict[str, Any] = PERSON, **policy: Any) -> Driver:
    """A run whose step `agent` waits, with a state."""
    driver = Driver(plan([step("agent", "at_most_once", **policy), step("after")], "start > agent > after"))
    driver.answers["agent"] = None
    driver.start().run()
    agent = driver.step("agent").step
    driver.execution.step_started(agent, driver.now, key="k")
    return park(driver, wait)


def park(driver: Driver, wait: dict[str, Any] = PERSON) -> Driver:
    agent = driver.step("agent").step
    del driver.flying[agent]
    driver.execution.step_waiting(agent, driver.now, wait=wait, state=driver.value())
    driver.keep()
    return driver.run()


def answer(driver: Driver) -> ValueRef:
    given = driver.value()
    driver.execution.step_answered(driver.step("agent").step, driver.now, answer=given, facts={})
    driver.keep()
    return given


def started(driver: Driver) -> StartStep:
    (command,) = driver.execution.decide(driver.now)
    assert isinstance(command, StartStep)
    driver.flying[command.step] = command
    return command


@pytest.mark.parametrize("wait", [PERSON, CHILD])
def test_it_goes_on_with_its_state_and_the_answer_in_the_same_attempt(wait: dict[str, Any]) -> None:
    driver = parked(wait)
    assert driver.execution.status is RunStatus.WAITING
    state = driver.step("agent").parked
    given = answer(driver)
    command = started(driver)
    assert state is not None
    assert command.resume == Resume(state=state, answer=given)
    assert (command.attempt, command.turn) == (1, 1)
    assert driver.execution.decide(driver.now) == [], "asked for once"
    driver.answers.clear()
    driver.run()
    assert driver.statuses() == {"start": "done", "agent": "done", "after": "done"}


def test_the_start_is_that_of_its_first_turn() -> None:
    driver = parked()
    began = driver.step("agent").started_at
    driver.later(60)
    answer(driver)
    driver.answers.clear()
    driver.run()
    assert driver.step("agent").started_at == began
    assert driver.events(EventKind.STEP_DONE)[0]["started_at"] == began.isoformat() if began else None


def test_it_may_wait_again_and_then_goes_on_from_there() -> None:
    driver = parked()
    answer(driver)
    started(driver)
    driver.execution.step_started(driver.step("agent").step, driver.now, key="k")
    park(driver, CHILD)
    second = driver.step("agent").parked
    given = answer(driver)
    command = started(driver)
    assert command.resume is not None
    assert (command.resume.state, command.resume.answer, command.turn) == (second, given, 2)


def test_an_answer_is_not_lost_with_the_worker_that_took_it() -> None:
    driver = parked()
    given = answer(driver)
    again = Execution(driver.plan, driver.log)
    again.recover(driver.now, remote=frozenset())
    assert state_of(again) == state_of(driver.execution)
    (command,) = again.decide(driver.now)
    assert isinstance(command, StartStep)
    assert command.resume is not None
    assert (command.resume.answer, command.attempt) == (given, 1)


def test_a_worker_that_dies_while_it_goes_on_leaves_an_unknown_outcome() -> None:
    driver = parked()
    answer(driver)
    started(driver)
    driver.execution.step_started(driver.step("agent").step, driver.now, key="k")
    driver.keep()
    again = Execution(driver.plan, driver.log)
    again.recover(driver.now, remote=frozenset())
    assert again.steps[driver.step("agent").step].status == "needs_review"


def test_a_retry_goes_on_from_the_same_answer() -> None:
    driver = parked(attempts=2)
    given = answer(driver)
    driver.answers["agent"] = lambda command: failure(retryable=True, not_sent=True)
    driver.turn()
    driver.answers["agent"] = None
    command = started(driver.later(5))
    assert command.resume is not None
    assert (command.resume.answer, command.attempt) == (given, 2)


def test_other_settings_begin_at_the_beginning() -> None:
    driver = parked(fallbacks=({"config": {}},))
    answer(driver)
    driver.answers["agent"] = lambda command: failure()
    driver.turn()
    driver.answers["agent"] = None
    command = started(driver)
    assert (command.resume, command.attempt) == (None, 2)


def test_stopping_the_run_stops_it_before_it_goes_on() -> None:
    driver = parked()
    answer(driver)
    driver.execution.cancel(driver.now, by="Ada", reason="")
    driver.run()
    assert driver.statuses()["agent"] == "cancelled"
    assert driver.execution.status is RunStatus.CANCELLED


def test_a_paused_run_goes_on_with_it_once_it_is_resumed() -> None:
    driver = parked()
    driver.execution.pause(driver.now, by="Ada", reason="")
    given = answer(driver)
    assert driver.execution.decide(driver.now) == []
    driver.execution.resume(driver.now, by="Ada")
    command = started(driver)
    assert command.resume is not None
    assert command.resume.answer == given


def test_a_step_that_waits_for_its_result_has_nothing_to_go_on_from() -> None:
    driver = Driver(plan([step("agent", "at_most_once")], "start > agent"), {"agent": None}).start().run()
    agent = driver.step("agent").step
    del driver.flying[agent]
    driver.execution.step_waiting(agent, driver.now, wait=PERSON)
    with pytest.raises(TransitionRefused):
        driver.execution.step_answered(agent, driver.now, answer=driver.value(), facts={})


def test_what_it_calls_is_told_only_while_it_is_at_work() -> None:
    driver = Driver(plan([step("agent", "at_most_once")], "start > agent"), {"agent": None}).start().run()
    agent = driver.step("agent").step
    call = {"kind": "tool", "name": "refund", "ms": 1.0, "tokens": None, "cost": None, "failed": False, "call": "c1"}
    driver.execution.step_called(agent, driver.now, call=call, value=driver.value(), calls=[{"asset": "refund"}])
    driver.answers.clear()
    driver.run()
    (told,) = driver.events(EventKind.STEP_CALLED)
    assert (told["call"], told["attempt"], told["calls"]) == (call, 1, [{"asset": "refund"}])
    with pytest.raises(TransitionRefused):
        driver.execution.step_called(agent, driver.now, call=call, value=driver.value())
