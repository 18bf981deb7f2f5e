"""What the doors of usage, budgets and limits read and give."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orchestrator.assets.models import Arm, AssetCall, AtLimit, Budget, CallLimit, Period
from orchestrator.operations.usage import BY, Asked

MONEY = {"max_digits": 18, "decimal_places": 9}


@extend_schema_field(str)
class IdOrNone(serializers.Field):
    """An id, or the word `none`: those that have none."""

    def to_internal_value(self, data: Any) -> Any:
        return data if data == "none" else serializers.UUIDField().run_validation(data)


class UsageQuerySerializer(serializers.Serializer):
    days = serializers.IntegerField(min_value=1, max_value=366, required=False)
    day = serializers.DateField(required=False, help_text="Only this day of UTC")
    workflow = IdOrNone(required=False, help_text="Id, or none: help while building")
    asset = serializers.UUIDField(required=False)
    person = IdOrNone(required=False, help_text="Id, or none: runs that began by themselves")
    failed = serializers.BooleanField(required=False)

    @property
    def asked(self) -> Asked:
        return Asked(**{name: value for name, value in self.validated_data.items() if name != "by"})


class UsageBySerializer(UsageQuerySerializer):
    by = serializers.ChoiceField(choices=list(BY), default="day")


class UsageExportSerializer(UsageQuerySerializer):
    by = serializers.ChoiceField(choices=[*BY, "calls"], default="calls")


class UsageSumsSerializer(serializers.Serializer):
    calls = serializers.IntegerField()
    errors = serializers.IntegerField()
    prompt_tokens = serializers.IntegerField()
    completion_tokens = serializers.IntegerField()
    cost = serializers.DecimalField(**MONEY)


class UsageDaySerializer(UsageSumsSerializer):
    day = serializers.DateField()


class UsageRowSerializer(UsageSumsSerializer):
    key = serializers.CharField(allow_null=True, help_text="A day, or an id; null: none")
    name = serializers.CharField(allow_blank=True, help_text="Empty: gone, or not for this person")


class UsageSerializer(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    currency = serializers.CharField()
    total = UsageSumsSerializer()
    days = UsageDaySerializer(many=True)
    count = serializers.IntegerField(help_text="Rows in all; the dearest are given")
    rows = UsageRowSerializer(many=True)


class CalledSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True)


class AssetCallSerializer(serializers.ModelSerializer[AssetCall]):
    """One question to an asset."""

    asset = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="version.number")
    arm = serializers.ChoiceField(choices=Arm.choices)
    workflow = serializers.SerializerMethodField()
    person = serializers.SerializerMethodField()

    class Meta:
        model = AssetCall
        fields = (
            *("id", "at", "asset", "version", "arm", "task", "workflow", "run", "node", "person"),
            *("code", "ms", "prompt_tokens", "completion_tokens", "cost"),
        )
        read_only_fields = fields

    @extend_schema_field(CalledSerializer)
    def get_asset(self, call: AssetCall) -> Any:
        return CalledSerializer({"id": call.asset_id, "name": call.asset.title}).data

    @extend_schema_field(CalledSerializer(allow_null=True))
    def get_workflow(self, call: AssetCall) -> Any:
        name = self.context["workflows"].get(call.workflow, "")
        return CalledSerializer({"id": call.workflow, "name": name}).data if call.workflow else None

    @extend_schema_field(CalledSerializer(allow_null=True))
    def get_person(self, call: AssetCall) -> Any:
        return CalledSerializer({"id": call.by.id, "name": call.by.name}).data if call.by else None


class BudgetSerializer(serializers.ModelSerializer[Budget]):
    asset = serializers.SerializerMethodField()
    workflow = serializers.SerializerMethodField()
    period = serializers.ChoiceField(choices=Period.choices)
    at_limit = serializers.ChoiceField(choices=AtLimit.choices)
    spent = serializers.SerializerMethodField()
    extra = serializers.SerializerMethodField(help_text="Allowed on top in this period")

    class Meta:
        model = Budget
        fields = (
            *("id", "asset", "workflow", "period", "amount", "warn_percent", "at_limit"),
            *("spent", "extra", "created_at"),
        )
        read_only_fields = fields

    @extend_schema_field(CalledSerializer(allow_null=True))
    def get_asset(self, budget: Budget) -> Any:
        return CalledSerializer({"id": budget.asset_id, "name": budget.asset.title}).data if budget.asset else None

    @extend_schema_field(CalledSerializer(allow_null=True))
    def get_workflow(self, budget: Budget) -> Any:
        name = self.context["workflows"].get(budget.workflow, "")
        return CalledSerializer({"id": budget.workflow, "name": name}).data if budget.workflow else None

    def get_spent(self, budget: Budget) -> str:
        return f"{self.context['spent'][budget.id]:f}"

    def get_extra(self, budget: Budget) -> str:
        return f"{budget.allowed(self.context['today']) - budget.amount:f}"


class BudgetChangeSerializer(serializers.Serializer):
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0)
    warn_percent = serializers.IntegerField(min_value=1, max_value=100, default=80)
    at_limit = serializers.ChoiceField(choices=AtLimit.choices)


class NewBudgetSerializer(BudgetChangeSerializer):
    asset = serializers.UUIDField(required=False, allow_null=True, default=None)
    workflow = serializers.UUIDField(required=False, allow_null=True, default=None)
    period = serializers.ChoiceField(choices=Period.choices)


class ExtensionSerializer(serializers.Serializer):
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, help_text="On top, this period")
    reason = serializers.CharField(max_length=500)


class CallLimitSerializer(serializers.ModelSerializer[CallLimit]):
    asset = serializers.SerializerMethodField()

    class Meta:
        model = CallLimit
        fields = ("id", "asset", "each_person", "per_minute", "created_at")
        read_only_fields = fields

    @extend_schema_field(CalledSerializer(allow_null=True))
    def get_asset(self, limit: CallLimit) -> Any:
        return CalledSerializer({"id": limit.asset_id, "name": limit.asset.title}).data if limit.asset else None


class NewCallLimitSerializer(serializers.Serializer):
    asset = serializers.UUIDField(required=False, allow_null=True, default=None)
    each_person = serializers.BooleanField(default=False)
    per_minute = serializers.IntegerField(min_value=1, max_value=1_000_000)
