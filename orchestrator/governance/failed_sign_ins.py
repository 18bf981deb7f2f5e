"""Who tried to come in and did not: what administrators of a workspace see of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from orchestrator.governance.audit import INSTALLATION
from orchestrator.governance.models import AuditEvent

REFUSALS = ("session.refused", "second_factor.refused", "company_account.refused")
SHOWN = 20


def state(workspace_id: UUID) -> dict[str, Any]:
    """`{last_hour, last_day, addresses, strangers, latest: [{at, action, name, address}]}`.

    The figures are about people of the workspace, `addresses` and `strangers` within a day. Strangers belong to no
    workspace, so of them only the number is told.
    """
    now = timezone.now()
    day = AuditEvent.objects.filter(action__in=REFUSALS, at__gt=now - timedelta(days=1))
    here = day.filter(workspace_id=workspace_id)
    return {
        "last_hour": here.filter(at__gt=now - timedelta(hours=1)).count(),
        "last_day": here.count(),
        "addresses": here.values("ip").distinct().count(),
        "strangers": day.filter(workspace_id=INSTALLATION).count(),
        "latest": [
            {"at": event.at, "action": event.action, "name": event.object_name, "address": event.ip}
            for event in here.order_by("-seq")[:SHOWN]
        ],
    }
