"""The items of one chunk, run at a stretch: no event, no value and no task for each step, only the results.

What a step gives, skips and fails with is what the engine would make of it step by step. Whatever a stretch cannot do
(wait, try again later) ends it without a trace: its steps are pure, so all of it can be run once more, step by step.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestrator.engine.errors import ExpressionError, StepError, StepFailed
from orchestrator.engine.items import item_failure
from orchestrator.engine.plan import ERROR_PORT, ItemPolicy, PlanNode
from orchestrator.nodes.base import NodeContext
from orchestrator.nodes.registry import node_type
from orchestrator.runs.steps import formula_error, perform

STRETCH_SECONDS = 0.01
"""After so long the other runs of the process have their turn."""
TOLD_FAILURES = 20
Scope = dict[str, Any]


class NeedsSteps(Exception):
    """These items cannot be run at a stretch."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    node: str
    error: StepError


@dataclass(kw_only=True)
class Results:
    """Of the items so far, in order, by the container's policy."""

    output: list[Any] = field(default_factory=list)
    ok: int = 0
    failed: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)
    """The first few: {index, node, error}."""


class LightBody:
    """The steps inside of a container, made ready to run for many items."""

    def __init__(
        self, container: PlanNode, body: tuple[PlanNode, ...], context: Callable[[PlanNode], NodeContext], limit: float
    ) -> None:
        assert container.items is not None
        self._policy: ItemPolicy = container.items
        self._finals = container.finals
        self._steps = [
            (node, node_type(node.type, node.version), context(node), min(node.policy.timeout_s or limit, limit))
            for node in body
        ]

    async def run(self, items: list[Any], base: int, outer: Mapping[str, Any]) -> Results:
        """Raises StepFailed for a failed item where the policy is to stop, and NeedsSteps."""
        results = Results()
        turn_ends = time.perf_counter() + STRETCH_SECONDS
        for index, item in enumerate(items, base):
            given = await self._item({**outer, "item": item, "index": index})
            self._add(results, index, given)
            if time.perf_counter() > turn_ends:
                await asyncio.sleep(0)
                turn_ends = time.perf_counter() + STRETCH_SECONDS
        return results

    def _add(self, results: Results, index: int, given: Any) -> None:
        collect = self._policy.on_error == "collect"
        if not isinstance(given, Failure):
            results.ok += 1
            results.output.append({"index": index, "ok": True, "value": given} if collect else given)
            return
        if self._policy.on_error == "stop":
            failed = StepFailed(given.error.category, given.error.code, given.error.message)
            failed.error = item_failure(index, given.error, results.ok)
            raise failed
        results.failed += 1
        error = given.error.as_json()
        if len(results.failures) < TOLD_FAILURES:
            results.failures.append({"index": index, "node": given.node, "error": error})
        if collect:
            results.output.append({"index": index, "ok": False, "error": error})

    async def _item(self, scope: Scope) -> Any:
        """What the last steps give, or a Failure."""
        ports: dict[str, str | None] = {}
        errors: dict[str, StepError | None] = {}
        for node, kind, context, limit in self._steps:
            taken = [edge for edge in node.incoming if ports[edge.source] == edge.source_port]
            scope[node.key] = ports[node.key] = None
            errors[node.key] = error = next((errors[edge.source] for edge in taken if errors[edge.source]), None)
            if node.incoming and not taken:
                continue
            if node.off:
                ports[node.key] = node.main_port
                continue
            named = scope if error is None else scope | {"error": error.as_json()}
            try:
                config = node.config.resolve({name: named.get(name) for name in node.config.names})
            except ExpressionError as failed:
                failure = formula_error(failed)
            else:
                outcome = await perform(kind, config, context, limit)
                if outcome.result is not None:
                    scope[node.key], ports[node.key] = outcome.result.output, outcome.result.port
                    continue
                if outcome.error is None:
                    raise NeedsSteps
                failure = outcome.error
            if failure.retryable and node.policy.retry.attempts > 1:
                raise NeedsSteps
            if not self._handled(node, failure, scope, ports, errors):
                return Failure(node=node.key, error=failure)
        return self._result(scope, ports)

    @staticmethod
    def _handled(
        node: PlanNode,
        failure: StepError,
        scope: Scope,
        ports: dict[str, str | None],
        errors: dict[str, StepError | None],
    ) -> bool:
        if node.policy.on_error == "continue":
            scope[node.key], ports[node.key] = node.policy.fallback_value, node.main_port
            return True
        if node.policy.on_error == "path" and any(edge.source_port == ERROR_PORT for edge in node.outgoing):
            ports[node.key], errors[node.key] = ERROR_PORT, failure
            return True
        return False

    def _result(self, scope: Scope, ports: dict[str, str | None]) -> Any:
        if len(self._finals) == 1:
            return scope[self._finals[0]]
        ran = {node.key for node, *_ in self._steps if not node.off and ports[node.key] not in (None, ERROR_PORT)}
        return {key: scope[key] for key in self._finals if key in ran}
