"""Reports for auditors: each a list with its columns; those of what happened for a span of time, newest first."""

from __future__ import annotations

from collections.abc import Mapping

from orchestrator.operations.reports.approvals import APPROVALS
from orchestrator.operations.reports.outside import OUTSIDE
from orchestrator.operations.reports.register import REGISTER
from orchestrator.operations.reports.separation import SEPARATION
from orchestrator.operations.reports.shape import Asked, Report
from orchestrator.operations.reports.stops import STOPS
from orchestrator.operations.reports.unknown import UNKNOWN

REPORTS: Mapping[str, Report] = {
    "outside": OUTSIDE,
    "approvals": APPROVALS,
    "separation": SEPARATION,
    "unknown": UNKNOWN,
    "stops": STOPS,
    "register": REGISTER,
}

__all__ = ["REPORTS", "Asked", "Report"]
