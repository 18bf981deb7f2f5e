"""What the doors of human tasks take and give."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orchestrator.artifacts.serializers import FileRefSerializer
from orchestrator.runs import actions
from orchestrator.runs.models import HumanTask, TaskKind, TaskState
from orchestrator.runs.serializers import HOWS, NamedSerializer
from orchestrator.runs.task_history import history_of

ANSWERS = ["approve", "reject"]
ONE_DECISION = ["approved", "rejected"]
DECISIONS = [*ONE_DECISION, "completed"]
HAPPENINGS = [
    *("created", "taken", "released", "assigned", "approved", "rejected", "completed"),
    *("reminded", "expired", "cancelled"),
]
QUESTION_TYPES = ["text", "number", "date", "choice", "switch"]


class TaskFilterSerializer(serializers.Serializer):
    state = serializers.ChoiceField(choices=["open", "mine", "unassigned", "completed"], default="open")
    search = serializers.CharField(default="", allow_blank=True, max_length=200, help_text="A part of its title")


class TaskItemSerializer(serializers.ModelSerializer):
    kind = serializers.ChoiceField(choices=TaskKind.choices)
    state = serializers.ChoiceField(choices=TaskState.choices)
    workflow = NamedSerializer(source="run.workflow")
    run = serializers.UUIDField(source="run_id")
    run_title = serializers.CharField(source="run.title", allow_blank=True)
    requester = NamedSerializer(source="run.started_by", allow_null=True, help_text="Who started the run, if known")
    how = serializers.ChoiceField(choices=HOWS, source="run.how", help_text="What started the run")
    roles = serializers.ListField(child=serializers.CharField(), help_text="Who may answer")
    assignee = NamedSerializer(allow_null=True)
    decided_by = NamedSerializer(allow_null=True)
    decision = serializers.ChoiceField(choices=DECISIONS, allow_blank=True, read_only=True)

    class Meta:
        model = HumanTask
        fields = [
            "id",
            "kind",
            "title",
            "state",
            "workflow",
            "run",
            "run_title",
            "requester",
            "how",
            "roles",
            "approvals",
            "created_at",
            "due_at",
            "assignee",
            "decision",
            "decided_by",
            "decided_at",
        ]
        read_only_fields = fields


class ShownSerializer(serializers.Serializer):
    label = serializers.CharField()
    value = serializers.JSONField(allow_null=True)


class TaskQuestionSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    type = serializers.ChoiceField(choices=QUESTION_TYPES)
    required = serializers.BooleanField()
    choices = serializers.ListField(child=serializers.CharField())
    help = serializers.CharField()


class GivenSerializer(serializers.Serializer):
    name = serializers.CharField()
    decision = serializers.ChoiceField(choices=ONE_DECISION)
    comment = serializers.CharField()
    at = serializers.DateTimeField()
    own = serializers.BooleanField()


class HappeningSerializer(serializers.Serializer):
    what = serializers.ChoiceField(choices=HAPPENINGS)
    at = serializers.DateTimeField()
    by = serializers.CharField(help_text="Empty where the product did it by itself")
    detail = serializers.CharField(help_text="A comment, or to whom it was handed")


class TaskSerializer(TaskItemSerializer):
    shown = ShownSerializer(many=True)
    document = FileRefSerializer(allow_null=True)
    questions = TaskQuestionSerializer(source="fields", many=True, allow_null=True, help_text="Of a form")
    values = serializers.DictField(allow_null=True, help_text="Of a form: what stands in it, or what was sent")
    candidates = serializers.SerializerMethodField()
    given = serializers.SerializerMethodField(help_text="Of an approval by several people: who answered, oldest first")
    history = serializers.SerializerMethodField()
    may_decide = serializers.SerializerMethodField()
    may_assign = serializers.SerializerMethodField()

    class Meta(TaskItemSerializer.Meta):
        fields = [
            *TaskItemSerializer.Meta.fields,
            "instructions",
            "shown",
            "document",
            "questions",
            "values",
            "comment",
            "comment_required_on_reject",
            "candidates",
            "given",
            "history",
            "may_decide",
            "may_assign",
        ]
        read_only_fields = fields

    @extend_schema_field(NamedSerializer(many=True))
    def get_candidates(self, task: HumanTask) -> Any:
        return NamedSerializer(actions.candidates(task), many=True).data

    @extend_schema_field(GivenSerializer(many=True))
    def get_given(self, task: HumanTask) -> Any:
        own = self.context["principal"].id
        given = [
            {"name": one.person.name_for(one.name) if one.person else one.name}
            | {"decision": one.decision, "comment": one.comment, "at": one.at}
            | {"own": one.person_id == own}
            for one in task.given.select_related("person").order_by("at", "id")
        ]
        return GivenSerializer(given, many=True).data

    @extend_schema_field(HappeningSerializer(many=True))
    def get_history(self, task: HumanTask) -> Any:
        return HappeningSerializer(history_of(task), many=True).data

    def get_may_decide(self, task: HumanTask) -> bool:
        return actions.may_decide(self.context["principal"], task)

    def get_may_assign(self, task: HumanTask) -> bool:
        return actions.may_assign(self.context["principal"], task)


class DecisionSerializer(serializers.Serializer):
    decision = serializers.ChoiceField(choices=ANSWERS)
    comment = serializers.CharField(required=False, allow_blank=True, default="", max_length=5000)


class SentAnswersSerializer(serializers.Serializer):
    answers = serializers.DictField(help_text="By the key of the question")


class AssignSerializer(serializers.Serializer):
    user = serializers.UUIDField()
