"""Running up to a step: only what leads there exists."""

from __future__ import annotations

import pytest

from orchestrator.engine.errors import HistoryInvalid
from orchestrator.engine.execution import Execution
from orchestrator.engine.plan import Plan
from orchestrator.engine.state import RunStatus
from tests.unit.engine.building import Answer, Driver, failure, plan, state_of, step


def ran(plan: Plan, until: str, answers: dict[str, Answer] | None = None) -> dict[str, str]:
    driver = Driver(plan, dict(answers or {})).start(until=until).run()
    assert driver.execution.status is RunStatus.DONE
    assert state_of(Execution(plan, driver.log)) == state_of(driver.execution)
    return driver.statuses()


def test_only_the_step_and_what_leads_to_it_run() -> None:
    wide = plan(
        [step("other", "start"), step("a"), step("b"), step("c"), step("d"), step("e")],
        "start > a > b > c",
        "a > d > c",
        "start > e",
        "other > e",
    )
    assert ran(wide, "b") == {"start": "done", "a": "done", "b": "done"}
    assert ran(wide, "c") == dict.fromkeys(["start", "a", "b", "d", "c"], "done")


def test_a_start_that_does_not_lead_there_cannot_begin_such_a_run() -> None:
    two = plan([step("other", "start"), step("a"), step("b")], "start > a", "other > b")
    with pytest.raises(HistoryInvalid):
        Driver(two).start(until="b")
    with pytest.raises(HistoryInvalid):
        Driver(two).start(until="ghost")


def test_a_for_each_on_the_way_runs_whole_and_one_around_the_step_as_far_as_it() -> None:
    items = plan(
        [step("orders", "each"), step("a", parent="orders"), step("b", parent="orders"), step("c")],
        "start > orders > c",
        "a > b",
    )
    assert set(ran(items, "c")) == {"start", "orders", "c", *(f"{key}@orders.{n}" for key in "ab" for n in range(2))}
    assert set(ran(items, "orders")) == {"start", "orders", *(f"{key}@orders.{n}" for key in "ab" for n in range(2))}
    assert set(ran(items, "a")) == {"start", "orders", "a@orders.0", "a@orders.1"}


LOOP = plan(
    [step("work"), step("x"), step("check", "branch"), step("log"), step("end")],
    "start > work > x > check",
    "work > log > end",
    "check.no >> work",
    "check.yes > end",
)


def test_a_loop_on_the_way_runs_to_its_end() -> None:
    answers: dict[str, Answer] = {"check@work~0": "no", "check@work~1": "yes"}
    assert set(ran(LOOP, "log", answers)) == {
        "start",
        "log",
        *(f"{key}@work~{number}" for key in ("work", "x", "check") for number in range(2)),
    }


def test_a_loop_around_the_step_ends_with_it() -> None:
    assert ran(LOOP, "check", {"check": "no"}) == {
        "start": "done",
        "work@work~0": "done",
        "x@work~0": "done",
        "check@work~0": "done",
    }
    assert ran(LOOP, "x") == {"start": "done", "work@work~0": "done", "x@work~0": "done"}


def test_a_join_on_the_way_has_all_of_its_lines() -> None:
    joined = plan(
        [step("x"), step("y"), step("z"), step("j", join="any", cancel_rest=True), step("after")],
        "start > x > j > after",
        "start > y > j",
        "start > z",
    )
    assert ran(joined, "j", {"y": None}) == {"start": "done", "x": "done", "y": "cancelled", "j": "done"}


def test_what_undoes_a_step_comes_with_it() -> None:
    undoing = plan(
        [step("a", "keyed"), step("no_a", "keyed"), step("b", on_error="compensate"), step("c")],
        "start > a > b > c",
        "a.undo > no_a",
    )
    driver = Driver(undoing, {"b": failure()}).start(until="b").run()
    assert driver.asked[-1] == "no_a@undo#1"
