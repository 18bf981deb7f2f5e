"""What can be wrong with a step's fallbacks: each is checked as the step it makes of the one it is laid over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from orchestrator.engine.errors import Problem
from orchestrator.engine.graph import Node
from orchestrator.engine.node_spec import NodeKind, NodeSpec
from orchestrator.engine.visibility import spoken

Check = Callable[[Node], list[Problem]]


def check_fallbacks(node: Node, spec: NodeSpec, own: list[Problem], check: Check) -> Iterator[Problem]:
    """`own` are the problems of the step's own settings, which are not named again; `check` gives those of others."""
    if node.policy.fallbacks and spec.kind is not NodeKind.STEP:
        yield Problem(
            code="fallback_not_allowed",
            node=node.key,
            field="policy.fallbacks",
            message=f"{spoken(node)} cannot have fallbacks: only steps that do something themselves can.",
            hint="Give fallbacks to the steps inside it, or remove them.",
        )
        return
    known = {(problem.code, problem.field, problem.message) for problem in own}
    for number, fallback in enumerate(node.policy.fallbacks):
        yield from _one(node, spec, number, known, check)
        if not fallback:
            yield Problem(
                code="empty_fallback",
                node=node.key,
                field=f"policy.fallbacks.{number}",
                message=f"Fallback {number + 1} of {spoken(node)} changes nothing, so it would fail like the step.",
                hint="Choose at least one setting that is different, for example another model or address.",
            )


def _one(
    node: Node, spec: NodeSpec, number: int, known: set[tuple[str, str | None, str]], check: Check
) -> Iterator[Problem]:
    place = f"policy.fallbacks.{number}"
    laid_over = replace(node, config=node.config | node.policy.fallbacks[number])
    for problem in check(laid_over):
        if (problem.code, problem.field, problem.message) not in known:
            yield replace(problem, field=place + (problem.field or "config").removeprefix("config"))
    if spec.ports_for(laid_over.config) != spec.ports_for(node.config):
        yield Problem(
            code="fallback_changes_exits",
            node=node.key,
            field=place,
            message=f"Fallback {number + 1} of {spoken(node)} has other exits than the step, so its lines would hang.",
            hint="Leave the settings that make the exits as they are.",
        )
