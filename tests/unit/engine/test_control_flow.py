"""Sequence, branches, joins, error exits, retries and cancelling: which steps run, and how the run ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orchestrator.engine.commands import StartStep
from orchestrator.engine.errors import ErrorCategory, HistoryInvalid, TransitionRefused
from orchestrator.engine.events import Constant, Event, EventKind, ValueRef
from orchestrator.engine.execution import Execution
from orchestrator.engine.retry import MOST_EVENTS, TOO_LONG
from orchestrator.engine.state import RunStatus
from tests.unit.engine.building import NOW, Driver, failure, plan, step

BRANCH_AND_JOIN = (
    [step("check", "branch"), step("b"), step("join")],
    "start > check",
    "check.yes > b > join",
    "check.no > join",
)


def test_a_chain_runs_one_after_the_other() -> None:
    driver = Driver(plan([step("a"), step("b")], "start > a > b")).start().run()
    assert driver.asked == ["a@#1", "b@#1"]
    assert driver.execution.status is RunStatus.DONE
    assert [each.step for each in driver.execution.steps.values()] == [1, 2, 3]


def test_a_graph_of_only_a_start_ends_at_once() -> None:
    driver = Driver(plan([])).start().run()
    assert driver.execution.status is RunStatus.DONE


def test_lines_out_of_one_port_start_together() -> None:
    driver = Driver(plan([step("a"), step("b"), step("c")], "start > a", "start > b", "start > c")).start()
    assert len(driver.execution.decide(NOW)) == 3


def test_a_run_that_was_not_started_decides_nothing() -> None:
    execution = Execution(plan([step("a")], "start > a"))
    assert execution.status is RunStatus.QUEUED
    assert execution.decide(NOW) == []


def test_other_starts_and_what_only_they_lead_to_are_skipped() -> None:
    two = plan([step("other", "start"), step("a"), step("b"), step("j")], "start > a > j", "other > b > j")
    driver = Driver(two).start().run()
    assert driver.statuses() == {"start": "done", "other": "skipped", "a": "done", "b": "skipped", "j": "done"}


@pytest.mark.parametrize(("port", "b"), [("no", "skipped"), ("yes", "done")])
def test_a_join_ignores_lines_that_cannot_come_any_more(port: str, b: str) -> None:
    driver = Driver(plan(*BRANCH_AND_JOIN), {"check": port}).start().run()
    assert driver.statuses() == {"start": "done", "check": "done", "b": b, "join": "done"}
    assert driver.asked.count("join@#1") == 1


def test_a_dead_path_is_skipped_to_its_end() -> None:
    dead = plan([step("check", "branch"), step("a"), step("b"), step("c")], "start > check", "check.yes > a > b > c")
    driver = Driver(dead, {"check": "no"}).start().run()
    assert driver.statuses() == {"start": "done", "check": "done", "a": "skipped", "b": "skipped", "c": "skipped"}
    assert driver.execution.status is RunStatus.DONE


def test_a_join_waits_for_every_line_that_can_still_come() -> None:
    both = plan([step("a"), step("b"), step("j")], "start > a > j", "start > b > j")
    driver = Driver(both, {"b": None}).start().run()
    assert "j" not in driver.statuses()
    driver.answers["b"] = "out"
    assert driver.run().statuses()["j"] == "done"


def test_a_step_that_is_off_passes_the_way_on_with_an_empty_value() -> None:
    off = plan(
        [step("a", off=True), step("b", "text", config={"value": {"$expr": "a"}})],
        "start > a > b",
    )
    driver = Driver(off).start().run()
    assert driver.statuses() == {"start": "done", "a": "skipped", "b": "done"}
    assert driver.execution.names(driver.step("b").step) == {"a": Constant(json=None)}


def test_a_step_that_is_off_takes_its_first_exit_only() -> None:
    off = plan(
        [step("check", "branch", off=True), step("y"), step("n")], "start > check", "check.yes > y", "check.no > n"
    )
    assert Driver(off).start().run().statuses()["y"] == "done"
    assert Driver(off).start().run().statuses()["n"] == "skipped"


def test_a_step_that_is_off_on_a_dead_path_does_not_revive_it() -> None:
    off = plan([step("check", "branch"), step("a", off=True), step("b")], "start > check", "check.yes > a > b")
    driver = Driver(off, {"check": "no"}).start().run()
    assert driver.statuses()["b"] == "skipped"


# failures


def test_an_unhandled_failure_ends_the_run_with_its_error() -> None:
    error = failure("no_paper")
    driver = Driver(plan([step("a"), step("b")], "start > a > b"), {"a": error}).start().run()
    assert (driver.execution.status, driver.execution.error) == (RunStatus.FAILED, error)
    assert "b" not in driver.statuses()


def test_after_a_failure_what_is_in_flight_is_cancelled_and_waited_for() -> None:
    wide = plan([step("a"), step("b"), step("c")], "start > a", "start > b > c")
    driver = Driver(wide).start()
    first, second = driver.execution.decide(NOW)
    driver.execution.step_failed(first.step, NOW, error=failure(), jitter=0)
    assert driver.execution.decide(NOW) == []
    assert driver.execution.status is RunStatus.RUNNING
    driver.execution.step_cancelled(second.step, NOW)
    assert driver.execution.decide(NOW) == []
    assert driver.statuses() == {"start": "done", "a": "failed", "b": "cancelled"}
    assert driver.execution.take_events()[-1].kind is EventKind.RUN_FINISHED


def test_a_result_that_comes_while_stopping_is_kept_but_leads_nowhere() -> None:
    wide = plan([step("a"), step("b"), step("c")], "start > a", "start > b > c")
    driver = Driver(wide).start()
    first, second = driver.execution.decide(NOW)
    driver.execution.step_failed(first.step, NOW, error=failure(), jitter=0)
    assert driver.execution.to_cancel() == {second.step}
    driver.execution.step_done(second.step, NOW, port="out", value=driver.value(), facts={})
    assert driver.execution.decide(NOW) == []
    assert driver.statuses() == {"start": "done", "a": "failed", "b": "done"}
    assert driver.execution.status is RunStatus.FAILED


def test_continue_gives_the_chosen_value_to_what_follows() -> None:
    kept = plan(
        [
            step("a", on_error="continue", fallback_value={"n": 1}),
            step("b", "text", config={"value": {"$expr": "a.n"}}),
        ],
        "start > a > b",
    )
    driver = Driver(kept, {"a": failure()}).start().run()
    assert driver.execution.status is RunStatus.DONE
    assert driver.step("a").handled == "continue"
    assert driver.execution.names(driver.step("b").step) == {"a": Constant(json={"n": 1})}


def test_the_error_exit_is_taken_instead_of_the_others_and_names_the_error() -> None:
    error = failure("no_paper")
    path = plan(
        [
            step("a", on_error="path"),
            step("b"),
            step("mend"),
            step("tell", "text", config={"value": {"$expr": "error.code"}}),
        ],
        "start > a > b",
        "a.error > mend > tell",
    )
    driver = Driver(path, {"a": error}).start().run()
    assert driver.statuses() == {"start": "done", "a": "failed", "b": "skipped", "mend": "done", "tell": "done"}
    assert driver.execution.names(driver.step("tell").step) == {"error": Constant(json=error.as_json())}
    assert driver.execution.status is RunStatus.DONE


def test_the_error_exit_is_skipped_when_the_step_is_done() -> None:
    path = plan([step("a", on_error="path"), step("b"), step("mend")], "start > a > b", "a.error > mend")
    assert Driver(path).start().run().statuses()["mend"] == "skipped"


def test_an_error_exit_without_a_line_is_a_failure_of_the_run() -> None:
    driver = Driver(plan([step("a", on_error="path")], "start > a"), {"a": failure()}).start().run()
    assert driver.execution.status is RunStatus.FAILED


# retries


def test_a_retry_waits_for_its_time_and_counts_the_attempt() -> None:
    driver = Driver(plan([step("a", attempts=3)], "start > a"), {"a": failure(retryable=True)}).start()
    driver.run()
    assert driver.execution.status is RunStatus.WAITING
    assert driver.execution.next_timer() == NOW + timedelta(seconds=0.5)
    assert driver.later(0.4).run().asked == ["a@#1"]
    assert driver.later(0.1).run().asked == ["a@#1", "a@#2"]
    assert driver.later(1).run().asked == ["a@#1", "a@#2", "a@#3"]
    assert driver.execution.status is RunStatus.FAILED


def test_a_step_that_succeeds_at_its_second_attempt_is_done() -> None:
    driver = Driver(plan([step("a", attempts=2)], "start > a"), {"a@#1": failure(retryable=True)}).start()
    driver.run().later(1).run()
    assert (driver.step("a").attempt, driver.step("a").error) == (2, None)
    assert driver.execution.status is RunStatus.DONE


def test_a_started_attempt_no_longer_shows_when_it_will_be_tried_again() -> None:
    driver = Driver(plan([step("a", "keyed", attempts=2)], "start > a"), {"a": failure(retryable=True)}).start().run()
    assert driver.step("a").retry_at is not None
    (command,) = driver.execution.decide(NOW + timedelta(seconds=1))
    driver.execution.step_started(command.step, NOW, key="k")
    assert (driver.step("a").status, driver.step("a").retry_at) == ("running", None)


def test_a_postponed_attempt_counts_as_no_try() -> None:
    later = failure(postponed=True, retry_after_s=60)
    again = failure(retryable=True)
    answers = {"a@#1": later, "a@#2": later, "a@#3": again}
    driver = Driver(plan([step("a", attempts=2)], "start > a"), answers).start().run()
    assert driver.step("a").status == "waiting"
    for _ in range(3):
        driver.later(60).run()
    assert driver.asked == ["a@#1", "a@#2", "a@#3", "a@#4"]
    assert driver.statuses()["a"] == "done"


def test_a_retry_is_given_up_when_the_run_stops() -> None:
    driver = Driver(plan([step("a", attempts=2)], "start > a"), {"a": failure(retryable=True)}).start().run()
    driver.execution.cancel(driver.now, by="Ada", reason="changed my mind")
    driver.run()
    assert driver.statuses()["a"] == "cancelled"
    assert driver.later(100).run().asked == ["a@#1"]


@pytest.mark.parametrize(
    ("type", "not_sent", "attempts"),
    [
        ("pure", False, 2),
        ("idempotent", False, 2),
        ("keyed", False, 2),
        ("reconcilable", False, 2),
        ("at_most_once", False, 1),
        ("at_most_once", True, 2),
    ],
)
def test_what_may_be_repeated_follows_from_the_effect(type: str, not_sent: bool, attempts: int) -> None:
    error = failure(retryable=True, not_sent=not_sent)
    driver = Driver(plan([step("a", type, attempts=2)], "start > a"), {"a": error}).start()
    driver.run().later(100).run()
    assert len(driver.asked) == attempts
    assert len({each.partition("#")[0] for each in driver.asked}) == 1, "attempts share the idempotency key"


def test_a_person_who_does_not_answer_in_time_is_a_failure() -> None:
    driver = Driver(
        plan([step("a", total_timeout_s=60, on_error="path"), step("b")], "start > a", "a.error > b")
    ).start()
    (command,) = driver.execution.decide(NOW)
    driver.execution.step_waiting(command.step, NOW, wait={"kind": "person"})
    assert driver.step("a").status == "needs_person"
    assert driver.execution.status is RunStatus.WAITING
    assert driver.execution.next_timer() == NOW + timedelta(seconds=60)
    assert driver.later(60).run().statuses()["b"] == "done"
    assert driver.step("a").error is not None
    assert driver.step("a").error.category is ErrorCategory.TIMEOUT


def test_commands_carry_the_end_of_the_total_time_limit() -> None:
    driver = Driver(plan([step("a", total_timeout_s=60, attempts=2)], "start > a")).start()
    (first,) = driver.execution.decide(NOW)
    assert isinstance(first, StartStep)
    assert first.deadline == NOW + timedelta(seconds=60)
    driver.execution.step_failed(first.step, NOW, error=failure(retryable=True), jitter=0.5)
    (second,) = driver.execution.decide(NOW + timedelta(seconds=10))
    assert isinstance(second, StartStep)
    assert second.deadline == NOW + timedelta(seconds=60)


# cancelling, recovering, late mail


def test_cancelling_waits_for_steps_in_flight_and_tasks_of_people_end() -> None:
    wide = plan([step("a"), step("b")], "start > a", "start > b")
    driver = Driver(wide).start()
    first, second = driver.execution.decide(NOW)
    driver.execution.step_waiting(first.step, NOW, wait={"kind": "person"})
    driver.execution.cancel(NOW, by="Ada", reason="")
    assert driver.execution.decide(NOW) == []
    assert driver.execution.to_cancel() == {second.step}
    assert driver.execution.status is RunStatus.RUNNING
    driver.execution.step_cancelled(second.step, NOW)
    driver.execution.decide(NOW)
    assert driver.statuses() == {"start": "done", "a": "cancelled", "b": "cancelled"}
    assert driver.execution.status is RunStatus.CANCELLED


def test_the_first_cause_of_stopping_decides_how_the_run_ends() -> None:
    wide = plan([step("a"), step("b")], "start > a", "start > b")
    driver = Driver(wide).start()
    first, second = driver.execution.decide(NOW)
    driver.execution.cancel(NOW, by="Ada", reason="")
    driver.execution.step_failed(first.step, NOW, error=failure(), jitter=0)
    driver.execution.step_cancelled(second.step, NOW)
    driver.execution.decide(NOW)
    assert (driver.execution.status, driver.execution.error) == (RunStatus.CANCELLED, None)


def test_a_run_given_up_by_the_product_ends_as_failed() -> None:
    driver = Driver(plan([step("a")], "start > a")).start()
    (command,) = driver.execution.decide(NOW)
    driver.execution.abandon(NOW, error=failure("crashed_too_often"))
    driver.execution.step_cancelled(command.step, NOW)
    driver.execution.decide(NOW)
    assert driver.execution.status is RunStatus.FAILED
    assert driver.execution.error == failure("crashed_too_often")


@pytest.mark.parametrize(
    ("type", "status", "asked"),
    [
        ("idempotent", "running", ["a@#2"]),
        ("keyed", "running", ["a@#2"]),
        ("reconcilable", "running", ["a@#2"]),
        ("at_most_once", "needs_review", []),
    ],
)
def test_after_a_take_over_the_effect_says_what_becomes_of_a_started_step(
    type: str, status: str, asked: list[str]
) -> None:
    driver = Driver(plan([step("a", type)], "start > a")).start()
    (command,) = driver.execution.decide(NOW)
    driver.execution.step_started(command.step, NOW, key="k")
    driver.keep()
    again = Driver(driver.plan)
    again.execution = Execution(driver.plan, driver.log)
    again.execution.recover(NOW, remote=frozenset())
    assert again.execution.steps[command.step].status == status
    commands = again.execution.decide(NOW)
    assert [f"{each.key}#{each.attempt}" for each in commands if isinstance(each, StartStep)] == asked


def test_a_started_pure_step_without_record_is_simply_computed_again() -> None:
    driver = Driver(plan([step("a")], "start > a")).start()
    driver.execution.decide(NOW)
    driver.keep()
    again = Execution(driver.plan, driver.log)
    again.recover(NOW, remote=frozenset())
    (command,) = again.decide(NOW)
    assert isinstance(command, StartStep)
    assert command.attempt == 1


def test_a_step_that_still_runs_elsewhere_is_left_alone_and_its_result_taken() -> None:
    driver = Driver(plan([step("a", "slow")], "start > a")).start()
    (command,) = driver.execution.decide(NOW)
    assert not driver.execution.idle()
    driver.execution.step_started(command.step, NOW, key="k")
    assert driver.execution.idle()
    driver.keep()
    again = Execution(driver.plan, driver.log)
    again.recover(NOW, remote=frozenset({command.step}))
    assert again.decide(NOW) == []
    assert again.idle()
    again.step_done(command.step, NOW, port="out", value=ValueRef(id=2, digest="d"), facts={})
    again.decide(NOW)
    assert again.status is RunStatus.DONE


def test_a_step_lost_elsewhere_is_tried_again_but_not_for_ever() -> None:
    driver = Driver(plan([step("a", "slow")], "start > a")).start()
    asked = []
    while driver.execution.status is RunStatus.RUNNING:
        for command in driver.execution.decide(NOW):
            driver.execution.step_started(command.step, NOW, key="k")
            driver.execution.step_lost(command.step, NOW)
            asked.append(command.step)
    assert len(asked) == 3
    assert driver.execution.error is not None
    assert driver.execution.error.code == "crashed"


def test_an_unknown_outcome_waits_for_somebody_who_knows() -> None:
    driver = Driver(plan([step("a", "at_most_once"), step("b")], "start > a > b")).start()
    (command,) = driver.execution.decide(NOW)
    driver.execution.step_started(command.step, NOW, key="k")
    driver.execution.step_unknown(command.step, NOW)
    assert driver.execution.decide(NOW) == []
    assert driver.execution.status is RunStatus.WAITING
    driver.execution.step_done(command.step, NOW, port="out", value=driver.value(), facts={})
    assert driver.run().statuses()["b"] == "done"


def test_an_unknown_outcome_does_not_keep_a_stopping_run_open() -> None:
    driver = Driver(plan([step("a", "at_most_once")], "start > a")).start()
    (command,) = driver.execution.decide(NOW)
    driver.execution.step_started(command.step, NOW, key="k")
    driver.execution.cancel(NOW, by="Ada", reason="")
    driver.execution.step_unknown(command.step, NOW)
    driver.execution.decide(NOW)
    assert driver.execution.status is RunStatus.CANCELLED
    assert driver.step("a").status == "needs_review"


def test_late_answers_are_refused_and_change_nothing() -> None:
    driver = Driver(plan([step("a")], "start > a")).start().run()
    before = driver.statuses()
    with pytest.raises(TransitionRefused):
        driver.execution.step_done(driver.step("a").step, NOW, port="out", value=driver.value(), facts={})
    with pytest.raises(TransitionRefused):
        driver.execution.cancel(NOW, by="Ada", reason="")
    driver.execution.ignore_mail(NOW, {"kind": "step_result"})
    assert driver.statuses() == before
    assert [event.kind for event in driver.execution.take_events()] == [EventKind.MAIL_IGNORED]


def test_a_step_that_need_not_stop_cannot_be_cancelled() -> None:
    driver = Driver(plan([step("a")], "start > a")).start()
    (command,) = driver.execution.decide(NOW)
    with pytest.raises(TransitionRefused):
        driver.execution.step_cancelled(command.step, NOW)


def test_a_log_with_a_gap_or_of_another_plan_is_refused() -> None:
    driver = Driver(plan([step("a")], "start > a")).start().run()
    with pytest.raises(HistoryInvalid):
        Execution(driver.plan, driver.log[1:])
    with pytest.raises(HistoryInvalid):
        Execution(plan([step("z")], "start > z"), driver.log)


def test_a_run_whose_log_is_too_long_is_ended_and_says_why() -> None:
    driver = Driver(plan([step("a"), step("b")], "start > a > b"), {"b": None}).start().run()
    more = [
        Event(seq=number, kind=EventKind.MAIL_IGNORED, at=NOW, body={})
        for number in range(driver.execution.seq + 1, MOST_EVENTS + 1)
    ]
    execution = Execution(driver.plan, [*driver.log, *more])
    execution.decide(NOW)
    assert execution.status is RunStatus.FAILED
    assert execution.error == TOO_LONG
