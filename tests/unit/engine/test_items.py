"""A for_each: its inside runs once per item, so many at a time, and its result keeps the order."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.commands import CloseItems, OpenItems, StartStep
from orchestrator.engine.events import Binding, Constant, Event, ItemRef, ValueRef
from orchestrator.engine.execution import Execution
from orchestrator.engine.plan import Plan
from orchestrator.engine.state import RunStatus
from tests.unit.engine.building import NOW, Answer, Driver, failure, plan, step


def each(**config: Any) -> dict[str, Any]:
    return {"items": {"$expr": "trigger"}, **config}


def simple(*, on_error: str = "stop", concurrency: int = 4, **more: Any) -> Plan:
    return plan(
        [
            step("orders", "each", config=each(on_item_error=on_error, concurrency=concurrency), **more),
            step("a", parent="orders"),
            step("after", "text", config={"value": {"$expr": "orders"}}),
        ],
        "start > orders > after",
    )


def results(driver: Driver) -> Any:
    """The container's output, each value read as `#id`."""
    closes = [command for command in driver.commands if isinstance(command, CloseItems)]
    return closes[-1].output(read) if closes else None


def read(binding: Binding) -> Any:
    return (
        f"#{binding.id}" if isinstance(binding, ValueRef) else binding.json if isinstance(binding, Constant) else None
    )


def test_every_item_runs_in_its_own_scope_and_the_result_is_a_list() -> None:
    driver = Driver(simple(), {"orders": 3}).start().run()
    assert driver.asked == [
        "open orders@",
        "a@orders.0#1",
        "a@orders.1#1",
        "a@orders.2#1",
        "close orders@",
        "after@#1",
    ]
    assert results(driver) == ["#3", "#4", "#5"]
    assert driver.execution.status is RunStatus.DONE


def test_an_empty_list_is_done_with_an_empty_list() -> None:
    driver = Driver(simple(), {"orders": 0}).start().run()
    assert results(driver) == []
    assert driver.statuses() == {"start": "done", "orders": "done", "after": "done"}


def test_no_more_items_are_open_than_the_concurrency_allows() -> None:
    driver = Driver(simple(concurrency=2), {"orders": 5, "a": None}).start()
    driver.run()
    assert len(driver.flying) == 2
    driver.answers["a@orders.0"] = "out"
    driver.run()
    assert sorted(command.scope for command in driver.flying.values()) == ["orders.1", "orders.2"]


def test_the_order_of_results_is_that_of_the_items_not_of_finishing() -> None:
    driver = Driver(simple(concurrency=3), {"orders": 3, "a": None}).start().run()
    for index in (2, 0, 1):
        driver.answers[f"a@orders.{index}"] = "out"
        driver.run()
    assert results(driver) == ["#4", "#5", "#3"]


ORDERS: dict[str, Answer] = {"orders": 3, "a@orders.1": failure("bad_item")}


def test_stop_fails_the_container_and_opens_no_further_item() -> None:
    driver = Driver(simple(on_error="stop", concurrency=1), dict(ORDERS)).start().run()
    assert driver.statuses() == {"start": "done", "orders": "failed", "a@orders.0": "done", "a@orders.1": "failed"}
    error = driver.execution.error
    assert error is not None
    assert (error.code, error.details["index"], error.details["done"]) == ("item_failed", 1, 1)


def test_stop_cancels_the_other_open_items() -> None:
    driver = Driver(simple(on_error="stop"), {**ORDERS, "a@orders.2": None}).start().run()
    assert driver.statuses()["a@orders.2"] == "cancelled"
    assert driver.execution.status is RunStatus.FAILED


def test_drop_leaves_failed_items_out_and_keeps_the_order() -> None:
    driver = Driver(simple(on_error="drop"), dict(ORDERS)).start().run()
    assert results(driver) == ["#3", "#4"]
    assert driver.execution.status is RunStatus.DONE


def test_collect_keeps_the_error_beside_the_values() -> None:
    driver = Driver(simple(on_error="collect"), dict(ORDERS)).start().run()
    assert results(driver) == [
        {"index": 0, "ok": True, "value": "#3"},
        {"index": 1, "ok": False, "error": failure("bad_item").as_json()},
        {"index": 2, "ok": True, "value": "#4"},
    ]


def test_the_error_exit_of_the_container_takes_a_failed_item() -> None:
    path = plan(
        [
            step("orders", "each", config=each(), on_error="path"),
            step("a", parent="orders"),
            step("tell"),
        ],
        "start > orders",
        "orders.error > tell",
    )
    driver = Driver(path, dict(ORDERS)).start().run()
    assert driver.statuses()["tell"] == "done"
    assert driver.execution.status is RunStatus.DONE


def test_a_failed_item_that_is_dropped_stops_only_its_own_steps() -> None:
    two = plan(
        [
            step("orders", "each", config=each(on_item_error="drop")),
            step("a", parent="orders"),
            step("b", parent="orders"),
        ],
        "start > orders",
    )
    driver = Driver(two, {"orders": 2, "a@orders.0": failure(), "b@orders.0": None}).start().run()
    assert driver.statuses() == {
        "start": "done",
        "orders": "done",
        "a@orders.0": "failed",
        "b@orders.0": "cancelled",
        "a@orders.1": "done",
        "b@orders.1": "done",
    }


