"""What the doors of triggers give."""

from __future__ import annotations

from rest_framework import serializers


class IncomingLinkSerializer(serializers.Serializer):
    node = serializers.CharField()
    address = serializers.CharField(allow_null=True)
    secret_set = serializers.BooleanField()
    test_address = serializers.CharField(allow_null=True, help_text="Runs the draft; ends after a day")


class LinkSecretSerializer(serializers.Serializer):
    secret = serializers.CharField(help_text="Shown this once")
