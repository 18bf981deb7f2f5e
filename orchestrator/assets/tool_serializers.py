"""What is read and answered where tools are taken from other systems."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orchestrator.assets.serializers import DifferenceSerializer
from orchestrator.assets.tools.tool import Approval, Effect
from orchestrator.connectors.openapi import Described
from orchestrator.governance.serializers import plain_line

EFFECTS = [str(effect) for effect in Effect]
APPROVALS = [str(approval) for approval in Approval]
MOST_AT_ONCE = 100
LONGEST_DOCUMENT = 2_400_000
"""As much as one request can hold; a document at an address may be larger."""


class TakenSerializer(serializers.Serializer[Any]):
    """The tool that calls the same thing already."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    title = serializers.CharField()


class HowSerializer(serializers.Serializer[Any]):
    """What people decide about a tool that somebody else describes."""

    title = serializers.CharField(max_length=200, validators=[plain_line])
    effect = serializers.ChoiceField(choices=EFFECTS)
    approval = serializers.ChoiceField(choices=APPROVALS)


class SourceSerializer(serializers.Serializer[Any]):
    """The text of a document, or the address where it stands. With both, the address is where it came from."""

    document = serializers.CharField(
        max_length=LONGEST_DOCUMENT, required=False, allow_blank=True, default="", trim_whitespace=False
    )
    address = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["document"] and not attrs["address"]:
            raise serializers.ValidationError({"document": "Paste the document, or say at which address it stands."})
        return attrs


class SecuritySerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.CharField(help_text="apiKey | http | oauth2 | openIdConnect | mutualTLS")
    place = serializers.CharField(help_text="Of an apiKey: header, query or cookie; of http: the scheme")
    field = serializers.CharField(help_text="Of an apiKey: the name of the header or parameter")


class OperationSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    description = serializers.CharField()
    method = serializers.CharField(source="operation.method")
    base_url = serializers.CharField(source="operation.base_url")
    path = serializers.CharField(source="operation.path")
    input_schema = serializers.DictField()
    effect = serializers.ChoiceField(choices=EFFECTS)
    security = SecuritySerializer(many=True)
    taken = serializers.SerializerMethodField()

    @extend_schema_field(TakenSerializer(allow_null=True))
    def get_taken(self, described: Described) -> dict[str, Any] | None:
        asset = self.context["taken"].get(described.name)
        return dict(TakenSerializer(asset).data) if asset else None


class LeftOutSerializer(serializers.Serializer[Any]):
    operation = serializers.CharField()
    reason = serializers.CharField()


class InterfaceSerializer(serializers.Serializer[Any]):
    digest = serializers.CharField(help_text="To be sent back with what is taken")
    title = serializers.CharField()
    operations = OperationSerializer(many=True)
    left_out = LeftOutSerializer(many=True)


class WantedOperationSerializer(HowSerializer):
    operation = serializers.CharField(max_length=200, help_text="Its name in the document")


class TakeOperationsSerializer(SourceSerializer):
    digest = serializers.RegexField("^[0-9a-f]{64}$")
    credential = serializers.UUIDField(required=False, allow_null=True, default=None)
    operations = WantedOperationSerializer(many=True, allow_empty=False, max_length=MOST_AT_ONCE)


class McpServerSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=2_000)
    credential = serializers.UUIDField(required=False, allow_null=True, default=None)


class McpToolSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(source="offered.name")
    title = serializers.CharField(source="offered.title")
    description = serializers.CharField(source="offered.description")
    input_schema = serializers.DictField(source="offered.input_schema")
    pin = serializers.CharField(source="offered.pin", help_text="Hash of all that the server says about it")
    says_it_only_reads = serializers.BooleanField(source="offered.says_it_only_reads")
    problem = serializers.CharField(source="offered.problem", help_text="Why it cannot be taken")
    taken = TakenSerializer(allow_null=True)
    changed = serializers.BooleanField(help_text="It is not what it was when it was taken")


class WantedMcpToolSerializer(HowSerializer):
    tool = serializers.CharField(max_length=200, help_text="As the server calls it")
    pin = serializers.RegexField("^[0-9a-f]{64}$")


class TakeMcpToolsSerializer(McpServerSerializer):
    tools = WantedMcpToolSerializer(many=True, allow_empty=False, max_length=MOST_AT_ONCE)


class AgainSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=["same", "changed", "gone"])
    pin = serializers.CharField()
    problem = serializers.CharField()
    differences = DifferenceSerializer(many=True)


class TakeAgainSerializer(serializers.Serializer[Any]):
    pin = serializers.RegexField("^[0-9a-f]{64}$", help_text="Of what was looked at")
    live = serializers.BooleanField(default=False, help_text="Let it answer at once")
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
