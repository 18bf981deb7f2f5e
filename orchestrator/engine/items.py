"""What is asked of the driver when a container opens and closes, and how failed items fail it."""

from __future__ import annotations

from dataclasses import replace

from orchestrator.engine.commands import CloseItems, Command, JoinChunks, OpenItems, RunItems, StopChildren
from orchestrator.engine.errors import StepError
from orchestrator.engine.events import Event
from orchestrator.engine.plan import PlanNode
from orchestrator.engine.state import Items, Step, child_of


def open_command(step: Step, node: PlanNode, started: Event | None) -> Command:
    """The container of a chunk's run has its items from the start; any other one is to say what they are."""
    if step.items is None or started is None:
        return OpenItems(step=step.step, node=node, scope=step.scope)
    count = started.body["items"]["count"]
    return RunItems(step=step.step, node=node, scope=step.scope, items=step.items, base=step.base, count=count)


def close_command(step: Step, node: PlanNode, inside: Items) -> Command:
    if inside.chunks:
        pieces = tuple(inside.pieces[chunk] for chunk in range(inside.chunks))
        return JoinChunks(
            step=step.step, node=node, scope=step.scope, pieces=pieces, count=inside.count, failed=inside.lost
        )
    done = [inside.outcomes[index] for index in sorted(inside.outcomes)]
    count, failed = len(done), sum(not item.ok for item in done)
    if node.items is not None and node.items.on_error == "drop":
        done = [item for item in done if item.ok]
    return CloseItems(step=step.step, node=node, scope=step.scope, items=tuple(done), count=count, failed=failed)


def stop_commands(step: Step, node: PlanNode, inside: Items | None) -> list[Command]:
    """For the runs that work for this step."""
    child = child_of(step)
    runs = (child,) if child is not None else ()
    chunks = tuple(sorted(inside.open_chunks)) if inside is not None else ()
    if not runs and not chunks:
        return []
    return [StopChildren(step=step.step, node=node, scope=step.scope, runs=runs, chunks=chunks)]


def failure_of(inside: Items) -> StepError | None:
    """Why the container fails, where its items make it fail; with the number of those that went well."""
    if inside.failure is not None:
        return replace(inside.failure, details={**inside.failure.details, "done": inside.ok})
    if inside.failed is None or inside.failed.error is None:
        return None
    done = sum(item.ok for item in inside.outcomes.values())
    return item_failure(inside.failed.index, inside.failed.error, done)


def item_failure(index: int, error: StepError, done: int) -> StepError:
    """Of a container that stops at its first failed item; `done` items went well."""
    return StepError(
        category=error.category,
        code="item_failed",
        message=f"Item {index + 1} failed: {error.message}",
        hint=error.hint or "Mend the item, or let the step leave out or collect failed items.",
        details={"index": index, "done": done, "error": error.as_json()},
    )
