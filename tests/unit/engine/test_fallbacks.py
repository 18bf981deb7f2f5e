"""A step that fails goes on with its fallbacks, one after the other, before its failure counts."""

from __future__ import annotations

from dataclasses import replace

from orchestrator.engine.commands import StartStep
from orchestrator.engine.errors import ErrorCategory, Problem
from orchestrator.engine.events import EventKind
from orchestrator.engine.execution import Execution
from orchestrator.engine.graph import Graph, Policy, content_hash, graph_json, parse_graph
from orchestrator.engine.node_spec import Effect, NodeSpec, Port
from orchestrator.engine.plan import compile_plan
from orchestrator.engine.retry import MOST_CRASHES
from orchestrator.engine.state import RunStatus, StepStatus
from orchestrator.engine.validation import check_graph
from tests.unit.engine.building import CATALOGUE, NOW, Driver, failure, graph, named, plan, state_of, step

TWO = ({"model": "second"}, {"model": {"$expr": "before.model"}})
UNSAFE = NodeSpec(
    type="call",
    effect=Effect.AT_MOST_ONCE,
    effect_of=lambda config: Effect.IDEMPOTENT if config.get("method") == "GET" else Effect.AT_MOST_ONCE,
    ports_of=lambda config: tuple(Port(key=port) for port in config.get("ports", ["out"])),
    config_schema={"properties": {"url": {}}, "required": ["url"]},
)
WITH_CALL = CATALOGUE | {("call", 1): UNSAFE}


def model(policy_step: str = "ask", **settings: object) -> Driver:
    settings = {"fallbacks": TWO, "config": {"model": "first", "text": {"$expr": "trigger.text"}}} | settings
    nodes = [step("before"), step(policy_step, "idempotent", **settings), step("after")]
    return Driver(plan(nodes, "start > before > ask > after"))


def tried(driver: Driver) -> list[tuple[str, object]]:
    starts = [each for each in driver.commands if isinstance(each, StartStep) and each.node.key == "ask"]
    return [(named(each), each.node.raw_config["model"]) for each in starts]


def test_after_the_tries_of_one_variant_the_next_is_tried_with_its_own_count():
    driver = model(attempts=2)
    driver.answers = {"ask": lambda command: "out" if command.attempt == 4 else failure(retryable=True)}
    driver.start().run().later(60).run()
    driver.later(60).run()

    assert driver.execution.status is RunStatus.DONE
    assert tried(driver) == [("ask@#1", "first"), ("ask@#2", "first"), ("ask@+1#3", "second"), ("ask@+1#4", "second")]
    failed = [(body["handled"], body.get("variant")) for body in driver.events(EventKind.STEP_FAILED)]
    assert failed == [("retry", None), ("fallback", None), ("retry", 1)]
    (done,) = [body for body in driver.events(EventKind.STEP_DONE) if body["node"] == "ask"]
    assert (done["attempt"], done["facts"]) == (4, {"variant": 1})
    assert [body.get("variant") for body in driver.events(EventKind.STEP_STARTED)] == [None, None, 1, 1]


def test_a_fallback_does_not_wait():
    driver = model()
    driver.answers = {"ask": lambda command: "out" if command.attempt == 2 else failure()}
    driver.start().run()
    assert driver.execution.status is RunStatus.DONE


def test_after_the_last_fallback_the_failure_counts():
    driver = model(on_error="continue", fallback_value={"label": "none"})
    driver.answers = {"ask": failure()}
    driver.start().run()

    assert [model for _, model in tried(driver)] == ["first", "second", {"$expr": "before.model"}]
    assert [body["handled"] for body in driver.events(EventKind.STEP_FAILED)] == ["fallback", "fallback", "continue"]
    assert driver.statuses()["after"] == "done"


def test_a_fallback_sees_the_names_of_its_own_formulas():
    driver = model()
    driver.answers = {"ask": lambda command: None if command.attempt == 3 else failure()}
    driver.start().run()
    ask = driver.step("ask")
    assert driver.execution.names(ask.step).keys() == {"trigger", "before"}
    assert driver.execution.node(ask.step).raw_config["model"] == {"$expr": "before.model"}


def test_the_effect_is_that_of_the_variant():
    nodes = [
        step("start", "start"),
        step("ask", "call", config={"url": "a", "method": "GET"}, fallbacks=({"method": "POST"},)),
    ]
    driver = Driver(compile_plan(graph(nodes, "start > ask"), WITH_CALL))
    driver.answers = {"ask": lambda command: failure() if command.attempt == 1 else None}
    driver.start().run()
    first, second = (each for each in driver.commands if isinstance(each, StartStep))
    assert (first.effect, second.effect) == (Effect.IDEMPOTENT, Effect.AT_MOST_ONCE)


def test_an_unknown_outcome_does_not_fall_back():
    driver = Driver(plan([step("pay", "at_most_once", fallbacks=({"to": "b"},))], "start > pay"), {"pay": None})
    driver.start().run()
    pay = driver.step("pay").step
    driver.execution.step_started(pay, NOW, key="k")
    driver.execution.step_lost(pay, NOW)
    assert driver.run().step("pay").status is StepStatus.NEEDS_REVIEW


