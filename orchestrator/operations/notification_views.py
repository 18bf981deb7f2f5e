"""What a person was told of, and that they have seen it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import Workflow
from orchestrator.api.pages import Cursor
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.principal import Principal, principal_of
from orchestrator.operations.models import Notification, NotificationKind


class NotificationFilterSerializer(serializers.Serializer):
    unread = serializers.BooleanField(default=False)


class NotificationSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=NotificationKind.choices)
    workflow = serializers.UUIDField(source="workflow_id")
    workflow_name = serializers.CharField(source="workflow.name")
    count = serializers.IntegerField()
    run = serializers.UUIDField()
    message = serializers.CharField()
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()
    read = serializers.SerializerMethodField()

    def get_read(self, notification: Notification) -> bool:
        return notification.read_at is not None


class ReadNotificationsSerializer(serializers.Serializer):
    until = serializers.DateTimeField(help_text="What the person saw: later ones stay unread")


class NotificationsView(generics.GenericAPIView):
    pagination_class = Cursor
    serializer_class = NotificationSerializer
    queryset = Notification.objects.none()
    ordering = ("-last_at", "-id")

    @extend_schema(parameters=[NotificationFilterSerializer], responses=NotificationSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """What one was told of, the newest first."""
        principal = principal_of(request)
        enter(principal, workspace, "workspace:read")
        asked = NotificationFilterSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = _own(principal, workspace)
        if asked.validated_data["unread"]:
            found = found.filter(read_at=None)
        page = self.paginate_queryset(found.select_related("workflow"))
        return self.get_paginated_response(NotificationSerializer(page, many=True).data)


class ReadNotificationsView(APIView):
    @extend_schema(request=ReadNotificationsSerializer, responses={204: None})
    def post(self, request: Request, workspace: UUID) -> Response:
        """Say that one has seen what there was until a moment."""
        principal = principal_of(request)
        enter(principal, workspace, "workspace:read")
        sent = ReadNotificationsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        seen = _own(principal, workspace).filter(read_at=None, last_at__lte=sent.validated_data["until"])
        seen.update(read_at=timezone.now(), mail_at=None)
        return Response(status=204)


def _own(principal: Principal, workspace: UUID) -> QuerySet[Notification]:
    """Of workflows that one may still see."""
    return Notification.objects.filter(
        workspace_id=workspace, user_id=principal.id, workflow__in=Workflow.objects.visible_to(principal)
    )
