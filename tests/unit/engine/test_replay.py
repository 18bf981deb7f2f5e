"""Random graphs with random outcomes: whatever happens, the log alone gives the same run again."""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.engine.commands import CloseItems, Command, DecideLoop, EndWait, OpenItems, StartStep
from orchestrator.engine.errors import StepError, TransitionRefused
from orchestrator.engine.events import Event, EventKind
from orchestrator.engine.execution import Execution
from orchestrator.engine.graph import Edge, Feedback, Graph, Node
from orchestrator.engine.loops import find_loops
from orchestrator.engine.node_spec import Effect
from orchestrator.engine.plan import ERROR_PORT, Plan, PlanNode, compile_plan
from orchestrator.engine.state import (
    SETTLED,
    TERMINAL,
    RunStatus,
    Step,
    StepStatus,
    Verdict,
    frame_of,
    round_scope,
)
from tests.unit.engine.building import BRANCHES, CATALOGUE, Driver, failure, named, state_of, step

TYPES = ["pure", "keyed", "at_most_once", "branch", "slow", "each", "each"]
ROUGH = ["pure", "keyed", "at_most_once", "branch", "slow", "cancel", "end", "each"]
"""With steps that cancel others."""


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    nodes: list[Node] = [step("start", "start")]
    edges: list[Edge] = []
    _region(draw, nodes, edges, None, ["start"], 0, draw(st.sampled_from([TYPES, ROUGH])))
    return compile_plan(Graph(nodes=tuple(nodes), edges=tuple(edges)), CATALOGUE)


def _region(
    draw: st.DrawFn,
    nodes: list[Node],
    edges: list[Edge],
    parent: str | None,
    earlier: list[str],
    depth: int,
    types: list[str],
) -> None:
    """Some steps in a row, each with lines from some earlier ones; at the root each has at least one."""
    here = list(earlier)
    for _ in range(draw(st.integers(3 - depth, 6 - 2 * depth))):
        type = draw(st.sampled_from(types if depth < 2 else [each for each in types if each != "each"]))
        key = f"n{len(nodes)}"
        config: dict[str, Any] = {"value": {"$text": "".join(f"{{{{ {each} }}}}" for each in here)}}
        if type == "each":
            policy = draw(st.sampled_from(["stop", "drop", "collect"]))
            config = {"items": {"$expr": "trigger"}, "concurrency": draw(st.integers(1, 3)), "on_item_error": policy}
        if type == "cancel":
            around = [f"n{number}" for number in range(1, len(nodes) + 3)]
            config = {"steps": draw(st.lists(st.sampled_from(around), max_size=2))}
        join = draw(st.sampled_from(["all", "all", "all", "any", "n"]))
        nodes.append(
            step(
                key,
                type,
                parent=parent,
                config=config,
                off=draw(st.integers(0, 9)) == 9,
                attempts=1 if type == "each" else draw(st.integers(1, 3)),
                on_error=draw(st.sampled_from(["continue", "path", "fail"])),
                fallback_value="fallback",
                join=join,
                join_count=2 if join == "n" else None,
                cancel_rest=types is ROUGH and draw(st.booleans()),
            )
        )
        sources = draw(st.lists(st.sampled_from(here), unique=True, max_size=3)) if here else []
        if parent is None and not sources:
            sources = [here[-1]]
        for source in sources:
            edges.append(Edge(id=f"e{len(edges)}", source=source, target=key, source_port=_port(draw, nodes, source)))
        here.append(key)
        if type == "each":
            _region(draw, nodes, edges, key, [], depth + 1, types)
    for _ in range(draw(st.integers(0, 2))):
        _line_back(draw, nodes, edges, here)


