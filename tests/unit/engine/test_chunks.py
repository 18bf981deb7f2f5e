"""A long for each in chunks: what the parent decides, and what the run of one chunk is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.engine.chunks import MOST_OPEN, inside_plan, light_body
from orchestrator.engine.commands import JoinChunks, OpenChunk, OpenItems, RunItems, StartStep, StopChildren
from orchestrator.engine.errors import HistoryInvalid, StepError, TransitionRefused
from orchestrator.engine.events import Constant, EventKind, ItemRef, ValueRef, binding_from_json, binding_json
from orchestrator.engine.execution import Execution
from orchestrator.engine.plan import Plan
from orchestrator.engine.state import RunStatus, StepStatus
from tests.unit.engine.building import NOW, Driver, failure, named, plan, state_of, step


def loop(*, on_error: str = "stop", concurrency: int = 4, **more: Any) -> Plan:
    config = {"items": {"$expr": "trigger"}, "on_item_error": on_error, "concurrency": concurrency}
    return plan(
        [
            step("orders", "each", config=config, **more),
            step("a", "text", parent="orders", config={"value": {"$text": "{{ item }} {{ before }} {{ run }}"}}),
            step("before"),
            step("after"),
        ],
        "start > before > orders > after",
    )


ORDERS = 3
"""The number of the container's step."""


def opened(count: int, **settings: Any) -> Driver:
    return Driver(loop(**settings), {"orders": count}, cuts=True).start().run()


def chunks(driver: Driver) -> list[int]:
    return [command.chunk for command in driver.told if isinstance(command, OpenChunk)]


def stopped(driver: Driver) -> list[tuple[int, ...]]:
    return [command.chunks for command in driver.told if isinstance(command, StopChildren)]


def end(driver: Driver, chunk: int, *, ok: int = 500, failed: int = 0, error: StepError | None = None) -> Driver:
    value = None if error else ValueRef(id=1, digest=f"of {chunk}", run=f"child {chunk}")
    driver.execution.chunk_ended(ORDERS, driver.now, chunk=chunk, ok=ok, failed=failed, value=value, error=error)
    return driver.run()


def test_five_hundred_items_are_worked_on_here_and_more_in_runs_of_their_own() -> None:
    assert chunks(opened(500)) == []
    assert chunks(opened(501)) == [0, 1]


@pytest.mark.parametrize(("concurrency", "open"), [(1, 1), (4, 4), (100, MOST_OPEN)])
def test_no_more_chunks_are_open_than_the_concurrency_allows(concurrency: int, open: int) -> None:
    driver = opened(10_000, concurrency=concurrency)
    assert chunks(driver) == list(range(open))
    end(driver, 0)
    assert chunks(driver) == list(range(open + 1))


def test_the_pieces_are_joined_in_the_order_of_the_list_not_of_their_ends() -> None:
    driver = opened(1_200)
    for chunk in (2, 0, 1):
        end(driver, chunk)
    joins = [command for command in driver.commands if isinstance(command, JoinChunks)]
    assert [ref.run for ref in joins[0].pieces] == ["child 0", "child 1", "child 2"]
    assert (joins[0].count, joins[0].failed) == (1_200, 0)
    assert driver.statuses()["after"] == "done"


def test_the_run_waits_while_its_chunks_are_worked_on() -> None:
    driver = opened(1_200)
    assert driver.execution.status is RunStatus.WAITING
    assert driver.execution.idle()


def test_a_failed_chunk_stops_the_others_and_fails_the_container_after_them() -> None:
    driver = opened(10_000, concurrency=3)
    end(driver, 1, ok=200, failed=1, error=failure("item_failed", details={"index": 700, "done": 200}))
    assert stopped(driver) == [(0, 2)]
    assert driver.step("orders").status is StepStatus.RUNNING
    end(driver, 0, ok=500)
    end(driver, 2, ok=0, error=failure("child_cancelled"))
    assert chunks(driver) == [0, 1, 2]
    error = driver.execution.error
    assert error is not None
    assert (error.code, error.details) == ("item_failed", {"index": 700, "done": 700})


def test_the_error_exit_of_the_container_takes_a_failed_chunk() -> None:
    config = {"items": {"$expr": "trigger"}}
    path = plan(
        [step("orders", "each", config=config, on_error="path"), step("a", parent="orders"), step("tell")],
        "start > orders",
        "orders.error > tell",
    )
    driver = Driver(path, {"orders": 600}, cuts=True).start().run()
    for chunk in (0, 1):
        driver.execution.chunk_ended(2, NOW, chunk=chunk, ok=0, failed=1, value=None, error=failure())
        driver.run()
    assert (driver.statuses()["tell"], driver.execution.status) == ("done", RunStatus.DONE)


