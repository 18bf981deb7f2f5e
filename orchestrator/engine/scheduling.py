"""The fold: how each event changes the state of a run, and which steps it makes ready.

What a settled step means for others is in `regions.py`. Deciding is cheap because the fold leaves its results in queues
(`ready`, `closing`, `stopped`, `undecided`, `timers`): nobody searches the graph.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from orchestrator.engine import chunks, compensation
from orchestrator.engine.errors import HistoryInvalid, StepError, TransitionRefused
from orchestrator.engine.events import Binding, Constant, Event, EventKind, ValueRef, binding_from_json
from orchestrator.engine.partial import plan_up_to
from orchestrator.engine.plan import ERROR_PORT, Plan
from orchestrator.engine.regions import Regions
from orchestrator.engine.retry import deadline
from orchestrator.engine.state import (
    NEXT,
    ItemOutcome,
    Items,
    Region,
    RunStatus,
    Step,
    StepStatus,
    Verdict,
    delay_end,
    item_scope,
)


class RunState(Regions):
    """What is known of a run after the events that were applied."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.started: Event | None = None
        self.finished: RunStatus | None = None
        self.error: StepError | None = None
        self.ended = False
        """A step has ended the run as done."""
        self.paused: dict[str, Any] | None = None
        """Who holds the run, and why."""
        self.given: dict[str, ValueRef] = {}
        """What the formulas of the one step of a trial see."""
        self.kept: dict[tuple[str, str], dict[str, Any]] = {}
        """Steps, by key and scope, that an earlier run has done already."""
        self.closing: deque[int] = deque()
        """Containers whose items have all ended."""
        self.timers: list[tuple[datetime, int]] = []
        self.opening: deque[tuple[int, int]] = deque()
        """Chunks, by container, that were opened and are still to be handed to the driver."""
        self.outer: dict[str, Binding] = {}
        """In the run of a chunk: names of the parent's."""
        self.undoable: list[int] = []
        """Done steps that another can undo, in the order of their results."""
        self.undoing: compensation.Undoing | None = None
        self._folds: dict[EventKind, Callable[[Event, dict[str, Any]], None]] = {
            EventKind.RUN_STARTED: self._run_started,
            EventKind.STEP_STARTED: self._step_started,
            EventKind.STEP_DONE: self._step_done,
            EventKind.STEP_FAILED: self._step_failed,
            EventKind.STEP_SKIPPED: self._step_skipped,
            EventKind.STEP_WAITING: self._step_waiting,
            EventKind.STEP_ANSWERED: self._step_answered,
            EventKind.STEP_CALLED: lambda event, body: None,
            EventKind.ITEMS_OPENED: self._items_opened,
            EventKind.CHUNK_ENDED: lambda event, body: chunks.chunk_ended(self, event, body),
            EventKind.ITEMS_DONE: self._items_done,
            EventKind.STEP_UNKNOWN: self._step_unknown,
            EventKind.REVIEW_ANSWERED: self._review_answered,
            EventKind.STEP_CANCELLED: self._step_cancelled,
            EventKind.RUN_PAUSED: self._run_paused,
            EventKind.RUN_RESUMED: self._run_resumed,
            EventKind.LOOP_DECIDED: lambda event, body: self._fold_decision(body),
            EventKind.CANCEL_REQUESTED: self._cancel_requested,
            EventKind.UNDO_STARTED: lambda event, body: self._undo(compensation.begin(self)),
            EventKind.RUN_FINISHED: self._run_finished,
            EventKind.MAIL_IGNORED: lambda event, body: None,
        }

    @property
    def status(self) -> RunStatus:
        if self.started is None:
            return RunStatus.QUEUED
        if self.finished is not None:
            return self.finished
        if self.paused is not None:
            return RunStatus.PAUSED
        return RunStatus.RUNNING if self.busy or not self.active else RunStatus.WAITING

    @property
    def active(self) -> bool:
        """Something is left to be done or undone."""
        return self.root.open or (self.undoing is not None and self.undoing.region is not None)

    @property
    def outcome(self) -> RunStatus:
        """How the run ends once nothing is active."""
        if self.root.failure is not None:
            return RunStatus.FAILED
        if self.ended:
            return RunStatus.DONE
        return RunStatus.CANCELLED if self.root.stopping else RunStatus.DONE

    def output(self) -> Binding | dict[str, Binding] | None:
        """What the steps give after which nothing comes: the single one, or a map by their keys."""
        return self._final_value(self.plan.finals, "")

    def apply(self, event: Event) -> None:
        """Raises HistoryInvalid or TransitionRefused, and then has changed nothing."""
        if (event.kind is EventKind.RUN_STARTED) is not (self.started is None):
            raise HistoryInvalid(f"{event.kind} cannot be event {event.seq}.")
        self._folds[event.kind](event, event.body)

    def due(self, now: datetime | None) -> Step | None:
        """Takes the next timer off if it is due (None: any time); stale ones are dropped on the way."""
        while self.timers:
            when, number = self.timers[0]
            step = self.steps[number]
            if self.alarm(step) != when:
                heapq.heappop(self.timers)
            elif now is not None and when <= now:
                heapq.heappop(self.timers)
                return step
            else:
                return None
        return None

    def alarm(self, step: Step) -> datetime | None:
        """When a waiting step wants attention: its next attempt, the end of its delay or of its total time limit."""
        if step.status is StepStatus.WAITING and step.retry_at is not None:
            return step.retry_at
        if step.status in (StepStatus.WAITING, StepStatus.NEEDS_PERSON):
            ends = (deadline(self.node(step).policy, step.started_at), delay_end(step))
            return min((end for end in ends if end is not None), default=None)
        return None

    # one fold per kind of event

    def _run_started(self, event: Event, body: dict[str, Any]) -> None:
        if "items" in body:
            self._chunk_started(event, body)
            return
        start = body["start"]
        if body.get("until") is not None:
            self.plan = plan_up_to(self.plan, body["until"])
        if start not in self.plan.starts:
            raise HistoryInvalid(f"The plan has no start {start!r}.")
        self.only = body.get("only")
        if self.only is not None and self.only not in self.plan.nodes:
            raise HistoryInvalid(f"The plan has no step {self.only!r}.")
        self.given = {name: ValueRef.from_json(ref) for name, ref in body.get("given", {}).items()}
        self.kept = {(kept["node"], kept["scope"]): kept for kept in body.get("kept", ())}
        self.started = event
        region = Region(scope="")
        self.regions[""] = region
        fired = self._new_step(region, start, Verdict.RUN)
        for key in self.plan.roots:
            if key != start and self.only is None:
                self._decide(region, key, Verdict.SKIP, None)
        fired.value = ValueRef.from_json(body["input"])
        fired.started_at = event.at
        fired.attempt = 1
        self._end(fired, StepStatus.DONE, event.at)
        self._leave(fired, self.node(fired).main_port)
        if self.only is not None:
            self._new_step(region, self.only, Verdict.RUN)

    def _chunk_started(self, event: Event, body: dict[str, Any]) -> None:
        """This run is a piece of a for each: its container is ready."""
        node = self.plan.nodes.get(body["start"])
        if node is None or node.items is None:
            raise HistoryInvalid(f"The plan has no for each {body['start']!r}.")
        if body.get("until") is not None:
            self.plan = plan_up_to(self.plan, body["until"])
        self.started = event
        self.regions[""] = root = Region(scope="")
        self.outer = {name: binding_from_json(data) for name, data in body["names"].items()}
        container = self._new_step(root, node.key, Verdict.RUN)
        container.items = ValueRef.from_json(body["input"])
        container.base = body["items"]["base"]

    def _step_started(self, event: Event, body: dict[str, Any]) -> None:
        step = self._moved(body, StepStatus.RUNNING)
        step.attempt = body["attempt"]
        step.started_at = step.started_at or event.at
        step.retry_at = None
        step.answered = False
        self.busy.add(step.step)

    def _step_done(self, event: Event, body: dict[str, Any]) -> None:
        step = self._moved(body, StepStatus.DONE)
        self._attempted(step, body)
        step.value = ValueRef.from_json(body["value"])
        step.facts = body["facts"]
        step.error = None
        step.handled = None
        self._end(step, StepStatus.DONE, event.at)
        if not (self.regions[step.scope].stopping or step.cancelling):
            self._act(step)
        if self.node(step).undo is not None:
            self.undoable.append(step.step)
        self._leave(step, body["port"])

    def _act(self, step: Step) -> None:
        """What a step does to the run itself."""
        self._cancel_named(step)
        if self.node(step).spec.ends_run:
            self.ended = True
            self._stop(self.root)

    def _step_failed(self, event: Event, body: dict[str, Any]) -> None:
        handled = body["handled"]
        again = handled in ("retry", "fallback")
        step = self._moved(body, StepStatus.WAITING if again else StepStatus.FAILED)
        self._attempted(step, body)
        step.error = StepError.from_json(body["error"])
        step.handled = handled
        step.wait = None
        step.answered = False
        if again:
            if handled == "fallback":
                step.variant, step.variant_from = step.variant + 1, step.attempt
                step.parked = step.answer = None
            elif step.error.postponed:
                step.variant_from += 1
            step.retry_at = datetime.fromisoformat(body["retry_at"])
            self._rest(step)
            return
        self._end(step, StepStatus.FAILED, event.at)
        if handled == "continue":
            step.value = Constant(json=body["value"])
            self._leave(step, self.node(step).main_port)
        elif handled == "path":
            self._leave(step, ERROR_PORT)
        elif step.cancelling:
            self._leave(step, None)
        else:
            self._unhandled(self.regions[step.scope], step)
            self._settle(step)

    def _step_skipped(self, event: Event, body: dict[str, Any]) -> None:
        step = self._moved(body, StepStatus.SKIPPED)
        step.value = Constant(json=None)
        self._end(step, StepStatus.SKIPPED, event.at)
        self._leave(step, self.node(step).main_port if step.verdict is Verdict.GO_ON else None)

    def _step_waiting(self, event: Event, body: dict[str, Any]) -> None:
        person = body["wait"].get("kind") == "person"
        step = self._moved(body, StepStatus.NEEDS_PERSON if person else StepStatus.WAITING)
        step.attempt = body["attempt"]
        step.started_at = step.started_at or event.at
        step.retry_at = None
        step.wait = body["wait"]
        step.parked = ValueRef.from_json(body["state"]) if body.get("state") else None
        step.answer = None
        self._rest(step)
        if step.cancelling or self.regions[step.scope].stopping:
            self.stopped.append(step.step)

    def _step_answered(self, event: Event, body: dict[str, Any]) -> None:
        """It goes on at once, in the attempt that waited."""
        step = self._moved(body, StepStatus.WAITING)
        step.answer = ValueRef.from_json(body["answer"])
        step.answered = True
        step.turn += 1
        step.wait = None
        step.retry_at = event.at
        self._rest(step)

    def _items_opened(self, event: Event, body: dict[str, Any]) -> None:
        step = self._moved(body, StepStatus.RUNNING)
        step.attempt = 1
        step.started_at = step.started_at or event.at
        step.items = ValueRef.from_json(body["value"])
        step.count = body["count"]
        self.busy.discard(step.step)
        self.items[step.step] = Items(count=step.base + body["count"], next_index=step.base)
        if body.get("chunks"):
            chunks.open_chunks(self, step, body["chunks"])
        else:
            self._fill(step)

    def _items_done(self, event: Event, body: dict[str, Any]) -> None:
        step = self._moved(body, StepStatus.DONE)
        step.attempt = 1
        step.started_at = step.started_at or event.at
        step.value = ValueRef.from_json(body["value"])
        step.facts = {"items": body["ok"] + body["failed"], "failed": body["failed"]}
        self._end(step, StepStatus.DONE, event.at)
        self._leave(step, self.node(step).main_port)

    def _step_unknown(self, event: Event, body: dict[str, Any]) -> None:
        step = self._moved(body, StepStatus.NEEDS_REVIEW)
        step.attempt = body["attempt"]
        if body.get("error"):
            step.error = StepError.from_json(body["error"])
        self.busy.discard(step.step)
        if step.cancelling or self.regions[step.scope].stopping:
            self._leave(step, None)

    def _review_answered(self, event: Event, body: dict[str, Any]) -> None:
        """Only trying again changes the step here; `done` and `fail` are told by the event that follows."""
        if body["answer"] != "retry":
            return
        step = self._moved(body, StepStatus.WAITING)
        step.retry_at = event.at
        self._rest(step)

    def _run_paused(self, event: Event, body: dict[str, Any]) -> None:
        self.paused = body

    def _run_resumed(self, event: Event, body: dict[str, Any]) -> None:
        self.paused = None
        chunks.go_on(self)

    def _step_cancelled(self, event: Event, body: dict[str, Any]) -> None:
        step = self._moved(body, StepStatus.CANCELLED)
        self._end(step, StepStatus.CANCELLED, event.at)
        self._leave(step, None)

    def _cancel_requested(self, event: Event, body: dict[str, Any]) -> None:
        if body.get("error") and not self.root.stopping:
            self.root.failure = StepError.from_json(body["error"])
        self.paused = None
        self._stop(self.root)
        self.undo_wanted = False
        if self.undoing is not None and self.undoing.region is not None:
            self._stop(self.undoing.region)
        chunks.go_on(self)

    def _run_finished(self, event: Event, body: dict[str, Any]) -> None:
        self.finished = RunStatus(body["status"])
        self.error = StepError.from_json(body["error"]) if body["error"] else None
        self.busy.clear()

    # steps

    def _moved(self, body: dict[str, Any], status: StepStatus) -> Step:
        step = self.steps.get(body["step"])
        if step is None or step.node != body["node"] or step.scope != body["scope"]:
            raise HistoryInvalid(f"Step {body['step']} is not {body['node']!r} in this plan.")
        inside = self.items.get(step.step)
        if (
            status not in NEXT[step.status]
            or step.scope not in self.regions
            or self.finished is not None
            or (inside is not None and (inside.open or inside.open_chunks))
        ):
            raise TransitionRefused(f"Step {step.step} is {step.status}; it cannot become {status}.")
        step.status = status
        return step

    def _attempted(self, step: Step, body: dict[str, Any]) -> None:
        step.attempt = body["attempt"]
        if step.started_at is None and body["started_at"] is not None:
            step.started_at = datetime.fromisoformat(body["started_at"])

    def _rest(self, step: Step) -> None:
        self.busy.discard(step.step)
        when = self.alarm(step)
        if when is not None:
            heapq.heappush(self.timers, (when, step.step))

    def _end(self, step: Step, status: StepStatus, at: datetime) -> None:
        step.status = status
        step.ended_at = at
        step.ended_after = len(self.steps)
        step.retry_at = None
        step.wait = None
        self.items.pop(step.step, None)

    def _undone(self, region: Region, step: Step) -> None:
        self._undo(compensation.ended(self, region, step))

    def _undo(self, region: Region | None) -> None:
        """Opens the region in which the next step is undone, if one is left."""
        if region is None:
            return
        key = self.node(self.steps[region.undoes]).undo
        assert key is not None
        self.regions[region.scope] = region
        self._new_step(region, key, Verdict.GO_ON if self.plan.nodes[key].off else Verdict.RUN)

    # items

    def _fill(self, container: Step) -> None:
        """Opens items up to the concurrency; closes the container when none is left."""
        inside = self.items[container.step]
        node = self.node(container)
        policy = node.items
        assert policy is not None
        halted = self.regions[container.scope].stopping or container.cancelling or inside.failed is not None
        while not halted and inside.next_index < inside.count and len(inside.open) < policy.concurrency:
            index = inside.next_index
            inside.next_index += 1
            if not node.entries:
                inside.outcomes[index] = ItemOutcome(index=index, ok=True)
                continue
            scope = item_scope(container.scope, node.key, index)
            region = Region(scope=scope, node=node.key, step=container.step, index=index)
            self.regions[scope] = inside.open[scope] = region
            for key in node.entries:
                verdict = Verdict.GO_ON if self.plan.nodes[key].off else Verdict.RUN
                self._decide(region, key, verdict, container.error_from)
        if not inside.open and (halted or inside.next_index == inside.count):
            self.closing.append(container.step)
            self.busy.add(container.step)

    def _item_ended(self, region: Region) -> None:
        container = self.steps[region.step]
        inside = self.items[region.step]
        node = self.node(container)
        outcome = ItemOutcome(index=region.index, ok=False, error=region.failure)
        if not region.stopping:
            outcome = ItemOutcome(index=region.index, ok=True, value=self._final_value(node.finals, region.scope))
        inside.outcomes[region.index] = outcome
        del self.regions[region.scope], inside.open[region.scope]
        assert node.items is not None
        if region.failure is not None and node.items.on_error == "stop" and inside.failed is None:
            inside.failed = outcome
            for other in list(inside.open.values()):
                self._stop(other)
        self._fill(container)

    def _final_value(self, finals: tuple[str, ...], scope: str) -> Binding | dict[str, Binding] | None:
        steps = {key: self.places[key, scope] for key in finals if (key, scope) in self.places}
        if len(finals) == 1:
            return next((step.value for step in steps.values()), None)
        return {
            key: step.value
            for key, step in steps.items()
            if step.value is not None and step.status is not StepStatus.SKIPPED
        }
