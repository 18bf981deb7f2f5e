"""What people do with a run: hold it, answer for unknown outcomes, keep what an earlier run did, try one step alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from orchestrator.engine.errors import HistoryInvalid, TransitionRefused
from orchestrator.engine.events import EventKind, ValueRef
from orchestrator.engine.execution import Execution
from orchestrator.engine.state import RunStatus, StepStatus
from tests.unit.engine.building import NOW, Driver, failure, plan, state_of, step

KEPT = {"id": 7, "digest": "d7"}


def hold(driver: Driver) -> Driver:
    driver.execution.pause(driver.now, by="Ada", reason="Wait")
    driver.keep()
    return driver


def go_on(driver: Driver) -> Driver:
    driver.execution.resume(driver.now, by="Ada")
    driver.keep()
    return driver


def again(driver: Driver) -> Execution:
    """The same run in another process."""
    driver.keep()
    return Execution(driver.plan, driver.log)


# -- pause ---------------------------------------------------------------------------------------------------------


def test_while_it_is_paused_what_is_in_flight_ends_and_nothing_follows() -> None:
    driver = Driver(plan([step("a"), step("b")], "start > a > b"), {"a": None}).start().run()
    hold(driver)
    driver.answers["a"] = "out"
    driver.run()
    assert driver.statuses() == {"start": "done", "a": "done", "b": "pending"}
    assert driver.execution.status is RunStatus.PAUSED
    assert again(driver).decide(NOW) == []
    assert go_on(driver).run().execution.status is RunStatus.DONE


def test_a_run_whose_last_step_ends_while_it_is_paused_ends_when_it_goes_on() -> None:
    driver = Driver(plan([step("a")], "start > a"), {"a": None}).start().run()
    hold(driver).answers["a"] = "out"
    assert driver.run().execution.status is RunStatus.PAUSED
    assert go_on(driver).run().execution.status is RunStatus.DONE


def test_retries_and_time_limits_wait_for_the_end_of_the_pause() -> None:
    tried = plan([step("a", attempts=2, total_timeout_s=600)], "start > a")
    driver = Driver(tried, {"a@#1": failure(retryable=True)}).start().run()
    assert driver.execution.next_timer() is not None
    hold(driver).later(60).run()
    assert driver.execution.next_timer() is None
    assert driver.asked == ["a@#1"]
    assert go_on(driver).run().asked == ["a@#1", "a@#2"]


def test_a_time_limit_that_passed_during_the_pause_holds_at_its_end() -> None:
    driver = Driver(plan([step("a", total_timeout_s=60)], "start > a"), {"a": None}).start()
    driver.turn()
    driver.execution.step_waiting(2, driver.now, wait={"kind": "person"})
    driver.flying.clear()
    hold(driver).later(120).run()
    assert driver.step("a").status is StepStatus.NEEDS_PERSON
    go_on(driver).run()
    error = driver.step("a").error
    assert error is not None
    assert error.code == "total_timeout"


def test_people_may_answer_while_it_is_paused() -> None:
    driver = Driver(plan([step("a"), step("b")], "start > a > b"), {"a": None}).start()
    driver.turn()
    driver.execution.step_waiting(2, driver.now, wait={"kind": "person"})
    driver.flying.clear()
    hold(driver)
    driver.execution.step_done(2, driver.now, port="out", value=driver.value(), facts={})
    assert driver.run().statuses()["b"] == "pending"
    assert go_on(driver).run().execution.status is RunStatus.DONE


def test_a_cancelled_run_is_no_longer_paused() -> None:
    driver = Driver(plan([step("a")], "start > a"), {"a": None}).start().run()
    hold(driver)
    driver.execution.cancel(driver.now, by="Ada", reason="")
    assert driver.run().execution.status is RunStatus.CANCELLED
    assert state_of(again(driver)) == state_of(driver.execution)


def test_a_lost_attempt_is_made_again_only_after_the_pause() -> None:
    driver = Driver(plan([step("a", "keyed")], "start > a"), {"a": None}).start().run()
    driver.execution.step_started(2, driver.now, key="k")
    hold(driver)
    taken = again(driver)
    taken.recover(NOW, remote=frozenset())
    assert taken.decide(NOW) == []
    taken.resume(NOW, by="Ada")
    assert [(command.step, command.attempt) for command in taken.decide(NOW)] == [(2, 2)]  # type: ignore[union-attr]


def test_only_an_open_run_is_paused_and_only_a_paused_one_resumed() -> None:
    driver = Driver(plan([step("a")], "start > a"), {"a": None})
    for refused in (hold, go_on):
        with pytest.raises(TransitionRefused):
            refused(driver)
    driver.start().run()
    with pytest.raises(TransitionRefused):
        go_on(driver)
    with pytest.raises(TransitionRefused):
        hold(hold(driver))
    driver.execution.cancel(driver.now, by="Ada", reason="")
    with pytest.raises(TransitionRefused):
        hold(driver)


# -- review --------------------------------------------------------------------------------------------------------


def unknown(**policy: Any) -> Driver:
    """A run that waits for somebody to say what became of `a`."""
    nodes = [step("a", "at_most_once", **policy), step("b")]
    driver = Driver(plan(nodes, "start > a > b"), {"a@#1": None}).start().run()
    driver.execution.step_started(2, driver.now, key="k")
    driver.execution.step_unknown(2, driver.now)
    driver.flying.clear()
    driver.keep()
    return driver


def answer(driver: Driver, said: str) -> Driver:
    driver.execution.review(2, driver.now, answer=said, by="Ada", note="I asked them")
    return driver


def test_an_unknown_outcome_that_happened_is_done_and_the_run_goes_on() -> None:
    driver = answer(unknown(), "done")
    driver.execution.step_done(2, driver.now, port="out", value=driver.value(), facts={"reviewed_by": "Ada"})
    assert driver.run().statuses() == {"start": "done", "a": "done", "b": "done"}
    body = driver.events(EventKind.REVIEW_ANSWERED)[0]
    assert (body["step"], body["answer"], body["by"], body["note"]) == (2, "done", "Ada", "I asked them")


def test_an_unknown_outcome_is_tried_again_with_the_same_key() -> None:
    driver = answer(unknown(), "retry")
    assert state_of(again(driver)) == state_of(driver.execution)
    first = driver.commands[0]
    driver.run()
    second = driver.commands[1]
    assert (second.attempt, second.key) == (2, first.key)  # type: ignore[union-attr]
    assert driver.execution.status is RunStatus.DONE


@pytest.mark.parametrize(("on_error", "status"), [("fail", RunStatus.FAILED), ("continue", RunStatus.DONE)])
def test_an_unknown_outcome_that_did_not_happen_fails_as_the_step_says(on_error: str, status: RunStatus) -> None:
    driver = answer(unknown(on_error=on_error), "fail")
    driver.execution.step_failed(2, driver.now, error=failure("not_done"), jitter=0.0)
    assert driver.run().execution.status is status


def test_only_an_open_unknown_outcome_is_answered() -> None:
    driver = answer(unknown(), "retry")
    with pytest.raises(TransitionRefused):
        answer(driver, "retry")
    stopped = unknown()
    stopped.execution.cancel(stopped.now, by="Ada", reason="")
    with pytest.raises(TransitionRefused):
        answer(stopped, "retry")


def test_an_answer_given_during_a_pause_is_acted_on_after_it() -> None:
    driver = answer(hold(unknown()), "retry")
    assert driver.run().asked == ["a@#1"]
    assert go_on(driver).run().asked == ["a@#1", "a@#2", "b@#1"]


# -- kept ----------------------------------------------------------------------------------------------------------


def kept(*nodes: str, port: str = "out") -> dict[str, Any]:
    entries = [{"node": node, "scope": "", "port": port, "value": KEPT} for node in nodes]
    return {"kept": entries, "kept_from": "earlier"}


def test_a_kept_step_is_done_when_its_turn_comes_with_the_value_of_the_earlier_run() -> None:
    two = plan([step("a"), step("b", "text", config={"value": {"$expr": "a"}})], "start > a > b")
    driver = Driver(two).start(**kept("a")).run()
    assert driver.asked == ["b@#1"]
    assert driver.execution.names(driver.step("b").step) == {"a": ValueRef.from_json(KEPT)}
    done = driver.events(EventKind.STEP_DONE)[0]
    assert (done["node"], done["attempt"], done["facts"]) == ("a", 0, {"kept_from": "earlier"})
    assert state_of(again(driver)) == state_of(driver.execution)


def test_a_kept_step_leads_on_by_the_port_it_took() -> None:
    branch = plan([step("check", "branch"), step("b"), step("c")], "start > check", "check.yes > b", "check.no > c")
    driver = Driver(branch).start(**kept("check", port="no")).run()
    assert driver.statuses() == {"start": "done", "check": "done", "b": "skipped", "c": "done"}


def test_a_kept_container_opens_no_items() -> None:
    inside = plan([step("each", "each"), step("in", parent="each"), step("after")], "start > each > after")
    driver = Driver(inside).start(**kept("each")).run()
    assert driver.asked == ["after@#1"]
    assert driver.execution.status is RunStatus.DONE


def test_a_kept_step_that_is_not_reached_or_is_off_stays_skipped() -> None:
    nodes = [step("check", "branch"), step("b"), step("o", off=True)]
    driver = Driver(plan(nodes, "start > check", "check.yes > b", "check.no > o"), {"check": "no"})
    assert driver.start(**kept("b", "o")).run().statuses()["b"] == "skipped"
    assert driver.statuses()["o"] == "skipped"


def test_a_paused_run_keeps_nothing_new() -> None:
    driver = Driver(plan([step("a")], "start > a")).start(**kept("a"))
    assert hold(driver).run().statuses()["a"] == "pending"
    assert go_on(driver).run().execution.status is RunStatus.DONE


# -- one step alone ------------------------------------------------------------------------------------------------


def test_of_a_trial_only_the_one_step_runs_with_what_it_is_given() -> None:
    nodes = [step("a"), step("b", "text", config={"value": {"$text": "{{ a }} {{ c }}"}}), step("d")]
    driver = Driver(plan(nodes, "start > a > b > d")).start(only="b", given={"a": KEPT}).run()
    assert driver.statuses() == {"start": "done", "b": "done"}
    assert driver.asked == ["b@#1"]
    assert driver.execution.names(2) == {"a": ValueRef.from_json(KEPT)}
    assert driver.execution.status is RunStatus.DONE
    assert state_of(again(driver)) == state_of(driver.execution)


def test_a_trial_of_a_step_inside_a_for_each_is_given_its_item() -> None:
    nodes = [step("each", "each"), step("in", "text", parent="each", config={"value": {"$expr": "item"}})]
    driver = Driver(plan(nodes, "start > each")).start(only="in", given={"item": KEPT}).run()
    assert driver.execution.names(2) == {"item": ValueRef.from_json(KEPT)}
    assert driver.statuses() == {"start": "done", "in": "done"}


def test_a_trial_of_a_for_each_runs_its_items() -> None:
    nodes = [step("each", "each"), step("x", parent="each"), step("y", parent="each"), step("after")]
    driver = Driver(plan(nodes, "start > each > after", "x > y")).start(only="each").run()
    assert "y@each.1" in driver.statuses()
    assert "after" not in driver.statuses()
    assert driver.execution.status is RunStatus.DONE


def test_a_trial_that_fails_fails_the_run() -> None:
    driver = Driver(plan([step("a", on_error="path"), step("b")], "start > a", "a.error > b"), {"a": failure()})
    assert driver.start(only="a").run().statuses() == {"start": "done", "a": "failed"}
    assert driver.execution.status is RunStatus.DONE
    failed = Driver(plan([step("a")], "start > a"), {"a": failure()}).start(only="a").run()
    assert failed.execution.status is RunStatus.FAILED


def test_there_is_no_trial_of_a_step_that_does_not_exist() -> None:
    with pytest.raises(HistoryInvalid):
        Driver(plan([step("a")], "start > a")).start(only="nothing")


def test_the_retry_of_a_trial_waits_as_any_other() -> None:
    tried = plan([step("a", attempts=2)], "start > a")
    driver = Driver(tried, {"a@#1": failure(retryable=True)}).start(only="a").run()
    assert driver.execution.next_timer() == NOW + timedelta(seconds=0.5)
    assert driver.later(1).run().asked == ["a@#1", "a@#2"]
