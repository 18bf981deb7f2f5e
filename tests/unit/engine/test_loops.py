"""What is a loop, and how loops nest with each other and with a for_each."""

from __future__ import annotations

import pytest

from orchestrator.engine.commands import DecideLoop
from orchestrator.engine.errors import GraphInvalid
from orchestrator.engine.events import Constant, EventKind, Record
from orchestrator.engine.execution import Execution
from orchestrator.engine.loops import find_loops
from orchestrator.engine.plan import Plan
from orchestrator.engine.state import RunStatus
from tests.unit.engine.building import NOW, Answer, Driver, failure, graph, plan, state_of, step


def test_a_loop_that_is_not_entered_is_skipped_as_one_step_and_each_exit_once() -> None:
    loop = plan(
        [step("if", "branch"), step("work"), step("check", "branch"), step("a"), step("b"), step("j")],
        "start > if",
        "if.yes > work > check",
        "check.no >> work",
        "check.yes > a > j",
        "work > b > j",
        "if.no > j",
    )
    driver = Driver(loop, {"if": "no"}).start().run()
    assert driver.statuses() == {
        "start": "done",
        "if": "done",
        "work": "skipped",
        "a": "skipped",
        "b": "skipped",
        "j": "done",
    }
    assert [event["node"] for event in driver.events(EventKind.STEP_SKIPPED)] == ["work", "a", "b"]


def nested() -> Plan:
    return plan(
        [step("a"), step("b"), step("c", "branch"), step("d", "branch"), step("end")],
        "start > a > b > c",
        "c.no >> b 9",
        "c.yes > d",
        "d.no >> a 9",
        "d.yes > end",
    )


def test_loops_nest_and_the_inner_one_begins_anew_in_each_round() -> None:
    answers: dict[str, Answer] = {
        "c@a~0/b~0": "no",
        "c@a~0/b~1": "yes",
        "c@a~1/b~0": "yes",
        "d@a~0": "no",
        "d@a~1": "yes",
    }
    driver = Driver(nested(), answers).start().run()
    assert driver.asked == [
        "a@a~0#1",
        "b@a~0/b~0#1",
        "c@a~0/b~0#1",
        "b@a~0/b~1#1",
        "c@a~0/b~1#1",
        "d@a~0#1",
        "a@a~1#1",
        "b@a~1/b~0#1",
        "c@a~1/b~0#1",
        "d@a~1#1",
        "end@#1",
    ]
    assert driver.execution.status is RunStatus.DONE


def test_one_line_can_leave_two_loops() -> None:
    two = plan(
        [step("a"), step("b"), step("c", "inner_or_outer"), step("end")],
        "start > a > b > c",
        "c.inner >> b",
        "c.outer >> a",
        "c.out > end",
    )
    assert two.levels == {"e1": "a", "e2": "b", "e3": "b", "e4": "a", "e5": None}
    answers: dict[str, Answer] = {"c@a~0/b~0": "inner", "c@a~0/b~1": "outer", "c@a~1/b~0": "out"}
    driver = Driver(two, answers).start().run()
    assert driver.asked == [
        "a@a~0#1",
        "b@a~0/b~0#1",
        "c@a~0/b~0#1",
        "b@a~0/b~1#1",
        "c@a~0/b~1#1",
        "a@a~1#1",
        "b@a~1/b~0#1",
        "c@a~1/b~0#1",
        "end@#1",
    ]


def test_the_condition_of_an_outer_loop_can_come_from_a_step_of_an_inner_one() -> None:
    two = plan(
        [step("a"), step("b"), step("c", "inner_or_outer"), step("end")],
        "start > a > b > c",
        "c.inner >> b",
        "c.outer >> a 3 when c.again",
        "c.out > end",
    )
    driver = Driver(two, {"c@a~0/b~0": "outer", "c@a~1/b~0": "out", "again a": None}).start().run()
    (asked,) = [command for command in driver.commands if isinstance(command, DecideLoop)]
    assert asked.names == {"c": driver.step("c", "a~0/b~0").value}
    assert driver.execution.to_cancel() == frozenset()
    driver.answers["again a"] = True
    driver.run()
    assert driver.execution.status is RunStatus.DONE


def test_a_step_can_lead_back_to_itself() -> None:
    driver = Driver(plan([step("poll"), step("done")], "start > poll > done", "poll >> poll 9 when true")).start()
    driver.answers |= {"again poll~0": True, "again poll~1": True}
    driver.run()
    assert driver.asked[-1] == "done@#1"
    assert driver.asked.count("poll@poll~2#1") == 1


def test_a_loop_that_is_off_at_its_header_still_repeats() -> None:
    loop = plan([step("work", off=True), step("check", "branch")], "start > work > check", "check.no >> work")
    driver = Driver(loop, {"check@work~0": "no", "check@work~1": "yes"}).start().run()
    assert driver.statuses() == {
        "start": "done",
        "work@work~0": "skipped",
        "check@work~0": "done",
        "work@work~1": "skipped",
        "check@work~1": "done",
    }


def test_a_for_each_in_a_loop_has_its_items_in_each_round() -> None:
    loop = plan(
        [
            step("work"),
            step("orders", "each", config={"items": {"$expr": "work"}}),
            step(
                "a", "text", parent="orders", config={"value": {"$text": "{{ item }}{{ index }}{{ loop.iteration }}"}}
            ),
            step("check", "branch"),
            step("after", "text", config={"value": {"$expr": "orders"}}),
        ],
        "start > work > orders > check",
        "check.no >> work",
        "check.yes > after",
    )
    answers: dict[str, Answer] = {"orders": 2, "check@work~0": "no", "check@work~1": "yes"}
    driver = Driver(loop, answers).start().run()
    assert [each for each in driver.asked if each.startswith("a@")] == [
        f"a@work~{number}/orders.{index}#1" for number in range(2) for index in range(2)
    ]
    names = driver.execution.names(driver.step("a", "work~1/orders.1").step)
    assert names["index"] == Constant(json=1)
    assert names["loop"] == Record(members={"iteration": Constant(json=2), "previous": Record(members={})})
    after = driver.execution.names(driver.step("after").step)
    assert after == {"orders": driver.step("orders", "work~1").value}


