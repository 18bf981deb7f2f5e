"""The door of the web server: files, pages and API over HTTP; sockets to the consumers of runs; tools for agents.

Django answers in a fixed set of threads, as under WSGI: its own ASGI handler makes a thread for each request and hops
into it for each middleware, which took nine tenths of the time of a small request.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from servestatic import ServeStaticASGI

from orchestrator.artifacts.receiving import FORM_AROUND_FILE
from orchestrator.headers import Guarded
from orchestrator.wsgi import Threads

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")
sys.setswitchinterval(0.0005)  # the loop must not wait 5 ms for each thread that computes: a tenth more requests
pages = Threads(get_wsgi_application(), settings.DATABASE_POOL, settings.LARGEST_UPLOAD + FORM_AROUND_FILE)

from orchestrator.runs.routing import websocket_urlpatterns  # noqa: E402  (Django has to be set up first)

# Cookies travel with a socket from any page, so only our own pages may open one. Without TLS, `localhost` is ours too.
ORIGINS = [settings.PUBLIC_URL] if settings.PRODUCTION else [settings.PUBLIC_URL, f"http://localhost:{settings.PORT}"]

MCP = "/mcp"


@cache
def tools() -> Any:
    """The door of agents outside, which know people by access tokens only. Made when the first one knocks: what it is
    made of takes more than a second to load.
    """
    from orchestrator.runs.outside_agents import mcp_app

    return mcp_app()


class Http:
    """Agents at their one address, everything else to files and pages."""

    def __init__(self, others: Any) -> None:
        self._others = others

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        door = tools() if scope["path"] == MCP else self._others
        await door(scope, receive, send)


VITES_HASHED_NAMES = r"^/static/build/assets/.+-[\w-]{8}\.\w+$"

application = ProtocolTypeRouter(
    {
        "http": Guarded(
            Http(
                ServeStaticASGI(
                    pages,
                    root=settings.BASE_DIR / "static",
                    prefix=settings.STATIC_URL,
                    autorefresh=settings.DEBUG,
                    allow_all_origins=False,
                    immutable_file_test=VITES_HASHED_NAMES,
                )
            ),
            encrypted=settings.PRODUCTION,
        ),
        "websocket": OriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)), ORIGINS),
    }
)
