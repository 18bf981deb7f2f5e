"""What governance reads and answers as JSON."""

from __future__ import annotations

import json
import re
from datetime import datetime
from ipaddress import ip_network
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orchestrator.governance.matrix import VERBS, Role
from orchestrator.governance.models import (
    AuditEvent,
    AuditResult,
    FourEyes,
    InvitationState,
    Membership,
    Outside,
    SavedSearch,
)
from orchestrator.governance.preferences import PreferencesSerializer
from orchestrator.governance.principal import Kind
from orchestrator.governance.redaction import KINDS
from orchestrator.governance.sentences import sentence_of
from orchestrator.governance.sharing import WORKFLOWS
from orchestrator.governance.trail_tables import FEWEST_MONTHS, MOST_MONTHS

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


class PlacesField(serializers.ListField):
    """Hosts like `HostsField`, `*.name` for all hosts below a name, and networks like `203.0.113.0/24`."""

    child = serializers.RegexField(
        rf"\A(?:(?:\*\.)?{HOST}|[0-9.]{{7,15}}/[0-9]{{1,2}}|[0-9A-Fa-f:.]{{2,45}}/[0-9]{{1,3}})\Z", max_length=253
    )

    def to_internal_value(self, data: Any) -> list[str]:
        places = list(dict.fromkeys(place.lower() for place in super().to_internal_value(data)))
        for place in places:
            if "/" in place:
                _refuse_no_network(place)
        return places


class FieldNamesField(serializers.ListField):
    """Names of fields of values, e.g. `salary`: their values are blacked out in what is kept of ended runs."""

    child = serializers.CharField(max_length=100, validators=[plain_line])

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=50, **options)

    def to_internal_value(self, data: Any) -> list[str]:
        return list(dict.fromkeys(super().to_internal_value(data)))


def _refuse_no_network(place: str) -> None:
    try:
        ip_network(place, strict=False)
    except ValueError as error:
        raise serializers.ValidationError(f"{place} is no network. Write it like 203.0.113.0/24.") from error


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
    company_sign_in = serializers.CharField(allow_null=True, help_text="How the identity provider is called, if any")


class SessionPersonSerializer(PersonSerializer):
    preferences = PreferencesSerializer()


class EnvironmentSerializer(serializers.Serializer):
    name = serializers.CharField()
    colour = serializers.ChoiceField(choices=settings.BAND_COLOURS)


class ShutWorkspaceSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class SessionSerializer(serializers.Serializer):
    user = SessionPersonSerializer(allow_null=True)
    workspaces = SessionWorkspaceSerializer(many=True)
    shut = ShutWorkspaceSerializer(many=True, help_text="Those that open once there is a second factor")
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
    outside = serializers.ChoiceField(choices=Outside.choices, help_text="What of the public internet steps may call")
    listed_hosts = PlacesField(help_text="The only places that may be called, where `outside` is `listed`")
    denied_hosts = PlacesField(help_text="Places that may never be called")
    encrypt_data = serializers.BooleanField(help_text="Data of runs and files is kept sealed from now on")
    redact = serializers.ListField(
        child=serializers.ChoiceField(choices=KINDS), help_text="Personal data that is blacked out of ended runs"
    )
    personal_fields = FieldNamesField()
    keep_days = serializers.IntegerField(
        allow_null=True, help_text="Days for which the data of ended runs is kept; null: for ever"
    )
    data_hold = serializers.CharField(help_text="Why no data of runs may be deleted for now; empty: it may")
    max_running = serializers.IntegerField(help_text="Runs that are worked on at once")
    max_open = serializers.IntegerField(help_text="Runs that are worked on or wait in line")
    currency = serializers.CharField(help_text="Of prices, costs and budgets")
    help_model = serializers.CharField(help_text="The language model that helps people build: name or name@alias")
    trail_months = serializers.IntegerField(help_text="So long events stay in the trail; 0: for ever")
    legal_hold = serializers.BooleanField(help_text="Nothing leaves the trail and nobody is erased from it")
    second_factor_required = serializers.BooleanField(help_text="Shut to people without a second factor")


class WorkspaceChangeSerializer(serializers.Serializer):
    name = _line(required=False)
    four_eyes = serializers.ChoiceField(choices=FourEyes.choices, required=False)
    allowed_hosts = HostsField(required=False, max_length=100)
    outside = serializers.ChoiceField(choices=Outside.choices, required=False)
    listed_hosts = PlacesField(required=False, max_length=200)
    denied_hosts = PlacesField(required=False, max_length=200)
    encrypt_data = serializers.BooleanField(required=False)
    redact = serializers.ListField(child=serializers.ChoiceField(choices=KINDS), required=False, max_length=len(KINDS))
    personal_fields = FieldNamesField(required=False)
    keep_days = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=3650)
    data_hold = _line(300, required=False, allow_blank=True)
    max_running = serializers.IntegerField(required=False, min_value=1, max_value=10_000)
    max_open = serializers.IntegerField(required=False, min_value=1, max_value=1_000_000)
    currency = serializers.RegexField(r"^[A-Z]{3}\Z", required=False)
    help_model = serializers.RegexField(HELPER, required=False, allow_blank=True, max_length=141)
    second_factor_required = serializers.BooleanField(required=False)
    trail_months = serializers.IntegerField(required=False, min_value=0, max_value=MOST_MONTHS)
    legal_hold = serializers.BooleanField(required=False)
    reason = reason_field()

    def validate_trail_months(self, months: int) -> int:
        if 0 < months < FEWEST_MONTHS:
            said = f"Entries stay for {FEWEST_MONTHS} months at least, or for ever."
            raise serializers.ValidationError(said, code="kept_too_short")
        return months


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
    by_groups = serializers.BooleanField(help_text="Their roles follow their groups at the identity provider")
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
        required=False, allow_null=True, help_text="Person who takes over what is owned; null: nobody"
    )


class BelongingSerializer(serializers.Serializer):
    kind = serializers.CharField()
    id = serializers.UUIDField()
    name = serializers.CharField()
    fate = serializers.ChoiceField(choices=["handed_over", "given_back", "ends", "stays"])


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
    trace = serializers.CharField(help_text="Of the request in which it happened")
    on_behalf_of = serializers.UUIDField(allow_null=True, help_text="Who answers for an actor that is no person")
    sentence = serializers.SerializerMethodField()

    def get_sentence(self, event: AuditEvent) -> str:
        """In English; the browser says the same in the reader's language."""
        return sentence_of(event)


class HistoryEventSerializer(AuditEventSerializer):
    """An entry as it stands in place, for people who are no auditors: without where somebody sat."""

    ip = None
    auth = None
    token_id = None
    trace = None
    on_behalf_of = None


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
