"""Random graphs with random outcomes: whatever happens, the log alone gives the same run again."""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.engine.commands import CloseItems, Command, OpenItems, StartStep
from orchestrator.engine.errors import StepError, TransitionRefused
from orchestrator.engine.events import Event, EventKind
from orchestrator.engine.execution import Execution
from orchestrator.engine.graph import Edge, Graph, Node
from orchestrator.engine.node_spec import Effect
from orchestrator.engine.plan import ERROR_PORT, Plan, compile_plan
from orchestrator.engine.state import SETTLED, TERMINAL, RunStatus, Step, StepStatus, Verdict
from tests.unit.engine.building import BRANCHES, CATALOGUE, Driver, failure, named, state_of, step

TYPES = ["pure", "keyed", "at_most_once", "branch", "slow", "each", "each"]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    nodes: list[Node] = [step("start", "start")]
    edges: list[Edge] = []
    _region(draw, nodes, edges, None, ["start"], 0)
    return compile_plan(Graph(nodes=tuple(nodes), edges=tuple(edges)), CATALOGUE)


def _region(
    draw: st.DrawFn, nodes: list[Node], edges: list[Edge], parent: str | None, earlier: list[str], depth: int
) -> None:
    """Some steps in a row, each with lines from some earlier ones; at the root each has at least one."""
    here = list(earlier)
    for _ in range(draw(st.integers(3 - depth, 6 - 2 * depth))):
        type = draw(st.sampled_from(TYPES if depth < 2 else TYPES[:-2]))
        key = f"n{len(nodes)}"
        config: dict[str, Any] = {"value": {"$text": "".join(f"{{{{ {each} }}}}" for each in here)}}
        if type == "each":
            policy = draw(st.sampled_from(["stop", "drop", "collect"]))
            config = {"items": {"$expr": "trigger"}, "concurrency": draw(st.integers(1, 3)), "on_item_error": policy}
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
            )
        )
        sources = draw(st.lists(st.sampled_from(here), unique=True, max_size=3)) if here else []
        if parent is None and not sources:
            sources = [here[-1]]
        for source in sources:
            edges.append(Edge(id=f"e{len(edges)}", source=source, target=key, source_port=_port(draw, nodes, source)))
        here.append(key)
        if type == "each":
            _region(draw, nodes, edges, key, [], depth + 1)


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
        elif self.draw.draw(st.integers(0, 9)) == 9:
            self.fail(number)
        elif isinstance(command, OpenItems):
            count = self.draw.draw(st.integers(0, 4))
            execution.items_opened(number, self.now, value=self.value(), count=count)
        elif isinstance(command, CloseItems):
            self.done(number, "out")
        elif self.draw.draw(st.integers(0, 9)) == 9:
            execution.step_waiting(number, self.now, wait={"kind": "person"})
            self.waiting.append(number)
        elif command.effect is Effect.AT_MOST_ONCE and self.draw.draw(st.integers(0, 4)) == 4:
            execution.step_unknown(number, self.now)
            self.waiting.append(number)
        else:
            self.done(number, self.draw.draw(st.sampled_from([port.key for port in command.node.ports])))

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

    def fail(self, number: int) -> None:
        error: StepError = failure(retryable=self.draw.draw(st.booleans()), not_sent=self.draw.draw(st.booleans()))
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
    assert driver.execution.status in TERMINAL
    assert [event.kind for event in driver.log].count(EventKind.RUN_FINISHED) == 1
    assert driver.log[-1].kind is EventKind.RUN_FINISHED
    assert_steps_took_legal_ways(driver.log)
    if driver.execution.status is RunStatus.DONE:
        assert_lines_were_signalled_once(driver)


WAY = re.compile(r"(started |retry |waiting |unknown |answered |opened )*(done |failed |skipped |cancelled )?")


def assert_steps_took_legal_ways(log: list[Event]) -> None:
    """Nothing follows the end of a step, and a skipped step was never begun."""
    ways: dict[int, str] = defaultdict(str)
    for event in log:
        if "step" in event.body:
            kind = "retry" if event.body.get("handled") == "retry" else event.kind.value.partition("_")[2]
            ways[event.body["step"]] += f"{kind} "
    for way in ways.values():
        assert WAY.fullmatch(way), way
        assert "skipped" not in way or way == "skipped "


def is_in_failed_container(steps: dict[tuple[str, str], Step], scope: str) -> bool:
    while scope:
        outer, _, frame = scope.rpartition("/")
        if steps[frame.rpartition(".")[0], outer].status is not StepStatus.DONE:
            return True
        scope = outer
    return False


def assert_lines_were_signalled_once(driver: RandomDriver) -> None:
    """In every scope that ended by itself, each step was decided by all of its lines, and by nothing else."""
    steps = {(each.node, each.scope): each for each in driver.execution.steps.values()}
    assert len(steps) == len(driver.execution.steps), "a step was decided twice"
    stopped = {
        scope for (_, scope), each in steps.items() if each.status is StepStatus.CANCELLED or each.handled == "fail"
    }
    # An item that another item's failure stopped may end with its last answer, and nothing in it says so.
    stopped |= {scope for scope in {where for _, where in steps} if is_in_failed_container(steps, scope)}
    for (node, scope), each in steps.items():
        if scope in stopped:
            continue
        incoming = driver.plan.nodes[node].incoming
        assert all((edge.source, scope) in steps for edge in incoming), "decided before all of its lines"
        taken = [edge for edge in incoming if steps[edge.source, scope].port == edge.source_port]
        is_entry = not incoming and (scope != "" or node == "start")
        assert (each.verdict is not Verdict.SKIP) is bool(taken or is_entry)
    for scope in {scope for _, scope in steps} - stopped:
        container = scope.rpartition("/")[2].rpartition(".")[0] or None
        inside = {key for key, node in driver.plan.nodes.items() if node.parent == container}
        assert {node for node, where in steps if where == scope} == inside
