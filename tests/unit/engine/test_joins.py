"""Joins that wait for one line or for some: the first win, the late are absorbed, the needless are cancelled."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.events import EventKind
from orchestrator.engine.graph import Node
from orchestrator.engine.plan import Plan
from orchestrator.engine.state import RunStatus
from tests.unit.engine.building import NOW, Answer, Driver, failure, plan, state_of, step


def race(*more: str, extra: tuple[Node, ...] = (), **join: Any) -> Plan:
    join = {"join": "any", **join}
    names = [step("x"), step("y"), step("z"), step("j", "text", config={"value": {"$text": "{{ x }}{{ y }}"}}, **join)]
    return plan([*names, step("after"), *extra], *(f"start > {key} > j" for key in "xyz"), "j > after", *more)


def test_the_first_line_taken_is_enough_and_the_others_are_absorbed() -> None:
    driver = Driver(race(), {"x": None, "y": "out", "z": None}).start().run()
    statuses = driver.statuses()
    assert (statuses["j"], statuses["after"]) == ("done", "done")
    assert driver.execution.status is RunStatus.RUNNING
    driver.answers |= {"x": "out", "z": "out"}
    driver.run()
    assert driver.asked.count("j@#1") == 1
    assert driver.asked.count("after@#1") == 1
    assert driver.execution.status is RunStatus.DONE


def test_what_has_not_ended_when_a_join_fires_is_empty_for_its_step_at_whatever_time() -> None:
    driver = Driver(race(), {"x": "out", "y": None, "z": None, "j": None}).start().run()
    names = {"x": driver.step("x").value}
    assert driver.execution.names(driver.step("j").step) == names
    driver.answers["y"] = "out"
    driver.run()
    assert driver.step("y").status == "done"
    assert driver.execution.names(driver.step("j").step) == names


def test_a_join_for_any_is_skipped_when_no_line_can_come_any_more() -> None:
    nothing = plan(
        [step("if", "branch"), step("x"), step("y"), step("j", join="any")],
        "start > if",
        "if.yes > x > j",
        "if.yes > y > j",
    )
    driver = Driver(nothing, {"if": "no"}).start().run()
    assert driver.statuses()["j"] == "skipped"
    assert driver.execution.status is RunStatus.DONE


@pytest.mark.parametrize(("done", "runs"), [("x", False), ("xy", True), ("xyz", True)])
def test_a_join_for_some_runs_with_the_nth_line(done: str, runs: bool) -> None:
    driver = Driver(race(join="n", join_count=2), {**dict.fromkeys("xyz"), **dict.fromkeys(done, "out")})
    driver.start().run()
    assert driver.asked.count("j@#1") == int(runs)


def test_a_join_that_too_few_lines_can_reach_is_skipped_and_says_why() -> None:
    some = plan(
        [
            step("if", "branch"),
            step("x"),
            step("y", on_error="path"),
            step("z"),
            step("tell"),
            step("j", join="n", join_count=2),
            step("after"),
        ],
        "start > x > j > after",
        "start > y > j",
        "y.error > tell",
        "start > if",
        "if.yes > z > j",
    )
    driver = Driver(some, {"if": "no", "y": failure()}).start().run()
    assert driver.statuses()["j"] == "skipped"
    reasons = {event["node"]: event.get("reason") for event in driver.events(EventKind.STEP_SKIPPED)}
    assert reasons == {"z": None, "j": "join_unmet", "after": None}
    assert driver.execution.status is RunStatus.DONE


def test_a_join_is_found_unreachable_before_the_last_line() -> None:
    driver = Driver(
        plan(
            [step("if", "branch"), step("x"), step("y"), step("z"), step("j", join="n", join_count=2)],
            "start > if",
            "if.yes > x > j",
            "if.yes > y > j",
            "start > z > j",
        ),
        {"if": "no", "z": None},
    )
    driver.start().run()
    assert driver.statuses()["j"] == "skipped"
    driver.answers["z"] = "out"
    assert driver.run().execution.status is RunStatus.DONE


# cancelling the rest


def test_the_rest_is_cancelled_in_flight_waiting_or_not_begun() -> None:
    cancelling = plan(
        [
            step("x"),
            step("y", "keyed"),
            step("w"),
            step("late"),
            step("j", join="any", cancel_rest=True),
            step("after"),
        ],
        "start > x > j",
        "start > y > j",
        "start > w > late > j",
        "j > after",
    )
    driver = Driver(cancelling, {"x": None, "y": None, "w": None}).start()
    driver.turn()
    driver.execution.step_waiting(driver.flying.pop(4).step, NOW, wait={"kind": "person"})
    driver.answers["x"] = "out"
    driver.run()
    assert driver.statuses() == {
        "start": "done",
        "x": "done",
        "y": "cancelled",
        "w": "cancelled",
        "late": "skipped",
        "j": "done",
        "after": "done",
    }
    assert driver.events(EventKind.STEP_SKIPPED)[0]["reason"] == "cancelled"
    assert driver.execution.status is RunStatus.DONE
    assert driver.execution.to_cancel() == frozenset()


def test_only_what_leads_nowhere_else_is_rest() -> None:
    both = race("y > other", "after > end", extra=(step("other"), step("end")), cancel_rest=True)
    assert both.nodes["j"].rest == ("x", "z")
    driver = Driver(both, {"x": "out", "y": None, "z": None}).start().run()
    assert driver.statuses()["z"] == "cancelled"
    driver.answers["y"] = "out"
    driver.run()
    assert driver.statuses()["other"] == "done"


def test_a_loop_and_a_for_each_are_cancelled_whole() -> None:
    whole = plan(
        [
            step("x"),
            step("work"),
            step("check", "branch"),
            step("orders", "each"),
            step("a", parent="orders"),
            step("j", join="any", cancel_rest=True),
        ],
        "start > x > j",
        "start > work > check",
        "check.no >> work",
        "check.yes > j",
        "start > orders > j",
    )
    assert whole.nodes["j"].rest == ("orders", "start", "work", "x")
    driver = Driver(whole, {"x": None, "check": None, "a": None}).start().run()
    driver.answers["x"] = "out"
    driver.run()
    assert driver.statuses() == {
        "start": "done",
        "x": "done",
        "work@work~0": "done",
        "orders": "cancelled",
        "j": "done",
        "check@work~0": "cancelled",
        "a@orders.0": "cancelled",
        "a@orders.1": "cancelled",
    }
    assert driver.execution.status is RunStatus.DONE


def test_a_result_that_comes_in_spite_of_the_cancelling_takes_no_line() -> None:
    driver = Driver(race(cancel_rest=True), {"x": "out", "y": None, "z": None}).start()
    driver.execution.decide(NOW)
    driver.execution.step_done(2, NOW, port="out", value=driver.value(), facts={})
    assert driver.execution.to_cancel() == {3, 4}
    driver.execution.step_done(3, NOW, port="out", value=driver.value(), facts={})
    driver.execution.step_failed(4, NOW, error=failure(retryable=True), jitter=0)
    driver.run()
    assert driver.statuses() == {
        "start": "done",
        "x": "done",
        "y": "done",
        "z": "failed",
        "j": "done",
        "after": "done",
    }
    assert driver.execution.status is RunStatus.DONE


def test_an_unknown_outcome_is_left_to_be_looked_at_and_nobody_waits_for_it() -> None:
    unknown = plan(
        [step("x"), step("y", "at_most_once"), step("j", join="any", cancel_rest=True)],
        "start > x > j",
        "start > y > j",
    )
    driver = Driver(unknown, {"x": None, "y": None}).start()
    driver.turn()
    driver.execution.step_started(3, NOW, key="y@")
    driver.execution.step_unknown(3, NOW)
    del driver.flying[3]
    driver.answers["x"] = "out"
    driver.run()
    assert driver.statuses() == {"start": "done", "x": "done", "y": "needs_review", "j": "done"}
    assert driver.execution.status is RunStatus.DONE


# in rounds


def racing_rounds(**join: Any) -> Plan:
    return plan(
        [step("work"), step("x"), step("y"), step("j", join="any", **join), step("check", "branch"), step("end")],
        "start > work > x > j",
        "work > y > j > check",
        "check.no >> work",
        "check.yes > end",
    )


def test_a_late_line_is_absorbed_in_its_round_and_the_round_waits_for_it() -> None:
    answers: dict[str, Answer] = {"check@work~0": "no", "check@work~1": "yes", "y": None}
    driver = Driver(racing_rounds(), answers).start().run()
    assert driver.step("check", "work~0").status == "done"
    assert "work@work~1" not in driver.statuses()
    answers["y@work~0"] = "out"
    driver.answers = answers
    driver.run()
    assert driver.asked.count("j@work~1#1") == 1
    assert "end" not in driver.statuses()
    driver.answers["y"] = "out"
    driver.run()
    assert [event["node"] for event in driver.events(EventKind.STEP_DONE)].count("j") == 2
    assert driver.execution.status is RunStatus.DONE


def test_a_cancelled_loser_does_not_hold_up_its_round() -> None:
    driver = Driver(racing_rounds(cancel_rest=True), {"check@work~0": "no", "check@work~1": "yes", "y": None})
    driver.start().run()
    assert [driver.statuses()[f"y@work~{number}"] for number in range(2)] == ["cancelled", "cancelled"]
    assert driver.execution.status is RunStatus.DONE
    assert state_of(type(driver.execution)(driver.plan, driver.log)) == state_of(driver.execution)


def test_a_header_can_be_a_join_for_any_of_the_ways_into_its_loop() -> None:
    entered = plan(
        [step("x"), step("y"), step("work", join="any", cancel_rest=True), step("check", "branch"), step("end")],
        "start > x > work",
        "start > y > work > check",
        "check.no >> work",
        "check.yes > end",
    )
    driver = Driver(entered, {"y": None, "check@work~0": "no", "check@work~1": "yes"}).start().run()
    assert driver.statuses()["y"] == "cancelled"
    assert driver.asked.count("work@work~1#1") == 1
    assert driver.execution.status is RunStatus.DONE


def test_a_step_that_can_be_undone_is_rest_like_any_other() -> None:
    undoing = race("x.undo > no_x", extra=(step("no_x"),), cancel_rest=True)
    assert undoing.nodes["j"].rest == ("start", "x", "y", "z")
