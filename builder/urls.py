from __future__ import annotations

from builder import sample_views, views
from orchestrator.api.routes import route

urlpatterns = [
    route("node-types", views.NodeTypesView.as_view(), verb="signed_in"),
    route("templates", views.TemplatesView.as_view(), verb="signed_in"),
    route("workspaces/<uuid:workspace>/sample-files", views.SampleFilesView.as_view(), verb="workflow:read"),
    route("workspaces/<uuid:workspace>/workflows", views.WorkflowsView.as_view(), verb="workflow:read"),
    route("workflows/<uuid:id>", views.WorkflowView.as_view(), verb="workflow:read"),
    route("workflows/<uuid:id>/draft", views.DraftView.as_view(), verb="workflow:read"),
    route("workflows/<uuid:id>/publish", views.PublishView.as_view(), verb="workflow:publish"),
    route("workflows/<uuid:id>/unpublish", views.UnpublishView.as_view(), verb="workflow:publish"),
    route("workflows/<uuid:id>/archive", views.ArchiveView.as_view(), verb="workflow:edit"),
    route("workflows/<uuid:id>/restore", views.RestoreView.as_view(), verb="workflow:edit"),
    route("workflows/<uuid:id>/samples", sample_views.SamplesView.as_view(), verb="workflow:edit"),
    route("workflows/<uuid:id>/samples/<str:node>", sample_views.SampleView.as_view(), verb="workflow:edit"),
    route("workflows/<uuid:id>/versions", views.VersionsView.as_view(), verb="workflow:read"),
    route("versions/<uuid:id>", views.VersionView.as_view(), verb="workflow:read"),
    route("versions/<uuid:id>/restore", views.RestoreVersionView.as_view(), verb="workflow:edit"),
]
