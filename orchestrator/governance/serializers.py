"""What governance reads and answers as JSON."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orchestrator.governance.credentials import SECRET_FIELDS
from orchestrator.governance.matrix import VERBS, Role
from orchestrator.governance.models import (
    AuditEvent,
    AuditResult,
    CredentialKind,
    FourEyes,
    InvitationState,
    Membership,
    SavedSearch,
)
from orchestrator.governance.preferences import PreferencesSerializer
from orchestrator.governance.principal import Kind
from orchestrator.governance.sentences import sentence_of
from orchestrator.governance.sharing import WORKFLOWS

LONGEST_PASSWORD = 200
LONGEST_QUERY = 4_000
ACTOR_KINDS = [str(kind) for kind in Kind]
LEVELS = [str(level) for level in WORKFLOWS.gives]
VERB_NAMES = sorted(VERBS)
HOST = r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")


def plain_line(value: str) -> str:
    """Names end up in mails, headers and the trail: one line, no control characters."""
    if CONTROL_CHARACTERS.search(value):
        raise serializers.ValidationError("Use one line without control characters.", code="control_characters")
    return value


def _line(longest: int = 200, **options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=longest, validators=[plain_line], **options)


def reason_field() -> serializers.CharField:
    """For whoever has to agree; without effect where nobody has to, but for the trail."""
    return serializers.CharField(
        max_length=500, required=False, allow_blank=True, help_text="Needed where a second person has to agree"
    )


class RolesField(serializers.ListField):
    child = serializers.ChoiceField(choices=[str(role) for role in Role])

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_empty=False, max_length=len(Role), **options)

    def to_internal_value(self, data: Any) -> list[str]:
        return list(dict.fromkeys(super().to_internal_value(data)))


class HostsField(serializers.ListField):
    """Names as a request would say them, `name` or `name:port`; no schemes, paths or wildcards."""

    child = serializers.RegexField(rf"\A{HOST}\Z", max_length=253)

    def to_internal_value(self, data: Any) -> list[str]:
        return list(dict.fromkeys(host.lower() for host in super().to_internal_value(data)))


class PersonSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField()


class SessionWorkspaceSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    roles = RolesField()
    verbs = serializers.ListField(child=serializers.ChoiceField(choices=VERB_NAMES))
    four_eyes = serializers.ChoiceField(choices=FourEyes.choices)


class FeaturesSerializer(serializers.Serializer):
    language_model = serializers.BooleanField()
    smtp = serializers.BooleanField()


class SessionPersonSerializer(PersonSerializer):
    preferences = PreferencesSerializer()


class EnvironmentSerializer(serializers.Serializer):
    name = serializers.CharField()
    colour = serializers.ChoiceField(choices=settings.BAND_COLOURS)


class SessionSerializer(serializers.Serializer):
    user = SessionPersonSerializer(allow_null=True)
    workspaces = SessionWorkspaceSerializer(many=True)
    needs_owner = serializers.BooleanField()
    features = FeaturesSerializer()
    environment = EnvironmentSerializer(allow_null=True, help_text="Which of several installations this is")


class ProfileSerializer(serializers.Serializer):
    name = _line(required=False)
    preferences = PreferencesSerializer(required=False)


class WelcomeSerializer(serializers.Serializer):
    token = _line()
    name = _line()
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False)
    workspace = _line()


class InvitationLookSerializer(serializers.Serializer):
    token = _line()


class InvitationOfferSerializer(serializers.Serializer):
    """What the holder of an invitation's link sees."""

    email = serializers.CharField()
    workspace = serializers.CharField(source="workspace.name")
    roles = RolesField()
    expires_at = serializers.DateTimeField()


class InvitationAcceptSerializer(serializers.Serializer):
    """`name` and `password` make the account; whoever has one leaves them empty and is signed in."""

    token = _line()
    name = _line(required=False, default="", allow_blank=True)
    password = serializers.CharField(
        max_length=LONGEST_PASSWORD, trim_whitespace=False, required=False, default="", allow_blank=True
    )


HELPER = r"^([-a-z0-9_]+(@[-a-z0-9_]+)?)?\Z"


class WorkspaceSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    four_eyes = serializers.ChoiceField(choices=FourEyes.choices)
    allowed_hosts = HostsField()
    max_running = serializers.IntegerField(help_text="Runs that are worked on at once")
    max_open = serializers.IntegerField(help_text="Runs that are worked on or wait in line")
    currency = serializers.CharField(help_text="Of prices, costs and budgets")
    help_model = serializers.CharField(help_text="The language model that helps people build: name or name@alias")


class WorkspaceChangeSerializer(serializers.Serializer):
    name = _line(required=False)
    four_eyes = serializers.ChoiceField(choices=FourEyes.choices, required=False)
    allowed_hosts = HostsField(required=False, max_length=100)
    max_running = serializers.IntegerField(required=False, min_value=1, max_value=10_000)
    max_open = serializers.IntegerField(required=False, min_value=1, max_value=1_000_000)
    currency = serializers.RegexField(r"^[A-Z]{3}\Z", required=False)
    help_model = serializers.RegexField(HELPER, required=False, allow_blank=True, max_length=141)
    reason = reason_field()


class WorkspaceChangedSerializer(WorkspaceSerializer):
    requests = serializers.ListField(
        child=serializers.UUIDField(), help_text="What waits for a second person; until then it is as it was"
    )


class TeamNameSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class MemberSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    user = PersonSerializer()
    roles = RolesField()
    teams = TeamNameSerializer(many=True, read_only=True)
    created_at = serializers.DateTimeField()
    last_seen_at = serializers.SerializerMethodField()

    def get_last_seen_at(self, member: Membership) -> datetime | None:
        """When they last had the application open; before that was noted, when they last signed in."""
        return member.user.last_seen_at or member.user.last_login


class MemberFilterSerializer(serializers.Serializer):
    search = serializers.CharField(
        max_length=200, required=False, default="", allow_blank=True, help_text="Part of name or e-mail address"
    )
    role = serializers.ChoiceField(choices=[str(role) for role in Role], required=False)


class LeavingSerializer(serializers.Serializer):
    hand_over_to = serializers.UUIDField(
        required=False, allow_null=True, help_text="Person who takes over what is owned; null: into the archive"
    )


class TeamSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    members = MemberSerializer(many=True)


class TeamChangeSerializer(serializers.Serializer):
    name = _line(required=False)
    members = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=1000, help_text="Ids of members, all of them"
    )
    reason = reason_field()


class NewTeamSerializer(TeamChangeSerializer):
    name = _line()


class MatrixRowSerializer(serializers.Serializer):
    verb = serializers.ChoiceField(choices=VERB_NAMES)
    roles = RolesField()
    levels = serializers.ListField(child=serializers.ChoiceField(choices=LEVELS))


class RolesSerializer(serializers.Serializer):
    roles = RolesField()
    reason = reason_field()


class InvitationRequestSerializer(serializers.Serializer):
    email = serializers.EmailField(max_length=254)
    roles = RolesField()
    reason = reason_field()


class InvitationSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    email = serializers.CharField()
    roles = RolesField()
    state = serializers.ChoiceField(choices=InvitationState.choices)
    expires_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


class NewInvitationSerializer(InvitationSerializer):
    link = serializers.CharField(help_text="Shown once: only its hash is kept.")


class CredentialSerializer(serializers.Serializer):
    """Everything but the secret."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=CredentialKind.choices)
    hosts = HostsField()
    created_at = serializers.DateTimeField()


class CredentialTrialRequestSerializer(serializers.Serializer):
    address = _line(2000, help_text="An address of one of the hosts of the connection; it is read once.")


class CredentialTrialSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=["accepted", "refused", "answered", "unreachable"])
    address = serializers.CharField()
    status = serializers.IntegerField(allow_null=True)
    milliseconds = serializers.IntegerField()
    code = serializers.CharField()
    message = serializers.CharField()
    hint = serializers.CharField()


class CredentialRequestSerializer(serializers.Serializer):
    name = _line()
    kind = serializers.ChoiceField(choices=CredentialKind.choices)
    secret = serializers.DictField(child=_line(4000, trim_whitespace=False), write_only=True)
    hosts = HostsField(allow_empty=False, max_length=50)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        wanted = SECRET_FIELDS[attrs["kind"]]
        if set(attrs["secret"]) != set(wanted):
            raise serializers.ValidationError({"secret": f"A {attrs['kind']} secret has {' and '.join(wanted)}."})
        return attrs


class AuditActorSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=ACTOR_KINDS, source="actor_kind")
    id = serializers.UUIDField(source="actor_id", allow_null=True)
    name = serializers.CharField(source="actor_name")


class AuditObjectSerializer(serializers.Serializer):
    type = serializers.CharField(source="object_type")
    id = serializers.CharField(source="object_id")
    name = serializers.CharField(source="object_name")


@extend_schema_field({"type": ["object", "null"], "additionalProperties": {}})
class FactsField(serializers.JSONField):
    """JSON as it was recorded."""


class AuditEventSerializer(serializers.Serializer):
    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor = AuditActorSerializer(source="*")
    action = serializers.CharField()
    object = AuditObjectSerializer(source="*")
    result = serializers.ChoiceField(choices=AuditResult.choices)
    reason = serializers.CharField()
    before = FactsField()
    after = FactsField()
    detail = FactsField()
    ip = serializers.CharField()
    auth = serializers.CharField()
    token_id = serializers.UUIDField(allow_null=True)
    sentence = serializers.SerializerMethodField()

    def get_sentence(self, event: AuditEvent) -> str:
        """In English; the browser says the same in the reader's language."""
        return sentence_of(event)


class HistoryEventSerializer(AuditEventSerializer):
    """An entry as it stands in place, for people who are no auditors: without where somebody sat."""

    ip = None
    auth = None
    token_id = None


class AuditFacetActorSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class AuditFacetsSerializer(serializers.Serializer):
    actors = AuditFacetActorSerializer(many=True)
    actions = serializers.ListField(child=serializers.CharField())
    object_types = serializers.ListField(child=serializers.CharField())


class SavedSearchPageSerializer(serializers.Serializer):
    page = serializers.ChoiceField(choices=SavedSearch.Page.choices)


class QueryField(serializers.DictField):
    """What stands in an address: a few names with words, numbers or yes and no."""

    child = serializers.JSONField()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        query = super().to_internal_value(data)
        plain = all(isinstance(value, str | int | bool) for value in query.values())
        if not plain or len(json.dumps(query)) > LONGEST_QUERY:
            raise serializers.ValidationError("This is no search of a list.", code="invalid")
        return query


class SavedSearchSerializer(serializers.Serializer):
    id = serializers.UUIDField(read_only=True)
    name = _line(100)
    query = QueryField()


class NewSavedSearchSerializer(SavedSearchPageSerializer, SavedSearchSerializer):
    """Which list it is for, its name, and what it asks for."""