def test_a_stopped_run_tells_its_chunks_and_ends_after_the_last_of_them() -> None:
    driver = opened(1_200)
    driver.execution.cancel(NOW, by="Maria", reason="")
    driver.run()
    assert stopped(driver) == [(0, 1, 2)]
    for chunk in (0, 1):
        end(driver, chunk, ok=0, error=failure("child_cancelled"))
    assert driver.execution.status is not RunStatus.CANCELLED
    end(driver, 2)
    assert driver.statuses()["orders"] == "cancelled"
    assert driver.execution.status is RunStatus.CANCELLED


def test_a_chunk_ends_once() -> None:
    driver = opened(1_200)
    end(driver, 1)
    with pytest.raises(TransitionRefused):
        end(driver, 1)
    with pytest.raises(TransitionRefused):
        end(driver, 7)


def test_a_run_that_is_taken_up_again_starts_no_chunk_twice() -> None:
    driver = opened(10_000, concurrency=2)
    again = Execution(driver.plan, driver.log)
    assert again.decide(NOW) == []
    assert again.open_chunks() == [ORDERS]
    again.chunk_ended(ORDERS, NOW, chunk=0, ok=500, failed=0, value=ValueRef(id=1, digest="d", run="c"), error=None)
    assert [command.chunk for command in again.decide(NOW) if isinstance(command, OpenChunk)] == [2]


def test_a_paused_run_starts_no_further_chunk_until_it_is_resumed() -> None:
    driver = opened(10_000, concurrency=2)
    driver.execution.pause(NOW, by="Maria", reason="")
    end(driver, 0)
    end(driver, 1)
    assert chunks(driver) == [0, 1]
    again = Execution(driver.plan, driver.log)
    again.resume(NOW, by="Maria")
    assert [command.chunk for command in again.decide(NOW) if isinstance(command, OpenChunk)] == [2, 3]


def test_a_run_that_is_stopped_while_it_is_paused_ends_without_further_chunks() -> None:
    driver = opened(10_000, concurrency=2)
    driver.execution.pause(NOW, by="Maria", reason="")
    end(driver, 0)
    end(driver, 1)
    driver.execution.cancel(NOW, by="Maria", reason="")
    driver.run()
    assert (chunks(driver), driver.execution.status) == ([0, 1], RunStatus.CANCELLED)


@given(st.data())
def test_whatever_the_order_of_ends_the_log_alone_gives_the_same_run(data: st.DataObject) -> None:
    driver = opened(data.draw(st.integers(501, 6_000)), concurrency=data.draw(st.integers(1, 10)))
    while driver.execution.open_chunks() and driver.step("orders").status is StepStatus.RUNNING:
        inside = {command.chunk for command in driver.told if isinstance(command, OpenChunk)}
        ended = {event["chunk"] for event in driver.events(EventKind.CHUNK_ENDED)}
        chunk = data.draw(st.sampled_from(sorted(inside - ended)))
        failed = data.draw(st.integers(0, 9)) == 9
        end(driver, chunk, error=failure() if failed else None)
        if data.draw(st.integers(0, 20)) == 20 and driver.execution.status is RunStatus.WAITING:
            driver.execution.cancel(NOW, by="Maria", reason="")
            driver.run()
    assert driver.execution.status in (RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED)
    assert state_of(Execution(driver.plan, driver.log)) == state_of(driver.execution)


# the run of one chunk


def child_of(parent: Driver, chunk: int, size: int) -> Execution:
    names = parent.execution.names_inside(ORDERS)
    child = Execution(inside_plan(parent.plan, "orders"))
    body = {
        "mode": "live",
        "items": {"base": 500 * chunk, "count": size},
        "names": {name: binding_json(binding, "parent") for name, binding in names.items()},
    }
    child.start(start_node="orders", input=ValueRef(id=0, digest="slice"), at=NOW, body=body)
    return child


def test_a_chunk_runs_only_the_inside_with_the_indexes_of_the_whole_list() -> None:
    child = child_of(opened(1_200), 2, 200)
    (command,) = child.decide(NOW)
    assert isinstance(command, RunItems)
    assert (command.base, command.count, command.items) == (1_000, 200, ValueRef(id=0, digest="slice"))
    child.items_opened(1, NOW, value=command.items, count=200)
    started = [each for each in child.decide(NOW) if isinstance(each, StartStep)]
    assert [each.scope for each in started] == [f"orders.{index}" for index in range(1_000, 1_004)]


