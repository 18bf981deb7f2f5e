"""What is read and answered about rules, service accounts, and who may do what."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orchestrator.governance.matrix import VERBS, Role
from orchestrator.governance.models import Policy, ServiceAccount, TokenState
from orchestrator.governance.policies import DENIABLE, DENIABLE_ON
from orchestrator.governance.serializers import (
    PersonSerializer,
    RolesField,
    TeamNameSerializer,
    plain_line,
    reason_field,
)
from orchestrator.governance.sharing import Level
from orchestrator.governance.standing import NOT_FOR_MACHINES

DENIED_VERBS = sorted(DENIABLE)
DENIED_ON = sorted(set().union(*DENIABLE_ON.values()))
ROLES = [str(role) for role in Role]
ABOUT = sorted(DENIABLE_ON)
WAYS = ["owner", "role", "grant"]
ALL_LEVELS = [str(level) for level in Level]
MACHINE_ROLES = [str(role) for role in Role if role not in NOT_FOR_MACHINES]


class AboutSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=ABOUT, source="object_type")
    id = serializers.UUIDField(source="object_id")
    name = serializers.CharField(source="object_name")


class PolicySerializer(serializers.Serializer[Any]):
    """A rule. Exactly one of user, team and role says whom it is against."""

    id = serializers.UUIDField()
    verbs = serializers.ListField(child=serializers.ChoiceField(choices=DENIED_VERBS))
    user = PersonSerializer(source="member.user", allow_null=True, default=None)
    team = TeamNameSerializer(allow_null=True)
    role = serializers.ChoiceField(choices=ROLES, allow_blank=True)
    about = serializers.SerializerMethodField()
    reason = serializers.CharField()
    created_by = PersonSerializer(allow_null=True)
    created_at = serializers.DateTimeField()

    @extend_schema_field(AboutSerializer(allow_null=True))
    def get_about(self, policy: Policy) -> Any:
        """Null: everything in the workspace."""
        return AboutSerializer(policy).data if policy.object_id else None


class _NewPolicySerializer(serializers.Serializer[Any]):
    user = serializers.UUIDField(required=False)
    team = serializers.UUIDField(required=False)
    role = serializers.ChoiceField(choices=ROLES, required=False)
    reason = serializers.CharField(max_length=300, validators=[plain_line])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len({"user", "team", "role"} & attrs.keys()) != 1:
            raise serializers.ValidationError({"user": "Name a person, a team or a role."})
        return attrs


class NewPolicySerializer(_NewPolicySerializer):
    verbs = serializers.ListField(child=serializers.ChoiceField(choices=DENIED_VERBS), allow_empty=False, max_length=40)


class NewPolicyOnSerializer(_NewPolicySerializer):
    verbs = serializers.ListField(child=serializers.ChoiceField(choices=DENIED_ON), allow_empty=False, max_length=40)


class LiftingSerializer(serializers.Serializer[Any]):
    reason = reason_field()


class WhoseRightsSerializer(serializers.Serializer[Any]):
    user = serializers.UUIDField(help_text="A member of the workspace: a person or a service account")


class WaySerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=WAYS)
    name = serializers.CharField(allow_blank=True, help_text="Of the role or the level; empty for the owner")
    via = serializers.CharField(allow_blank=True, help_text="The team that is named; empty: they themselves")
    folder = serializers.CharField(allow_blank=True, help_text="The folder that is shared; empty: the thing itself")
    until = serializers.DateTimeField(allow_null=True)


class RightTokenSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    holder = serializers.CharField(source="user.name", help_text="The person, or a service account they answer for")
    expires_at = serializers.DateTimeField()


class RightSerializer(serializers.Serializer[Any]):
    """Whether somebody may do one thing, and why."""

    verb = serializers.ChoiceField(choices=sorted(VERBS))
    allowed = serializers.BooleanField()
    ways = WaySerializer(many=True, help_text="All that speak for it, also where a rule forbids it")
    rules = PolicySerializer(many=True, help_text="All that forbid it")
    idle = serializers.ListField(
        child=serializers.CharField(), help_text="Roles held that do not count here: it is restricted"
    )
    roles = serializers.ListField(child=serializers.CharField(), help_text="Every role that gives it")
    levels = serializers.ListField(child=serializers.ChoiceField(choices=ALL_LEVELS))
    tokens = RightTokenSerializer(many=True, help_text="By which programs may do it, too")


class ServiceAccountSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    user = serializers.UUIDField(source="user_id", help_text="As sharing and the audit trail name it")
    name = serializers.CharField(source="user.name")
    purpose = serializers.CharField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=MACHINE_ROLES), source="member.roles")
    owner = PersonSerializer(source="user.owner")
    review_on = serializers.DateField()
    overdue = serializers.BooleanField(help_text="Whether the day of its review has come")
    tokens = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    def get_tokens(self, account: ServiceAccount) -> int:
        """How many open something now."""
        return sum(token.state == TokenState.ACTIVE for token in account.user.tokens.all())


class ServiceAccountChangeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100, validators=[plain_line], required=False)
    purpose = serializers.CharField(max_length=500, required=False)
    roles = RolesField(required=False)
    owner = serializers.UUIDField(required=False, help_text="Who answers for it")
    review_on = serializers.DateField(required=False, help_text="Within a year")


class NewServiceAccountSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100, validators=[plain_line])
    purpose = serializers.CharField(max_length=500)
    roles = RolesField()
    owner = serializers.UUIDField(help_text="Who answers for it")
    review_on = serializers.DateField(help_text="Within a year")
