"""Doors of assets; `api/` stands before each address."""

from __future__ import annotations

from orchestrator.api.routes import route
from orchestrator.assets.views import AssetsView, AssetView

urlpatterns = [
    route("workspaces/<uuid:workspace>/assets", AssetsView.as_view(), verb="asset:read"),
    route("assets/<uuid:id>", AssetView.as_view(), verb="asset:read"),
]
