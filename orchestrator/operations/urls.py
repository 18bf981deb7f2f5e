from __future__ import annotations

from orchestrator.api.routes import route
from orchestrator.operations import notification_views, views

urlpatterns = [
    route("health/live", views.live, verb="public"),
    route("health/ready", views.ready, verb="public"),
    route(
        "api/workspaces/<uuid:workspace>/notifications",
        notification_views.NotificationsView.as_view(),
        verb="workspace:read",
    ),
    route(
        "api/workspaces/<uuid:workspace>/notifications/read",
        notification_views.ReadNotificationsView.as_view(),
        verb="workspace:read",
    ),
    route("api/workspaces/<uuid:workspace>/figures", views.FiguresView.as_view(), verb="run:read"),
]
