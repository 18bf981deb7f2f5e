"""What people do in operations that leaves a mark."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction

from orchestrator.governance import audit
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.export import Echo, cell
from orchestrator.governance.principal import Principal
from orchestrator.operations import reports
from orchestrator.operations.access import COLUMNS, access_at, access_rows
from orchestrator.operations.reports import Report
from orchestrator.operations.usage import Asked, lines

AT_ONCE = 200
MOST_EXPORTED = 100_000


def export_usage(principal: Principal, workspace_id: UUID, asked: Asked, by: str) -> Iterator[str]:
    """The figures as a file. Its writing stands in the trail."""
    workspace = enter(principal, workspace_id, "usage:read")
    with transaction.atomic():
        audit.record(
            principal,
            "usage.exported",
            workspace_id=workspace.id,
            object_type="workspace",
            object_id=workspace.id,
            object_name=workspace.name,
            detail={"by": by, "since": asked.since, "until": asked.until},
        )
    return lines(principal, workspace, asked, by)


def export_report(
    principal: Principal, workspace_id: UUID, name: str, report: Report, asked: reports.Asked
) -> Iterator[str]:
    """A report as CSV, at most 100,000 rows of it. Its writing stands in the trail."""
    workspace = enter(principal, workspace_id, "audit:export")
    _tell_of_export(principal, workspace.id, name, asked.told)
    return _report_lines(principal, workspace.id, report, asked)


def export_access(principal: Principal, workspace_id: UUID, moment: datetime, verb: str | None) -> Iterator[str]:
    """Who could do what at a moment, as CSV. Its writing stands in the trail."""
    workspace = enter(principal, workspace_id, "audit:export")
    _tell_of_export(principal, workspace.id, "access", {"at": moment.isoformat(), "verb": verb or ""})
    return _lines(COLUMNS, access_rows(access_at(workspace.id, moment, verb)))


def _tell_of_export(principal: Principal, workspace_id: UUID, name: str, asked: dict[str, str]) -> None:
    with transaction.atomic():
        audit.record(
            principal,
            "report.exported",
            workspace_id=workspace_id,
            object_type="report",
            object_id=None,
            object_name=name,
            detail=asked,
        )


def _report_lines(principal: Principal, workspace_id: UUID, report: Report, asked: reports.Asked) -> Iterator[str]:
    return _lines(report.columns, _rows(principal, workspace_id, report, asked))


def _rows(principal: Principal, workspace_id: UUID, report: Report, asked: reports.Asked) -> Iterator[dict[str, Any]]:
    found = report.find(principal, workspace_id, asked).order_by(*report.ordering)[:MOST_EXPORTED]
    left = iter(found.iterator(chunk_size=AT_ONCE))
    while page := list(islice(left, AT_ONCE)):
        yield from report.tell(workspace_id, page)


def _lines(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(columns)  # the mark by which spreadsheets know UTF-8
    for row in rows:
        yield writer.writerow([cell(_plain(row.get(column))) for column in columns])


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return value["name"] if isinstance(value, dict) else value