def test_no_fallback_once_the_time_for_the_whole_step_is_over():
    driver = model(total_timeout_s=30)
    driver.answers = {"ask": None}
    driver.start().run().later(31)
    ask = driver.step("ask")
    driver.execution.step_failed(ask.step, driver.now, error=failure(), jitter=0.5)
    assert driver.run().step("ask").handled == "fail"


def test_no_fallback_in_a_run_that_stops():
    driver = model()
    driver.answers = {"ask": None}
    driver.start().run()
    driver.execution.cancel(NOW, by="Kim", reason="")
    driver.execution.step_failed(driver.step("ask").step, NOW, error=failure(), jitter=0.5)
    driver.run()
    assert driver.execution.status is RunStatus.CANCELLED
    assert len(tried(driver)) == 1


def test_a_variant_that_brings_down_its_workers_gives_way_to_the_next():
    driver = model()
    driver.answers = {"ask": lambda command: None if command.attempt <= MOST_CRASHES else "out"}
    driver.start().run()
    ask = driver.step("ask").step
    for _ in range(MOST_CRASHES):
        driver.execution.step_started(ask, NOW, key="k")
        driver.flying.clear()
        driver.execution.step_lost(ask, NOW)
        driver.run()
    assert driver.execution.status is RunStatus.DONE
    assert driver.step("ask").facts == {"variant": 1}


def test_folding_the_log_gives_the_same_state_amid_the_fallbacks():
    driver = model(attempts=2)
    driver.answers = {"ask": failure(retryable=True)}
    driver.start().run().later(60).run()
    driver.keep()
    again = Execution(driver.plan, driver.log)
    assert state_of(again) == state_of(driver.execution)
    assert again.next_timer() == driver.execution.next_timer()


# the document


def document(**policy: object) -> dict[str, object]:
    nodes = [{"key": "start", "type": "start"}, {"key": "ask", "type": "call", "policy": policy}]
    return {"schema": "graph@1", "nodes": nodes, "edges": [{"id": "e", "source": "start", "target": "ask"}]}


def test_no_fallbacks_and_none_named_are_the_same_document():
    assert content_hash(document()) == content_hash(document(fallbacks=[]))
    assert content_hash(document()) != content_hash(document(fallbacks=[{"url": "b"}]))


def test_fallbacks_are_written_and_read():
    parsed = parse_graph(document(fallbacks=[{"url": "b"}]))
    assert parsed.nodes[1].policy.fallbacks == ({"url": "b"},)
    assert parse_graph(graph_json(parsed)) == parsed


def problems(*fallbacks: dict[str, object], type: str = "call", **config: object) -> list[tuple[str, str | None]]:
    nodes = (
        step("start", "start"),
        replace(step("ask", type, config=config), policy=Policy(fallbacks=fallbacks)),
        step("later"),
    )
    drawn = Graph(nodes=nodes, edges=graph(nodes, "start > ask > later").edges)

    def check_config(node):  # type: ignore[no-untyped-def]
        if isinstance(node.config.get("url"), int):
            return [Problem(code="invalid_setting", message="Address must be a text.", field="config.url")]
        return []

    found = check_graph(drawn, WITH_CALL, check_config)
    return [(each.code, each.field) for each in found]


def test_a_sound_fallback_has_no_problems():
    assert problems({"url": "b"}, {"url": {"$expr": "trigger.url"}}, url="a") == []


def test_each_fallback_is_checked_as_the_step_it_makes():
    assert problems({"url": 5}, url="a") == [("invalid_setting", "policy.fallbacks.0.url")]
    assert problems({"url": ""}, url="a") == [("missing_setting", "policy.fallbacks.0.url")]
    assert problems({"url": "b"}, {"url": {"$expr": "later.url"}}, url="a") == [
        ("later_step", "policy.fallbacks.1.url")
    ]
    assert problems({"url": {"$expr": "1 +"}}, url="a") == [("bad_formula", "policy.fallbacks.0.url")]


def test_what_is_wrong_with_the_step_itself_is_said_once():
    assert problems({"method": "GET"}, url="") == [("missing_setting", "config.url")]


def test_a_fallback_must_change_something_and_keep_the_exits():
    assert problems({}, url="a") == [("empty_fallback", "policy.fallbacks.0")]
    assert problems({"ports": ["out", "more"]}, url="a") == [("fallback_changes_exits", "policy.fallbacks.0")]


def test_starts_and_containers_have_no_fallbacks():
    found = problems({"items": []}, type="each", items={"$expr": "trigger"})
    assert ("fallback_not_allowed", "policy.fallbacks") in found


def test_errors_of_every_kind_fall_back():
    for category in ErrorCategory:
        driver = model()
        driver.answers = {"ask": lambda command, c=category: "out" if command.attempt == 2 else failure(category=c)}
        assert driver.start().run().execution.status is RunStatus.DONE
