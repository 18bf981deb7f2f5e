"""Connections as programs see them: everything but the secret."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from orchestrator.governance.credentials import SECRET_FIELDS
from orchestrator.governance.models import CredentialKind
from orchestrator.governance.serializers import HostsField, plain_line

NODE_TYPES_HELP = "The only kinds of steps that may use it, also by way of a model or a tool; none: every kind"
WORKFLOWS_HELP = "The only workflows whose runs may use it; none: every one"


class SecretField(serializers.CharField):
    """A part of a secret: as it was given, with the spaces around it."""

    def __init__(self) -> None:
        super().__init__(max_length=4000, validators=[plain_line], trim_whitespace=False)


class CredentialSerializer(serializers.Serializer):
    """Everything but the secret."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=CredentialKind.choices)
    hosts = HostsField()
    node_types = serializers.ListField(child=serializers.CharField(), help_text=NODE_TYPES_HELP)
    workflows = serializers.ListField(child=serializers.UUIDField(), help_text=WORKFLOWS_HELP)
    secret_set_at = serializers.DateTimeField(help_text="When its secret was given last")
    created_at = serializers.DateTimeField()


class CredentialTrialRequestSerializer(serializers.Serializer):
    address = serializers.CharField(
        max_length=2000,
        validators=[plain_line],
        help_text="An address of one of the hosts of the connection; it is read once.",
    )


class CredentialTrialSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=["accepted", "refused", "answered", "unreachable"])
    address = serializers.CharField()
    status = serializers.IntegerField(allow_null=True)
    milliseconds = serializers.IntegerField()
    code = serializers.CharField()
    message = serializers.CharField()
    hint = serializers.CharField()


class CredentialChangeSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=200, required=False, validators=[plain_line])
    secret = serializers.DictField(child=SecretField(), required=False, write_only=True)
    hosts = HostsField(required=False, allow_empty=False, max_length=50)
    node_types = serializers.ListField(
        child=serializers.RegexField(r"^[a-z][a-z0-9_]*\Z", max_length=60),
        required=False,
        max_length=50,
        help_text=NODE_TYPES_HELP,
    )
    workflows = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=200, help_text=WORKFLOWS_HELP
    )


class CredentialRequestSerializer(CredentialChangeSerializer):
    name = serializers.CharField(max_length=200, validators=[plain_line])
    kind = serializers.ChoiceField(choices=CredentialKind.choices)
    secret = serializers.DictField(child=SecretField(), write_only=True)
    hosts = HostsField(allow_empty=False, max_length=50)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse_other_fields(attrs["kind"], attrs["secret"])
        return attrs


def refuse_other_fields(kind: str, secret: dict[str, str]) -> None:
    wanted = SECRET_FIELDS[kind]
    if set(secret) != set(wanted):
        raise serializers.ValidationError({"secret": f"A {kind} secret has {' and '.join(wanted)}."})
