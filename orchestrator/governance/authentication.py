"""How the API learns who asks."""

from __future__ import annotations

from uuid import UUID

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from orchestrator.governance.models import User
from orchestrator.governance.principal import principal_of
from orchestrator.governance.tokens import sent_token


class Token(BaseAuthentication):
    """An access token in the header `Authorization: Bearer …`. Nothing else of the request says who it is."""

    def authenticate(self, request: Request) -> tuple[User, UUID] | None:
        if sent_token(request.headers) is None:
            return None
        principal = principal_of(request)
        if principal.id is None or principal.token is None:
            raise AuthenticationFailed
        return User.objects.get(id=principal.id), principal.token

    def authenticate_header(self, request: Request) -> str:
        """Named, so that REST framework answers 401, not 403, to people who are not signed in."""
        return "Session" if sent_token(request.headers) is None else "Bearer"


class Session(SessionAuthentication):
    """The session cookie of the browser, with its CSRF token on every change, also of people not yet signed in."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        principal = principal_of(request)  # before the token is checked, so that a refusal names the person
        self.enforce_csrf(request)
        return (request._request.user, None) if principal.is_signed_in else None

    def authenticate_header(self, request: Request) -> str:
        """Named, so that REST framework answers 401, not 403, to people who are not signed in."""
        return "Session"
