"""The door of the web server: HTTP goes to Django, sockets to the consumers of runs."""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")
http = get_asgi_application()

from orchestrator.runs.routing import websocket_urlpatterns  # noqa: E402  (Django has to be set up first)

# Cookies travel with a socket from any page, so only our own pages may open one. Without TLS, `localhost` is ours too.
ORIGINS = [settings.PUBLIC_URL] if settings.PRODUCTION else [settings.PUBLIC_URL, f"http://localhost:{settings.PORT}"]

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": OriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)), ORIGINS),
    }
)
