"""Small graphs from few words, and a driver in memory that answers the engine's commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from orchestrator.engine.chunks import CHUNK_ITEMS
from orchestrator.engine.commands import (
    CloseItems,
    Command,
    DecideLoop,
    EndWait,
    JoinChunks,
    OpenChunk,
    OpenItems,
    RunItems,
    StartStep,
    StopChildren,
)
from orchestrator.engine.errors import ErrorCategory, StepError
from orchestrator.engine.events import Event, EventKind, ValueRef
from orchestrator.engine.execution import Execution
from orchestrator.engine.graph import Edge, Feedback, Graph, Node, Policy, Retry
from orchestrator.engine.node_spec import Effect, NodeKind, NodeSpec, Port
from orchestrator.engine.plan import Plan, compile_plan
from orchestrator.engine.state import Step, round_scope

BRANCHES = (Port(key="yes"), Port(key="no"))
ITEMS = {"required": ["items"], "properties": {"items": {"title": "Items"}}}
SPECS = [
    NodeSpec(type="start", kind=NodeKind.START, effect=Effect.PURE, needs_input=False),
    *(NodeSpec(type=effect.value, effect=effect) for effect in Effect),
    NodeSpec(type="branch", ports=BRANCHES, effect=Effect.PURE),
    NodeSpec(type="each", kind=NodeKind.CONTAINER, effect=Effect.PURE, config_schema=ITEMS),
    NodeSpec(type="inner_or_outer", ports=(Port(key="inner"), Port(key="outer"), Port(key="out")), effect=Effect.PURE),
    NodeSpec(type="end", effect=Effect.PURE, ports=(), ends_run=True),
    NodeSpec(type="cancel", effect=Effect.PURE, cancels_of=lambda config: tuple(config["steps"])),
    NodeSpec(type="slow", effect=Effect.IDEMPOTENT, queue="cpu"),
    NodeSpec(
        type="text",
        effect=Effect.PURE,
        config_schema={"required": ["value"], "properties": {"value": {"title": "Value"}}},
    ),
]
CATALOGUE = {(spec.type, spec.version): spec for spec in SPECS}
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def step(key: str, type: str = "pure", **settings: Any) -> Node:
    """`attempts`, `on_error`, `fallback_value` and the time limits go to the policy, the rest to the node."""
    policy: dict[str, Any] = {}
    if "attempts" in settings:
        policy["retry"] = Retry(attempts=settings.pop("attempts"), first_wait_s=1, max_wait_s=60)
    for name in ("on_error", "fallback_value", "fallbacks", "timeout_s", "total_timeout_s"):
        if name in settings:
            policy[name] = settings.pop(name)
    if type == "each" and "config" not in settings:
        settings["config"] = {"items": {"$expr": "trigger"}}
    return Node(key=key, type=type, policy=Policy(**policy), **settings)


def lines(*texts: str) -> tuple[Edge, ...]:
    """`"a > b"`, `"a.yes > b > c"`; back to an earlier step `"c >> a"`, with a condition and the most rounds
    `"c.no >> a 3 when c.score < 5"`."""
    edges: list[Edge] = []
    for text in texts:
        if ">>" in text:
            edges.append(_line_back(f"e{len(edges)}", text))
            continue
        names = [name.strip() for name in text.split(">")]
        for source, target in pairwise(names):
            key, _, port = source.partition(".")
            edges.append(
                Edge(id=f"e{len(edges)}", source=key, target=target.partition(".")[0], source_port=port or "out")
            )
    return tuple(edges)


def _line_back(id: str, text: str) -> Edge:
    source, _, rest = text.partition(">>")
    target, _, when = rest.partition(" when ")
    header, *rounds = target.split()
    key, _, port = source.strip().partition(".")
    feedback = Feedback(when={"$expr": when} if when else None, **({"max_rounds": int(rounds[0])} if rounds else {}))
    return Edge(id=id, source=key, target=header, source_port=port or "out", feedback=feedback)


def graph(nodes: Iterable[Node], *texts: str) -> Graph:
    return Graph(nodes=tuple(nodes), edges=lines(*texts))


def plan(nodes: Iterable[Node], *texts: str) -> Plan:
    return compile_plan(graph([step("start", "start"), *nodes], *texts), CATALOGUE)


def failure(code: str = "broken", *, retryable: bool = False, **more: Any) -> StepError:
    category = more.pop("category", ErrorCategory.UNAVAILABLE)
    return StepError(category=category, code=code, message=f"It is {code}.", retryable=retryable, **more)


Answer = str | StepError | int | bool | None
"""A port, a failure, a number of items, whether a loop goes on, or None to leave the command in flight."""


class Driver:
    """Answers commands at once by `answers` ("node", "node@scope" or "node@scope#attempt"), else with port `out`."""

    def __init__(
        self, plan: Plan, answers: dict[str, Answer | Callable[[Command], Answer]] | None = None, *, cuts: bool = False
    ) -> None:
        self.plan = plan
        self.cuts = cuts
        """Long lists are cut into chunks."""
        self.answers = answers or {}
        self.execution = Execution(plan)
        self.log: list[Event] = []
        self.flying: dict[int, Command] = {}
        self.commands: list[Command] = []
        self.asked: list[str] = []
        self.told: list[OpenChunk | StopChildren] = []
        """What is not answered as such: runs to start and to stop."""
        self.now = NOW
        self.values = 0

    def start(self, node: str = "start", **more: Any) -> Driver:
        body = {"by": None, "mode": "live", **more}
        self.execution.start(start_node=node, input=self.value(), at=self.now, body=body)
        return self

    def run(self) -> Driver:
        """Until it has ended or nothing moves any more."""
        while self.turn():
            continue
        return self

    def turn(self) -> bool:
        commands = self.execution.decide(self.now)
        self.told += [command for command in commands if isinstance(command, OpenChunk | StopChildren)]
        for command in commands:
            if isinstance(command, OpenChunk | StopChildren):
                continue
            self.flying[command.step] = command
            self.commands.append(command)
            self.asked.append(named(command))
        cancelled = sorted(self.execution.to_cancel())
        for number in cancelled:
            self.execution.step_cancelled(number, self.now)
            self.flying.pop(number, None)
        answered = [number for number, command in list(self.flying.items()) if self.answer(command)]
        self.keep()
        return bool(commands or answered or cancelled)

    def answer(self, command: Command) -> bool:
        if command.step not in self.flying:
            return False
        answer = self.choice(command)
        if answer is None:
            return False
        del self.flying[command.step]
        number = command.step
        if isinstance(command, StartStep) and command.effect is not Effect.PURE:
            self.execution.step_started(number, self.now, key=command.key)
        if isinstance(command, DecideLoop):
            error = answer if isinstance(answer, StepError) else None
            self.execution.loop_decided(number, self.now, again=answer is True, error=error)
        elif isinstance(answer, StepError):
            self.execution.step_failed(number, self.now, error=answer, jitter=0.5)
        elif isinstance(answer, int):
            chunks = -(-answer // CHUNK_ITEMS) if self.cuts and answer > CHUNK_ITEMS else 0
            self.execution.items_opened(number, self.now, value=self.value(), count=answer, chunks=chunks)
        else:
            self.execution.step_done(number, self.now, port=answer, value=self.value(), facts={})
        return True

    def choice(self, command: Command) -> Answer:
        name = named(command)
        place = name.partition("#")[0]
        fallback: Answer = 2 if isinstance(command, OpenItems) else "out"
        if isinstance(command, EndWait):
            return "out"
        if isinstance(command, CloseItems | JoinChunks):
            return self.answers.get(f"close {command.node.key}", "out")  # type: ignore[return-value]
        if isinstance(command, DecideLoop):
            fallback = False
        keys = (
            (name, place, f"again {command.header}")
            if isinstance(command, DecideLoop)
            else (name, place, command.node.key)
        )
        for key in keys:
            if key in self.answers:
                answer = self.answers[key]
                return answer(command) if callable(answer) else answer
        return fallback

    def value(self) -> ValueRef:
        self.values += 1
        return ValueRef(id=self.values, digest=f"d{self.values}")

    def keep(self) -> None:
        self.log += self.execution.take_events()

    def later(self, seconds: float) -> Driver:
        self.now += timedelta(seconds=seconds)
        return self

    # reading

    def step(self, node: str, scope: str = "") -> Step:
        found = [each for each in self.execution.steps.values() if (each.node, each.scope) == (node, scope)]
        assert len(found) == 1, f"{node}@{scope} has {len(found)} steps"
        return found[0]

    def statuses(self) -> dict[str, str]:
        return {
            f"{each.node}@{each.scope}" if each.scope else each.node: each.status.value
            for each in self.execution.steps.values()
        }

    def events(self, kind: EventKind) -> list[dict[str, Any]]:
        return [event.body for event in self.log if event.kind is kind]


def named(command: Command) -> str:
    if isinstance(command, StartStep):
        return f"{command.key}#{command.attempt}"
    if isinstance(command, DecideLoop):
        return f"again {round_scope(command.scope, command.header, command.round)}"
    if isinstance(command, EndWait):
        return f"end {command.node.key}@{command.scope}"
    verb = {OpenItems: "open", CloseItems: "close", RunItems: "run", JoinChunks: "join"}[type(command)]
    return f"{verb} {command.node.key}@{command.scope}"


def state_of(execution: Execution) -> dict[str, Any]:
    """Everything that folding the log must give again."""
    return {
        "status": execution.status,
        "error": execution.error,
        "seq": execution.seq,
        "steps": execution.steps,
        "names": {number: execution.names(number) for number in execution.steps},
    }
