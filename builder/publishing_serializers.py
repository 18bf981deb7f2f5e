"""What publishing takes, and what a person has to know before."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from builder.references import Kind
from builder.serializers import AuthorSerializer

RULES = ["alone", "alone_with_reason", "ask"]
"""How this person gets the draft live."""


class PublishSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    run_as = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Who has agreed to it; null: whoever publishes"
    )


class AskPublishingSerializer(PublishSerializer):
    note = serializers.CharField(max_length=500)


class OfferRunAsSerializer(serializers.Serializer[Any]):
    user = serializers.UUIDField()
    reason = serializers.CharField(max_length=500)


class UsedSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=[str(kind) for kind in Kind])
    name = serializers.CharField()


class RunAsChoiceSerializer(AuthorSerializer):
    accepted = serializers.BooleanField(help_text="They have agreed to the draft as it is now")
    asked = serializers.BooleanField(help_text="They were asked, and have not answered")


class PublishingSerializer(serializers.Serializer[Any]):
    rule = serializers.ChoiceField(choices=RULES)
    request = serializers.UUIDField(allow_null=True, help_text="That waits for a second person")
    requester = AuthorSerializer(allow_null=True)
    runs_as = AuthorSerializer(allow_null=True, help_text="As whom the live version runs")
    choices = RunAsChoiceSerializer(many=True, help_text="Who has the rights that it needs, beside oneself")
    scopes = serializers.ListField(child=serializers.CharField(), help_text="Verbs that it needs of whoever it runs as")
    uses = UsedSerializer(many=True)
