"""The door through which other systems send messages."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.principal import principal_of
from orchestrator.runs.messages import send_message
from orchestrator.runs.serializers import checked


class NewMessageSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    correlation = serializers.CharField(max_length=200, allow_blank=True, default="")
    body = serializers.JSONField(allow_null=True, default=None)
    key = serializers.CharField(max_length=150, required=False, help_text="Sent again with the same key, it is one")


class SentMessageSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=["delivered", "started", "kept"])


class MessagesView(APIView):
    @extend_schema(request=NewMessageSerializer, responses={202: SentMessageSerializer})
    def post(self, request: Request, workspace: UUID) -> Response:
        """Send a message to the workflows of a workspace."""
        principal = principal_of(request)
        enter(principal, workspace, "workflow:run")
        wanted = checked(NewMessageSerializer, request.data)
        sent = send_message(principal, workspace, **{"key": None, **wanted})
        return Response({"id": sent.id, "outcome": sent.outcome}, status=status.HTTP_202_ACCEPTED)
