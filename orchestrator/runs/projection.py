"""How the log becomes what lists and pages show: one fold of events into steps, the same as the browser's.

Pure. `tests/contracts` holds logs and snapshots that both folds must agree on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from orchestrator.engine.events import Event, EventKind


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """A row of `steps`."""

    step: int
    node: str
    scope: str
    attempt: int = 1
    status: str = "pending"
    port: str | None = None
    value_id: int | None = None
    facts: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    wait: dict[str, Any] | None = None
    count: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    retry_at: datetime | None = None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _started(row: StepRow, event: Event) -> StepRow:
    goes_on = event.body["attempt"] == row.attempt and row.started_at is not None
    return replace(
        row,
        status="running",
        attempt=event.body["attempt"],
        started_at=row.started_at if goes_on else event.at,
        ended_at=None,
        retry_at=None,
        error=None,
    )


def _began(row: StepRow, event: Event) -> datetime:
    """A loop began with its items, whatever is reported of the moment that joined them."""
    if row.count is not None and row.started_at is not None:
        return row.started_at
    return _moment(event.body.get("started_at")) or row.started_at or event.at


def _done(row: StepRow, event: Event) -> StepRow:
    body = event.body
    return replace(
        row,
        status="done",
        attempt=body["attempt"],
        port=body["port"],
        value_id=body["value"]["id"],
        facts=body["facts"] or None,
        error=None,
        wait=None,
        retry_at=None,
        started_at=_began(row, event),
        ended_at=event.at,
    )


def _failed(row: StepRow, event: Event) -> StepRow:
    body = event.body
    again = body["handled"] in ("retry", "fallback")
    return replace(
        row,
        status="waiting" if again else "failed",
        attempt=body["attempt"],
        port="error" if body["handled"] == "path" else None,
        error=body["error"],
        wait=None,
        retry_at=_moment(body.get("retry_at")),
        started_at=_began(row, event),
        ended_at=None if again else event.at,
    )


def _waiting(row: StepRow, event: Event) -> StepRow:
    wait = event.body["wait"]
    status = "needs_person" if wait["kind"] == "person" else "waiting"
    return replace(row, status=status, attempt=event.body["attempt"], wait=wait, started_at=row.started_at or event.at)


def _answered(row: StepRow, event: Event) -> StepRow:
    """It goes on by itself, as soon as somebody has a hand free."""
    return replace(row, status="waiting", wait=None)


def _reviewed(row: StepRow, event: Event) -> StepRow:
    """Trying again makes the next attempt due; another answer is told by the event that follows."""
    if event.body["answer"] != "retry":
        return row
    return replace(row, status="waiting", retry_at=event.at)


def _opened(row: StepRow, event: Event) -> StepRow:
    return replace(row, status="running", count=event.body["count"], started_at=row.started_at or event.at)


def _chunk_ended(row: StepRow, event: Event) -> StepRow:
    """How far a long for each is."""
    before = row.facts or {"ok": 0, "failed": 0, "chunks": 0}
    facts = {
        "ok": before["ok"] + event.body["ok"],
        "failed": before["failed"] + event.body["failed"],
        "chunks": before["chunks"] + 1,
    }
    return replace(row, facts=facts)


def _items_done(row: StepRow, event: Event) -> StepRow:
    body = event.body
    facts = {"items": body["ok"] + body["failed"], "failed": body["failed"]}
    return replace(
        row,
        status="done",
        port="out",
        value_id=body["value"]["id"],
        count=facts["items"],
        facts=facts | ({"failures": body["failures"]} if body["failures"] else {}),
        ended_at=event.at,
    )


def _loop_decided(row: StepRow, event: Event) -> StepRow:
    """Nothing, but where the step with the feedback line failed by it."""
    body = event.body
    if body["error"] is None:
        return row
    return replace(row, status="failed", port=body["port"], error=body["error"])


FOLDS = {
    EventKind.STEP_STARTED: _started,
    EventKind.STEP_DONE: _done,
    EventKind.STEP_FAILED: _failed,
    EventKind.STEP_WAITING: _waiting,
    EventKind.STEP_ANSWERED: _answered,
    EventKind.STEP_CALLED: lambda row, event: row,
    EventKind.ITEMS_OPENED: _opened,
    EventKind.CHUNK_ENDED: _chunk_ended,
    EventKind.ITEMS_DONE: _items_done,
    EventKind.LOOP_DECIDED: _loop_decided,
    EventKind.STEP_SKIPPED: lambda row, event: replace(row, status="skipped"),
    EventKind.STEP_UNKNOWN: lambda row, event: replace(
        row, status="needs_review", error=event.body.get("error") or row.error
    ),
    EventKind.REVIEW_ANSWERED: _reviewed,
    EventKind.STEP_CANCELLED: lambda row, event: replace(
        row, status="cancelled", wait=None, retry_at=None, ended_at=event.at
    ),
}


def fold_step(rows: Mapping[int, StepRow], event: Event) -> StepRow | None:
    """The step's row after `event`, or None where the event is not about a step."""
    if event.kind is EventKind.RUN_STARTED and "items" in event.body:
        return StepRow(step=1, node=event.body["start"], scope="", status="running", started_at=event.at)
    if event.kind is EventKind.RUN_STARTED:
        return StepRow(
            step=1,
            node=event.body["start"],
            scope="",
            status="done",
            port="out",
            value_id=0,
            started_at=event.at,
            ended_at=event.at,
        )
    fold = FOLDS.get(event.kind)
    if fold is None:
        return None
    number = event.body["step"]
    row = rows.get(number) or StepRow(step=number, node=event.body["node"], scope=event.body["scope"])
    return _counted(row, fold(row, event), event)


def _counted(before: StepRow, row: StepRow, event: Event) -> StepRow:
    """With what the step has spent on models so far, over all of its attempts."""
    spent = spent_with((before.facts or {}).get("spent"), event.body.get("calls", ()))
    return row if spent is None else replace(row, facts={**(row.facts or {}), "spent": spent})


def spent_with(spent: Mapping[str, Any] | None, calls: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Tokens, and the cost as far as prices are known; None where nothing was ever measured."""
    total = dict(spent) if spent is not None else None
    for call in calls:
        if call.get("prompt_tokens") is None and call.get("completion_tokens") is None and call.get("cost") is None:
            continue
        total = total or {"prompt_tokens": 0, "completion_tokens": 0, "cost": None}
        total["prompt_tokens"] += call.get("prompt_tokens") or 0
        total["completion_tokens"] += call.get("completion_tokens") or 0
        if (cost := _amount(call.get("cost"))) is not None:
            total["cost"] = _decimal_text(Decimal(total["cost"] or 0) + cost)
    return total


def _amount(cost: str | None) -> Decimal | None:
    try:
        amount = Decimal(cost) if cost is not None else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() else None


def _decimal_text(amount: Decimal) -> str:
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
