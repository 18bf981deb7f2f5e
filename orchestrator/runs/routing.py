"""The addresses of the sockets."""

from __future__ import annotations

from orchestrator.api.routes import socket
from orchestrator.runs.consumers import RunConsumer, WorkflowConsumer, WorkspaceConsumer

websocket_urlpatterns = [
    socket("ws/runs/<uuid:id>", RunConsumer.as_asgi(), verb="run:read"),
    socket("ws/workflows/<uuid:id>", WorkflowConsumer.as_asgi(), verb="workflow:read"),
    socket("ws/workspaces/<uuid:id>", WorkspaceConsumer.as_asgi(), verb="run:read"),
]
