"""What the doors of triggers give."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orchestrator.runs.models import RunStatus
from orchestrator.runs.serializers import STATUSES
from orchestrator.triggers.models import OccurrenceState
from orchestrator.triggers.starts import KINDS, LastRun

START_KINDS = list(KINDS.values())
START_STATES = ["on", "paused", "workflow_paused"]


class IncomingLinkSerializer(serializers.Serializer):
    node = serializers.CharField()
    address = serializers.CharField(allow_null=True)
    path_address = serializers.CharField(allow_null=True, help_text="The readable one of what is live")
    secret_set = serializers.BooleanField()
    test_address = serializers.CharField(allow_null=True, help_text="Runs the draft; ends after a day")


class PathSerializer(serializers.Serializer):
    free = serializers.BooleanField(help_text="No other start of the workspace has it")


class ListeningSerializer(serializers.Serializer):
    until = serializers.DateTimeField()
    caught_at = serializers.DateTimeField(allow_null=True, help_text="When a call came; it is the kept sample now")


class LastRunSerializer(serializers.Serializer):
    run = serializers.UUIDField()
    at = serializers.DateTimeField()
    status = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(choices=STATUSES))
    def get_status(self, last: LastRun) -> str:
        return RunStatus(last.status).name.lower()


class StartedWorkflowSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class StartSerializer(serializers.Serializer):
    workflow = StartedWorkflowSerializer()
    node = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=START_KINDS)
    state = serializers.ChoiceField(choices=START_STATES)
    paused_by = serializers.CharField(allow_blank=True)
    last = LastRunSerializer(allow_null=True)
    next_at = serializers.DateTimeField(allow_null=True)
    rule = serializers.DictField(allow_null=True, help_text="Of a schedule: its settings")
    missed = serializers.IntegerField(help_text="Times of the last 7 days at which nothing was running")
    queued = serializers.IntegerField(help_text="Missed times that are being caught up")
    may_pause = serializers.BooleanField()
    may_run = serializers.BooleanField()


class CaughtUpSerializer(serializers.Serializer):
    times = serializers.IntegerField()


class LinkSecretSerializer(serializers.Serializer):
    secret = serializers.CharField(help_text="Shown this once")


class ScheduleSerializer(serializers.Serializer):
    node = serializers.CharField()
    words = serializers.CharField(help_text="The rule as a person says it; empty while it is not right yet")
    next = serializers.ListField(child=serializers.DateTimeField(), help_text="The next five times")
    time_zone = serializers.CharField()
    paused = serializers.BooleanField(help_text="Nothing starts it, because it is not live")


class WorkflowNameSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class NextScheduleSerializer(serializers.Serializer):
    workflow = WorkflowNameSerializer()
    words = serializers.CharField()
    next_at = serializers.DateTimeField()


class RuleSerializer(serializers.Serializer):
    """The settings of the step, whichever the kind needs; what is left out has the step's own default."""

    kind = serializers.ChoiceField(choices=["every", "daily", "weekly", "monthly", "cron"], required=False)
    every = serializers.IntegerField(required=False)
    unit = serializers.ChoiceField(choices=["minutes", "hours"], required=False)
    at = serializers.CharField(required=False, help_text="HH:MM")
    weekdays = serializers.ListField(child=serializers.CharField(), required=False)
    month_days = serializers.ListField(child=serializers.IntegerField(), required=False)
    last_day = serializers.BooleanField(required=False)
    cron = serializers.CharField(required=False)
    time_zone = serializers.CharField(required=False)


class PreviewSerializer(serializers.Serializer):
    words = serializers.CharField()
    next = serializers.ListField(child=serializers.DateTimeField())


class OccurrenceSerializer(serializers.Serializer):
    scheduled_for = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=OccurrenceState.choices)
    reason = serializers.CharField()
    run = serializers.UUIDField(source="run_id", allow_null=True)


class FormAddressSerializer(serializers.Serializer):
    node = serializers.CharField()
    address = serializers.CharField(allow_null=True, help_text="None until the step is published for the first time")
    who = serializers.ChoiceField(choices=["public", "workspace"])


class QuestionSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    type = serializers.ChoiceField(choices=["text", "number", "date", "choice", "file", "switch"])
    required = serializers.BooleanField()
    choices = serializers.ListField(child=serializers.CharField())
    help = serializers.CharField()


class FormSerializer(serializers.Serializer):
    """What whoever has the address may see; nothing else of the workspace."""

    title = serializers.CharField()
    text = serializers.CharField()
    sender = serializers.CharField()
    colour = serializers.CharField()
    fields = QuestionSerializer(many=True)
    max_mb = serializers.IntegerField(help_text="Of each file")


class ThanksSerializer(serializers.Serializer):
    message = serializers.CharField()
