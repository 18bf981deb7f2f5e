"""What is kept of runs. The hot path reads and writes these tables by SQL in `store.py`; everything else by the ORM.

There are no foreign keys between a run and its events, values, steps and mail: the append joins the run's row anyway,
and the log outlives what it points at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from uuid_utils.compat import uuid7

from builder.models import Workflow
from orchestrator.governance.tenancy import TenantQuerySet
from orchestrator.runs.human_tasks import HumanTask as HumanTask
from orchestrator.runs.human_tasks import TaskAnswer as TaskAnswer
from orchestrator.runs.human_tasks import TaskKind as TaskKind
from orchestrator.runs.human_tasks import TaskState as TaskState
from orchestrator.runs.outside_calls import OutsideCall as OutsideCall
from orchestrator.runs.plain_json import PlainJson as PlainJson

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from orchestrator.governance.principal import Principal


class RunStatus(models.IntegerChoices):
    """States of a run; from 10 on they are final."""

    QUEUED = 0
    RUNNING = 1
    WAITING = 2
    PAUSED = 3
    DONE = 10
    FAILED = 11
    CANCELLED = 12


UNRUNG = models.Q(owner__isnull=True, rung_at__isnull=True, wake_at__isnull=False)
"""Nobody has it, and no bell for it is under way."""


class Mode(models.TextChoices):
    LIVE = "live"
    """Of the published version."""
    TEST = "test"
    """Of the draft, started by its editor."""


class WorkerLease(models.Model):
    """One row a process incarnation: what it owns is its own for as long as the row lives."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=10)
    alive_until = models.DateTimeField()

    class Meta:
        db_table = "worker_leases"


class Slot(models.Model):
    """How many runs of a workspace run now is counted under this row's lock, never kept as a counter."""

    workspace = models.OneToOneField("governance.Workspace", models.CASCADE, primary_key=True, related_name="+")

    class Meta:
        db_table = "slots"


MESSAGE = KeyTextTransform("message", "error")
"""What a failed run failed with, in the person's words."""


class RunQuerySet(TenantQuerySet["Run"]):
    def visible_to(self, principal: Principal) -> Self:
        return super().visible_to(principal).exclude(workflow__in=Workflow.objects.hidden_from(principal))

    def called(self, text: str) -> Self:
        """Whose title, or whose workflow's name, holds the text."""
        return self.filter(models.Q(title__icontains=text) | models.Q(workflow__name__icontains=text))

    def to_look_after(self) -> Self:
        """Failed live runs that nobody ran again or dismissed."""
        return self.filter(status=RunStatus.FAILED, mode=Mode.LIVE, settled_at=None)

    def listed(self) -> Self:
        """Without those that only work on a piece of a long for each: they are shown with their parent."""
        return self.filter(parent_chunk__isnull=True)

    def open(self) -> Self:
        """Those that have not ended."""
        return self.filter(status__lt=RunStatus.DONE)

    def failed_with(self, message: str) -> Self:
        return self.filter(status=RunStatus.FAILED).alias(problem=MESSAGE).filter(problem=message)

    def saving(self) -> Self:
        """Of workflows that say how many minutes of a person's time each run saves."""
        return self.filter(workflow__minutes_saved__isnull=False)

    def latest_of(self, workflows: Collection[UUID]) -> Self:
        """The newest run of each."""
        newest = self.listed().filter(workflow_id=OuterRef("pk")).order_by("-id").values("pk")[:1]
        found = Workflow.objects.filter(pk__in=workflows).annotate(newest=Subquery(newest))
        return self.filter(pk__in=[id for id in found.values_list("newest", flat=True) if id])


