"""What a step costs does not depend on how large the graph or how long the run is.

Counted in bytecode instructions of the engine, so that a busy machine changes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from orchestrator.engine.execution import Execution
from orchestrator.engine.plan import Plan
from orchestrator.engine.state import RunStatus
from tests.unit.engine.building import NOW, Driver, plan, step

SMALL, LARGE = 50, 1_000
ALLOWED = 1.15


class Counter:
    instructions = 0


@contextmanager
def counted() -> Iterator[Counter]:
    counter = Counter()

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        if "orchestrator/engine" not in frame.f_code.co_filename:
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        if event == "opcode":
            counter.instructions += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield counter
    finally:
        sys.settrace(before)


def chain(length: int) -> Plan:
    names = [f"n{number}" for number in range(length)]
    return plan([step(name) for name in names], " > ".join(["start", *names]))


def fan(width: int) -> Plan:
    names = [f"n{number}" for number in range(width)]
    return plan([step("join"), *(step(name) for name in names)], *(f"start > {name} > join" for name in names))


def items(count: int) -> Plan:
    config = {"items": {"$expr": "trigger"}, "concurrency": 4}
    return plan([step("each", "each", config=config), step("a", parent="each")], "start > each")


def rounds(count: int) -> Plan:
    return plan(
        [step("work"), step("check", "branch"), step("end")],
        "start > work > check",
        f"check.no >> work {count + 1}",
        "check.yes > end",
    )


def race(width: int) -> Plan:
    """The first of many comes in; the others are cancelled."""
    names = [f"n{number}" for number in range(width)]
    return plan(
        [step("join", join="any", cancel_rest=True), *(step(name) for name in names)],
        *(f"start > {name} > join" for name in names),
    )


def races(count: int) -> Plan:
    """One race in each round: what is cancelled in one costs nothing in the next."""
    return plan(
        [step("work"), step("x"), step("y"), step("j", join="any", cancel_rest=True), step("check", "branch")],
        "start > work > x > j > check",
        "work > y > j",
        f"check.no >> work {count + 1}",
    )


SHAPES = [chain, fan, items, rounds, race, races]


def answers(size: int) -> dict[str, Any]:
    return {"each": size, "check": "no", f"check@work~{size - 1}": "yes"}


def live(driver: Driver) -> None:
    """One answer at a time, as results come in: decide after each."""
    while driver.execution.status is RunStatus.RUNNING:
        for command in driver.execution.decide(NOW):
            driver.flying[command.step] = command
        driver.execution.next_timer()
        for number in driver.execution.to_cancel():
            driver.execution.step_cancelled(number, NOW)
            driver.flying.pop(number, None)
        if driver.flying:
            driver.answer(driver.flying[next(iter(driver.flying))])


@pytest.mark.parametrize("shape", SHAPES)
def test_deciding_and_folding_cost_the_same_per_step_in_small_and_large_runs(shape: Callable[[int], Plan]) -> None:
    costs = []
    for size in (SMALL, LARGE):
        driver = Driver(shape(size), answers(size)).start()
        with counted() as counter:
            live(driver)
        assert driver.execution.status is RunStatus.DONE
        costs.append(counter.instructions / size)
    assert costs[1] < costs[0] * ALLOWED, costs


@pytest.mark.parametrize("shape", SHAPES)
def test_folding_a_log_costs_the_same_per_event_in_small_and_large_runs(shape: Callable[[int], Plan]) -> None:
    costs = []
    for size in (SMALL, LARGE):
        driver = Driver(shape(size), answers(size)).start()
        live(driver)
        driver.keep()
        with counted() as counter:
            Execution(driver.plan, driver.log)
        costs.append(counter.instructions / len(driver.log))
    assert costs[1] < costs[0] * ALLOWED, costs


def test_names_are_found_without_looking_at_the_rest_of_the_run() -> None:
    costs = []
    for size in (SMALL, LARGE):
        names = [f"n{number}" for number in range(size)]
        last = step("last", "text", config={"value": {"$expr": "n0 + trigger"}})
        long = plan([*(step(name) for name in names), last], " > ".join(["start", *names, "last"]))
        driver = Driver(long).start()
        live(driver)
        number = driver.step("last").step
        with counted() as counter:
            driver.execution.names(number)
        costs.append(counter.instructions)
    assert costs[0] == costs[1]
