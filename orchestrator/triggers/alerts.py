"""Workflows that begin with an alert of an asset."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from builder.models import Version, Workflow
from orchestrator.api.errors import ProblemError
from orchestrator.assets.models import Alert
from orchestrator.assets.where_used import asset_names
from orchestrator.engine.graph import parse_graph
from orchestrator.governance.principal import system
from orchestrator.runs.actions import start_run
from orchestrator.runs.models import Run
from orchestrator.triggers.models import AlertStart, PausedStart

log = logging.getLogger(__name__)

START = "start_alert"


def register_alert_starts(workflow_id: UUID, version_id: UUID) -> None:
    """A version went live: it listens for the alerts that it names, and for no others."""
    version = Version.objects.select_related("workflow").get(pk=version_id)
    nodes = [node for node in parse_graph(version.graph).nodes if node.type == START and not node.off]
    AlertStart.objects.filter(workflow_id=workflow_id).delete()
    AlertStart.objects.bulk_create(
        AlertStart(
            workspace_id=version.workflow.workspace_id,
            workflow_id=workflow_id,
            node=node.key,
            asset=next(iter(asset_names([node.config["asset"]])), ""),
            kinds=node.config["kinds"],
        )
        for node in nodes
    )


def start_by_alert(alert_id: UUID) -> None:
    """Start a run of every live workflow that begins with this alert. People are told whether one can start or not."""
    alert = Alert.objects.select_related("asset", "version").get(pk=alert_id)
    listening = AlertStart.objects.select_related("workflow__live_version").filter(
        workspace_id=alert.workspace_id,
        asset=alert.asset.name,
        kinds__contains=[alert.kind],
        workflow__in=Workflow.objects.live(),
    )
    paused = PausedStart.objects.filter(workflow=OuterRef("workflow"), node=OuterRef("node"))
    payload = {
        "asset": alert.asset.name,
        "kind": alert.kind,
        "version": alert.version.number if alert.version else None,
        "value": alert.value,
        "limit": alert.limit,
        "text": str(alert.words.get("text", "")),
        "at": alert.at.isoformat(),
    }
    begun = [_start(start, alert, payload) for start in listening.filter(~Exists(paused)).order_by("id")]
    if runs := [run for run in begun if run is not None]:
        Alert.objects.filter(pk=alert_id).update(run=runs[0].id)


def _start(start: AlertStart, alert: Alert, payload: dict[str, Any]) -> Run | None:
    try:
        with transaction.atomic():
            return start_run(
                system("alert"),
                workflow=start.workflow,
                version=start.workflow.live_version,
                start=start.node,
                payload=payload,
                how="alert",
                title=alert.asset.title,
                start_key=f"alert:{start.node}:{alert.id}",
            )
    except ProblemError as refused:
        log.warning("The alert of %s could not start “%s”: %s", alert.asset.name, start.workflow.name, refused.detail)
        return None
