"""What a run asks of people: the task, and what each person said who was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from builder.models import Workflow
from orchestrator.governance.tenancy import TenantQuerySet
from orchestrator.runs.plain_json import PlainJson

if TYPE_CHECKING:
    from orchestrator.governance.principal import Principal


class TaskState(models.TextChoices):
    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class TaskKind(models.TextChoices):
    APPROVAL = "approval"
    FORM = "form"


class TaskQuerySet(TenantQuerySet["HumanTask"]):
    def visible_to(self, principal: Principal) -> Self:
        """Also of a workflow that they do not see, where it is they who are asked."""
        if principal.is_system:
            return self
        hidden = Q(run__workflow__in=Workflow.objects.hidden_from(principal))
        asked = Q(assignee_id=principal.id)
        for workspace, roles in principal.roles.items():
            if principal.may("task:decide", workspace):
                asked |= Q(workspace_id=workspace, roles__overlap=sorted(roles))
        return super().visible_to(principal).filter(~hidden | asked)

    def shown(self) -> Self:
        """With what a list shows of each."""
        return self.select_related("assignee", "decided_by", "run__workflow", "run__started_by")


class HumanTask(models.Model):
    """A step that waits for a person. Whoever changes `state` first wins; the others are told who did."""

    id = models.UUIDField(primary_key=True)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    run = models.ForeignKey("runs.Run", models.CASCADE, related_name="+", db_constraint=False)
    step = models.IntegerField()
    kind = models.CharField(max_length=10, choices=TaskKind, default=TaskKind.APPROVAL)
    title = models.CharField(max_length=300)
    instructions = models.TextField(blank=True)
    shown = PlainJson()
    document = PlainJson(null=True)
    fields = PlainJson(null=True)
    """Of a form: its questions."""
    values = PlainJson(null=True)
    """Of a form: what stands in it, by question; once it is done, what was sent."""
    roles = ArrayField(models.CharField(max_length=30))
    comment_required_on_reject = models.BooleanField(default=True)
    approvals = models.SmallIntegerField(default=1)
    """So many different people have to approve; one who rejects is enough. From two on nobody takes the task: each
    answers for themselves."""
    state = models.CharField(max_length=10, choices=TaskState, default=TaskState.OPEN)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decision = models.CharField(max_length=10, blank=True, default="")
    comment = models.TextField(blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    """When the people are reminded, or when it is tried again; empty once they were."""
    reminded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    """When it ended without an answer."""
    created_at = models.DateTimeField()

    objects = TaskQuerySet.as_manager()

    class Meta:
        db_table = "human_tasks"
        indexes = [
            models.Index(fields=["workspace", "-id"], name="tasks_list"),
            models.Index(fields=["run"], name="tasks_of_run"),
            models.Index(fields=["due_at"], name="tasks_due", condition=models.Q(state__in=["open", "taken"])),
            models.Index(
                fields=["remind_at"],
                name="tasks_to_remind",
                condition=models.Q(state__in=["open", "taken"], remind_at__isnull=False),
            ),
        ]

    @property
    def open(self) -> bool:
        return self.state in (TaskState.OPEN, TaskState.TAKEN)

    @property
    def for_everyone(self) -> bool:
        return self.approvals > 1


class TaskAnswer(models.Model):
    """What one of several people said who all have to answer."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    task = models.ForeignKey(HumanTask, models.CASCADE, related_name="given")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=200)
    """As it was: the answer outlives the account."""
    decision = models.CharField(max_length=10)
    comment = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "task_answers"
        constraints = [models.UniqueConstraint(fields=["task", "person"], name="one_answer_a_person")]
