"""Tables of the trail: the links of the chains, what people read of them, and what proves that nothing was changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from orchestrator.governance.tenancy import TenantQuerySet

FEWEST_MONTHS, MOST_MONTHS = 6, 240
"""For which events stay in a trail, where they do not stay for ever. The database refuses less than six, too."""
COMMITMENT = 80
"""Letters that a commitment takes in the place of a value."""


class AuditResult(models.TextChoices):
    DONE = "done"
    DENIED = "denied"
    FAILED = "failed"


class AuditFields(models.Model):
    pk = models.CompositePrimaryKey("workspace_id", "seq")
    workspace_id = models.UUIDField()
    """No foreign key: the trail outlives what it tells of. All zeros: the installation itself."""
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    auth = models.CharField(max_length=30, blank=True)
    token_id = models.UUIDField(null=True)
    """The access token by which the actor came."""
    ip = models.CharField(max_length=COMMITMENT, blank=True)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    object_name = models.CharField(max_length=200, blank=True)
    result = models.CharField(max_length=10, choices=AuditResult)
    reason = models.TextField(blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    detail = models.JSONField(null=True)
    trace = models.CharField(max_length=32, blank=True, default="", db_default="")
    """Of the request in which it happened; answers and logs name the same."""
    on_behalf_of = models.UUIDField(null=True)
    """The person who answers for an actor that is none."""
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        abstract = True


class AuditLink(AuditFields):
    """One link of a workspace's chain, as it is hashed: personal values are commitments. The database refuses to
    change it, and to remove it unless its time is over and a signed checkpoint stands for it."""

    class Meta:
        db_table = "governance_auditevent"
        indexes = [
            models.Index(fields=["workspace_id", "actor_id", "-seq"], name="audit_by_actor"),
            models.Index(fields=["workspace_id", "object_type", "object_id", "-seq"], name="audit_by_object"),
            models.Index(fields=["workspace_id", "action", "-seq"], name="audit_by_action"),
        ]


class AuditEvent(AuditFields):
    """A link as people read it: with the personal values that were not erased."""

    objects = TenantQuerySet["AuditEvent"].as_manager()

    class Meta:
        managed = False
        db_table = "governance_trail"


class AuditHead(models.Model):
    """The newest link of a chain; its row lock puts the writers of one workspace in order."""

    workspace_id = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=32, default=bytes(32))


class AuditValue(models.Model):
    """A personal value, apart from the events that name it. It can be removed, and never changed."""

    pk = models.CompositePrimaryKey("workspace_id", "commitment")
    workspace_id = models.UUIDField()
    commitment = models.CharField(max_length=COMMITMENT)
    about = models.UUIDField(null=True)
    """The person it is of, where that is known."""
    salt = models.BinaryField(max_length=16)
    value = models.CharField(max_length=300)

    class Meta:
        indexes = [
            models.Index(fields=["workspace_id", "value"], name="audit_values"),
            models.Index(fields=["workspace_id", "about"], name="audit_values_of_person", condition=~Q(about=None)),
        ]


class AuditCheckpoint(models.Model):
    """What the newest link of a chain was at a moment, signed by a key that is not in the database."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    key = models.CharField(max_length=40)
    """Which key signed it."""
    signature = models.BinaryField(max_length=64)
    kept_at = models.DateTimeField(null=True)
    """When it was written to the place outside. None: that place has not answered yet."""

    objects = TenantQuerySet["AuditCheckpoint"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace_id", "seq"], name="one_checkpoint_a_link")]
        indexes = [models.Index(fields=["at"], name="checkpoints_to_keep", condition=Q(kept_at=None))]


class CheckState(models.TextChoices):
    ASKED = "asked"
    RUNNING = "running"
    WHOLE = "whole"
    BROKEN = "broken"


class AuditCheck(models.Model):
    """A verification of a workspace's trail, and what it found."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=CheckState, default=CheckState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    """None: the product itself, before it signed."""
    asked_at = models.DateTimeField(auto_now_add=True)
    beat_at = models.DateTimeField(null=True)
    """When the worker was last heard of."""
    ended_at = models.DateTimeField(null=True)
    events = models.BigIntegerField(default=0)
    """So many were found whole."""
    of = models.BigIntegerField(default=0)
    """So many there were."""
    logs = models.BigIntegerField(default=0)
    """Logs of runs that were held against what was sealed."""
    checkpoints = models.BigIntegerField(default=0)
    outside = models.BigIntegerField(null=True)
    """Checkpoints that were read from the place outside. None: it did not answer."""
    code = models.CharField(max_length=40, blank=True)
    """Of what was found; empty where all is whole."""
    bad_seq = models.BigIntegerField(null=True)
    """The first event that is not as it was written."""
    finding = models.TextField(blank=True)
    run = models.UUIDField(null=True)
    """Whose log is not what was sealed."""

    objects = TenantQuerySet["AuditCheck"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(state__in=["asked", "running"]), name="one_check_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["workspace", "-id"], name="checks_of_a_workspace")]
