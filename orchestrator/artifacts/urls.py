"""Doors of stored files; `api/` stands before each address."""

from __future__ import annotations

from orchestrator.api.routes import route
from orchestrator.artifacts.views import ArtifactContentView, ArtifactPreviewView, ArtifactsView

urlpatterns = [
    route("workspaces/<uuid:workspace>/artifacts", ArtifactsView.as_view(), verb="file:write"),
    route("artifacts/<uuid:id>/content", ArtifactContentView.as_view(), verb="run:payload"),
    route("artifacts/<uuid:id>/preview", ArtifactPreviewView.as_view(), verb="run:payload"),
]
