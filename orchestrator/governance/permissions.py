"""Which doors open at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from orchestrator.api.routes import verb_of
from orchestrator.governance.errors import Denied
from orchestrator.governance.matrix import PUBLIC, ROUTE_VERBS
from orchestrator.governance.principal import principal_of

if TYPE_CHECKING:  # REST framework's views import this module
    from rest_framework.views import APIView


class RoutePermission(BasePermission):
    """A route without a verb of the matrix opens for nobody, one with a verb for people who are signed in.

    Whether they hold the verb in the workspace of the object is asked by the action, which knows the object.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        verb = verb_of(request._request)
        if verb not in ROUTE_VERBS:
            raise Denied(verb or "unlisted", workspace_id=None, message="This address is not open to anybody.")
        principal = principal_of(request)
        if principal.scopes is not None and verb != PUBLIC and verb not in principal.scopes:
            message = "This access token does not open this. Make one that names it, or sign in."
            raise Denied(str(verb), workspace_id=None, message=message)
        return verb == PUBLIC or principal.is_signed_in