def test_names_from_outside_are_those_of_the_parent() -> None:
    parent = opened(1_200)
    child = child_of(parent, 2, 200)
    child.decide(NOW)
    child.items_opened(1, NOW, value=ValueRef(id=0, digest="slice"), count=200)
    (first, *_) = [each for each in child.decide(NOW) if isinstance(each, StartStep)]
    names = child.names(first.step)
    before = parent.step("before").value
    assert isinstance(before, ValueRef)
    assert names["item"] == ItemRef(list=ValueRef(id=0, digest="slice"), index=0)
    assert names["before"] == ValueRef(id=before.id, digest=before.digest, run="parent")
    assert names["run"] == parent.execution.names_inside(ORDERS)["run"]


def test_items_done_at_once_end_the_run_and_are_its_output() -> None:
    child = child_of(opened(1_200), 0, 500)
    child.decide(NOW)
    child.items_done(1, NOW, value=ValueRef(id=1, digest="all"), ok=499, failed=1, failures=[])
    assert child.decide(NOW) == []
    assert (child.status, child.output()) == (RunStatus.DONE, ValueRef(id=1, digest="all"))
    assert child.steps[1].facts == {"items": 500, "failed": 1}
    assert state_of(Execution(inside_plan(loop(), "orders"), child.take_events())) == state_of(child)


def test_a_chunk_of_something_that_is_no_for_each_is_refused() -> None:
    with pytest.raises(HistoryInvalid):
        Execution(loop()).start(
            start_node="before",
            input=ValueRef(id=0, digest="d"),
            at=NOW,
            body={"items": {"base": 0, "count": 1}, "names": {}},
        )


@pytest.mark.parametrize(
    ("inside", "light"),
    [
        ([step("a", parent="orders"), step("b", parent="orders")], True),
        ([step("a", "keyed", parent="orders")], False),
        ([step("a", "pure", parent="orders"), step("b", "slow", parent="orders")], False),
        ([step("a", "each", parent="orders"), step("b", parent="a")], False),
    ],
)
def test_only_plain_pure_steps_are_run_at_a_stretch(inside: list[Any], light: bool) -> None:
    body = light_body(plan([step("orders", "each"), *inside], "start > orders"), "orders")
    assert (body is not None) is light


@pytest.mark.parametrize(
    "binding",
    [
        Constant(json={"n": None}),
        ValueRef(id=3, digest="d"),
        ValueRef(id=3, digest="d", run="elsewhere"),
        ItemRef(list=ValueRef(id=3, digest="d"), index=7),
    ],
)
def test_a_binding_that_another_run_uses_names_the_run_that_keeps_it(binding: Any) -> None:
    read = binding_from_json(binding_json(binding, "mine"))
    refs = [read.list] if isinstance(read, ItemRef) else [read] if isinstance(read, ValueRef) else []
    assert all(ref.run in ("mine", "elsewhere") for ref in refs)
    assert binding_json(read, "other") == binding_json(binding, "mine")


# called workflows


def called() -> Driver:
    driver = Driver(plan([step("call", "keyed", attempts=2), step("after")], "start > call > after"), {"call": None})
    driver.start().run()
    driver.execution.step_started(2, NOW, key="k")
    driver.flying.clear()
    driver.execution.step_waiting(2, NOW, wait={"kind": "child", "run": "c1", "title": "Billing"})
    return driver.run()


def test_a_step_that_waits_for_a_child_is_not_cancelled_before_the_child_has_ended() -> None:
    driver = called()
    driver.execution.cancel(NOW, by="Maria", reason="")
    driver.run()
    assert [command.runs for command in driver.told if isinstance(command, StopChildren)] == [("c1",)]
    assert (driver.statuses()["call"], driver.execution.status) == ("waiting", RunStatus.WAITING)
    driver.execution.step_cancelled(2, NOW)
    driver.run()
    assert driver.execution.status is RunStatus.CANCELLED


def test_a_step_that_waits_for_its_next_attempt_has_no_child_to_stop() -> None:
    driver = called()
    driver.execution.step_failed(2, NOW, error=failure(retryable=True), jitter=0.5)
    driver.run()
    driver.execution.cancel(NOW, by="Maria", reason="")
    driver.run()
    assert not driver.told
    assert driver.execution.status is RunStatus.CANCELLED


def test_the_output_of_a_run_is_what_its_last_step_gave() -> None:
    one = Driver(plan([step("a"), step("b")], "start > a > b")).start().run()
    assert one.execution.output() == one.step("b").value
    two = Driver(plan([step("a", "branch"), step("b"), step("c")], "start > a", "a.yes > b", "a.no > c"), {"a": "no"})
    two.start().run()
    assert two.execution.output() == {"c": two.step("c").value}


def test_commands_are_named_for_what_they_ask() -> None:
    driver = opened(3)
    assert [named(each) for each in driver.commands if isinstance(each, OpenItems)] == ["open orders@"]
