from __future__ import annotations

from orchestrator.api.routes import route
from orchestrator.triggers import views

urlpatterns = [
    route("api/workflows/<uuid:id>/links", views.LinksView.as_view(), verb="workflow:read"),
    route("api/workflows/<uuid:id>/links/<str:node>/secret", views.LinkSecretView.as_view(), verb="workflow:edit"),
    route("hooks/test/<str:token>", views.TestHookView.as_view(), verb="public"),
    route("hooks/calls/<str:token>", views.CallView.as_view(), verb="public"),
    route("hooks/<str:token>", views.HookView.as_view(), verb="public"),
]
