"""Workflows that begin with a message."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef

from builder.models import Version, Workflow
from orchestrator.engine.graph import parse_graph
from orchestrator.governance.principal import system
from orchestrator.runs.actions import start_run
from orchestrator.runs.models import Message
from orchestrator.triggers.models import MessageStart, PausedStart

START = "start_message"


def register_message_starts(workflow_id: UUID, version_id: UUID) -> None:
    """A version went live: it listens for the messages that it names, and for no others."""
    version = Version.objects.select_related("workflow").get(pk=version_id)
    nodes = [node for node in parse_graph(version.graph).nodes if node.type == START and not node.off]
    MessageStart.objects.filter(workflow_id=workflow_id).delete()
    MessageStart.objects.bulk_create(
        [
            MessageStart(
                workspace_id=version.workflow.workspace_id,
                workflow_id=workflow_id,
                node=node.key,
                name=node.config["name"],
            )
            for node in nodes
        ]
    )


def start_by_message(message_id: UUID) -> None:
    """Start a run of every live workflow that begins with this message: all of them, or by an exception none."""
    message = Message.objects.get(pk=message_id)
    listening = MessageStart.objects.select_related("workflow__live_version").filter(
        workspace_id=message.workspace_id, name=message.name, workflow__in=Workflow.objects.live()
    )
    paused = PausedStart.objects.filter(workflow=OuterRef("workflow"), node=OuterRef("node"))
    listening = listening.filter(~Exists(paused))
    runs = [
        start_run(
            system("message"),
            workflow=start.workflow,
            version=start.workflow.live_version,
            start=start.node,
            payload={**(message.body or {}), "correlation": message.correlation},
            how="message",
            title=" ".join(filter(None, [message.name, message.correlation])),
            start_key=f"message:{start.node}:{message.id}",
        )
        for start in listening.order_by("id")
    ]
    if runs:
        Message.objects.filter(pk=message_id).update(taken_by=runs[0].id, body=None)
