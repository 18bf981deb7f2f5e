"""Every address of the product.

Our own doors are declared by `route(..., verb=...)` in the rooms. The library doors are those of allauth: sign-in,
sign-out, password reset and second factor have to be open to people who are not signed in, and guard themselves. `/mcp`
is no address of Django's: see `asgi`.
"""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.settings import api_settings

from builder.views.application import application
from orchestrator.api.routes import route
from orchestrator.governance.views.entrance import company_answer

# The library's own default would show it to everybody.
schema = SpectacularJSONAPIView.as_view(permission_classes=api_settings.DEFAULT_PERMISSION_CLASSES)

# The browser application answers every address that is nobody else's.
APPLICATION = r"^(?!(?:api|hooks|static|_allauth|ws|health|mcp)(?:/|$))"

urlpatterns = [
    path("", include("orchestrator.operations.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    route("_allauth/<str:provider_id>/answer", company_answer, verb="public", name="openid_connect_callback"),
    route("api/schema", schema, verb="signed_in"),
    path("api/", include("orchestrator.governance.urls")),
    path("api/", include("orchestrator.artifacts.urls")),
    path("api/", include("orchestrator.assets.urls")),
    path("api/", include("builder.urls")),
    path("api/", include("orchestrator.runs.urls")),
    path("", include("orchestrator.triggers.urls")),
    route(APPLICATION, application, verb="public", name="application"),
]

handler404 = "orchestrator.operations.views.missing"
handler500 = "orchestrator.operations.views.broken"
