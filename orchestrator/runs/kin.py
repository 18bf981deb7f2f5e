"""What an append says to other runs: children that are born with it, children that are to stop, a parent that waits.

All of it is part of the append's one statement, so it is durable exactly with the events that it depends on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from orchestrator.runs.store import Append, KeptValue


@dataclass(frozen=True, kw_only=True)
class NewChild:
    """A run that works for a step of another. Its id is made of the parent's, so that a repeat inserts nothing."""

    id: UUID
    step: int
    """The parent's."""
    chunk: int | None = None
    workflow_id: UUID
    version_id: UUID
    title: str
    how: str
    at: datetime
    body: bytes
    """Of its first event."""
    head: bytes
    start: str
    """The key of its first step."""
    value: KeptValue | None
    """Its input; None where it is copied from a value of the parent."""
    copied: int | None = None
    """The number of that value."""


@dataclass(frozen=True, kw_only=True)
class LastWord:
    """What an ended run tells its parent."""

    parent: UUID
    body: bytes


def speaks(batch: Sequence[Append]) -> bool:
    """Whether other runs are concerned at all."""
    return any(append.children or append.stop_children or append.last_word for append in batch)


def parameters(batch: Sequence[Append]) -> dict[str, Any]:
    children = [(append.run_id, child) for append in batch for child in append.children]
    stops = [(append.run_id, run) for append in batch for run in append.stop_children]
    words = [(append.run_id, append.last_word) for append in batch if append.last_word is not None]
    return {
        "k_id": [child.id for _, child in children],
        "k_parent": [parent for parent, _ in children],
        "k_step": [child.step for _, child in children],
        "k_chunk": [child.chunk for _, child in children],
        "k_workflow": [child.workflow_id for _, child in children],
        "k_version": [child.version_id for _, child in children],
        "k_title": [child.title for _, child in children],
        "k_how": [child.how for _, child in children],
        "k_at": [child.at for _, child in children],
        "k_head": [child.head for _, child in children],
        "k_body": [child.body.decode() for _, child in children],
        "k_start": [child.start for _, child in children],
        "k_copied": [child.copied for _, child in children],
        "k_salt": [child.value.salt if child.value else None for _, child in children],
        "k_value": [child.value.body.decode() if child.value and child.value.body else None for _, child in children],
        "k_artifact": [child.value.artifact_id if child.value else None for _, child in children],
        "k_sealed": [child.value.sealed if child.value else None for _, child in children],
        "x_parent": [parent for parent, _ in stops],
        "x_child": [run for _, run in stops],
        "x_body": [STOPPED] * len(stops),
        "p_run": [run for run, _ in words],
        "p_body": [word.body.decode() for _, word in words],
    }


STOPPED = '{"by": "system", "reason": "The run that it works for does not need it any more."}'
