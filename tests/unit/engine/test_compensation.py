"""When a step fails whose rule is to compensate, what the run did is undone, last thing first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.engine.errors import ErrorCategory
from orchestrator.engine.events import EventKind
from orchestrator.engine.execution import Execution
from orchestrator.engine.graph import Edge, Feedback, Node
from orchestrator.engine.plan import compile_plan
from orchestrator.engine.state import RunStatus, StepStatus
from orchestrator.engine.validation import check_graph
from tests.unit.engine.building import CATALOGUE, NOW, Driver, failure, graph, plan, state_of, step

TRIP = ("start > flight > hotel > pay", "flight.undo > no_flight", "hotel.undo > no_hotel")


def trip(**settings: object) -> list[Node]:
    return [
        step("flight", "keyed"),
        step("hotel", "idempotent"),
        step("pay", "at_most_once", on_error="compensate"),
        step("no_flight", "keyed", **settings),
        step("no_hotel", "idempotent"),
    ]


def failed_trip(answers: dict[str, object] | None = None, **settings: object) -> Driver:
    no_money = failure("no_money", category=ErrorCategory.REJECTED)
    driver = Driver(plan(trip(**settings), *TRIP), {"pay": no_money, **(answers or {})})  # type: ignore[dict-item]
    return driver.start().run()


def test_steps_that_undo_are_no_part_of_the_flow():
    driver = Driver(plan(trip(), *TRIP)).start().run()
    assert driver.execution.status is RunStatus.DONE
    assert driver.statuses() == {"start": "done", "flight": "done", "hotel": "done", "pay": "done"}


def test_what_was_done_is_undone_last_thing_first_and_the_run_fails_as_it_would_have():
    driver = failed_trip()
    assert driver.asked == ["flight@#1", "hotel@#1", "pay@#1", "no_hotel@undo#1", "no_flight@undo#1"]
    assert driver.execution.status is RunStatus.FAILED
    error = driver.execution.error
    assert error is not None
    assert (error.code, error.details["undone_count"], error.details["not_undone"]) == ("no_money", 2, [])
    assert [(each["node"], each["scope"]) for each in error.details["undone"]] == [("hotel", ""), ("flight", "")]
    assert driver.events(EventKind.UNDO_STARTED) == [{"reason": "It is no_money.", "count": 2}]
    assert driver.events(EventKind.STEP_FAILED)[0]["handled"] == "compensate"


def test_one_thing_is_undone_at_a_time():
    driver = failed_trip({"no_hotel": None})
    assert "no_flight@undo" not in driver.statuses()
    assert driver.execution.status is RunStatus.RUNNING


def test_what_happened_later_is_undone_first_whatever_the_lines_say():
    nodes = [step("a", "keyed"), step("b", "keyed"), step("c", "keyed", on_error="compensate"), *undoing("a", "b")]
    lines = ("start > a > c", "start > b > c", "a.undo > no_a", "b.undo > no_b")
    driver = Driver(plan(nodes, *lines), {"a": None, "c": failure()}).start().run()
    driver.answers = {"c": failure()}
    driver.run()
    assert driver.asked[-2:] == ["no_a@undo#1", "no_b@undo#1"]


def undoing(*keys: str) -> list[Node]:
    return [step(f"no_{key}", "keyed") for key in keys]


def test_what_was_not_done_is_not_undone():
    nodes = [
        step("a", "keyed", on_error="continue"),
        step("b", "branch"),
        step("c", "keyed"),
        step("d", "keyed", on_error="compensate"),
        *undoing("a", "c"),
    ]
    drawn = ("start > a > b", "b.yes > c > d", "b.no > d", "a.undo > no_a", "c.undo > no_c")
    driver = Driver(plan(nodes, *drawn), {"a": failure(), "b": "no", "d": failure()}).start().run()
    assert driver.execution.status is RunStatus.FAILED
    assert not driver.events(EventKind.UNDO_STARTED)
    assert driver.execution.error == failure()


def test_other_failures_and_a_stop_by_a_person_undo_nothing():
    driver = Driver(plan([step("a", "keyed"), step("b", "keyed"), *undoing("a")], "start > a > b", "a.undo > no_a"))
    driver.answers = {"b": failure()}
    assert driver.start().run().execution.status is RunStatus.FAILED
    assert "no_a@undo#1" not in driver.asked

    stopped = Driver(plan(trip(), *TRIP), {"pay": None}).start().run()
    stopped.execution.cancel(NOW, by="Kim", reason="")
    assert stopped.run().execution.status is RunStatus.CANCELLED
    assert stopped.asked[-1] == "pay@#1"


def test_a_step_still_in_flight_is_waited_for_and_undone_if_it_was_done():
    nodes = [step("a", "keyed"), step("b", "keyed", on_error="compensate"), *undoing("a")]
    driver = Driver(plan(nodes, "start > a", "start > b", "a.undo > no_a"), {"a": None, "b": None}).start().run()
    a, b = driver.step("a").step, driver.step("b").step
    driver.execution.step_failed(b, NOW, error=failure(), jitter=0.5)
    driver.execution.decide(NOW)
    assert driver.execution.to_cancel() == {a}
    driver.execution.step_done(a, NOW, port="out", value=driver.value(), facts={})  # it was too late to cancel it
    driver.flying.clear()
    assert driver.run().asked[-1] == "no_a@undo#1"
    assert driver.execution.status is RunStatus.FAILED


# items


def shop(on_item_error: str) -> Driver:
    nodes = [
        step("each", "each", config={"items": {"$expr": "trigger"}, "on_item_error": on_item_error, "concurrency": 1}),
        step("reserve", "keyed", parent="each", config={"what": {"$expr": "item"}}),
        step("ship", "keyed", parent="each", on_error="compensate"),
        step("free", "keyed", parent="each", config={"what": {"$expr": "item"}, "id": {"$expr": "reserve.id"}}),
    ]
    driver = Driver(plan(nodes, "start > each", "reserve > ship", "reserve.undo > free"))
    driver.answers = {"each": 3, "open each@": 3, "ship@each.1": failure()}
    return driver.start().run()


@pytest.mark.parametrize("on_item_error", ["stop", "drop", "collect"])
def test_each_item_is_undone_by_itself_and_no_other_begins(on_item_error: str):
    driver = shop(on_item_error)
    assert driver.asked[-2:] == ["free@undo/each.1#1", "free@undo/each.0#1"]
    assert "reserve@each.2#1" not in driver.asked
    assert driver.execution.status is RunStatus.FAILED
    assert driver.execution.error is not None
    assert driver.execution.error.code == "broken"


def test_a_step_that_undoes_sees_what_the_step_saw_and_its_output():
    driver = shop("stop")
    free = driver.step("free", "undo/each.0")
    names = driver.execution.names(free.step)
    assert names["reserve"] == driver.step("reserve", "each.0").value
    assert names["item"].index == 0  # type: ignore[union-attr]


def test_a_container_can_call_for_undoing_too():
    nodes = [
        step("book", "keyed"),
        step("each", "each", on_error="compensate"),
        step("ship", "keyed", parent="each"),
        *undoing("book"),
    ]
    driver = Driver(plan(nodes, "start > book > each", "book.undo > no_book"), {"ship": failure()}).start().run()
    assert driver.asked[-1] == "no_book@undo#1"


# what goes wrong while undoing


def test_a_step_that_cannot_undo_is_tried_again_and_then_waits_for_a_person():
    driver = failed_trip({"no_flight": failure("gone", retryable=True)}, attempts=2)
    assert driver.execution.status is RunStatus.WAITING
    driver.later(60).run()
    stuck = driver.step("no_flight", "undo")
    assert (stuck.status, stuck.attempt) == (StepStatus.NEEDS_REVIEW, 2)
    assert stuck.error is not None
    assert stuck.error.code == "gone"
    assert driver.execution.status is RunStatus.WAITING
    assert driver.events(EventKind.STEP_UNKNOWN)[0]["error"]["code"] == "gone"


def test_a_person_who_undid_it_by_hand_lets_the_undoing_go_on():
    driver = failed_trip({"no_hotel": failure()})
    driver.execution.step_done(
        driver.step("no_hotel", "undo").step, NOW, port="out", value=driver.value(), facts={"by": "Kim"}
    )
    driver.run()
    assert driver.execution.status is RunStatus.FAILED
    assert driver.execution.error is not None
    assert driver.execution.error.details["undone_count"] == 2


def test_a_person_who_gives_it_up_ends_the_undoing():
    driver = failed_trip({"no_hotel": failure()})
    driver.execution.step_failed(driver.step("no_hotel", "undo").step, NOW, error=failure("given_up"), jitter=0.0)
    driver.run()
    assert driver.execution.status is RunStatus.FAILED
    assert "no_flight@undo#1" not in driver.asked
    assert driver.execution.error is not None
    assert driver.execution.error.code == "no_money"
    left = [each["node"] for each in driver.execution.error.details["not_undone"]]
    assert (driver.execution.error.details["undone"], left) == ([], ["hotel", "flight"])


def test_a_step_whose_failure_to_undo_does_not_matter_lets_the_undoing_go_on():
    nodes = [each for each in trip() if each.key != "no_hotel"] + [step("no_hotel", "keyed", on_error="continue")]
    driver = Driver(plan(nodes, *TRIP), {"pay": failure(), "no_hotel": failure()}).start().run()
    assert driver.asked[-1] == "no_flight@undo#1"
    assert driver.execution.status is RunStatus.FAILED


def test_an_undoing_step_of_unknown_outcome_waits_for_a_person():
    nodes = [step("a", "keyed"), step("b", on_error="compensate"), step("no_a", "at_most_once")]
    driver = Driver(plan(nodes, "start > a > b", "a.undo > no_a"), {"b": failure(), "no_a": None}).start().run()
    number = driver.step("no_a", "undo").step
    driver.execution.step_started(number, NOW, key="k")
    again = Execution(driver.plan, [*driver.log, *driver.execution.take_events()])
    again.recover(NOW, remote=frozenset())
    again.decide(NOW)
    assert (again.steps[number].status, again.status) == (StepStatus.NEEDS_REVIEW, RunStatus.WAITING)


@pytest.mark.parametrize("answer", [None, failure()])
def test_a_stop_by_a_person_ends_the_undoing_too(answer: object):
    driver = failed_trip({"no_hotel": answer})
    driver.execution.cancel(NOW, by="Kim", reason="")
    driver.run()
    assert driver.execution.status is RunStatus.FAILED
    assert driver.execution.error is not None
    assert [each["node"] for each in driver.execution.error.details["not_undone"]] == ["hotel", "flight"]


def test_what_could_not_be_stopped_any_more_counts_as_undone_but_nothing_follows():
    driver = failed_trip({"no_hotel": None})
    driver.execution.cancel(NOW, by="Kim", reason="")
    driver.execution.decide(NOW)
    driver.execution.step_done(driver.step("no_hotel", "undo").step, NOW, port="out", value=driver.value(), facts={})
    driver.flying.clear()
    driver.run()
    assert driver.execution.error is not None
    assert driver.execution.error.details["undone_count"] == driver.execution.error.details["not_undone_count"] == 1


def test_every_prefix_of_the_log_folds_and_goes_on_to_the_same_end():
    whole = failed_trip(attempts=2)
    for length in range(1, len(whole.log)):
        driver = Driver(whole.plan, whole.answers)
        driver.execution = Execution(whole.plan, whole.log[:length])
        driver.log = whole.log[:length]
        driver.values = 100
        driver.execution.recover(NOW, remote=frozenset())
        for _ in range(3):
            driver.run()
        if (pay := driver.statuses().get("pay")) == "needs_review":
            continue  # it was cut off in the middle of a payment
        assert (pay, driver.execution.status) == ("failed", RunStatus.FAILED)
        assert driver.execution.error is not None
        assert driver.execution.error.details["undone_count"] == 2
        assert state_of(Execution(whole.plan, driver.log)) == state_of(driver.execution)


# the drawing


def problems(nodes: list[Node], *drawn: str) -> list[tuple[str, str | None]]:
    found = check_graph(graph([step("start", "start"), *nodes], *drawn), CATALOGUE, lambda node: [])
    return [(each.code, each.node) for each in found]


def test_a_sound_drawing_has_no_problems():
    nodes = [
        step("flight", "keyed", config={"to": {"$expr": "trigger.to"}}),
        step("pay", "keyed", on_error="compensate"),
        step("no_flight", "keyed", config={"id": {"$expr": "flight.id"}, "to": {"$expr": "trigger.to"}}),
    ]
    assert problems(nodes, "start > flight > pay", "flight.undo > no_flight") == []


def test_a_step_that_undoes_sees_nothing_later_than_the_step():
    nodes = [
        step("flight", "keyed"),
        step("pay", "keyed", on_error="compensate"),
        step("no_flight", "keyed", config={"id": {"$expr": "pay.id"}}),
    ]
    assert problems(nodes, "start > flight > pay", "flight.undo > no_flight") == [("later_step", "no_flight")]


def test_a_step_that_undoes_stands_alone():
    nodes = [step("a", "keyed"), step("b", "keyed", on_error="compensate"), step("no_a", "keyed")]
    drawn = ("start > a > b", "a.undo > no_a")
    assert problems(nodes, *drawn, "a > no_a") == [("bad_undo", "no_a")]
    assert problems(nodes, *drawn, "b.undo > no_a") == [("bad_undo", "no_a")] * 2
    assert problems([*nodes, step("c")], *drawn, "no_a > c") == [("bad_undo", "no_a"), ("unreachable", "c")]
    assert problems(nodes[:2], "start > a > b", "b.undo > a") == [("bad_undo", "a"), ("bad_undo", "a")]


def test_only_what_has_an_effect_is_undone_and_by_one_step():
    nodes = [step("a", "pure"), step("b", "keyed", on_error="compensate"), step("no_a", "keyed"), step("no_b", "keyed")]
    assert problems(nodes[:3], "start > a > b", "a.undo > no_a") == [("bad_undo", "a")]
    found = problems(nodes, "start > a > b", "b.undo > no_b", "b.undo > no_a")
    assert found == [("bad_undo", "b")] * 2


def test_a_step_that_undoes_stands_in_the_same_container_and_is_a_step():
    nodes = [
        step("each", "each"),
        step("a", "keyed", parent="each", on_error="compensate"),
        step("no_a", "keyed"),
    ]
    assert ("border_crossed", "no_a") in problems(nodes, "start > each", "a.undo > no_a")
    nodes = [step("a", "keyed", on_error="compensate"), step("each", "each"), step("in", parent="each")]
    assert ("bad_undo", "each") in problems(nodes, "start > a", "a.undo > each")


def test_an_undoing_step_does_not_call_for_undoing_nor_take_an_error_exit():
    nodes = [step("a", "keyed", on_error="compensate"), step("no_a", "keyed", on_error="compensate")]
    assert ("bad_undo", "no_a") in problems(nodes, "start > a", "a.undo > no_a")


def test_compensating_needs_something_to_undo():
    assert problems([step("a", "keyed", on_error="compensate")], "start > a") == [("nothing_to_undo", "a")]


def test_each_round_of_a_loop_is_undone_by_itself():
    nodes = [
        step("book", "keyed"),
        step("more", "branch"),
        step("pay", "keyed", on_error="compensate"),
        step("no_book", "keyed", config={"id": {"$expr": "book.id"}, "n": {"$expr": "trigger"}}),
    ]
    drawn = graph([step("start", "start"), *nodes], "start > book > more", "more.no > pay", "book.undo > no_book")
    back = Edge(id="back", source="more", target="book", source_port="yes", feedback=Feedback(max_rounds=5))
    driver = Driver(compile_plan(replace(drawn, edges=(*drawn.edges, back)), CATALOGUE), {"pay": failure()})
    driver.answers["more@book~1"] = "no"
    driver.answers["more"] = "yes"
    driver.start().run()
    assert driver.asked[-2:] == ["no_book@undo/book~1#1", "no_book@undo/book~0#1"]
    for number in (0, 1):
        undo = driver.step("no_book", f"undo/book~{number}")
        assert driver.execution.names(undo.step)["book"] == driver.step("book", f"book~{number}").value


def test_a_run_up_to_a_step_undoes_too():
    driver = Driver(plan(trip(), *TRIP), {"pay": failure()})
    driver.execution.start(start_node="start", input=driver.value(), at=NOW, body={"by": None, "until": "pay"})
    driver.run()
    assert driver.asked[-2:] == ["no_hotel@undo#1", "no_flight@undo#1"]


def test_a_loop_that_is_skipped_leaves_its_undoing_alone():
    nodes = [step("ask", "branch"), step("book", "keyed"), step("more", "branch"), step("no_book", "keyed")]
    drawn = graph([step("start", "start"), *nodes], "start > ask", "ask.yes > book > more", "book.undo > no_book")
    back = Edge(id="back", source="more", target="book", source_port="yes", feedback=Feedback(max_rounds=5))
    whole = replace(drawn, edges=(*drawn.edges, back))
    driver = Driver(compile_plan(whole, CATALOGUE), {"ask": "no"}).start().run()
    assert driver.execution.status is RunStatus.DONE
    assert "no_book" not in driver.statuses()
    assert [problem.code for problem in check_graph(whole, CATALOGUE, lambda node: [])] == []


def test_a_step_that_undoes_sees_nothing_later_in_its_round():
    nodes = [
        step("book", "keyed"),
        step("more", "branch"),
        step("pay", "keyed", on_error="compensate"),
        step("no_book", "keyed", config={"more": {"$expr": "more.x"}}),
    ]
    drawn = graph([step("start", "start"), *nodes], "start > book > more", "more.no > pay", "book.undo > no_book")
    back = Edge(id="back", source="more", target="book", source_port="yes", feedback=Feedback(max_rounds=5))
    found = check_graph(replace(drawn, edges=(*drawn.edges, back)), CATALOGUE, lambda node: [])
    assert [(problem.code, problem.node) for problem in found] == [("later_step", "no_book")]
