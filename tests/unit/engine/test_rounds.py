"""Lines drawn back: rounds in scopes of their own, exits decided once, and no silent end."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.commands import DecideLoop
from orchestrator.engine.errors import ErrorCategory, TransitionRefused
from orchestrator.engine.events import Constant, EventKind, Record
from orchestrator.engine.execution import Execution
from orchestrator.engine.graph import Node
from orchestrator.engine.plan import Plan
from orchestrator.engine.state import RunStatus
from tests.unit.engine.building import NOW, Answer, Driver, failure, plan, step

OFTEN = {"check@work~0": "no", "check@work~1": "no", "check@work~2": "yes"}


def reviewed(*more: str, rounds: int = 3, check: dict[str, Any] | None = None, extra: tuple[Node, ...] = ()) -> Plan:
    """Work is reviewed and checked; `no` leads back to it. The review is told to a log on the way."""
    return plan(
        [step("work"), step("review"), step("check", "branch", **(check or {})), step("done"), step("log"), *extra],
        "start > work > review > check",
        "check.yes > done",
        "review > log",
        f"check.no >> work {rounds}",
        *more,
    )


def test_a_line_back_repeats_what_lies_between_and_what_leaves_runs_once_after_the_last_round() -> None:
    driver = Driver(reviewed(), dict(OFTEN)).start().run()
    assert driver.asked == [
        *(f"{key}@work~{number}#1" for number in range(3) for key in ("work", "review", "check")),
        "log@#1",
        "done@#1",
    ]
    assert [(each["round"], each["again"]) for each in driver.events(EventKind.LOOP_DECIDED)] == [(0, True), (1, True)]
    assert driver.execution.status is RunStatus.DONE


def test_a_loop_whose_line_back_is_not_taken_is_over_after_one_round() -> None:
    driver = Driver(reviewed(), {"check": "yes"}).start().run()
    assert driver.asked == ["work@work~0#1", "review@work~0#1", "check@work~0#1", "log@#1", "done@#1"]
    assert driver.events(EventKind.LOOP_DECIDED) == []


def test_a_loop_that_is_never_content_fails_the_step_that_asks_again() -> None:
    driver = Driver(reviewed(), {"check": "no"}).start().run()
    last = driver.step("check", "work~2")
    assert last.status == "failed"
    assert last.error is not None
    assert (last.error.code, last.error.details) == ("loop_exhausted", {"rounds": 3})
    assert (driver.execution.status, driver.execution.error) == (RunStatus.FAILED, last.error)
    assert not {"done", "log"} & driver.statuses().keys()


def test_a_loop_that_is_used_up_goes_on_with_a_value_where_its_policy_says_so() -> None:
    driver = Driver(reviewed(check={"on_error": "continue", "fallback_value": "tired"}), {"check": "no"}).start().run()
    assert driver.statuses()["done"] == "done"
    assert driver.step("check", "work~2").value == Constant(json="tired")
    assert driver.execution.status is RunStatus.DONE


def test_a_loop_that_is_used_up_takes_the_error_exit_that_leads_out() -> None:
    tell = step("tell", "text", config={"value": {"$expr": "error.code"}})
    loop = reviewed("check.error > tell", check={"on_error": "path"}, extra=(tell,))
    driver = Driver(loop, {"check": "no"}).start().run()
    assert {key: driver.statuses()[key] for key in ("done", "log", "tell")} == {
        "done": "skipped",
        "log": "done",
        "tell": "done",
    }
    (error,) = driver.execution.names(driver.step("tell").step).values()
    assert isinstance(error, Constant)
    assert error.json["code"] == "loop_exhausted"


def test_an_error_exit_inside_the_loop_is_no_way_out_of_it() -> None:
    loop = reviewed("check.error > mend", "mend >> work 5", check={"on_error": "path"}, extra=(step("mend"),))
    assert Driver(loop, {"check": "no"}).start().run().execution.status is RunStatus.FAILED


def test_failures_go_back_to_earlier_steps_and_are_named_there() -> None:
    plan_ = plan(
        [
            step("write", "text", config={"value": {"$expr": "error == null ? 'fresh' : error.code"}}),
            step("send", on_error="path"),
            step("done"),
        ],
        "start > write > send > done",
        "send.error >> write 5",
    )
    driver = Driver(plan_, {"send@write~0": failure("refused"), "send@write~1": failure("again")}).start().run()
    assert driver.execution.names(driver.step("write", "write~0").step) == {}
    assert driver.execution.names(driver.step("write", "write~1").step) == {
        "error": Constant(json=failure("refused").as_json())
    }
    assert driver.step("send", "write~2").status == "done"
    assert driver.execution.status is RunStatus.DONE


def test_a_failure_that_comes_back_too_often_says_so_with_the_last_one() -> None:
    plan_ = plan([step("send", on_error="path"), step("done")], "start > send > done", "send.error >> send 2")
    driver = Driver(plan_, {"send": failure("refused")}).start().run()
    error = driver.execution.error
    assert error is not None
    assert (error.code, error.details["error"]["code"]) == ("loop_exhausted", "refused")


def test_an_unhandled_failure_inside_acts_at_once() -> None:
    wide = plan(
        [step("work"), step("a"), step("b"), step("check", "branch")],
        "start > work > a > check",
        "work > b > check",
        "check.no >> work",
    )
    driver = Driver(wide, {"a": failure("broken"), "b": None}).start().run()
    assert driver.statuses() == {
        "start": "done",
        "work@work~0": "done",
        "a@work~0": "failed",
        "b@work~0": "cancelled",
    }
    assert driver.execution.status is RunStatus.FAILED


# conditions

SCORED = (
    [step("work"), step("rate"), step("done", "text", config={"value": {"$expr": "rate"}})],
    "start > work > rate > done",
    "rate >> work 4 when rate.score < 5 && loop.iteration < 9",
)


def test_a_condition_is_the_drivers_to_evaluate_and_its_answer_a_fact() -> None:
    driver = Driver(plan(*SCORED), {"again work~0": True, "again work~1": False}).start().run()
    assert driver.asked == [
        "work@work~0#1",
        "rate@work~0#1",
        "again work~0",
        "work@work~1#1",
        "rate@work~1#1",
        "again work~1",
        "done@#1",
    ]
    assert [each["again"] for each in driver.events(EventKind.LOOP_DECIDED)] == [True, False]
    (asked, _) = [command for command in driver.commands if isinstance(command, DecideLoop)]
    assert asked.names == {
        "rate": driver.step("rate", "work~0").value,
        "loop": Record(members={"iteration": Constant(json=1), "previous": Constant(json=None)}),
    }
    assert driver.execution.names(driver.step("done").step) == {"rate": driver.step("rate", "work~1").value}


def test_a_condition_that_is_still_true_after_the_last_round_is_no_end() -> None:
    driver = Driver(plan(*SCORED), {"again work": True}).start().run()
    assert driver.execution.error is not None
    assert driver.execution.error.code == "loop_exhausted"
    assert driver.asked.count("done@#1") == 0
    assert driver.asked[-1] == "again work~3"


def test_a_condition_that_cannot_be_evaluated_is_the_failure_of_its_step() -> None:
    error = failure("formula", category=ErrorCategory.INPUT)
    driver = Driver(plan(*SCORED), {"again work": error}).start().run()
    assert driver.execution.error == error
    assert driver.step("rate", "work~0").status == "failed"


def test_several_lines_back_are_asked_in_turn_until_one_holds() -> None:
    two = plan(
        [step("work"), step("a"), step("b"), step("done")],
        "start > work > a > done",
        "work > b > done",
        "a >> work 5 when a.bad",
        "b >> work 5 when b.bad",
    )
    answers: dict[str, Any] = {
        "again work": lambda command: command.edge == "e6" and command.round == 0,
    }
    driver = Driver(two, answers).start().run()
    assert driver.asked.count("again work~0") == 2
    assert driver.asked.count("again work~1") == 2
    assert driver.asked.count("done@#1") == 1
    assert driver.execution.status is RunStatus.DONE


@pytest.mark.parametrize("way", ["cancel", "fail"])
def test_a_stop_does_not_wait_for_a_condition(way: str) -> None:
    beside = plan([*SCORED[0], step("other")], *SCORED[1:], "start > other")
    driver = Driver(beside, {"again work": None, "other": None}).start().run()
    asked = next(command for command in driver.commands if isinstance(command, DecideLoop))
    if way == "cancel":
        driver.execution.cancel(NOW, by="Ada", reason="")
    else:
        driver.answers["other"] = failure()
    driver.run()
    assert driver.execution.status is (RunStatus.CANCELLED if way == "cancel" else RunStatus.FAILED)
    assert driver.execution.idle()
    with pytest.raises(TransitionRefused):
        driver.execution.loop_decided(asked.step, NOW, again=True)


def test_a_condition_is_asked_for_again_after_a_take_over() -> None:
    driver = Driver(plan(*SCORED), {"again work": None}).start().run()
    again = Execution(driver.plan, driver.log)
    again.recover(NOW, remote=frozenset())
    (command,) = again.decide(NOW)
    assert isinstance(command, DecideLoop)
    assert again.status is RunStatus.RUNNING
    again.loop_decided(command.step, NOW, again=False)
    assert [each.node.key for each in again.decide(NOW)] == ["done"]


# names


def test_names_are_those_of_the_same_round_and_after_the_loop_those_of_the_last() -> None:
    loop = reviewed(
        "done > after",
        extra=(step("after", "text", config={"value": {"$text": "{{ work }} {{ review }} {{ check }}"}}),),
    )
    driver = Driver(loop, dict(OFTEN)).start().run()
    after = driver.execution.names(driver.step("after").step)
    assert after == {key: driver.step(key, "work~2").value for key in ("work", "review", "check")}


def test_a_step_names_its_round_and_what_the_round_before_gave() -> None:
    loop = plan(
        [
            step("before"),
            step(
                "work",
                "text",
                config={"value": {"$text": "{{ loop.iteration }} {{ loop.previous.check.why }} {{ before }}"}},
            ),
            step("check", "branch"),
        ],
        "start > before > work > check",
        "check.no >> work",
    )
    driver = Driver(loop, {"check@work~0": "no", "check@work~1": "yes"}).start().run()
    before = driver.step("before").value
    assert driver.execution.names(driver.step("work", "work~0").step) == {
        "before": before,
        "loop": Record(members={"iteration": Constant(json=1), "previous": Constant(json=None)}),
    }
    previous = driver.step("check", "work~0").value
    assert previous is not None
    assert driver.execution.names(driver.step("work", "work~1").step) == {
        "before": before,
        "loop": Record(members={"iteration": Constant(json=2), "previous": Record(members={"check": previous})}),
    }


def test_the_whole_round_before_can_be_handed_on() -> None:
    loop = plan(
        [step("work", "text", config={"value": {"$expr": "loop.previous"}}), step("check", "branch")],
        "start > work > check",
        "check.no >> work",
    )
    driver = Driver(loop, {"check@work~0": "no", "check@work~1": "yes"}).start().run()
    found = driver.execution.names(driver.step("work", "work~1").step)["loop"]
    assert isinstance(found, Record)
    previous = found.members["previous"]
    assert isinstance(previous, Record)
    assert list(previous.members) == ["work", "check"]


def test_what_was_skipped_in_the_last_round_is_empty_after_the_loop() -> None:
    loop = plan(
        [
            step("work", "branch"),
            step("extra"),
            step("check", "branch"),
            step("after", "text", config={"value": {"$expr": "extra"}}),
        ],
        "start > work",
        "work.yes > extra > check",
        "work.no > check",
        "check.no >> work",
        "check.yes > after",
    )
    answers: dict[str, Answer] = {"work@work~0": "yes", "work@work~1": "no"}
    driver = Driver(loop, {**answers, "check@work~0": "no", "check@work~1": "yes"}).start().run()
    assert driver.step("extra", "work~0").status == "done"
    assert driver.execution.names(driver.step("after").step) == {"extra": Constant(json=None)}


# undoing


def test_what_undoes_a_step_is_no_part_of_its_loop_and_each_round_is_undone_by_itself() -> None:
    loop = plan(
        [step("book", "keyed"), step("check", "branch", on_error="compensate"), step("no_book", "keyed"), step("j")],
        "start > book > check",
        "check.no >> book 2",
        "check.yes > j",
        "book.undo > no_book",
    )
    assert [edge.target for edge in loop.loops["book"].exits] == ["j"]
    driver = Driver(loop, {"check": "no"}).start().run()
    assert driver.asked[-2:] == ["no_book@undo/book~1#1", "no_book@undo/book~0#1"]
    error = driver.execution.error
    assert error is not None
    assert (error.code, error.details["undone_count"]) == ("loop_exhausted", 2)
    assert driver.execution.status is RunStatus.FAILED