class Run(models.Model):
    """One execution of one version. Owned by at most one process; `fence` rises at every take-over.

    Every start, claim and append writes each index that is not partial, so foreign keys have none of their own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+", db_index=False)
    workflow = models.ForeignKey("builder.Workflow", models.CASCADE, related_name="+", db_index=False)
    version = models.ForeignKey("builder.Version", models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=200, blank=True)
    how = models.CharField(max_length=10)
    mode = models.CharField(max_length=4, choices=Mode)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    repeats = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", db_index=False)
    start_key = models.CharField(max_length=200, null=True)
    parent_id = models.UUIDField(null=True)
    """The run whose step this one works for."""
    parent_step = models.IntegerField(null=True)
    parent_chunk = models.IntegerField(null=True)
    """Of a piece of a long for each: which piece. Such runs are shown with their parent only."""

    status = models.SmallIntegerField(choices=RunStatus, default=RunStatus.QUEUED)
    waiting_for = models.CharField(max_length=200, blank=True, default="")
    error = PlainJson(null=True)
    settled_at = models.DateTimeField(null=True)
    """Of a failed run: when somebody ran it again or dismissed it. Until then it stands on the list to look after."""

    noticed = models.BooleanField(default=False, db_default=False)
    """Of a failed live run: whether the people who answer for it were told."""

    owner = models.UUIDField(null=True)
    fence = models.BigIntegerField(default=0)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(max_length=32)
    wake_at = models.DateTimeField(null=True)
    rung_at = models.DateTimeField(null=True)
    crashes = models.SmallIntegerField(default=0)
    restored_seq = models.IntegerField(null=True)
    """How far its log went in the backup that it came back from: what it did after that is unknown. None: it never was
    away.
    """

    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    to_redact = models.BooleanField(default=False, db_default=False)
    """Personal data is to be blacked out of what is kept of it, once it has ended and nobody has to try it again."""
    redacted = models.JSONField(null=True)
    """What was blacked out: kind, or `field:<name>` -> how often; and when."""
    erased_at = models.DateTimeField(null=True)
    """When its data was deleted. Its log stays, with commitments in the place of values."""
    erased_by = models.CharField(max_length=40, blank=True, default="", db_default="")
    """The rule that said so: `success` or `days:<number>`."""

    objects = RunQuerySet.as_manager()

    class Meta:
        db_table = "runs"
        indexes = [
            models.Index(
                fields=["workspace", "rung_at"],
                name="runs_rung",
                condition=models.Q(owner__isnull=True, rung_at__isnull=False, wake_at__isnull=False),
            ),
            models.Index(fields=["workflow", "wake_at"], name="runs_in_line", condition=UNRUNG),
            models.Index(fields=["wake_at", "workspace"], name="runs_due", condition=UNRUNG),
            models.Index(fields=["workspace", "owner"], name="runs_owned", condition=models.Q(owner__isnull=False)),
            models.Index(fields=["repeats"], name="runs_repeated", condition=models.Q(repeats__isnull=False)),
            models.Index(fields=["owner"], name="runs_by_owner", condition=models.Q(owner__isnull=False)),
            models.Index(fields=["workspace"], name="runs_open", condition=models.Q(status__lt=2)),
            models.Index(fields=["workspace", "-id"], name="runs_list"),
            models.Index(fields=["workflow", "-id"], name="runs_of_workflow"),
            models.Index(
                fields=["parent_id", "-id"], name="runs_of_parent", condition=models.Q(parent_id__isnull=False)
            ),
            models.Index(
                fields=["workflow", "ended_at"],
                name="runs_to_erase",
                condition=models.Q(ended_at__isnull=False, erased_at__isnull=True),
            ),
            models.Index(
                fields=["ended_at"], name="runs_to_redact", condition=models.Q(to_redact=True, ended_at__isnull=False)
            ),
            models.Index(
                fields=["workspace", "-id"],
                name="runs_to_look_after",
                condition=models.Q(status=RunStatus.FAILED, mode=Mode.LIVE, settled_at__isnull=True),
            ),
            models.Index(
                fields=["id"],
                name="runs_to_notice",
                condition=models.Q(status=RunStatus.FAILED, mode=Mode.LIVE, noticed=False, parent_id__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "start_key"], name="one_run_a_key", condition=models.Q(start_key__isnull=False)
            )
        ]

    @property
    def ended(self) -> bool:
        return self.status >= RunStatus.DONE


class Restoration(models.Model):
    """The return of this installation to a backup. What happened between the two times is known to nobody."""

    epoch = models.PositiveIntegerField(primary_key=True)
    """One more at each return, whichever backup it is to. The fences of open runs begin anew above it."""
    taken_at = models.DateTimeField()
    """When the backup was taken."""
    restored_at = models.DateTimeField()
    backup = models.CharField(max_length=64)
    """The digest of its manifest."""

    class Meta:
        db_table = "restorations"


class RunEvent(models.Model):
    """The log of a run: numbered without gaps, each hash over the one before."""

    pk = models.CompositePrimaryKey("run_id", "seq")
    run_id = models.UUIDField()
    seq = models.IntegerField()
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    body = PlainJson()
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "run_events"
        indexes = [
            models.Index(fields=["run_id", "seq"], name="run_events_unknown", condition=models.Q(kind="step_unknown"))
        ]


class RunValue(models.Model):
    """A step's output. The log holds its salted digest, so that erasing the value keeps the chain."""

    pk = models.CompositePrimaryKey("run_id", "number")
    run_id = models.UUIDField()
    number = models.IntegerField()
    salt = models.BinaryField(max_length=16)
    body = PlainJson(null=True)
    artifact_id = models.UUIDField(null=True)
    """Values above 256 KB stand in the artifact store."""
    sealed = models.BinaryField(null=True)
    """In place of the body, where the workspace keeps its data sealed: see `governance.data_keys`."""

    class Meta:
        db_table = "run_values"


class Step(models.Model):
    """Where a step stands: the projection of the log that lists and the browser read."""

    pk = models.CompositePrimaryKey("run_id", "step")
    run_id = models.UUIDField()
    step = models.IntegerField()
    node = models.CharField(max_length=60)
    scope = models.CharField(max_length=400)
    attempt = models.SmallIntegerField()
    status = models.CharField(max_length=12)
    port = models.CharField(max_length=60, null=True)
    value_id = models.IntegerField(null=True)
    facts = PlainJson(null=True)
    error = PlainJson(null=True)
    wait = PlainJson(null=True)
    count = models.IntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "steps"
        indexes = [
            models.Index(
                fields=["run_id"], name="steps_to_look_at", condition=models.Q(status__in=["needs_review", "failed"])
            )
        ]