def _line_back(draw: st.DrawFn, nodes: list[Node], edges: list[Edge], here: list[str]) -> None:
    """From some step to itself or an earlier one, wherever that makes a loop."""
    feedback = Feedback(
        when=draw(st.sampled_from([None, {"$expr": "loop.iteration < 3 || loop.previous == trigger"}])),
        max_rounds=draw(st.integers(1, 3)),
    )
    ways = [
        Edge(id=f"e{len(edges)}", source=source, target=target, feedback=feedback)
        for number, source in enumerate(here)
        for target in here[: number + 1]
        if target != "start"
    ]
    sound = [edge for edge in ways if not find_loops(Graph(nodes=tuple(nodes), edges=(*edges, edge))).unnatural]
    if sound:
        edge = draw(st.sampled_from(sound))
        edges.append(replace(edge, source_port=_port(draw, nodes, edge.source)))


def _port(draw: st.DrawFn, nodes: list[Node], source: str) -> str:
    node = next(node for node in nodes if node.key == source)
    ports = [port.key for port in BRANCHES] if node.type == "branch" else ["out", "out"]
    if node.policy.on_error == "path" and node.type != "start":
        ports.append(ERROR_PORT)
    return draw(st.sampled_from(ports))


class RandomDriver(Driver):
    """Lets chance say what happens to a command in flight."""

    def __init__(self, plan: Plan, draw: st.DataObject) -> None:
        super().__init__(plan)
        self.draw = draw
        self.waiting: list[int] = []
        self.crashes = 0

    def happen(self) -> None:
        for command in self.execution.decide(self.now):
            self.flying[command.step] = command
        self.compare()
        running = self.execution.status not in TERMINAL
        if running and self.draw.draw(st.integers(0, 40)) == 40:
            self.execution.cancel(self.now, by="Ada", reason="")
        elif running and self.crashes < 3 and self.draw.draw(st.integers(0, 15)) == 15:
            self.crash()
        elif running and self.draw.draw(st.integers(0, 25)) == 25:
            self.hold_or_go_on()
        elif self.flying:
            self.happen_to(self.flying[self.draw.draw(st.sampled_from(sorted(self.flying)))])
        elif self.waiting:
            self.resolve(self.waiting.pop())
        elif self.execution.status is RunStatus.PAUSED:
            self.execution.resume(self.now, by="Ada")
        elif running:
            timer = self.execution.next_timer()
            assert timer is not None or self.execution.status is RunStatus.RUNNING, "the run waits for nothing"
            self.now = max(self.now, timer or self.now)
        self.keep()

    def hold_or_go_on(self) -> None:
        with suppress(TransitionRefused):
            if self.execution.status is RunStatus.PAUSED:
                self.execution.resume(self.now, by="Ada")
            else:
                self.execution.pause(self.now, by="Ada", reason="")

    def crash(self) -> None:
        """Another process goes on with what is in the log."""
        self.keep()
        self.crashes += 1
        self.execution = Execution(self.plan, self.log)
        self.execution.recover(self.now, remote=frozenset())
        self.flying.clear()
        steps = self.execution.steps.values()
        self.waiting = [
            each.step for each in steps if each.status in (StepStatus.NEEDS_PERSON, StepStatus.NEEDS_REVIEW)
        ]

    def happen_to(self, command: Command) -> None:
        number, execution = command.step, self.execution
        del self.flying[number]
        if isinstance(command, StartStep) and (command.effect is not Effect.PURE or command.queue != "engine"):
            execution.step_started(number, self.now, key=command.key)
        if number in execution.to_cancel() and self.draw.draw(st.booleans()):
            execution.step_cancelled(number, self.now)
        elif self.draw.draw(st.integers(0, 9)) == 9 and not self.is_needless(command):
            self.fail(command)
        elif isinstance(command, DecideLoop):
            if number in execution.to_cancel():
                execution.step_cancelled(number, self.now)
            else:
                execution.loop_decided(number, self.now, again=self.draw.draw(st.booleans()))
        elif isinstance(command, OpenItems):
            count = self.draw.draw(st.integers(0, 4))
            execution.items_opened(number, self.now, value=self.value(), count=count)
        elif isinstance(command, CloseItems | EndWait):
            self.done(number, "out")
        elif self.draw.draw(st.integers(0, 9)) == 9:
            execution.step_waiting(number, self.now, wait={"kind": "person"})
            self.waiting.append(number)
        elif self.draw.draw(st.integers(0, 9)) == 9:
            until = self.now + timedelta(seconds=self.draw.draw(st.integers(-5, 90)))
            execution.step_waiting(number, self.now, wait={"kind": "delay", "until": until.isoformat()})
        elif command.effect is Effect.AT_MOST_ONCE and self.draw.draw(st.integers(0, 4)) == 4:
            execution.step_unknown(number, self.now)
            self.waiting.append(number)
        else:
            self.done(number, self.draw.draw(st.sampled_from([port.key for port in command.node.ports] or ["out"])))

    def resolve(self, number: int) -> None:
        """Somebody answers, unless the step ended meanwhile."""
        if self.execution.steps[number].status not in SETTLED:
            with suppress(TransitionRefused):
                if self.execution.steps[number].status is StepStatus.NEEDS_REVIEW:
                    answer = self.draw.draw(st.sampled_from(["retry", "done"]))
                    self.execution.review(number, self.now, answer=answer, by="Ada", note="")
                    if answer == "retry":
                        return
                self.done(number, "out")

    def fail(self, command: Command) -> None:
        number = command.step
        error: StepError = failure(retryable=self.draw.draw(st.booleans()), not_sent=self.draw.draw(st.booleans()))
        if isinstance(command, DecideLoop):
            self.execution.loop_decided(number, self.now, again=False, error=error)
            return
        self.execution.step_failed(number, self.now, error=error, jitter=self.draw.draw(st.floats(0, 0.99)))

    def done(self, number: int, port: str) -> None:
        self.execution.step_done(number, self.now, port=port, value=self.value(), facts={"n": number})

    def compare(self) -> None:
        """The log so far in a new process: the same state, and the same things to do next."""
        self.keep()
        again = Execution(self.plan, self.log)
        assert state_of(again) == state_of(self.execution)
        if self.execution.to_cancel():
            return  # here they are waited for; in a new process they are gone
        if self.execution.status is RunStatus.PAUSED:
            assert again.decide(self.now) == []
            return
        if not self.flying:
            assert again.next_timer() == self.execution.next_timer()
        expected = {named(command) for command in self.flying.values() if not self.is_started(command)}
        assert {named(command) for command in again.decide(self.now)} == expected
        assert again.take_events() == []

    def is_needless(self, command: Command) -> bool:
        return isinstance(command, DecideLoop) and command.step in self.execution.to_cancel()

    def is_started(self, command: Command) -> bool:
        return self.execution.steps[command.step].status is StepStatus.RUNNING and not isinstance(command, CloseItems)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(plan=plans(), data=st.data())
