"""Who could do what at a moment, as JSON."""

from __future__ import annotations

from rest_framework import serializers

from orchestrator.governance.serializers import VERB_NAMES, RolesField


class AccessAtAskedSerializer(serializers.Serializer):
    at = serializers.DateTimeField(required=False, help_text="Now, if it is left out")
    verb = serializers.ChoiceField(choices=VERB_NAMES, required=False, help_text="Only people whose roles allow it")


class AccessAtPersonSerializer(serializers.Serializer):
    member = serializers.UUIDField()
    user = serializers.UUIDField(allow_null=True, help_text="Null for somebody who has left")
    name = serializers.CharField()
    email = serializers.CharField(allow_blank=True, help_text="Empty for somebody who has left")
    roles = RolesField()
    by = serializers.CharField(allow_blank=True, help_text="Who gave these roles, as far as it was told")
    since = serializers.DateTimeField()


class AccessAtObjectSerializer(serializers.Serializer):
    type = serializers.CharField()
    id = serializers.CharField()
    name = serializers.CharField()


class AccessAtShareSerializer(serializers.Serializer):
    object = AccessAtObjectSerializer()
    kind = serializers.ChoiceField(choices=["person", "team"])
    whom = serializers.CharField()
    members = serializers.ListField(child=serializers.CharField(), help_text="Of a team: who was in it")
    level = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    by = serializers.CharField()


class AccessAtTokenSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    person = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class AccessAtSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    people = AccessAtPersonSerializer(many=True)
    shares = AccessAtShareSerializer(many=True)
    tokens = AccessAtTokenSerializer(many=True)