def test_a_loop_in_a_for_each_has_its_rounds_in_each_item() -> None:
    each = plan(
        [
            step("orders", "each"),
            step("work", "text", parent="orders", config={"value": {"$text": "{{ item }}{{ loop.iteration }}"}}),
            step("check", "branch", parent="orders"),
            step("last", parent="orders"),
        ],
        "start > orders",
        "work > check",
        "check.no >> work",
        "check.yes > last",
    )
    answers: dict[str, Answer] = {"check": "yes", "check@orders.1/work~0": "no"}
    driver = Driver(each, answers).start().run()
    assert driver.statuses() == {
        "start": "done",
        "orders": "done",
        "work@orders.0/work~0": "done",
        "check@orders.0/work~0": "done",
        "last@orders.0": "done",
        "work@orders.1/work~0": "done",
        "check@orders.1/work~0": "done",
        "work@orders.1/work~1": "done",
        "check@orders.1/work~1": "done",
        "last@orders.1": "done",
    }
    names = driver.execution.names(driver.step("work", "orders.1/work~1").step)
    assert set(names) == {"item", "loop"}


def test_the_result_of_an_item_may_come_from_the_last_round() -> None:
    each = plan(
        [step("orders", "each"), step("work", parent="orders"), step("check", "branch", parent="orders")],
        "start > orders",
        "work > check",
        "check.no >> work",
    )
    driver = Driver(each, {"orders": 1, "check@orders.0/work~0": "no", "check@orders.0/work~1": "yes"}).start().run()
    (closing,) = [command for command in driver.commands if hasattr(command, "items")]
    assert closing.items[0].value == driver.step("check", "orders.0/work~1").value


def test_an_item_fails_by_a_failure_in_one_of_its_rounds_and_by_nothing_else() -> None:
    each = plan(
        [
            step("orders", "each", config={"items": {"$expr": "trigger"}, "on_item_error": "collect"}),
            step("work", parent="orders"),
            step("check", "branch", parent="orders"),
        ],
        "start > orders",
        "work > check",
        "check.no >> work 2",
    )
    driver = Driver(each, {"check": "yes", "check@orders.1/work~0": "no", "work@orders.1/work~1": failure()})
    driver.start().run()
    (closing,) = [command for command in driver.commands if hasattr(command, "items")]
    assert [outcome.ok for outcome in closing.items] == [True, False]
    assert driver.execution.status is RunStatus.DONE


def test_cancelling_a_run_ends_its_rounds() -> None:
    driver = Driver(nested(), {"c": None}).start().run()
    driver.execution.cancel(NOW, by="Ada", reason="")
    driver.run()
    assert driver.statuses()["c@a~0/b~0"] == "cancelled"
    assert driver.execution.status is RunStatus.CANCELLED


@pytest.mark.parametrize("cut", range(4, 30))
def test_a_run_goes_on_in_a_new_process_in_the_round_where_it_was(cut: int) -> None:
    answers: dict[str, Answer] = {"c@a~0/b~0": "no", "c": "yes", "d@a~0": "no", "d": "yes"}
    whole = Driver(nested(), answers).start().run()
    if cut >= len(whole.log):
        return
    again = Driver(whole.plan, answers)
    again.values = whole.values
    again.execution = Execution(whole.plan, whole.log[:cut])
    again.execution.recover(NOW, remote=frozenset())
    again.run()
    assert again.statuses() == whole.statuses()
    assert again.execution.status is RunStatus.DONE
    assert state_of(Execution(whole.plan, whole.log[:cut] + again.log)) == state_of(again.execution)


# what is a loop


@pytest.mark.parametrize(
    ("texts", "bodies"),
    [
        (["start > a > b > c", "b >> a"], {"a": "ab"}),
        (["start > a > b > c", "c >> a", "b >> a"], {"a": "abc"}),
        (["start > a > b > c > d", "c >> b", "d >> a"], {"a": "abcd", "b": "bc"}),
        (["start > a > b > c > d", "c >> a", "d >> b"], {"a": "abcd", "b": "bcd"}),
        (["start > a > b > c > d", "b >> a", "d >> c"], {"a": "ab", "c": "cd"}),
        (["start > a > b", "a > c > b", "a > d", "b >> a"], {"a": "abc"}),
    ],
)
def test_the_body_of_a_loop_is_what_leads_back_without_passing_its_header(
    texts: list[str], bodies: dict[str, str]
) -> None:
    loops = find_loops(graph([step("start", "start"), *(step(key) for key in "abcd")], *texts))
    assert {header: "".join(sorted(shape.body)) for header, shape in loops.shapes.items()} == bodies
    assert loops.unnatural == ()


@pytest.mark.parametrize(
    "texts",
    [
        ["start > a > b > c", "start > b", "c >> a"],
        ["start > a > b", "a >> b"],
        ["start > a", "start > b", "a >> b"],
    ],
)
def test_a_loop_with_a_side_door_is_none(texts: list[str]) -> None:
    loops = find_loops(graph([step("start", "start"), *(step(key) for key in "abc")], *texts))
    assert [loop.side_doors for loop in loops.unnatural] == [("start",)]
    with pytest.raises(GraphInvalid) as caught:
        plan([step(key) for key in "abc"], *texts)
    assert [problem.code for problem in caught.value.problems] == ["not_natural_loop"]
