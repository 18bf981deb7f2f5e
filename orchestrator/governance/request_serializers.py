"""What the doors of requests take and answer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from orchestrator.governance.actions.requests import is_own, may_decide, may_withdraw
from orchestrator.governance.models import Request, RequestState
from orchestrator.governance.principal import Principal
from orchestrator.governance.requests import holds_right
from orchestrator.governance.serializers import FactsField, PersonSerializer

KINDS = sorted(settings.REQUEST_KINDS)
SHOWS = ["waiting", "open", "mine", "decided"]


class RequestFilterSerializer(serializers.Serializer[Any]):
    show = serializers.ChoiceField(
        choices=SHOWS, default="open", help_text="`waiting`: those that this person may decide now"
    )
    kind = serializers.ChoiceField(choices=KINDS, required=False)


class RequestObjectSerializer(serializers.Serializer[Any]):
    type = serializers.CharField(source="object_type")
    id = serializers.UUIDField(source="object_id")
    name = serializers.CharField(source="object_name")


class MayOnRequestSerializer(serializers.Serializer[Any]):
    decide = serializers.BooleanField()
    needs_reason = serializers.BooleanField(help_text="One would agree to what one asked for or made oneself")
    withdraw = serializers.BooleanField()


class RequestRowSerializer(serializers.ModelSerializer[Request]):
    kind = serializers.ChoiceField(choices=KINDS)
    object = RequestObjectSerializer(source="*")
    state = serializers.ChoiceField(choices=RequestState.choices, source="standing")
    requester = PersonSerializer(allow_null=True)
    decider = PersonSerializer(allow_null=True)
    payload = FactsField()
    content_hash = serializers.SerializerMethodField(help_text="A decision names it")
    may = serializers.SerializerMethodField()

    class Meta:
        model = Request
        fields = (
            *("id", "kind", "object", "state", "reason", "requester", "created_at", "expires_at"),
            *("decider", "decided_at", "decision_reason", "payload", "content_hash", "may"),
        )
        read_only_fields = fields

    def get_content_hash(self, request: Request) -> str:
        return bytes(request.content_hash).hex()

    @extend_schema_field(MayOnRequestSerializer)
    def get_may(self, request: Request) -> dict[str, bool]:
        principal: Principal = self.context["principal"]
        is_open = request.standing is RequestState.OPEN
        return {
            "decide": is_open and may_decide(principal, request) and holds_right(principal, request),
            "needs_reason": is_own(principal, request),
            "withdraw": is_open and may_withdraw(principal, request),
        }


class RequestDecisionSerializer(serializers.Serializer[Any]):
    approve = serializers.BooleanField()
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    content_hash = serializers.CharField(max_length=64, help_text="Of the request as the person saw it")


class AskedSerializer(serializers.Serializer[Any]):
    """Nothing has changed yet: it waits for a second person."""

    request = serializers.UUIDField()


def asked(request: Request) -> Response:
    return Response(AskedSerializer({"request": request.id}).data, status=202)
