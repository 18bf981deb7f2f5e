"""What the doors about signing in read and answer as JSON."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from rest_framework import serializers

from orchestrator.governance.serializers import RolesField, plain_line, reason_field

MOST_GROUP_LINES = 200


class CompanySignInSerializer(serializers.Serializer):
    next = serializers.CharField(max_length=2000, required=False, default="/")

    def validate_next(self, value: str) -> str:
        """A page of ours. Browsers read `//host` and `/\\host` as another site."""
        plain = value.startswith("/") and value[1:2] not in ("/", "\\") and value.isprintable()
        return value if plain else "/"


class AddressSerializer(serializers.Serializer):
    address = serializers.CharField()


class PictureSerializer(serializers.Serializer):
    size = serializers.IntegerField(help_text="Squares in each direction")
    path = serializers.CharField(help_text="The dark squares, as the path of an SVG")


class SessionEntrySerializer(serializers.Serializer):
    """One place where somebody is signed in."""

    id = serializers.IntegerField()
    address = serializers.CharField(source="ip")
    device = serializers.CharField(source="user_agent", help_text="As the browser calls itself")
    created_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField(help_text="To a few minutes")
    current = serializers.SerializerMethodField()

    def get_current(self, session: UserSession) -> bool:
        """Whether this is the one that asks."""
        return bool(session.session_key == self.context["key"])


class GroupRolesSerializer(serializers.Serializer):
    group = serializers.CharField(max_length=200, validators=[plain_line], help_text="As the provider calls it")
    roles = RolesField()


class GroupLinesSerializer(serializers.Serializer):
    lines = GroupRolesSerializer(many=True, max_length=MOST_GROUP_LINES)
    reason = reason_field()
