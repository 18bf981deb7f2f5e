"""The doors of sharing: who has access, who asks for it, whose a workflow is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.actions import handing_over, sharing
from builder.models import Access, AccessRequest, Workflow, WorkflowGrant
from builder.people import Everybody, everybody_with
from builder.serializers import AuthorSerializer
from builder.views.reading import member, read
from orchestrator.api.errors import NotFound
from orchestrator.api.pages import asked_text
from orchestrator.governance.access_serializers import WaySerializer
from orchestrator.governance.grants import Grant, candidates
from orchestrator.governance.models import Request as Asked
from orchestrator.governance.principal import Principal, principal_of
from orchestrator.governance.request_serializers import AskedSerializer, asked
from orchestrator.governance.serializers import (
    LEVELS,
    HistoryEventSerializer,
    PersonSerializer,
    RolesField,
    reason_field,
)
from orchestrator.governance.sharing import Level
from orchestrator.governance.sharing import require as require_on
from orchestrator.governance.throttles import LinkThrottle
from orchestrator.governance.views.trail import HistoryView

DEGREES = ["edit", "use", "look"]
LACKS = ["edit", "publish", "connections", "workflows"]


class GrantSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    user = PersonSerializer(source="member.user", allow_null=True, default=None)
    team = AuthorSerializer(allow_null=True)
    level = serializers.ChoiceField(choices=LEVELS)
    expires_at = serializers.DateTimeField(allow_null=True)
    expired = serializers.BooleanField()
    granted_by = AuthorSerializer(allow_null=True)
    created_at = serializers.DateTimeField()


class PersonAccessSerializer(serializers.Serializer):
    user = PersonSerializer(source="member.user")
    roles = RolesField(source="member.roles")
    degree = serializers.ChoiceField(choices=DEGREES)
    ways = WaySerializer(many=True)


class AccessRequestSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    user = PersonSerializer(source="member.user")
    level = serializers.ChoiceField(choices=LEVELS)
    note = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class OpenRequestSerializer(AccessRequestSerializer):
    workflow = AuthorSerializer()


class SharingSerializer(serializers.Serializer):
    access = serializers.ChoiceField(choices=Access.choices)
    owner = PersonSerializer(allow_null=True)
    grants = GrantSerializer(many=True)
    requests = AccessRequestSerializer(many=True)
    people = PersonAccessSerializer(many=True)
    more = serializers.IntegerField(help_text="Members who were not looked at")


class NewGrantSerializer(serializers.Serializer):
    user = serializers.UUIDField(required=False)
    team = serializers.UUIDField(required=False)
    level = serializers.ChoiceField(choices=LEVELS)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    reason = reason_field()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("user" in attrs) == ("team" in attrs):
            raise serializers.ValidationError({"user": "Name a person or a team."})
        return attrs


class GrantChangeSerializer(serializers.Serializer):
    level = serializers.ChoiceField(choices=LEVELS, required=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    reason = reason_field()


class AccessSerializer(serializers.Serializer):
    access = serializers.ChoiceField(choices=Access.choices)
    reason = reason_field()


class AskSerializer(serializers.Serializer):
    level = serializers.ChoiceField(choices=LEVELS, default=str(Level.USE))
    note = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)


class AnswerSerializer(serializers.Serializer):
    level = serializers.ChoiceField(choices=LEVELS)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    reason = reason_field()


class CandidatesSerializer(serializers.Serializer):
    people = PersonSerializer(many=True)
    teams = AuthorSerializer(many=True)


class LackSerializer(serializers.Serializer):
    code = serializers.ChoiceField(choices=LACKS)
    names = serializers.ListField(child=serializers.CharField())


class TransferSerializer(serializers.Serializer):
    to = serializers.UUIDField()


class GrantsView(APIView):
    @extend_schema(operation_id="sharing", responses=SharingSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """Who has access and why, whom it is shared with, and who asks."""
        workflow = _shareable(request, id)
        return Response(SharingSerializer(_shown(workflow, everybody_with(workflow))).data)

    @extend_schema(
        operation_id="share", request=NewGrantSerializer, responses={201: GrantSerializer, 202: AskedSerializer}
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Share with a person or a team. Where a second person is demanded, 202 names what waits for one."""
        workflow = Workflow.objects.find(principal_of(request), id)
        sent = read(NewGrantSerializer, request)
        made = sharing.grant(principal_of(request), workflow, **{**sent, "level": Level(sent["level"])})
        return granted(made, status=201)


