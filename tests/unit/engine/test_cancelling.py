"""Steps that end the run, and steps that cancel others."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.events import EventKind
from orchestrator.engine.execution import Execution
from orchestrator.engine.graph import Node
from orchestrator.engine.state import RunStatus
from tests.unit.engine.building import NOW, Driver, failure, plan, state_of, step


def cancel(*keys: str, key: str = "stop", **more: Any) -> Node:
    return step(key, "cancel", config={"steps": list(keys)}, **more)


def test_an_end_ends_the_run_as_done_and_cancels_what_is_active() -> None:
    wide = plan([step("a"), step("b"), step("end", "end"), step("c")], "start > a > end", "start > b > c")
    driver = Driver(wide, {"b": None}).start().run()
    assert driver.statuses() == {"start": "done", "a": "done", "b": "cancelled", "end": "done"}
    assert (driver.execution.status, driver.execution.error) == (RunStatus.DONE, None)
    assert driver.events(EventKind.RUN_FINISHED) == [{"status": "done", "error": None}]


def test_an_end_inside_an_item_or_a_round_ends_the_whole_run() -> None:
    deep = plan(
        [
            step("work"),
            step("orders", "each", config={"items": {"$expr": "trigger"}, "on_item_error": "collect"}),
            step("a", parent="orders"),
            step("end", "end", parent="orders"),
            step("check", "branch"),
        ],
        "start > work > orders > check",
        "a > end",
        "check.no >> work",
    )
    driver = Driver(deep, {"orders": 3, "a": None, "a@work~0/orders.1": "out"}).start().run()
    statuses = driver.statuses()
    assert statuses["end@work~0/orders.1"] == "done"
    assert statuses["a@work~0/orders.0"] == statuses["orders@work~0"] == "cancelled"
    assert driver.execution.status is RunStatus.DONE


def test_an_end_in_an_item_that_failed_already_ends_nothing() -> None:
    failed = plan(
        [
            step("orders", "each", config={"items": {"$expr": "trigger"}, "on_item_error": "drop"}),
            step("a", parent="orders"),
            step("end", "end", parent="orders"),
            step("after"),
        ],
        "start > orders > after",
    )
    driver = Driver(failed, {"orders": 1, "end": None, "a": None}).start().run()
    driver.execution.step_failed(driver.step("a", "orders.0").step, NOW, error=failure(), jitter=0)
    driver.execution.step_done(driver.step("end", "orders.0").step, NOW, port="out", value=driver.value(), facts={})
    driver.flying.clear()
    assert driver.run().statuses()["after"] == "done"


def test_a_run_that_was_ended_is_not_failed_by_what_comes_after() -> None:
    driver = Driver(plan([step("end", "end"), step("b")], "start > end", "start > b"), {"b": None}).start()
    driver.turn()
    driver.execution.step_failed(3, NOW, error=failure(), jitter=0)
    driver.flying.clear()
    assert driver.run().execution.status is RunStatus.DONE


def test_named_steps_are_cancelled_whether_active_or_yet_to_come() -> None:
    named = plan(
        [cancel("b", "d"), step("a"), step("b"), step("c"), step("d"), step("e")],
        "start > a > stop",
        "start > b > c",
        "stop > e",
        "a > d > e",
    )
    driver = Driver(named, {"b": None, "d": None}).start().run()
    assert driver.statuses() == {
        "start": "done",
        "a": "done",
        "b": "cancelled",
        "stop": "done",
        "d": "cancelled",
        "c": "skipped",
        "e": "done",
    }
    assert driver.execution.status is RunStatus.DONE


def test_what_is_done_stays_done() -> None:
    driver = Driver(plan([step("a"), cancel("a"), step("b")], "start > a > stop > b")).start().run()
    assert driver.statuses() == {"start": "done", "a": "done", "stop": "done", "b": "done"}


def test_a_step_yet_to_come_is_skipped_when_its_turn_comes() -> None:
    later = plan([cancel("b"), step("a"), step("b"), step("c")], "start > stop", "start > a > b > c")
    driver = Driver(later).start().run()
    assert {key: driver.statuses()[key] for key in "abc"} == {"a": "done", "b": "skipped", "c": "skipped"}


def test_a_for_each_and_a_loop_are_cancelled_whole() -> None:
    whole = plan(
        [
            step("a"),
            cancel("orders", "work"),
            step("orders", "each"),
            step("x", parent="orders"),
            step("work"),
            step("check", "branch"),
            step("b"),
            step("c"),
        ],
        "start > a > stop",
        "start > orders > b",
        "start > work > check",
        "check.no >> work",
        "check.yes > c",
    )
    driver = Driver(whole, {"a": None, "x": None, "check": None}).start().run()
    driver.answers["a"] = "out"
    driver.run()
    statuses = driver.statuses()
    assert {key: statuses[key] for key in ("orders", "x@orders.0", "check@work~0", "b", "c")} == {
        "orders": "cancelled",
        "x@orders.0": "cancelled",
        "check@work~0": "cancelled",
        "b": "skipped",
        "c": "skipped",
    }
    assert driver.execution.status is RunStatus.DONE


def test_a_loop_yet_to_come_is_skipped_whole() -> None:
    later = plan(
        [cancel("work"), step("a"), step("work"), step("check", "branch"), step("b")],
        "start > stop",
        "start > a > work > check",
        "check.no >> work",
        "check.yes > b",
    )
    driver = Driver(later).start().run()
    assert driver.statuses() == {"start": "done", "stop": "done", "a": "done", "work": "skipped", "b": "skipped"}


def test_only_the_own_item_is_cancelled() -> None:
    items = plan(
        [
            step("orders", "each"),
            cancel("b", parent="orders"),
            step("a", parent="orders"),
            step("b", parent="orders"),
        ],
        "start > orders",
        "a > stop",
    )
    driver = Driver(items, {"orders": 2, "a@orders.1": None, "b": None}).start().run()
    assert driver.step("b", "orders.0").status == "cancelled"
    assert driver.step("b", "orders.1").status == "pending"


def test_a_step_in_a_round_can_cancel_beside_it_and_around_the_loop() -> None:
    rounds = plan(
        [step("work"), cancel("x", "other"), step("x"), step("check", "branch"), step("other"), step("end")],
        "start > work > stop > check",
        "work > x > check",
        "check.no >> work",
        "check.yes > end",
        "start > other > end",
    )
    driver = Driver(rounds, {"x": None, "other": None, "check@work~0": "no"}).start().run()
    driver.answers["check"] = "yes"
    driver.run()
    statuses = driver.statuses()
    assert statuses["x@work~0"] == statuses["x@work~1"] == statuses["other"] == "cancelled"
    assert driver.execution.status is RunStatus.DONE


@pytest.mark.parametrize("cut", range(3, 12))
def test_a_cancelling_goes_on_in_a_new_process(cut: int) -> None:
    named = plan([cancel("b", "d"), step("a"), step("b", "keyed"), step("d")], "start > a > stop", "start > b > d")
    whole = Driver(named, {"b": None}).start().run()
    log = whole.log[:cut]
    again = Driver(named, {"b": None})
    again.values = whole.values
    again.execution = Execution(named, log)
    again.execution.recover(NOW, remote=frozenset())
    again.run()
    assert again.execution.status is RunStatus.DONE
    assert state_of(Execution(named, log + again.log)) == state_of(again.execution)