class Mail(models.Model):
    """What somebody wants of a run. Every row is unread; read is deleted, together with the events it caused."""

    id = models.BigAutoField(primary_key=True)
    run_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    step = models.IntegerField(null=True)
    body = PlainJson()
    dedupe = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        db_table = "mailbox"
        constraints = [models.UniqueConstraint(fields=["run_id", "dedupe"], name="one_mail_a_key")]


class StepTask(models.Model):
    """A step that runs in another process: 0 queued, 1 running, 2 done, 3 lost, 4 cancelled."""

    pk = models.CompositePrimaryKey("run_id", "step", "attempt")
    run_id = models.UUIDField()
    step = models.IntegerField()
    attempt = models.SmallIntegerField()
    queue = models.CharField(max_length=20)
    state = models.SmallIntegerField(default=0)
    owner = models.UUIDField(null=True)
    rung_at = models.DateTimeField(null=True)
    body = PlainJson()

    class Meta:
        db_table = "step_tasks"
        indexes = [
            models.Index(fields=["queue", "rung_at"], name="step_tasks_queued", condition=models.Q(state=0)),
            models.Index(fields=["owner"], name="step_tasks_owned", condition=models.Q(state=1)),
        ]


class WaitState(models.IntegerChoices):
    OPEN = 0
    DONE = 1
    EXPIRED = 2
    CLOSED = 3
    """Its run went on or ended without it."""


class Wait(models.Model):
    """A step that waits for a call or a message. Whoever changes `state` first wins; the others are told who did.

    Delays have no row: they are timers of the run.
    """

    id = models.UUIDField(primary_key=True)
    """Follows from run, step and scope, so that a call finds it without anything being kept."""
    workspace_id = models.UUIDField()
    run_id = models.UUIDField()
    step = models.IntegerField()
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200, blank=True)
    """Of the message; empty for calls, whose correlation is the wait itself."""
    correlation = models.CharField(max_length=200, blank=True)
    state = models.SmallIntegerField(choices=WaitState, default=WaitState.OPEN)
    looked = models.BooleanField(default=False)
    """Whether messages that came earlier were looked for since the wait was there to be seen."""
    due_at = models.DateTimeField()
    resolved_by = models.CharField(max_length=200, blank=True, default="")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "waits"
        indexes = [
            models.Index(fields=["due_at"], name="waits_due", condition=models.Q(state=0)),
            models.Index(
                fields=["workspace_id", "name", "correlation"], name="waits_open", condition=models.Q(state=0)
            ),
            models.Index(fields=["run_id", "step"], name="waits_of_run", condition=models.Q(state=0)),
            models.Index(fields=["id"], name="waits_not_looked", condition=models.Q(state=0, looked=False)),
        ]


class Message(models.Model):
    """What somebody told the workflows of a workspace. It stays until `expires_at`, so that a wait may open later."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    correlation = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=200)
    """The same key is one message, however often it is sent."""
    sender = models.CharField(max_length=200)
    body = PlainJson(null=True)
    """What the waiting step gives; emptied when the message is delivered."""
    taken_by = models.UUIDField(null=True)
    """The run that got it, or the first that it started."""
    looked = models.BooleanField(default=False)
    """Whether waits were looked for since the message was there to be seen."""
    at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = TenantQuerySet.as_manager()

    class Meta:
        db_table = "messages"
        indexes = [
            models.Index(
                fields=["workspace", "name", "correlation"],
                name="messages_kept",
                condition=models.Q(taken_by__isnull=True),
            ),
            models.Index(fields=["expires_at"], name="messages_old"),
            models.Index(
                fields=["id"], name="messages_not_looked", condition=models.Q(taken_by__isnull=True, looked=False)
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="one_message_a_key")]


class RunAnchor(models.Model):
    """The head of a run's log, to be sealed into the workspace's audit chain."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    run_id = models.UUIDField()
    seq = models.IntegerField()
    head = models.BinaryField(max_length=32)

    class Meta:
        db_table = "run_anchors"


class OutgoingMailQuerySet(TenantQuerySet["OutgoingMail"]):
    def visible_to(self, principal: Principal) -> Self:
        return super().visible_to(principal).exclude(run__workflow__in=Workflow.objects.hidden_from(principal))


class OutgoingMail(models.Model):
    """A mail that a step sent. `key` is the step's idempotency key: the same key is never two mails."""

    class State(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    run = models.ForeignKey(Run, models.CASCADE, related_name="+", db_constraint=False)
    key = models.UUIDField(unique=True)
    message_id = models.CharField(max_length=200)
    to = ArrayField(models.CharField(max_length=320))
    subject = models.CharField(max_length=998)
    body = models.TextField()
    reply_to = models.CharField(max_length=320, blank=True, default="")
    attachments = PlainJson(default=list)
    delivery = models.CharField(max_length=10)
    """`smtp`, or `outbox` where no mail server is set."""
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        db_table = "outgoing_mails"
        indexes = [models.Index(fields=["workspace", "-id"], name="mails_list")]