def test_several_final_steps_give_a_map_by_their_keys() -> None:
    branching = plan(
        [
            step("orders", "each", config=each()),
            step("check", "branch", parent="orders"),
            step("y", parent="orders"),
            step("n", parent="orders"),
        ],
        "start > orders",
        "check.yes > y",
        "check.no > n",
    )
    driver = Driver(branching, {"orders": 2, "check@orders.0": "yes", "check@orders.1": "no"}).start().run()
    (first, second) = results(driver)
    assert (list(first), list(second)) == (["y"], ["n"])


def test_an_item_whose_only_final_step_is_skipped_gives_nothing() -> None:
    skipping = plan(
        [
            step("orders", "each", config=each()),
            step("check", "branch", parent="orders"),
            step("y", parent="orders"),
        ],
        "start > orders",
        "check.yes > y",
    )
    driver = Driver(skipping, {"orders": 1, "check": "no"}).start().run()
    assert results(driver) == [None]


def test_containers_nest_and_names_are_looked_up_from_the_inside_out() -> None:
    nested = plan(
        [
            step("before"),
            step("orders", "each", config=each()),
            step("head", parent="orders"),
            step("rows", "each", parent="orders", config={"items": {"$expr": "item.rows"}}),
            step(
                "cell",
                "text",
                parent="rows",
                config={"value": {"$text": "{{ item }} {{ index }} {{ head }} {{ before }} {{ trigger }}"}},
            ),
        ],
        "start > before > orders",
        "head > rows",
    )
    driver = Driver(nested, {"orders": 2, "rows": 2}).start().run()
    assert [each for each in driver.asked if each.startswith("cell")] == [
        "cell@orders.0/rows.0#1",
        "cell@orders.0/rows.1#1",
        "cell@orders.1/rows.0#1",
        "cell@orders.1/rows.1#1",
    ]
    cell, rows = driver.step("cell", "orders.1/rows.1"), driver.step("rows", "orders.1")
    assert rows.items is not None
    names = driver.execution.names(cell.step)
    assert names["item"] == ItemRef(list=rows.items, index=1)
    assert names["index"] == Constant(json=1)
    assert names["head"] == driver.step("head", "orders.1").value
    assert names["before"] == driver.step("before").value
    orders = driver.step("orders").items
    assert orders is not None
    assert driver.execution.names(rows.step) == {"item": ItemRef(list=orders, index=1)}


def test_cancelling_a_run_ends_open_items_and_their_container() -> None:
    driver = Driver(simple(), {"orders": 3, "a": None}).start().run()
    driver.execution.cancel(NOW, by="Ada", reason="")
    driver.run()
    assert set(driver.statuses().values()) == {"done", "cancelled"}
    assert driver.execution.status is RunStatus.CANCELLED


def test_a_step_on_an_error_path_inside_names_its_own_error() -> None:
    inside = plan(
        [
            step("orders", "each", config=each()),
            step("a", parent="orders", on_error="path"),
            step("tell", "text", parent="orders", config={"value": {"$expr": "error.code"}}),
        ],
        "start > orders",
        "a.error > tell",
    )
    driver = Driver(inside, {"orders": 2, "a@orders.1": failure("bad_item")}).start().run()
    assert driver.step("tell", "orders.0").status == "skipped"
    assert driver.execution.names(driver.step("tell", "orders.1").step) == {
        "error": Constant(json=failure("bad_item").as_json())
    }
    assert driver.execution.status is RunStatus.DONE


def test_a_container_that_is_off_does_not_open_its_items() -> None:
    driver = Driver(simple(off=True)).start().run()
    assert driver.statuses() == {"start": "done", "orders": "skipped", "after": "done"}


def test_settings_of_a_container_that_cannot_be_resolved_fail_it() -> None:
    driver = Driver(simple(), {"orders": failure("not_a_list")}).start().run()
    assert driver.execution.error == failure("not_a_list")


@pytest.mark.parametrize("answered", range(4))
def test_a_container_goes_on_in_a_new_process_where_it_was(answered: int) -> None:
    driver = Driver(simple(concurrency=2), {"orders": 3, "a": None}).start().run()
    for index in range(answered):
        driver.answers[f"a@orders.{index}"] = "out"
        driver.run()
    log: list[Event] = driver.log
    while log[-1].kind in ("run_finished", "step_started"):
        log = log[:-1]
    again = Driver(driver.plan, {"orders": 3})
    again.values = driver.values
    again.execution = Execution(driver.plan, log)
    again.run()
    assert again.execution.status is RunStatus.DONE
    assert again.step("orders").status == "done"


def test_commands_for_items_name_their_scope() -> None:
    driver = Driver(simple(), {"orders": 1}).start().run()
    kinds = [(type(command), command.scope) for command in driver.commands]
    assert kinds == [(OpenItems, ""), (StartStep, "orders.0"), (CloseItems, ""), (StartStep, "")]
