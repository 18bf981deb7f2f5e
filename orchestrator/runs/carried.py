"""What a new run takes over from earlier ones: finished steps and values, copied where they stand."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from psycopg import Cursor

from orchestrator.engine.keeping import Finished
from orchestrator.engine.plan import Plan
from orchestrator.governance.data_keys import sealer_of
from orchestrator.runs.models import Run
from orchestrator.runs.store import KeptValue
from orchestrator.runs.values import kept_value

ROOT_OUTCOMES = """
SELECT kind, body FROM run_events WHERE run_id = %s AND body->>'scope' = ''
  AND (kind = 'step_done' OR kind = 'step_failed' AND body->>'handled' = 'continue')
ORDER BY seq
"""
STANDING = "SELECT number FROM run_values WHERE run_id = %s AND number = ANY(%s)"


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A value of an earlier run under its number in the new one. Salt and bytes stay, and so does its digest."""

    run: UUID
    number: int
    as_number: int


@dataclass(frozen=True, kw_only=True)
class Carried:
    """`facts` go into the run's first event, the values into its values, all in the statement that starts it."""

    facts: dict[str, Any] = field(default_factory=dict)
    copies: Sequence[Copy] = ()
    values: Sequence[KeptValue] = ()

    def parameters(self) -> dict[str, Any]:
        return {
            "copy_run": [copy.run for copy in self.copies],
            "copy_number": [copy.number for copy in self.copies],
            "copy_as": [copy.as_number for copy in self.copies],
            "new_number": [value.number for value in self.values],
            "new_salt": [value.salt for value in self.values],
            "new_body": [None if value.body is None else value.body.decode() for value in self.values],
            "new_artifact": [value.artifact_id for value in self.values],
            "new_sealed": [value.sealed for value in self.values],
        }


def carry(
    workspace: UUID,
    kept: Mapping[str, Finished],
    *,
    source: Run | None,
    told: Mapping[str, Mapping[str, Any]] | None = None,
) -> Carried:
    """Values of `source` keep their numbers; constants become values behind them. `told` are the facts of steps whose
    value is not simply that of `source`."""
    entries: list[dict[str, Any]] = []
    copies, values = [], []
    following = max((outcome.value["id"] for outcome in kept.values() if outcome.value), default=0) + 1
    for key, outcome in kept.items():
        value = outcome.value
        if value is None:
            made = _constant(workspace, following, outcome.constant)
            values.append(made)
            value, following = {"id": made.number, "digest": made.digest}, following + 1
        elif source is not None:
            copies.append(Copy(run=source.id, number=value["id"], as_number=value["id"]))
        own = {"facts": dict(told[key])} if told and key in told else {}
        entries.append({"node": key, "scope": "", "port": outcome.port, "value": value, **own})
    facts = {"kept": entries} | ({"kept_from": str(source.id)} if source else {})
    return Carried(facts=facts if source or entries else {}, copies=copies, values=values)


def _constant(workspace: UUID, number: int, json: object) -> KeptValue:
    return kept_value(sealer_of(workspace), number, secrets.token_bytes(16), orjson.dumps(json))


def finished_steps(cursor: Cursor[Any], run: UUID, plan: Plan) -> dict[str, Finished]:
    """By key: the steps of `run` outside of all containers that are done, or failed and were gone on from.

    What was erased is left out: it has to be done again.
    """
    found: dict[str, Finished] = {}
    for kind, body in cursor.execute(ROOT_OUTCOMES, [run]).fetchall():
        node = plan.nodes[body["node"]]
        if kind == "step_done":
            found[node.key] = Finished(port=body["port"], value=body["value"])
        else:
            found[node.key] = Finished(port=node.main_port, constant=body["value"])
    numbers = [outcome.value["id"] for outcome in found.values() if outcome.value]
    standing = {row[0] for row in cursor.execute(STANDING, [run, numbers]).fetchall()}
    return {key: done for key, done in found.items() if done.value is None or done.value["id"] in standing}
