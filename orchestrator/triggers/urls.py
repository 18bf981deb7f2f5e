from __future__ import annotations

from orchestrator.api.routes import route
from orchestrator.triggers.views import forms, links, schedules, starts

urlpatterns = [
    route("api/workflows/<uuid:id>/links", links.LinksView.as_view(), verb="workflow:read"),
    route("api/workflows/<uuid:id>/links/<str:node>/secret", links.LinkSecretView.as_view(), verb="workflow:edit"),
    route("api/workflows/<uuid:id>/links/<str:node>/path", links.PathView.as_view(), verb="workflow:edit"),
    route("api/workflows/<uuid:id>/links/<str:node>/listening", links.ListeningView.as_view(), verb="workflow:edit"),
    route("api/workspaces/<uuid:workspace>/starts", starts.StartsView.as_view(), verb="workflow:read"),
    route("api/workflows/<uuid:id>/starts/<str:node>/pause", starts.PauseStartView.as_view(), verb="workflow:publish"),
    route(
        "api/workflows/<uuid:id>/starts/<str:node>/resume", starts.ResumeStartView.as_view(), verb="workflow:publish"
    ),
    route("api/workflows/<uuid:id>/starts/<str:node>/catch-up", starts.CatchUpView.as_view(), verb="workflow:run"),
    route("api/workflows/<uuid:id>/schedules", schedules.SchedulesView.as_view(), verb="workflow:read"),
    route(
        "api/workflows/<uuid:id>/schedules/<str:node>/occurrences",
        schedules.OccurrencesView.as_view(),
        verb="workflow:read",
    ),
    route(
        "api/workspaces/<uuid:workspace>/schedules/next", schedules.NextSchedulesView.as_view(), verb="workflow:read"
    ),
    route("api/schedules/preview", schedules.PreviewView.as_view(), verb="signed_in"),
    route("api/workflows/<uuid:id>/forms", forms.FormsView.as_view(), verb="workflow:read"),
    route("api/forms/<str:slug>", forms.FormView.as_view(), verb="public"),
    route("hooks/test/<str:token>", links.TestHookView.as_view(), verb="public"),
    route("hooks/calls/<str:token>", links.CallView.as_view(), verb="public"),
    route("hooks/in/<uuid:workspace>/<path:path>", links.PathHookView.as_view(), verb="public"),
    route("hooks/<str:token>", links.HookView.as_view(), verb="public"),
]