class GrantView(APIView):
    @extend_schema(
        operation_id="sharing_change",
        request=GrantChangeSerializer,
        responses={200: GrantSerializer, 202: AskedSerializer},
    )
    def patch(self, request: Request, id: UUID) -> Response:
        """Change what they may do, or until when. Where a second person is demanded for more, 202 names what waits."""
        sent = read(GrantChangeSerializer, request)
        reason, grant = sent.pop("reason", ""), _grants().find(principal_of(request), id)
        return granted(sharing.change_grant(principal_of(request), grant, sent, reason=reason))

    @extend_schema(operation_id="unshare", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        """Stop sharing, at once."""
        sharing.end_grant(principal_of(request), _grants().find(principal_of(request), id))
        return Response(status=204)


class AccessView(APIView):
    @extend_schema(
        operation_id="access_change", request=AccessSerializer, responses={200: AccessSerializer, 202: AskedSerializer}
    )
    def put(self, request: Request, id: UUID) -> Response:
        """Everybody of the workspace, or only those who are named. Where a second person is demanded for everybody,
        202 names what waits."""
        workflow = Workflow.objects.find(principal_of(request), id)
        sent = read(AccessSerializer, request)
        reason = sent.get("reason", "")
        changed = sharing.set_access(principal_of(request), workflow, Access(sent["access"]), reason=reason)
        if isinstance(changed, Asked):
            return asked(changed)
        return Response(AccessSerializer(changed).data)


class CandidatesView(APIView):
    @extend_schema(
        operation_id="sharing_candidates",
        parameters=[OpenApiParameter("search", str)],
        responses=CandidatesSerializer,
    )
    def get(self, request: Request, id: UUID) -> Response:
        """People and teams to share with, by a part of their name."""
        workflow, text = _shareable(request, id), asked_text(request)
        members, teams = candidates(workflow.workspace_id, workflow.grants.all(), text, beside=workflow.owner_id)
        return Response(CandidatesSerializer({"people": [one.user for one in members], "teams": teams}).data)


class AskView(APIView):
    """Answers the same whatever the workflow is: nobody learns here what exists."""

    throttle_classes = (LinkThrottle,)

    @extend_schema(operation_id="access_request", request=AskSerializer, responses={202: None})
    def post(self, request: Request, id: UUID) -> Response:
        """Ask the owner for access."""
        sent = read(AskSerializer, request)
        sharing.ask_for_access(principal_of(request), id, level=Level(sent["level"]), note=sent["note"])
        return Response(status=202)


class OpenRequestsView(APIView):
    @extend_schema(operation_id="access_requests", responses=OpenRequestSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """Who asks for access to something that the person may share."""
        principal = member(request, workspace)
        found = _requests(principal).filter(workflow__workspace_id=workspace).order_by("-id")
        return Response(OpenRequestSerializer(found[:100], many=True).data)


class RequestView(APIView):
    @extend_schema(
        operation_id="access_grant", request=AnswerSerializer, responses={200: GrantSerializer, 202: AskedSerializer}
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Say yes. Where a second person is demanded, 202 names what waits for one."""
        sent = read(AnswerSerializer, request)
        answer = {**sent, "level": Level(sent["level"])}
        return granted(sharing.grant_request(principal_of(request), _asked(request, id), **answer))

    @extend_schema(operation_id="access_decline", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        """Say no."""
        sharing.decline_request(principal_of(request), _asked(request, id))
        return Response(status=204)


class TransferView(APIView):
    @extend_schema(
        operation_id="transfer_lacks",
        parameters=[OpenApiParameter("to", UUID, required=True)],
        responses=LackSerializer(many=True),
    )
    def get(self, request: Request, id: UUID) -> Response:
        """What somebody would lack if the workflow were theirs."""
        workflow = _shareable(request, id)
        sent = TransferSerializer(data=request.query_params)
        sent.is_valid(raise_exception=True)
        return Response(LackSerializer(handing_over.lacks_of(workflow, sent.validated_data["to"]), many=True).data)

    @extend_schema(operation_id="transfer", request=TransferSerializer, responses={204: None})
    def post(self, request: Request, id: UUID) -> Response:
        """Make somebody else the owner."""
        workflow = Workflow.objects.find(principal_of(request), id)
        handing_over.transfer(principal_of(request), workflow, read(TransferSerializer, request)["to"])
        return Response(status=204)


class WorkflowHistoryView(HistoryView):
    @extend_schema(operation_id="workflow_history", responses=HistoryEventSerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        """What was done to a workflow, newest first."""
        principal = principal_of(request)
        workflow = Workflow.objects.find(principal, id)
        return self.history(principal, workflow.workspace_id, {"workflow": [workflow.pk]})


def granted(made: Grant | Asked, status: int = 200) -> Response:
    return asked(made) if isinstance(made, Asked) else Response(GrantSerializer(made).data, status=status)


def _shareable(request: Request, id: UUID) -> Workflow:
    """A workflow that the person may share: names of others are for nobody else."""
    principal = principal_of(request)
    workflow: Workflow = Workflow.objects.select_related("owner").find(principal, id)
    require_on(principal, "workflow:share", workflow)
    return workflow


def _shown(workflow: Workflow, everybody: Everybody) -> dict[str, Any]:
    return {
        "access": workflow.access,
        "owner": workflow.owner,
        "grants": _grants().filter(workflow=workflow).order_by("id"),
        "requests": AccessRequest.objects.filter(workflow=workflow).select_related("member__user").order_by("id"),
        "people": everybody.shown,
        "more": everybody.more,
    }


def _grants() -> QuerySet[WorkflowGrant]:
    return WorkflowGrant.objects.select_related("workflow", "member__user", "team", "granted_by")


def _requests(principal: Principal) -> QuerySet[AccessRequest]:
    mine = Workflow.objects.shared_by(principal)
    return AccessRequest.objects.filter(workflow__in=mine).select_related("workflow", "member__user")


def _asked(request: Request, id: UUID) -> AccessRequest:
    found = _requests(principal_of(request)).filter(pk=id).first()
    if found is None:
        raise NotFound("answered", "Somebody answered this request already, or it was taken back.")
    return found
