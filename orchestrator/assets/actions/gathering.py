"""Rows with known answers, gathered into a new version of a data set: from people's judgements, and from a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from orchestrator.api.errors import Invalid
from orchestrator.artifacts.actions import save_file
from orchestrator.assets.actions.aliases import move_alias, put_live_first
from orchestrator.assets.actions.locking import locked_row, record
from orchestrator.assets.actions.versions import register_version
from orchestrator.assets.errors import TableUnusable
from orchestrator.assets.learning import rows_of_file
from orchestrator.assets.models import Asset, AssetAlias, AssetVersion, Judgement, Kind
from orchestrator.assets.references import LIVE
from orchestrator.assets.tables import MOST_ROWS, Table, table_of
from orchestrator.governance import sharing
from orchestrator.governance.principal import Principal

LATEST = "latest"

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Gathered:
    version: AssetVersion
    rows: int
    added: int


def gather_rows(
    principal: Principal,
    data_set: Asset,
    *,
    model: Asset | None,
    file: UUID | None,
    keep: bool,
    target: str,
    text: str,
) -> Gathered:
    """The same rows give the version that is there already. Raises `Denied`, `Invalid` and `TableUnusable`."""
    sharing.require(principal, "asset:modify", data_set)
    if data_set.kind != Kind.DATA_SET:
        raise Invalid("no_data_set", "Rows are gathered into a data set. Choose one.")
    newest = data_set.versions.select_related("artifact").order_by("-number").first()
    before = list(_rows_of(newest)) if newest is not None else []
    new = list(_of_file(data_set.workspace_id, file)) if file is not None else []
    new += _of_people(principal, model, target, text) if model is not None else []
    known = {_question(row, target): row for row in before}
    added = sum(
        known.get(_question(row, target)) != row for row in {_question(row, target): row for row in new}.values()
    )
    merged = {**(known if keep else {}), **{_question(row, target): row for row in new}}
    if newest is not None and list(merged.values()) == before:
        return Gathered(version=newest, rows=len(before), added=0)
    if not merged:
        raise TableUnusable("There are no rows yet: nobody has judged an answer of this model. Add a file first.")
    if len(merged) > MOST_ROWS:
        raise TableUnusable(f"The data set would have more than {MOST_ROWS:,} rows. Begin a new one.")
    return Gathered(
        version=_keep(principal, data_set, list(merged.values()), target, newest), rows=len(merged), added=added
    )


def _keep(
    principal: Principal, data_set: Asset, rows: list[Row], target: str, newest: AssetVersion | None
) -> AssetVersion:
    body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    table = table_of(rows)
    table.column(target)
    name = f"{data_set.name}.jsonl"
    artifact = save_file(None, data_set.workspace_id, name, "application/x-ndjson", body)
    columns = [{"name": column.name, "kind": column.kind} for column in table.columns]
    rubric = {} if newest is None else {key: newest.config[key] for key in ("rubric", "judge") if key in newest.config}
    with transaction.atomic():
        asset = locked_row(data_set)
        version = register_version(
            principal,
            asset,
            config={**rubric, "name": name, "columns": columns, "rows": table.rows, "target": target},
            artifact=artifact.id,
            note=f"{table.rows:,} rows gathered",
        )
        if not AssetAlias.objects.filter(asset=asset, name=LIVE).exists():
            put_live_first(principal, version)
        move_alias(principal, version, LATEST)
        record(principal, "asset.rows_gathered", asset, after={"version": version.number, "rows": table.rows})
    return version


def _rows_of(version: AssetVersion) -> Iterator[Row]:
    if version.artifact is None:
        return
    rows = rows_of_file(version.artifact.workspace_id, version.artifact.id)
    yield from _as_rows(rows.table)


def _of_file(workspace_id: UUID, file: UUID) -> Iterator[Row]:
    yield from _as_rows(rows_of_file(workspace_id, file).table)


def _of_people(principal: Principal, model: Asset, target: str, text: str) -> Iterable[Row]:
    """Oldest first, so that the last word on a question counts."""
    sharing.require(principal, "asset:modify", model)
    found = Judgement.objects.filter(asset=model, inputs__isnull=False).order_by("id")
    for judgement in found.iterator(chunk_size=2_000):
        inputs: Mapping[str, Any] = judgement.inputs
        yield (
            {text: inputs["text"], target: judgement.right}
            if set(inputs) == {"text"}
            else {
                **inputs,
                target: judgement.right,
            }
        )


def _as_rows(table: Table) -> Iterator[Row]:
    names = [column.name for column in table.columns]
    for values in zip(*(column.values for column in table.columns), strict=True):
        yield {name: _plain(value) for name, value in zip(names, values, strict=True)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def _question(row: Row, target: str) -> str:
    """A row without its answer: who asks the same twice gets the last answer."""
    return json.dumps({name: value for name, value in row.items() if name != target}, sort_keys=True, default=str)
