from __future__ import annotations

from orchestrator.api.routes import route
from orchestrator.operations import views

urlpatterns = [
    route("health/live", views.live, verb="public"),
    route("health/ready", views.ready, verb="public"),
    route("api/workspaces/<uuid:workspace>/figures", views.FiguresView.as_view(), verb="run:read"),
]
