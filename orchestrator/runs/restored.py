"""Runs that came back from a backup: what happened after the backup was taken happened, but nobody remembers it.

What is pure, idempotent or carries its key is simply done again. What must not be done twice waits for a person, once
for each step: between the backup and its return it may have been done already.
"""

from __future__ import annotations

from collections.abc import Iterable

from orchestrator.engine.commands import StartStep
from orchestrator.engine.errors import ErrorCategory, StepError
from orchestrator.engine.events import Event, EventKind
from orchestrator.engine.node_spec import Effect

MAYBE_DONE = StepError(
    category=ErrorCategory.INTERNAL,
    code="maybe_done_before_restore",
    message="This run came back from a backup. Whether this step was carried out after the backup is not known.",
    hint="Look in the other system whether it happened, then say so here.",
)


class Doubts:
    """Of one run. `since` is the number of the last event that its backup knew; None: it never came from one."""

    def __init__(self, since: int | None, events: Iterable[Event]) -> None:
        self._since = since
        self._asked: set[int] = set()
        if since is not None:
            told = (event for event in events if event.kind is EventKind.STEP_UNKNOWN and event.seq > since)
            self._asked = {event.body["step"] for event in told}

    def leave_to_people(self, steps: Iterable[int]) -> None:
        """These wait for a person as it is."""
        self._asked.update(steps)

    def about(self, command: StartStep) -> StepError | None:
        """Why the step may not be started before a person has looked. Asked again it may: somebody has answered."""
        if self._since is None or command.effect is not Effect.AT_MOST_ONCE or command.step in self._asked:
            return None
        self._asked.add(command.step)
        return MAYBE_DONE