def test_every_run_ends_once_and_its_log_gives_it_again_at_every_prefix(plan: Plan, data: st.DataObject) -> None:
    driver = RandomDriver(plan, data)
    driver.start()
    for _ in range(3_000):
        if driver.execution.status in TERMINAL and not driver.flying:
            break
        driver.happen()
    assert driver.execution.status in TERMINAL, "the run does not end"
    assert [event.kind for event in driver.log].count(EventKind.RUN_FINISHED) == 1
    assert driver.log[-1].kind is EventKind.RUN_FINISHED
    assert_steps_took_legal_ways(driver.log)
    if driver.execution.status is RunStatus.DONE and not any(cancels(node) for node in plan.nodes.values()):
        assert_lines_were_signalled_once(driver)
        assert_scopes_are_whole(driver)


def cancels(node: PlanNode) -> bool:
    return bool(node.rest or node.type in ("cancel", "end"))


WAY = re.compile(r"(started |retry |waiting |unknown |answered |opened )*(done |failed |skipped |cancelled )?")


def assert_steps_took_legal_ways(log: list[Event]) -> None:
    """Nothing follows the end of a step, and a skipped step was never begun."""
    ways: dict[int, str] = defaultdict(str)
    for event in log:
        if "step" in event.body and event.kind is not EventKind.LOOP_DECIDED:
            kind = "retry" if event.body.get("handled") == "retry" else event.kind.value.partition("_")[2]
            ways[event.body["step"]] += f"{kind} "
    for way in ways.values():
        assert WAY.fullmatch(way), way
        assert "skipped" not in way or way == "skipped "


