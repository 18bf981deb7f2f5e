"""The doors to where people are signed in, and to the link that lets somebody in again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from allauth.usersessions.models import UserSession
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.governance.actions import sessions
from orchestrator.governance.actions.people import make_password_link
from orchestrator.governance.principal import principal_of
from orchestrator.governance.sign_in_serializers import AddressSerializer, SessionEntrySerializer


class OwnSessionsView(APIView):
    @extend_schema(operation_id="own_sessions", responses=SessionEntrySerializer(many=True))
    def get(self, request: Request) -> Response:
        return _listed(request, sessions.own_sessions(principal_of(request)))

    @extend_schema(operation_id="other_sessions_end", responses={204: None})
    def delete(self, request: Request) -> Response:
        """End all of one's sessions but this one."""
        sessions.end_own(principal_of(request), key=_key(request))
        return Response(status=204)


class OwnSessionView(APIView):
    @extend_schema(operation_id="own_session_end", responses={204: None})
    def delete(self, request: Request, session: int) -> Response:
        sessions.end_own(principal_of(request), key=_key(request), session_id=session)
        return Response(status=204)


class MemberSessionsView(APIView):
    @extend_schema(operation_id="member_sessions", responses=SessionEntrySerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        return _listed(request, sessions.member_sessions(principal_of(request), id))

    @extend_schema(operation_id="member_sessions_end", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        """End all sessions of a member: they sign in again, everywhere."""
        sessions.end_of_member(principal_of(request), id)
        return Response(status=204)


class MemberSessionView(APIView):
    @extend_schema(operation_id="member_session_end", responses={204: None})
    def delete(self, request: Request, id: UUID, session: int) -> Response:
        sessions.end_of_member(principal_of(request), id, session_id=session)
        return Response(status=204)


class PasswordLinkView(APIView):
    @extend_schema(operation_id="password_link", request=None, responses={201: AddressSerializer})
    def post(self, request: Request, id: UUID) -> Response:
        """A link with which a member sets a new password, where no mail is sent."""
        return Response({"address": make_password_link(principal_of(request), id)}, status=201)


def _key(request: Request) -> str | None:
    return request._request.session.session_key


def _listed(request: Request, found: Sequence[UserSession]) -> Response:
    return Response(SessionEntrySerializer(found, many=True, context={"key": _key(request)}).data)
