from __future__ import annotations

from orchestrator.api.routes import route
from orchestrator.operations import budget_views, notification_views, report_views, trust_views, usage_views, views

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
    route("api/workspaces/<uuid:workspace>/usage", usage_views.UsageView.as_view(), verb="usage:read"),
    route("api/workspaces/<uuid:workspace>/usage/calls", usage_views.UsageCallsView.as_view(), verb="usage:read"),
    route("api/workspaces/<uuid:workspace>/usage/export", usage_views.UsageExportView.as_view(), verb="usage:read"),
    route(
        "api/workspaces/<uuid:workspace>/reports/<slug:report>", report_views.ReportView.as_view(), verb="audit:read"
    ),
    route(
        "api/workspaces/<uuid:workspace>/reports/<slug:report>/export",
        report_views.ReportExportView.as_view(),
        verb="audit:export",
    ),
    route("api/workspaces/<uuid:workspace>/access", report_views.AccessView.as_view(), verb="audit:read"),
    route(
        "api/workspaces/<uuid:workspace>/access/export", report_views.AccessExportView.as_view(), verb="audit:export"
    ),
    route("api/workspaces/<uuid:workspace>/budgets", budget_views.BudgetsView.as_view(), verb="usage:read"),
    route("api/budgets/<uuid:id>", budget_views.BudgetView.as_view(), verb="budget:manage"),
    route("api/budgets/<uuid:id>/extension", budget_views.ExtensionView.as_view(), verb="budget:manage"),
    route("api/workspaces/<uuid:workspace>/call-limits", budget_views.CallLimitsView.as_view(), verb="usage:read"),
    route("api/call-limits/<uuid:id>", budget_views.CallLimitView.as_view(), verb="budget:manage"),
    route("api/workspaces/<uuid:workspace>/trust", trust_views.TrustView.as_view(), verb="installation:read"),
    route(
        "api/workspaces/<uuid:workspace>/trust/alerts",
        trust_views.TrustAlertsView.as_view(),
        verb="installation:read",
    ),
    route("api/workspaces/<uuid:workspace>/health", trust_views.HealthView.as_view(), verb="installation:read"),
]
