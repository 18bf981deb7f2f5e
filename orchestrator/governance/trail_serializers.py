"""What is read and answered about the trail itself: whether it is whole, how long it is kept, who is named in it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from orchestrator.governance.models import CheckState
from orchestrator.governance.serializers import PersonSerializer, plain_line


class AuditCheckSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=CheckState.choices)
    asked_by = PersonSerializer(allow_null=True)
    asked_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    events = serializers.IntegerField(help_text="So many were found whole")
    of = serializers.IntegerField()
    logs = serializers.IntegerField(help_text="Logs of runs that were held against what was sealed")
    checkpoints = serializers.IntegerField()
    outside = serializers.IntegerField(allow_null=True, help_text="null: the place outside did not answer")
    code = serializers.CharField(help_text="Of what was found; empty where all is whole")
    bad_seq = serializers.IntegerField(allow_null=True, help_text="The first event that is not as it was written")
    finding = serializers.CharField()
    run = serializers.UUIDField(allow_null=True)


class AuditCheckpointSerializer(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    key = serializers.CharField()
    kept_at = serializers.DateTimeField(allow_null=True)


class IntegritySerializer(serializers.Serializer[Any]):
    first_seq = serializers.IntegerField()
    last_seq = serializers.IntegerField()
    newest = AuditCheckpointSerializer(allow_null=True)
    checkpoints = serializers.IntegerField()
    not_kept = serializers.IntegerField()
    outside = serializers.BooleanField()
    missing_guards = serializers.ListField(child=serializers.CharField())
    public_keys = serializers.DictField(child=serializers.CharField())
    months = serializers.IntegerField(help_text="0: for ever")
    legal_hold = serializers.BooleanField()


class FormerPersonSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    last_at = serializers.DateTimeField(allow_null=True)


class ErasureSerializer(serializers.Serializer[Any]):
    person = serializers.UUIDField()
    reason = serializers.CharField(max_length=500, validators=[plain_line])


class PersonErasedSerializer(serializers.Serializer[Any]):
    account_closed = serializers.BooleanField(help_text="They belonged to no other workspace")
