from __future__ import annotations

from builder.views import catalogue, drafts, folders, formulas, samples, sharing, versions, workflows
from orchestrator.api.routes import route

urlpatterns = [
    route("node-types", catalogue.NodeTypesView.as_view(), verb="signed_in"),
    route("templates", catalogue.TemplatesView.as_view(), verb="signed_in"),
    route("workspaces/<uuid:workspace>/sample-files", catalogue.SampleFilesView.as_view(), verb="workflow:read"),
    route("workspaces/<uuid:workspace>/workflows", workflows.WorkflowsView.as_view(), verb="workflow:read"),
    route("workspaces/<uuid:workspace>/workflows/bulk", workflows.WorkflowBulkView.as_view(), verb="workflow:edit"),
    route("workspaces/<uuid:workspace>/workflow-facets", workflows.WorkflowFacetsView.as_view(), verb="workflow:read"),
    route("workspaces/<uuid:workspace>/folders", folders.FoldersView.as_view(), verb="workflow:read"),
    route("folders/<uuid:id>", folders.FolderView.as_view(), verb="workflow:edit"),
    route("workflows/<uuid:id>", workflows.WorkflowView.as_view(), verb="workflow:read"),
    route("workflows/<uuid:id>/draft", drafts.DraftView.as_view(), verb="workflow:read"),
    route("workflows/<uuid:id>/publish", versions.PublishView.as_view(), verb="workflow:publish"),
    route("workflows/<uuid:id>/unpublish", versions.UnpublishView.as_view(), verb="workflow:publish"),
    route("workflows/<uuid:id>/archive", workflows.ArchiveView.as_view(), verb="workflow:edit"),
    route("workflows/<uuid:id>/restore", workflows.RestoreView.as_view(), verb="workflow:edit"),
    route("workflows/<uuid:id>/samples", samples.SamplesView.as_view(), verb="workflow:edit"),
    route("workflows/<uuid:id>/samples/<str:node>", samples.SampleView.as_view(), verb="workflow:edit"),
    route("workflows/<uuid:id>/formulas/trial", formulas.FormulaTrialView.as_view(), verb="workflow:edit"),
    route("workflows/<uuid:id>/versions", versions.VersionsView.as_view(), verb="workflow:read"),
    route("versions/<uuid:id>", versions.VersionView.as_view(), verb="workflow:read"),
    route("versions/<uuid:id>/restore", versions.RestoreVersionView.as_view(), verb="workflow:edit"),
    route("workflows/<uuid:id>/grants", sharing.GrantsView.as_view(), verb="workflow:share"),
    route("workflows/<uuid:id>/grants/candidates", sharing.CandidatesView.as_view(), verb="workflow:share"),
    route("grants/<uuid:id>", sharing.GrantView.as_view(), verb="workflow:share"),
    route("workflows/<uuid:id>/access", sharing.AccessView.as_view(), verb="workflow:share"),
    route("workflows/<uuid:id>/access-requests", sharing.AskView.as_view(), verb="signed_in"),
    route("access-requests/<uuid:id>", sharing.RequestView.as_view(), verb="workflow:share"),
    route("workspaces/<uuid:workspace>/access-requests", sharing.OpenRequestsView.as_view(), verb="workflow:read"),
    route("workflows/<uuid:id>/transfer", sharing.TransferView.as_view(), verb="workflow:share"),
    route("workflows/<uuid:id>/history", sharing.WorkflowHistoryView.as_view(), verb="workflow:read"),
    route("members/<uuid:id>/workflows", sharing.OwnedView.as_view(), verb="member:manage"),
]
