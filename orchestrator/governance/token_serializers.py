"""What is read and answered about access tokens."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from orchestrator.governance.matrix import TOKEN_VERBS
from orchestrator.governance.models import TokenState
from orchestrator.governance.serializers import PersonSerializer, plain_line

SCOPES = sorted(TOKEN_VERBS)


class AccessTokenSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="How it begins; the rest was shown once")
    user = PersonSerializer()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=SCOPES))
    state = serializers.ChoiceField(choices=TokenState.choices)
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class NewAccessTokenSerializer(AccessTokenSerializer):
    secret = serializers.CharField(help_text="Shown once: only its hash is kept")


class TokenRequestSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100, validators=[plain_line])
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=SCOPES), allow_empty=False, max_length=len(SCOPES)
    )
    expires_at = serializers.DateTimeField(help_text="At most a year away")
