"""What evaluations and replacements read and answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from pydantic import ValidationError
from rest_framework import serializers

from orchestrator.assets.evaluations import Evaluation, EvaluationState
from orchestrator.assets.replacements import OPEN, TRYING, Plan, Replacement, ReplacementState
from orchestrator.assets.serializers import AssetVersionSerializer, NamedThingSerializer
from orchestrator.governance import sharing
from orchestrator.governance.actions.requests import is_own, may_decide
from orchestrator.governance.models import Request, RequestState
from orchestrator.governance.principal import Principal
from orchestrator.governance.serializers import PersonSerializer

HOWS = ("at_once", "canary", "shadow")


class ClassFiguresSerializer(serializers.Serializer[Any]):
    label = serializers.CharField()
    precision = serializers.FloatField()
    recall = serializers.FloatField()
    f1 = serializers.FloatField()
    cases = serializers.IntegerField()
    given = serializers.IntegerField(help_text="How often the label was answered")


class ConfusionSerializer(serializers.Serializer[Any]):
    labels = serializers.ListField(child=serializers.CharField())
    counts = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class ConfusedSerializer(serializers.Serializer[Any]):
    expected = serializers.CharField()
    given = serializers.CharField()
    cases = serializers.IntegerField()


class BinSerializer(serializers.Serializer[Any]):
    confidence = serializers.FloatField()
    right = serializers.FloatField()
    cases = serializers.IntegerField()


class CalibrationSerializer(serializers.Serializer[Any]):
    error = serializers.FloatField()
    bins = BinSerializer(many=True)


class WorstSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    expected = serializers.JSONField(allow_null=True)
    given = serializers.JSONField(allow_null=True)
    score = serializers.FloatField()
    confidence = serializers.FloatField(allow_null=True)
    why = serializers.CharField(allow_blank=True)


class ReportSerializer(serializers.Serializer[Any]):
    task = serializers.CharField()
    main = serializers.CharField(help_text="The figure by which versions are compared")
    cases = serializers.IntegerField()
    answered = serializers.IntegerField()
    figures = serializers.DictField(child=serializers.FloatField())
    classes = ClassFiguresSerializer(many=True)
    confusion = ConfusionSerializer(allow_null=True)
    confused = ConfusedSerializer(many=True)
    calibration = CalibrationSerializer(allow_null=True)
    worst = WorstSerializer(many=True)
    errors = serializers.DictField(child=serializers.IntegerField(), help_text="Cases without an answer, by code")
    ms_p50 = serializers.FloatField(allow_null=True)
    ms_p95 = serializers.FloatField(allow_null=True)
    cost = serializers.FloatField(allow_null=True)


class MeasuringSetSerializer(serializers.Serializer[Any]):
    asset = serializers.UUIDField(source="asset_id")
    title = serializers.CharField(source="asset.title")
    number = serializers.IntegerField()


class EvaluationItemSerializer(serializers.ModelSerializer[Evaluation]):
    version = serializers.IntegerField(source="version.number")
    data_set = MeasuringSetSerializer()
    state = serializers.ChoiceField(choices=EvaluationState.choices)
    main = serializers.SerializerMethodField(
        help_text="The figure by which versions are compared; empty without report"
    )
    value = serializers.SerializerMethodField(help_text="Of the main figure")
    by = NamedThingSerializer(allow_null=True)

    class Meta:
        model = Evaluation
        fields: tuple[str, ...] = (
            *("id", "version", "data_set", "state", "cases", "asked", "main", "value"),
            *("error", "by", "created_at", "ended_at"),
        )
        read_only_fields = fields

    def get_main(self, evaluation: Evaluation) -> str:
        return evaluation.report["main"] if evaluation.report else ""

    def get_value(self, evaluation: Evaluation) -> float | None:
        report = evaluation.report
        return report["figures"].get(report["main"]) if report else None


class EvaluationSerializer(EvaluationItemSerializer):
    """`rows_hidden`: the person may not look into the data set, so the cases in the report are left out."""

    asset = serializers.UUIDField(source="asset_id")
    report = serializers.SerializerMethodField()
    rows_hidden = serializers.SerializerMethodField()

    class Meta(EvaluationItemSerializer.Meta):
        fields = (*EvaluationItemSerializer.Meta.fields, "asset", "report", "rows_hidden")
        read_only_fields = fields

    @extend_schema_field(ReportSerializer(allow_null=True))
    def get_report(self, evaluation: Evaluation) -> dict[str, Any] | None:
        if evaluation.report is None:
            return None
        return {**evaluation.report, "worst": [] if self.get_rows_hidden(evaluation) else evaluation.report["worst"]}

    def get_rows_hidden(self, evaluation: Evaluation) -> bool:
        principal: Principal = self.context["principal"]
        return not sharing.may(principal, "asset:modify", evaluation.data_set.asset)


class NewEvaluationSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1)
    data_set = serializers.UUIDField(required=False, help_text="Without it, what the asset is measured by")


class CompareWithSerializer(serializers.Serializer[Any]):
    before = serializers.UUIDField(help_text="The evaluation to compare with")


class ReportComparisonSerializer(serializers.Serializer[Any]):
    main = serializers.CharField()
    before = serializers.FloatField()
    after = serializers.FloatField()
    better = serializers.IntegerField(help_text="Cases that the second answered better")
    worse = serializers.IntegerField()
    p = serializers.FloatField()
    test = serializers.CharField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    verdict = serializers.ChoiceField(choices=["better", "worse", "equal"])
    words = serializers.CharField()
    changes = serializers.DictField(child=serializers.FloatField())


class PlanSerializer(serializers.Serializer[Any]):
    how = serializers.ChoiceField(choices=HOWS)
    percent = serializers.IntegerField(required=False, help_text="Of a canary: so many of a hundred runs")
    calls = serializers.IntegerField(required=False, help_text="So many calls of the new version are enough")
    by_itself = serializers.BooleanField(required=False, help_text="Goes live once it was asked so often")
    more_failures = serializers.IntegerField(required=False, help_text="Stopped where so many more of 100 calls fail")
    slower = serializers.IntegerField(required=False, help_text="Stopped at more than so many percent of the time")
    agreement = serializers.IntegerField(required=False, help_text="Stopped below so many same answers of 100")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            return Plan.model_validate(attrs).model_dump(mode="json")
        except ValidationError as error:
            found = error.errors()[0]
            raise serializers.ValidationError({str(found["loc"][0]): found["msg"]}) from error


class NewReplacementSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1)
    alias = serializers.SlugField(max_length=40, required=False, default="live")
    plan = PlanSerializer()
    reason = serializers.CharField(max_length=500, allow_blank=True)


class ReplacementDecisionSerializer(serializers.Serializer[Any]):
    approve = serializers.BooleanField()
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    content_hash = serializers.CharField(max_length=64, help_text="Of the request as the person saw it")


class TrialFiguresSerializer(serializers.Serializer[Any]):
    calls = serializers.IntegerField()
    failures = serializers.IntegerField()
    p50_ms = serializers.FloatField(allow_null=True)
    p95_ms = serializers.FloatField(allow_null=True)


class TrialReasonSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["errors", "latency", "agreement"])
    words = serializers.CharField()


class JudgedSerializer(serializers.Serializer[Any]):
    before = TrialFiguresSerializer()
    after = TrialFiguresSerializer()
    agreement = serializers.FloatField(allow_null=True)
    reasons = TrialReasonSerializer(many=True)


class RequestSerializer(serializers.ModelSerializer[Request]):
    state = serializers.ChoiceField(choices=RequestState.choices, source="standing")
    requester = PersonSerializer(allow_null=True)
    decider = PersonSerializer(allow_null=True)
    content_hash = serializers.SerializerMethodField()

    class Meta:
        model = Request
        fields = (
            *("id", "state", "reason", "requester", "decider", "decided_at", "decision_reason"),
            *("expires_at", "created_at", "content_hash"),
        )
        read_only_fields = fields

    def get_content_hash(self, request: Request) -> str:
        return bytes(request.content_hash).hex()


class ReplacementItemSerializer(serializers.ModelSerializer[Replacement]):
    state = serializers.ChoiceField(choices=ReplacementState.choices)
    before = serializers.IntegerField(source="before.number")
    after = serializers.IntegerField(source="after.number")
    how = serializers.ChoiceField(choices=HOWS, source="read_plan.how")
    reason = serializers.CharField(source="request.reason")
    requester = PersonSerializer(source="request.requester", allow_null=True)
    created_at = serializers.DateTimeField(source="request.created_at")

    class Meta:
        model = Replacement
        fields: tuple[str, ...] = (
            *("id", "alias", "state", "before", "after", "how", "reason", "requester", "created_at", "ended_because"),
        )
        read_only_fields = fields


class MayOnReplacementSerializer(serializers.Serializer[Any]):
    decide = serializers.BooleanField()
    decide_needs_reason = serializers.BooleanField(help_text="One agrees to what one asked for oneself")
    withdraw = serializers.BooleanField()
    finish = serializers.BooleanField()
    take_back = serializers.BooleanField()


class AssetNameSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)


class ReplacementSerializer(serializers.ModelSerializer[Replacement]):
    asset = AssetNameSerializer()
    state = serializers.ChoiceField(choices=ReplacementState.choices)
    before = AssetVersionSerializer()
    after = AssetVersionSerializer()
    request = RequestSerializer()
    plan = PlanSerializer()
    before_report = EvaluationItemSerializer(allow_null=True)
    after_report = EvaluationItemSerializer(allow_null=True)
    judged = serializers.SerializerMethodField()
    may = serializers.SerializerMethodField()

    class Meta:
        model = Replacement
        fields = (
            *("id", "asset", "alias", "state", "before", "after", "request", "plan", "before_report", "after_report"),
            *("cases_tried", "stage_at", "judged", "ended_because", "may"),
        )
        read_only_fields = fields

    @extend_schema_field(JudgedSerializer(allow_null=True))
    def get_judged(self, replacement: Replacement) -> dict[str, Any] | None:
        return replacement.judged or None

    @extend_schema_field(MayOnReplacementSerializer)
    def get_may(self, replacement: Replacement) -> dict[str, bool]:
        principal: Principal = self.context["principal"]
        request, replaces = replacement.request, sharing.may(principal, "asset:replace", replacement.asset)
        waits = replacement.state == ReplacementState.ASKED and request.standing is RequestState.OPEN
        own = request.requester_id is not None and request.requester_id == principal.id
        return {
            "decide": waits and replaces and may_decide(principal, request),
            "decide_needs_reason": is_own(principal, request),
            "withdraw": waits and own,
            "finish": replaces and replacement.state in TRYING,
            "take_back": replaces
            and replacement.state in (*TRYING, ReplacementState.DONE)
            and self._newest(replacement),
        }

    def _newest(self, replacement: Replacement) -> bool:
        """Only what happened last to a name can be taken back here."""
        later = Replacement.objects.filter(
            asset_id=replacement.asset_id, alias=replacement.alias, id__gt=replacement.id
        )
        meant = replacement.asset.aliases.filter(name=replacement.alias, version_id=replacement.after_id)
        return replacement.state in OPEN or (meant.exists() and not later.filter(state=ReplacementState.DONE).exists())


class OpenReplacementSerializer(ReplacementItemSerializer):
    """What waits for somebody: told where a person looks for news."""

    asset = AssetNameSerializer()

    class Meta(ReplacementItemSerializer.Meta):
        fields = (*ReplacementItemSerializer.Meta.fields, "asset")
