"""Doors of assets; `api/` stands before each address."""

from __future__ import annotations

from orchestrator.api.routes import route
from orchestrator.assets.views import (
    assets,
    catalogue,
    evaluations,
    looking,
    replacements,
    sharing,
    tools,
    training,
    versions,
    watching,
)

urlpatterns = [
    route("workspaces/<uuid:workspace>/assets", assets.AssetsView.as_view(), verb="asset:read"),
    route("workspaces/<uuid:workspace>/asset-facets", catalogue.FacetsView.as_view(), verb="asset:read"),
    route("workspaces/<uuid:workspace>/asset-recent-use", catalogue.RecentView.as_view(), verb="asset:read"),
    route("workspaces/<uuid:workspace>/asset-register", assets.RegisterView.as_view(), verb="asset:read"),
    route("workspaces/<uuid:workspace>/model-files/look", looking.FileLookView.as_view(), verb="asset:modify"),
    route("workspaces/<uuid:workspace>/model-servers/look", looking.ServerLookView.as_view(), verb="asset:modify"),
    route("workspaces/<uuid:workspace>/openapi/look", tools.InterfaceLookView.as_view(), verb="asset:modify"),
    route("workspaces/<uuid:workspace>/openapi/take", tools.InterfaceTakeView.as_view(), verb="asset:modify"),
    route("workspaces/<uuid:workspace>/mcp/look", tools.McpLookView.as_view(), verb="asset:modify"),
    route("workspaces/<uuid:workspace>/mcp/take", tools.McpTakeView.as_view(), verb="asset:modify"),
    route("assets/<uuid:id>/mcp/look", tools.LookAgainView.as_view(), verb="asset:modify"),
    route("assets/<uuid:id>/mcp/take", tools.TakeAgainView.as_view(), verb="asset:modify"),
    route("assets/<uuid:id>", assets.AssetView.as_view(), verb="asset:read"),
    route("assets/<uuid:id>/archive", assets.ArchiveAssetView.as_view(), verb="asset:replace"),
    route("assets/<uuid:id>/restore", assets.RestoreAssetView.as_view(), verb="asset:replace"),
    route("assets/<uuid:id>/versions", versions.VersionsView.as_view(), verb="asset:modify"),
    route("asset-versions/<uuid:id>", versions.VersionView.as_view(), verb="asset:read"),
    route("assets/<uuid:id>/compare", versions.CompareView.as_view(), verb="asset:modify"),
    route("assets/<uuid:id>/aliases/<slug:name>", versions.AliasView.as_view(), verb="asset:modify"),
    route("assets/<uuid:id>/aliases/<slug:name>/roll-back", versions.RollBackView.as_view(), verb="asset:modify"),
    route("assets/<uuid:id>/moves", versions.MovesView.as_view(), verb="asset:read"),
    route("assets/<uuid:id>/figures", versions.FiguresView.as_view(), verb="asset:read"),
    route("assets/<uuid:id>/evaluations", evaluations.EvaluationsView.as_view(), verb="asset:read"),
    route("evaluations/<uuid:id>", evaluations.EvaluationView.as_view(), verb="asset:read"),
    route("evaluations/<uuid:id>/compare", evaluations.CompareEvaluationsView.as_view(), verb="asset:read"),
    route("evaluations/<uuid:id>/stop", evaluations.StopEvaluationView.as_view(), verb="asset:modify"),
    route("assets/<uuid:id>/replacements", replacements.ReplacementsView.as_view(), verb="asset:read"),
    route(
        "workspaces/<uuid:workspace>/replacements", replacements.OpenReplacementsView.as_view(), verb="workspace:read"
    ),
    route("replacements/<uuid:id>", replacements.ReplacementView.as_view(), verb="asset:read"),
    route("replacements/<uuid:id>/decide", replacements.DecideReplacementView.as_view(), verb="asset:replace"),
    route("replacements/<uuid:id>/withdraw", replacements.WithdrawReplacementView.as_view(), verb="asset:modify"),
    route("replacements/<uuid:id>/finish", replacements.FinishReplacementView.as_view(), verb="asset:replace"),
    route("replacements/<uuid:id>/take-back", replacements.TakeBackView.as_view(), verb="asset:replace"),
    route("assets/<uuid:id>/grants", sharing.AssetGrantsView.as_view(), verb="asset:share"),
    route("assets/<uuid:id>/grants/candidates", sharing.AssetCandidatesView.as_view(), verb="asset:share"),
    route("asset-grants/<uuid:id>", sharing.AssetGrantView.as_view(), verb="asset:share"),
    route("assets/<uuid:id>/watch", watching.WatchView.as_view(), verb="asset:read"),
    route("assets/<uuid:id>/watch/now", watching.LookNowView.as_view(), verb="asset:modify"),
    route("assets/<uuid:id>/alerts", watching.AssetAlertsView.as_view(), verb="asset:read"),
    route("workspaces/<uuid:workspace>/alerts", watching.AlertsView.as_view(), verb="asset:read"),
    route("alerts/<uuid:id>/see", watching.SeeAlertView.as_view(), verb="asset:modify"),
    route("assets/<uuid:id>/table", training.TableView.as_view(), verb="asset:modify"),
]
