"""Signals, rounds and cancelling: which steps become ready when others settle.

A *region* is one scope at work: the root, one item of a for_each, or one round of a loop. In a region every line is
signalled exactly once, taken or not, and a step's join is decided by these signals. A line that leaves its loop is
signalled in the region around it, once the loop has ended, as its last round says. So no signal of one round can be
taken for one of the next.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from typing import Any

from orchestrator.engine.errors import StepError, TransitionRefused
from orchestrator.engine.events import Constant
from orchestrator.engine.plan import ERROR_PORT, Plan, PlanNode
from orchestrator.engine.state import Items, Join, Region, Signal, Step, StepStatus, Verdict, round_scope


class Regions(ABC):
    """The part of a run's state that says whose turn it is."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.steps: dict[int, Step] = {}
        self.places: dict[tuple[str, str], Step] = {}
        """By key and scope; a step of a finished loop stands, as in its last round, in the scope around it too."""
        self.regions: dict[str, Region] = {}
        self.items: dict[int, Items] = {}
        self.busy: set[int] = set()
        """Active steps that do not wait for anything outside, and those whose feedback line is being decided."""
        self.ready: deque[int] = deque()
        self.stopped: deque[int] = deque()
        """Active steps that are to be cancelled."""
        self.undecided: deque[str] = deque()
        """Rounds at whose end a feedback line was taken."""
        self.stops = False
        """Some region stops or some step is cancelled, or was."""
        self.undo_wanted = False
        """A step failed whose rule is to undo what was done."""
        self.only: str | None = None
        """The one step of a trial; nothing follows it."""

    @property
    def root(self) -> Region:
        return self.regions[""]

    def node(self, step: Step) -> PlanNode:
        """With the settings that are tried now: the step's own or a fallback's."""
        return self.plan.nodes[step.node].variant(step.variant)

    @abstractmethod
    def _item_ended(self, region: Region) -> None: ...

    @abstractmethod
    def _undone(self, region: Region, step: Step) -> None: ...

    # signals

    def _decide(
        self, region: Region, key: str, verdict: Verdict, error_from: int | None, reason: str | None = None
    ) -> None:
        """The turn of a step has come, and with a header's that of its loop; a skipped loop is one step."""
        if key in self.plan.loops and key != region.loop and verdict is not Verdict.SKIP:
            self._open_round(region, key, 0, error_from)
        else:
            self._new_step(region, key, verdict, error_from, reason)

    def _new_step(
        self, region: Region, key: str, verdict: Verdict, error_from: int | None = None, reason: str | None = None
    ) -> Step:
        step = Step(
            step=len(self.steps) + 1,
            node=key,
            scope=region.scope,
            verdict=verdict,
            error_from=error_from,
            reason=reason,
        )
        self.steps[step.step] = step
        self.places[key, region.scope] = step
        region.active[step.step] = None
        self.busy.add(step.step)
        self.ready.append(step.step)
        return step

    def _leave(self, step: Step, port: str | None) -> None:
        """Signals every line out of a settled step: those of the port taken, all others not."""
        region = self.regions[step.scope]
        if step.step not in region.active:
            return  # given up before its outcome was known: its lines were signalled then
        step.port = port = None if step.cancelling else port
        alone = self.only is not None and not region.scope
        if not region.stopping and not alone:
            error_from = step.step if port == ERROR_PORT else step.error_from
            skipped_loop = step.node in self.plan.loops and step.node != region.loop
            lines = self.plan.loops[step.node].exits if skipped_loop else self.node(step).outgoing
            for edge in lines:
                taken = edge.source_port == port
                self._route(region, Signal(edge=edge, taken=taken, step=step.step, error_from=error_from))
        self._settle(step)

    def _route(self, region: Region, signal: Signal) -> None:
        """To the join it is for, or, out of a round, to the end of the round."""
        if self.plan.levels.get(signal.edge.id) != region.loop:
            region.exits.append(signal)
        elif signal.edge.feedback is None:
            self._signal(region, signal)
        elif signal.taken:
            region.undecided.append(signal)

    def _signal(self, region: Region, signal: Signal) -> None:
        key = signal.edge.target
        node = self.plan.nodes[key]
        join = region.joins.get(key)
        if join is None:
            join = region.joins[key] = Join(open=len(node.incoming))
        join.open -= 1
        if not join.open:
            del region.joins[key]
        if signal.taken:
            join.taken += 1
            join.error_from = join.error_from or signal.error_from
        if join.fired or not _is_decided(join, node.needed):
            return
        join.fired = True
        if key in region.cancelled:
            self._decide(region, key, Verdict.SKIP, None, "cancelled")
        elif join.taken < (node.needed or 1):
            self._decide(region, key, Verdict.SKIP, None, "join_unmet" if (node.needed or 1) > 1 else None)
        else:
            self._decide(region, key, Verdict.GO_ON if node.off else Verdict.RUN, join.error_from)
            for other in node.rest:
                self._cancel(region, other)

    def _settle(self, step: Step) -> None:
        region = self.regions[step.scope]
        self.busy.discard(step.step)
        if step.step in region.active:
            del region.active[step.step]
            if region.undoes:
                self._undone(region, step)
            else:
                self._look(region)

    def _look(self, region: Region) -> None:
        """Ends the region if nothing in it is open any more."""
        if region.open:
            return
        if region.loop is not None:
            self._round_ended(region)
        elif region.node is not None:
            self._item_ended(region)

    # rounds

    def _open_round(self, outer: Region, header: str, number: int, error_from: int | None) -> None:
        scope = round_scope(outer.scope, header, number)
        region = Region(scope=scope, loop=header, round=number, outer=outer)
        self.regions[scope] = outer.rounds[header] = region
        self._new_step(region, header, Verdict.GO_ON if self.plan.nodes[header].off else Verdict.RUN, error_from)

    def _round_ended(self, region: Region) -> None:
        if region.undecided and not region.stopping:
            self.undecided.append(region.scope)
            self.busy.add(region.undecided[0].step)
        else:
            self._end_loop(region)

    def _end_loop(self, region: Region) -> None:
        """Leaves the loop as its last round says; a loop that was cancelled takes no line."""
        outer, header = region.outer, region.loop
        assert outer is not None
        assert header is not None
        del self.regions[region.scope], outer.rounds[header]
        self.busy.difference_update(signal.step for signal in region.undecided)
        if not region.stopping:
            for key in self.plan.loops[header].body:
                if (key, region.scope) in self.places:
                    self.places[key, outer.scope] = self.places[key, region.scope]
        if not outer.stopping:
            untaken = [
                Signal(edge=edge, taken=False, step=0, error_from=None) for edge in self.plan.loops[header].exits
            ]
            for signal in untaken if region.stopping else region.exits:
                self._route(outer, signal)
        self._look(outer)

    def _fold_decision(self, body: dict[str, Any]) -> None:
        """What follows from a feedback line that was taken."""
        header = body["header"]
        region = self.regions.get(round_scope(body["scope"], header, body["round"]))
        if region is None or region.open or not region.undecided or region.undecided[0].edge.id != body["edge"]:
            raise TransitionRefused(f"Round {body['round']} of {header!r} is not to be decided.")
        signal = region.undecided.pop(0)
        self.busy.discard(signal.step)
        if body["again"] and region.outer is not None:
            del self.regions[region.scope]
            self._open_round(region.outer, header, region.round + 1, signal.error_from)
        elif body["error"] is not None:
            self._loop_failed(region, signal, body)
        else:
            self._round_ended(region)

    def _loop_failed(self, region: Region, signal: Signal, body: dict[str, Any]) -> None:
        """The step that the feedback line comes from has failed after all, and leaves the loop as its policy says."""
        step = self.steps[signal.step]
        step.status = StepStatus.FAILED
        step.error = StepError.from_json(body["error"])
        step.handled = body["handled"]
        region.undecided.clear()
        if step.handled in ("fail", "compensate"):
            self._unhandled(region, step)
            return
        step.port = body["port"]
        if step.handled == "continue":
            step.value = Constant(json=body["value"])
        for each in region.exits:
            if each.step == step.step:
                each.taken = each.edge.source_port == step.port
                each.error_from = step.step if step.port == ERROR_PORT else each.error_from
        self._end_loop(region)

    # stopping

    def _unhandled(self, region: Region, step: Step) -> None:
        """Nothing takes care of the step's failure."""
        if not region.stopping:
            self._fail(region, step.error)
        if step.handled == "compensate":
            self.undo_wanted = True
            self.root.failure = self.root.failure if self.root.stopping else step.error
            self._stop(self.root)

    def _fail(self, region: Region, error: StepError | None) -> None:
        """Nobody took care of it: the item fails, or the run."""
        while region.outer is not None:
            region = region.outer
        if not region.stopping:
            region.failure = error
            self._stop(region)

    def _stop(self, region: Region) -> None:
        if region.stopping:
            return
        self.stops = region.stopping = True
        region.joins.clear()
        for number in list(region.active):
            if self.steps[number].status is StepStatus.NEEDS_REVIEW:
                self._settle(self.steps[number])  # stays to be looked at, but nobody waits for it any more
                continue
            self.stopped.append(number)
            self._stop_items(number)
        for inner in list(region.rounds.values()):
            self._stop(inner)
        if region.outer is not None and self.regions.get(region.scope) is region:
            self._look(region)

    def _stop_items(self, number: int) -> None:
        if (inside := self.items.get(number)) is not None:
            for inner in list(inside.open.values()):
                self._stop(inner)

    def _cancel(self, region: Region, key: str) -> None:
        """One step, with its items, or one loop: it ends, or is skipped when its turn comes. No line of it is taken."""
        region.cancelled.add(key)
        if key in region.rounds:
            self._stop(region.rounds[key])
            return
        step = self.places.get((key, region.scope))
        if step is None or step.step not in region.active:
            return
        self.stops = step.cancelling = True
        if step.status is StepStatus.NEEDS_REVIEW:
            self._leave(step, None)
            return
        self.stopped.append(step.step)
        self._stop_items(step.step)

    def _cancel_named(self, step: Step) -> None:
        """What a step of this kind names: beside it, or around the loops it is in."""
        for key in self.node(step).cancels:
            region: Region | None = self.regions[step.scope]
            unit = None
            while region is not None and unit is None:
                unit = self.plan.shapes.unit(key, region.loop)
                if unit is not None:
                    self._cancel(region, unit)
                region = region.outer


def _is_decided(join: Join, needed: int | None) -> bool:
    if needed is None:
        return join.open == 0
    return join.taken >= needed or join.taken + join.open < needed
