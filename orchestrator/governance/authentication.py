"""How the API learns who asks."""

from __future__ import annotations

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from orchestrator.governance.models import User
from orchestrator.governance.principal import principal_of


class Session(SessionAuthentication):
    """The session cookie of the browser, with its CSRF token on every change, also of people not yet signed in."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        principal = principal_of(request)  # before the token is checked, so that a refusal names the person
        self.enforce_csrf(request)
        return (request._request.user, None) if principal.is_signed_in else None

    def authenticate_header(self, request: Request) -> str:
        """Named, so that REST framework answers 401, not 403, to people who are not signed in."""
        return "Session"
