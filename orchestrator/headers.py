"""What every answer says to the browser that gets it, whoever made the answer: pages, API, files, tools for agents.

It stands at the outermost door because only there nothing goes past it. Pages bring a stricter
`Content-Security-Policy` of their own (with the number of their styles); what an answer says already stays as it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Send = Callable[[Scope], Awaitable[None]]
Application = Callable[[Scope, Any, Send], Awaitable[None]]

A_YEAR_S = 31_536_000
DEVICES = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone")
DEVICES_AND_PURSES = (*DEVICES, "midi", "payment", "serial", "usb", "xr-spatial-tracking")
EVERYWHERE = {
    b"content-security-policy": (
        b"default-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'; form-action 'self'"
    ),
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": ", ".join(f"{name}=()" for name in DEVICES_AND_PURSES).encode(),
    b"referrer-policy": b"same-origin",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
}
ENCRYPTED = {b"strict-transport-security": f"max-age={A_YEAR_S}; includeSubDomains".encode()}
"""Only where people come by https: on a machine of one's own it would shut every other program on that name out."""
PRIVATE = {b"cache-control": b"no-store"}
"""What the API says is for the person who asked, not for whoever uses the browser next."""
DATA = ("/api/", "/_allauth/", "/hooks/", "/mcp")


class Guarded:
    """An ASGI application with these headers on each of its answers."""

    def __init__(self, application: Application, *, encrypted: bool) -> None:
        self._application = application
        self._always = tuple((EVERYWHERE | (ENCRYPTED if encrypted else {})).items())
        self._of_data = (*self._always, *PRIVATE.items())

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        wanted = self._of_data if scope["path"].startswith(DATA) else self._always

        async def send_guarded(message: Scope) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                said = {name.lower() for name, _ in headers}
                message = {**message, "headers": [*headers, *(pair for pair in wanted if pair[0] not in said)]}
            await send(message)

        await self._application(scope, receive, send_guarded)
