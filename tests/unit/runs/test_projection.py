"""The server's fold of a log into steps is the browser's: both are given the same logs."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from orchestrator.engine.events import Event, EventKind
from orchestrator.runs.projection import StepRow, fold_step

FOLDER = Path(__file__).parents[2] / "contracts"
CONTRACTS = {
    path.stem: contract
    for path in sorted(FOLDER.glob("*.json"))
    if "snapshot_before" in (contract := json.loads(path.read_text()))
}
MOMENTS = ("started_at", "ended_at", "retry_at")


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def row_of(step: dict[str, Any]) -> StepRow:
    """A step as the browser holds it; which value it gave is known to the server only."""
    return StepRow(**{**step, **{name: moment(step[name]) for name in MOMENTS}})


def event_of(event: dict[str, Any]) -> Event:
    at = datetime.fromisoformat(event["at"])
    return Event(seq=event["seq"], kind=EventKind(event["kind"]), at=at, body=event["body"])


def folded(steps: list[dict[str, Any]], events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = {step["step"]: row_of(step) for step in steps}
    for event in events:
        row = fold_step(rows, event_of(event))
        if row is not None:
            rows[row.step] = row
    return [without_value(rows[step]) for step in sorted(rows)]


def without_value(row: StepRow) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if name != "value_id"}


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_fold_agrees_with_the_browsers(name: str) -> None:
    contract = CONTRACTS[name]
    after = [without_value(row_of(step)) for step in contract["snapshot_after"]["steps"]]
    assert folded(contract["snapshot_before"]["steps"], contract["events"]) == after


def test_every_event_about_a_step_stands_in_some_contract() -> None:
    """What no contract shows, nobody compared."""
    shown = {event["kind"] for contract in CONTRACTS.values() for event in contract["events"]}
    about_steps = {
        kind.value
        for kind in EventKind
        if kind.value.startswith(("step_", "items_", "review_")) or kind is EventKind.RUN_STARTED
    }
    assert about_steps <= shown


def test_a_value_is_the_last_one_that_the_step_gave() -> None:
    place = {"step": 2, "node": "get", "scope": "", "attempt": 1}
    at = "2026-03-02T09:00:00+00:00"
    body = {**place, "port": "out", "value": {"id": 7, "digest": "ab"}, "facts": {}}
    row = fold_step({}, event_of({"seq": 2, "kind": "step_done", "at": at, "body": body}))
    assert row is not None
    assert (row.value_id, row.facts, row.started_at) == (7, None, moment(at))


@pytest.mark.parametrize("kind", ["run_paused", "run_resumed", "cancel_requested", "run_finished", "mail_ignored"])
def test_an_event_about_the_run_changes_no_step(kind: str) -> None:
    event = event_of({"seq": 2, "kind": kind, "at": "2026-03-02T09:00:00+00:00", "body": {}})
    assert fold_step({}, event) is None


def test_a_loop_that_goes_on_or_ends_changes_no_step_but_one_that_is_used_up_fails_it() -> None:
    row = StepRow(step=3, node="check", scope="work~2", status="done", port="no", value_id=4)
    body = {"header": "work", "scope": "", "round": 2, "edge": "e1", "step": 3, "node": "check", "again": True}
    decided = {"seq": 9, "kind": "loop_decided", "at": "2026-03-02T09:00:00+00:00"}
    went_on = event_of({**decided, "body": {**body, "error": None, "handled": None, "port": None, "value": None}})
    assert fold_step({3: row}, went_on) == row
    error = {"code": "loop_exhausted"}
    used_up = {**body, "again": False, "error": error, "handled": "path", "port": "error", "value": None}
    assert fold_step({3: row}, event_of({**decided, "body": used_up})) == replace(
        row, status="failed", port="error", error=error
    )