def is_in_failed_container(steps: dict[tuple[str, str], Step], scope: str) -> bool:
    while scope:
        frame = frame_of(scope)
        if not frame.is_round and steps[frame.node, frame.outer].status is not StepStatus.DONE:
            return True
        scope = frame.outer
    return False


def owner(scope: str) -> str:
    """The item or run that fails when a step in this scope does."""
    while scope and frame_of(scope).is_round:
        scope = frame_of(scope).outer
    return scope


class Outcome:
    """What became of every step of a run that ended by itself."""

    def __init__(self, driver: RandomDriver) -> None:
        self.plan = driver.plan
        self.steps = {(each.node, each.scope): each for each in driver.execution.steps.values()}
        assert len(self.steps) == len(driver.execution.steps), "a step was decided twice"
        stopped = {
            owner(scope)
            for (_, scope), each in self.steps.items()
            if each.status is StepStatus.CANCELLED or each.handled == "fail"
        }
        # An item that another item's failure stopped may end with its last answer, and nothing in it says so.
        self.ended = {
            scope
            for _, scope in self.steps
            if owner(scope) not in stopped and not is_in_failed_container(self.steps, scope)
        }
        self.given_up = {event["step"] for event in driver.events(EventKind.LOOP_DECIDED) if event["error"]}

    def level(self, scope: str) -> str | None:
        frame = frame_of(scope) if scope else None
        return frame.node if frame is not None and frame.is_round else None

    def last(self, key: str, scope: str) -> Step | None:
        """The step as a line out of its loops, or out of a skipped loop, was signalled in this scope."""
        inner = list(self.plan.shapes.around(key))
        level = self.level(scope)
        inner = inner[: inner.index(level)] if level is not None else inner
        for header in reversed(inner):
            if (header, scope) in self.steps:
                return self.steps[header, scope]
            rounds = [number for number in range(5) if (header, round_scope(scope, header, number)) in self.steps]
            if not rounds:
                return None
            scope = round_scope(scope, header, rounds[-1])
        return self.steps.get((key, scope))


def assert_lines_were_signalled_once(driver: RandomDriver) -> None:
    """In every scope that ended by itself, each step was decided by its lines, and by nothing else."""
    outcome = Outcome(driver)
    for (node, scope), each in outcome.steps.items():
        if scope not in outcome.ended:
            continue
        known = driver.plan.nodes[node]
        if outcome.level(scope) == node or (not known.incoming and (scope != "" or node == "start")):
            assert each.verdict is not Verdict.SKIP, "the region was entered by it"
            continue
        before = [(edge, outcome.last(edge.source, scope)) for edge in known.incoming]
        assert all(source is not None for _, source in before), "a line was never signalled"
        if any(source is not None and source.step in outcome.given_up for _, source in before):
            continue  # its lines in the round were signalled before it failed
        taken = [edge for edge, source in before if source is not None and source.port == edge.source_port]
        assert (each.verdict is not Verdict.SKIP) is (len(taken) >= (known.needed or 1))


def assert_scopes_are_whole(driver: RandomDriver) -> None:
    """Each step of a scope that ended was decided there, and each loop there ran or was skipped."""
    outcome = Outcome(driver)
    for scope in outcome.ended:
        frame = frame_of(owner(scope)) if owner(scope) else None
        container = frame.node if frame is not None else None
        here = {node for node, where in outcome.steps if where == scope}
        for key, known in driver.plan.nodes.items():
            if known.parent != container:
                continue
            unit = driver.plan.shapes.unit(key, outcome.level(scope))
            if unit == key and key in driver.plan.loops and key != outcome.level(scope):
                assert (key in here) is not ((key, round_scope(scope, key, 0)) in outcome.steps)
            elif unit == key:
                assert key in here
