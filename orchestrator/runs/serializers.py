"""What the doors of runs take and give. Only listed fields are read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers

from builder.serializers import GraphField
from orchestrator.artifacts.serializers import FileRefSerializer
from orchestrator.engine.errors import ErrorCategory
from orchestrator.engine.events import EventKind
from orchestrator.engine.state import StepStatus
from orchestrator.runs.models import OutgoingMail, RunStatus

STATUSES = [status.name.lower() for status in RunStatus]
CHILD_KINDS = ["model", "tool"]
HOWS = [
    *("manual", "terminal", "file", "link", "form", "schedule", "message", "alert"),
    *("repeat", "workflow", "agent", "items", "training"),
]
STEP_STATUSES = [str(status) for status in StepStatus]
ERROR_CATEGORIES = [str(category) for category in ErrorCategory]
EVENT_KINDS = [str(kind) for kind in EventKind]
DELIVERIES = ["outbox", "smtp"]
MOST_AT_ONCE = 500
MOST_LATEST = 100


class NamedSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class RunsAsPersonSerializer(serializers.Serializer):
    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()


class RunErrorSerializer(serializers.Serializer):
    message = serializers.CharField()
    hint = serializers.CharField(allow_blank=True)


class ParentSerializer(serializers.Serializer):
    run = serializers.UUIDField()
    step = serializers.IntegerField()
    chunk = serializers.IntegerField(allow_null=True, help_text="Which piece of a long for each.")


class RunItemSerializer(serializers.Serializer):
    """A row of a list of runs (`snapshots.run_item`)."""

    id = serializers.UUIDField()
    workflow = NamedSerializer()
    version = serializers.IntegerField(allow_null=True)
    title = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=STATUSES)
    how = serializers.ChoiceField(choices=HOWS)
    mode = serializers.ChoiceField(choices=["live", "test"])
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    started_by = NamedSerializer(allow_null=True)
    waiting_for = serializers.CharField(allow_null=True)
    error = RunErrorSerializer(allow_null=True)
    repeats = serializers.UUIDField(allow_null=True)
    parent = ParentSerializer(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True, help_text="When a failed run was run again or dismissed")
    repeated_by = serializers.UUIDField(allow_null=True, help_text="The latest run that repeats this one")


class RunRowSerializer(RunItemSerializer):
    needs_person = serializers.BooleanField(help_text="It waits for a person, not only for time or other systems")


class StepErrorSerializer(serializers.Serializer):
    category = serializers.ChoiceField(choices=ERROR_CATEGORIES)
    code = serializers.CharField()
    message = serializers.CharField()
    hint = serializers.CharField(allow_blank=True)
    retryable = serializers.BooleanField()
    retry_after_s = serializers.FloatField(allow_null=True)
    not_sent = serializers.BooleanField()
    details = serializers.DictField()


class StepWaitSerializer(serializers.Serializer):
    kind = serializers.CharField()
    task = serializers.UUIDField(required=False)
    wait = serializers.UUIDField(required=False)
    until = serializers.DateTimeField(required=False)
    name = serializers.CharField(required=False)
    correlation = serializers.CharField(required=False, allow_blank=True)
    title = serializers.CharField(required=False)
    roles = serializers.ListField(child=serializers.CharField(), required=False)
    due_at = serializers.DateTimeField(allow_null=True, required=False)
    run = serializers.UUIDField(required=False)
    workflow = serializers.UUIDField(required=False)
    version = serializers.IntegerField(required=False)


class StepSerializer(serializers.Serializer):
    step = serializers.IntegerField()
    node = serializers.CharField()
    scope = serializers.CharField(allow_blank=True)
    attempt = serializers.IntegerField()
    status = serializers.ChoiceField(choices=STEP_STATUSES)
    port = serializers.CharField(allow_null=True)
    error = StepErrorSerializer(allow_null=True)
    facts = serializers.DictField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    retry_at = serializers.DateTimeField(allow_null=True)
    wait = StepWaitSerializer(allow_null=True)
    count = serializers.IntegerField(allow_null=True)


class RunCallSerializer(serializers.Serializer):
    """What an agent did in its step (`snapshots.calls_of`)."""

    seq = serializers.IntegerField(help_text="Number of the event that told of it")
    step = serializers.IntegerField()
    attempt = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=CHILD_KINDS)
    name = serializers.CharField(help_text="The reference of the model, or the tool as the model calls it")
    failed = serializers.BooleanField()
    ms = serializers.FloatField()
    tokens = serializers.IntegerField(allow_null=True)
    cost = serializers.CharField(allow_null=True, help_text="Decimal text; null where no price is known")
    at = serializers.DateTimeField(help_text="When it was over")


class RunCallDetailSerializer(RunCallSerializer):
    arguments = serializers.JSONField(
        allow_null=True, help_text="Of a tool: its exact arguments. Of a model: the messages since it was asked last"
    )
    result = serializers.JSONField(allow_null=True)
    error = serializers.CharField(allow_blank=True)


class RunRightsSerializer(serializers.Serializer):
    cancel = serializers.BooleanField()
    pause = serializers.BooleanField()
    resume = serializers.BooleanField()
    retry = serializers.BooleanField(help_text="Run it again from where it failed")
    review = serializers.BooleanField(help_text="Answer for steps whose outcome is unknown")
    dismiss = serializers.BooleanField(help_text="Take it off the list of failed runs to look after")
    payload = serializers.BooleanField()
    repeat = serializers.BooleanField()


class ErasedSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    rule = serializers.CharField(help_text="`success`: runs that end well keep nothing; `days:<number>`")


class RedactedSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="By kind, and by `field:<name>`")


class RunSerializer(RunItemSerializer):
    """A whole run (`snapshots.run_snapshot`)."""

    workspace = serializers.UUIDField()
    seq = serializers.IntegerField()
    start = serializers.CharField(allow_null=True)
    until = serializers.CharField(allow_null=True, help_text="The last step that runs, of a test run up to there")
    only = serializers.CharField(allow_null=True, help_text="The one step that runs, of a trial")
    kept_from = serializers.UUIDField(allow_null=True, help_text="The run whose finished steps were kept")
    erased = ErasedSerializer(allow_null=True, help_text="Its data was deleted")
    redacted = RedactedSerializer(allow_null=True, help_text="Personal data in it was blacked out")
    runs_as = RunsAsPersonSerializer(allow_null=True, help_text="Whom it acts for; null: the product itself")
    token = NamedSerializer(allow_null=True, help_text="The access token it was started with")
    graph = GraphField()
    steps = StepSerializer(many=True)
    calls = RunCallSerializer(many=True, help_text="What agents did, in order")
    may = RunRightsSerializer()


class FailedAttemptSerializer(serializers.Serializer):
    attempt = serializers.IntegerField()
    at = serializers.DateTimeField()
    error = StepErrorSerializer()


class AttemptSerializer(serializers.Serializer):
    attempt = serializers.IntegerField()
    status = serializers.ChoiceField(choices=STEP_STATUSES)
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    error = StepErrorSerializer(allow_null=True)
    handled = serializers.CharField(allow_null=True, help_text="What a failure led to")
    retry_at = serializers.DateTimeField(allow_null=True)


class StepDetailSerializer(StepSerializer):
    input = serializers.JSONField(allow_null=True)
    output = serializers.JSONField(allow_null=True)
    failed_attempts = FailedAttemptSerializer(many=True)
    attempts = AttemptSerializer(many=True, help_text="All of them, oldest first; none of a step that was kept")
    kept_from = serializers.UUIDField(allow_null=True, help_text="The run that did this step")


class RunEventSerializer(serializers.Serializer):
    seq = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=EVENT_KINDS)
    at = serializers.DateTimeField()
    body = serializers.DictField()


class RunEventsSerializer(serializers.Serializer):
    seq = serializers.IntegerField()
    events = RunEventSerializer(many=True)


class RunFilterSerializer(serializers.Serializer):
    """Filters of the list of runs; anything else in the address is refused."""

    workflow = serializers.UUIDField(required=False)
    status = serializers.CharField(max_length=100, required=False, help_text="One or more, with commas between them")
    how = serializers.ChoiceField(choices=HOWS, required=False)
    search = serializers.CharField(max_length=200, required=False, help_text="A part of the title or the workflow")
    until = serializers.DateTimeField(required=False)
    mode = serializers.ChoiceField(choices=["live", "test"], required=False)
    since = serializers.DateTimeField(required=False)
    dead = serializers.BooleanField(default=False, help_text="Failed live runs that nobody ran again or dismissed")
    open = serializers.BooleanField(default=False, help_text="Those that have not ended")
    problem = serializers.CharField(max_length=2000, required=False, help_text="The message they failed with")
    saving = serializers.BooleanField(default=False, help_text="Of workflows that say how many minutes a run saves")

    def validate_status(self, value: str) -> list[RunStatus]:
        return [
            RunStatus[serializers.ChoiceField(choices=STATUSES).run_validation(one).upper()] for one in value.split(",")
        ]


class LatestSerializer(serializers.Serializer):
    workflows = serializers.CharField(help_text="Up to 100 ids, with commas between them")

    def validate_workflows(self, value: str) -> list[UUID]:
        ids = value.split(",")
        if len(ids) > MOST_LATEST:
            raise serializers.ValidationError(f"Ask for {MOST_LATEST} at most.")
        return [serializers.UUIDField().to_internal_value(id) for id in ids]


class NewRunSerializer(serializers.Serializer):
    start = serializers.CharField(required=False, max_length=60)
    input = serializers.DictField(required=False)
    file = serializers.UUIDField(required=False)
    draft = serializers.BooleanField(default=False)
    until = serializers.CharField(required=False, max_length=60, help_text="Of a draft: the last step that runs")
    reuse = serializers.UUIDField(
        required=False, help_text="Of a draft: a run whose finished steps are taken over as far as nothing has changed"
    )


class StartedSerializer(serializers.Serializer):
    id = serializers.UUIDField()


class CancelSerializer(serializers.Serializer):
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class RepeatSerializer(serializers.Serializer):
    version = serializers.ChoiceField(choices=["original", "latest"], default="original")
    from_failed = serializers.BooleanField(default=False, help_text="Keep what is done; run only what is not")
    corrected = serializers.DictField(
        required=False, help_text="Of `from_failed`: outputs by step that take the place of those the run had"
    )


class LoadSerializer(serializers.Serializer):
    replace = serializers.BooleanField(default=False, help_text="Also take the place of samples that somebody kept")


class LoadAnswerSerializer(serializers.Serializer):
    kept = serializers.ListField(child=serializers.CharField(), help_text="Steps for which their data stand now")
    left_out = serializers.ListField(child=serializers.CharField(), help_text="Steps whose data are too large for that")


class ReviewSerializer(serializers.Serializer):
    answer = serializers.ChoiceField(choices=["retry", "done", "fail"])
    note = serializers.CharField(max_length=2000, help_text="How the person found out; it stands in the trail")
    output = serializers.JSONField(required=False, allow_null=True, help_text="Of `done`: what the step gave")


class TrySerializer(serializers.Serializer):
    kept = serializers.BooleanField(default=True, help_text="Use kept samples")
    input = serializers.DictField(default=dict, help_text="Values by name, before all others")


class BulkSerializer(serializers.Serializer):
    action = serializers.ChoiceField(choices=["cancel", "pause", "resume", "retry", "dismiss"])
    ids = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=MOST_AT_ONCE)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class RefusedSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()
    message = serializers.CharField()


class BulkAnswerSerializer(serializers.Serializer):
    done = serializers.ListField(child=serializers.UUIDField())
    refused = RefusedSerializer(many=True)


class MailItemSerializer(serializers.ModelSerializer):
    run = serializers.UUIDField(source="run_id")
    run_title = serializers.CharField(source="run.title", allow_blank=True)
    delivery = serializers.ChoiceField(choices=DELIVERIES, read_only=True)

    class Meta:
        model = OutgoingMail
        fields = ["id", "to", "subject", "delivery", "state", "created_at", "run", "run_title"]
        read_only_fields = fields


class MailSerializer(MailItemSerializer):
    attachments = FileRefSerializer(many=True)

    class Meta(MailItemSerializer.Meta):
        fields = [*MailItemSerializer.Meta.fields, "body", "reply_to", "attachments", "message_id"]
        read_only_fields = fields


def checked(serializer: type[serializers.Serializer], data: Any) -> dict[str, Any]:
    """The validated data; raises DRF's ValidationError, which is answered as a problem."""
    instance = serializer(data=data)
    instance.is_valid(raise_exception=True)
    return dict(instance.validated_data)
