"""Calls to the one-time addresses of waiting steps."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orchestrator.api.errors import Conflict, NotFound, ProblemError
from orchestrator.engine.errors import StepFailed
from orchestrator.nodes.start_link import shown_headers
from orchestrator.runs import messages
from orchestrator.runs.callbacks import read_token
from orchestrator.runs.models import Message, Run, Wait, WaitState
from orchestrator.runs.waits import wait_id
from orchestrator.triggers.actions.links import CALLS, Call, payload_of
from orchestrator.triggers.allowance import count_call

SENDER = "a call"
KEPT = timedelta(days=30)
"""A call may come before the step waits; so long it is kept for it."""


def receive_call(token: str, call: Call) -> None:
    """Give the waiting step what was sent, or keep it until the step waits.

    Raises NotFound (not an address of ours) and Conflict (called before, too late, or the run has ended).
    """
    place = read_token(token)
    run = Run.objects.filter(pk=place.run).only("id", "workspace_id", "status").first() if place else None
    if place is None or run is None:
        raise NotFound()
    id = wait_id(place.run, place.node, place.scope)
    count_call(f"call:{id}", CALLS)
    now = timezone.now()
    payload = payload_of(call)
    output = {**payload, "headers": shown_headers(payload["headers"]), "called_at": now.isoformat()}
    with transaction.atomic():
        try:
            message = messages.write(
                run.workspace_id,
                name="",
                correlation=str(id),
                key=f"call:{id}",
                sender=SENDER,
                output=output,
                at=now,
                keep=KEPT,
            )
        except StepFailed as failed:
            raise ProblemError(413, "body_too_large", "A call takes up to 256 KB. Send less.") from failed
        if message is None:
            raise _called_before(Message.objects.only("at").get(workspace_id=run.workspace_id, key=f"call:{id}").at)
        if not messages.look_in(message):
            _refuse_if_over(run, id)


def _refuse_if_over(run: Run, id: UUID) -> None:
    """Nobody took the call: fine before the step waits, a conflict afterwards."""
    wait = Wait.objects.filter(pk=id).first()
    if wait is None and run.ended:
        raise Conflict("closed", "The run has ended without waiting for this call.")
    if wait is None or (wait.state == WaitState.OPEN and wait.due_at > timezone.now()):
        return  # not there yet, or so busy that the look after the commit finds it
    if wait.state == WaitState.DONE:
        raise _called_before(wait.resolved_at)
    if wait.state == WaitState.CLOSED:
        raise Conflict("closed", "Nobody waits for this call any more: the run went on or ended without it.")
    until = f"{wait.due_at:%Y-%m-%d %H:%M} UTC"
    raise Conflict("too_late", f"Too late: this could be called until {until}.", current={"at": wait.due_at})


def _called_before(at: object) -> Conflict:
    return Conflict("answered", "This address was called already; it takes one call.", current={"by": SENDER, "at": at})
