"""What is read and answered about access tokens."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from rest_framework import serializers

from orchestrator.governance.matrix import TOKEN_VERBS
from orchestrator.governance.models import TokenState
from orchestrator.governance.serializers import PersonSerializer, plain_line

SCOPES = sorted(TOKEN_VERBS)
MOST_NETWORKS = 20


class AccessTokenSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="How it begins; the rest was shown once")
    user = PersonSerializer()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=SCOPES))
    state = serializers.ChoiceField(choices=TokenState.choices)
    expires_at = serializers.DateTimeField()
    networks = serializers.ListField(child=serializers.CharField(), help_text="Empty: it opens from anywhere")
    last_used_at = serializers.DateTimeField(allow_null=True)
    last_used_ip = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class NewAccessTokenSerializer(AccessTokenSerializer):
    secret = serializers.CharField(help_text="Shown once: only its hash is kept")


class NetworkField(serializers.CharField):
    """An address or a network, written as networks are: `192.0.2.7` is `192.0.2.7/32`."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
            return str(ip_network(text, strict=False))
        except ValueError as error:
            raise serializers.ValidationError(
                "Write an address such as 192.0.2.7, or a network such as 192.0.2.0/24.", code="network_unreadable"
            ) from error


class TokenRequestSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100, validators=[plain_line])
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=SCOPES), allow_empty=False, max_length=len(SCOPES)
    )
    expires_at = serializers.DateTimeField(help_text="At most a year away")
    networks = serializers.ListField(
        child=NetworkField(max_length=43),
        required=False,
        max_length=MOST_NETWORKS,
        help_text="Addresses and networks it opens from; none: from anywhere",
    )
