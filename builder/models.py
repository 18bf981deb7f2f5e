"""What is authored: a workflow, its draft, and its immutable published versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from uuid_utils.compat import uuid7

from builder.acceptance import Acceptance as Acceptance  # a table of this app, in a file of its own
from builder.folder_grants import FolderGrant, reached_by
from builder.template import Template
from orchestrator.api.errors import NotFound
from orchestrator.governance.grants import Grant, GrantQuerySet, highest, level_held, named_for
from orchestrator.governance.sharing import WORKFLOWS, Level, Rules, sees
from orchestrator.governance.tenancy import TenantQuerySet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from orchestrator.governance.principal import Principal


class Status(models.TextChoices):
    DRAFT = "draft"
    """Never published."""
    LIVE = "live"
    PAUSED = "paused"
    """Published, but nothing may start it."""


class Callers(models.TextChoices):
    """Which workflows may run a workflow as a step of their own."""

    NOBODY = "nobody"
    WORKSPACE = "workspace"


class Access(models.TextChoices):
    """Who sees a workflow."""

    WORKSPACE = "workspace"
    """Everybody of the workspace, each with what their roles allow."""
    RESTRICTED = "restricted"
    """Its owner, administrators, auditors, and those it is shared with."""


LEVELS = [(level.value, level.value) for level in WORKFLOWS.gives]
DEEPEST = 10
"""So deep may folders be nested."""


def with_below(folder: UUID, parents: Mapping[UUID, UUID | None]) -> set[UUID]:
    """The folder and all folders in it, however deep; `parents` gives the parent of each."""
    found = {folder}
    for _ in range(DEEPEST):
        found |= {id for id, parent in parents.items() if parent in found}
    return found


class Folder(models.Model):
    """Where workflows are put, for people to find them. To share it is to share what is in it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    parent = models.ForeignKey("self", models.DO_NOTHING, null=True, related_name="+")
    """What is in a folder that is deleted moves up before the transaction ends, as the database demands."""
    name = models.CharField(max_length=100)

    objects = TenantQuerySet["Folder"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "parent", "name"], name="one_folder_a_name", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WorkflowQuerySet(TenantQuerySet["Workflow"]):
    def kept(self) -> Self:
        """Without those that were deleted, of which only what auditors need is left, and without the product's own."""
        return self.filter(deleted_at__isnull=True, inner="")

    def find(self, principal: Principal, id: UUID) -> Workflow:
        # What `visible_to` says, about one row: composing and planning that takes several times as long as reading it.
        workflow = self.kept().filter(pk=id).first()
        if workflow is None or not sees(principal, workflow):
            raise NotFound()
        return workflow

    def visible_to(self, principal: Principal) -> Self:
        if principal.is_system:
            return self
        everything, denied = _all_seen(principal), principal.denied_workspaces("workflow:read")
        open_here = Q(access=Access.WORKSPACE) | Q(owner_id=principal.id) | _named(principal)
        partly = principal.workspaces() - everything - denied
        seen = self.filter(Q(workspace_id__in=everything - denied) | Q(workspace_id__in=partly) & open_here)
        return seen.exclude(pk__in=principal.denied_objects("workflow:read"))

    def hidden_from(self, principal: Principal) -> Self:
        """Those of the principal's workspaces that they do not see, or whose runs they do not see: few, so that lists
        of runs leave them out by id."""
        partly = principal.workspaces() - _all_seen(principal)
        closed = Q(workspace_id__in=partly, access=Access.RESTRICTED) & ~Q(owner_id=principal.id) & ~_named(principal)
        denied = principal.denied_workspaces("workflow:read") | principal.denied_workspaces("run:read")
        if denied:
            closed |= Q(workspace_id__in=denied)
        if unseen := principal.denied_objects("workflow:read", "run:read"):
            closed |= Q(pk__in=unseen)
        return self.filter(closed).order_by()

    def shared_by(self, principal: Principal) -> Self:
        """Those that the principal may share with others."""
        managed = [each for each in principal.workspaces() if principal.may("workflow:share", each)]
        open_here = principal.workspaces() - principal.denied_workspaces("workflow:share")
        shared = self.filter(Q(workspace_id__in=managed) | Q(workspace_id__in=open_here, owner_id=principal.id))
        return shared.exclude(pk__in=principal.denied_objects("workflow:share"))

    def with_level(self, principal: Principal) -> Self:
        """With what the principal is named for, so that `level_of` asks nothing."""
        best = Case(When(level=Level.EDIT, then=Value(1)), default=Value(0))
        named = WorkflowGrant.objects.in_force_for(principal).filter(workflow=OuterRef("pk")).order_by(-best)
        return self.annotate(
            level_by_name=Subquery(named.values("level")[:1]),
            level_held=Case(
                When(folder_id__in=reached_by(principal, Level.EDIT), then=Value(str(Level.EDIT))),
                When(level_by_name__isnull=False, then=F("level_by_name")),
                When(folder_id__in=reached_by(principal), then=Value(str(Level.USE))),
            ),
        )

    def in_status(self, status: str) -> Self:
        if status == Status.DRAFT:
            return self.filter(live_version__isnull=True)
        return self.filter(live_version__isnull=False, paused=status == Status.PAUSED)

    def live(self) -> Self:
        """Those that starts may start."""
        return self.in_status(Status.LIVE).filter(archived_at__isnull=True)

    def named_like(self, text: str) -> Self:
        return self.filter(Q(name__icontains=text) | Q(description__icontains=text))

    def for_list(self) -> Self:
        """With what a list item shows, and without the graphs."""
        return self.select_related("owner", "live_version").defer("live_version__graph")

    def in_folder(self, folder: UUID | None, workspace_id: UUID, *, below: bool) -> Self:
        """Those directly in it (None: in none), or also those in the folders in it."""
        if folder is None or not below:
            return self.filter(folder_id=folder)
        parents = dict(Folder.objects.filter(workspace_id=workspace_id).values_list("id", "parent_id"))
        return self.filter(folder_id__in=with_below(folder, parents))

    def tagged(self, tag: str) -> Self:
        return self.filter(tags__contains=[tag])


def _all_seen(principal: Principal) -> set[UUID]:
    """The workspaces in which the principal sees everything."""
    return {each for each in principal.workspaces() if principal.may("workflow:read_restricted", each)}


def _named(principal: Principal) -> Q:
    """For the workflow itself, or for a folder that it stands in."""
    return Q(pk__in=named_for(WorkflowGrant, "workflow_id", principal)) | Q(folder_id__in=reached_by(principal))


class Workflow(models.Model):
    """A named workflow with one draft and, once published, one live version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="workflows")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    starter = models.CharField(max_length=60, blank=True)
    """Key of the starter it was made from, empty otherwise."""
    template = models.ForeignKey(Template, models.SET_NULL, null=True, related_name="+")
    """The workspace's own template it was made from."""
    inner = models.CharField(max_length=20, blank=True, default="", db_default="")
    """What the product itself uses it for, e.g. training: people see its runs, and never edit it. Empty otherwise."""
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    live_version = models.ForeignKey("builder.Version", models.SET_NULL, null=True, blank=True, related_name="+")
    paused = models.BooleanField(default=False)
    access = models.CharField(
        max_length=10, choices=Access, default=Access.WORKSPACE, db_default=Access.WORKSPACE.value
    )
    callable_by = models.CharField(max_length=10, choices=Callers, default=Callers.WORKSPACE)
    max_running = models.PositiveIntegerField(null=True)
    """So many of its runs are worked on at once, within what the workspace allows. None: as many as it allows."""
    folder = models.ForeignKey(Folder, models.DO_NOTHING, null=True, related_name="+", db_index=False)
    tags = ArrayField(models.CharField(max_length=40), default=list, db_default=[])
    minutes_saved = models.PositiveIntegerField(null=True)
    """What a person would have needed for what one run does, as its editors say. None: nobody said."""
    live_at = models.DateTimeField(null=True)
    """When it went live for the last time."""
    keep_days = models.PositiveIntegerField(null=True)
    """So long the data of its ended runs is kept, where that is shorter than the workspace says. None: as it says."""
    keep_none = models.BooleanField(default=False, db_default=False)
    """The data of runs that ended well is deleted at once."""
    personal_fields = ArrayField(models.CharField(max_length=100), default=list, db_default=[], blank=True)
    """Names of fields that are blacked out in what is kept of its runs, beside those of the workspace."""
    pause_after = models.PositiveIntegerField(null=True, default=10)
    """It pauses by itself once so many live runs in a row have failed. None: it never does."""
    paused_because = models.TextField(blank=True)
    """Why it paused by itself; empty when a person paused it."""
    hearers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    """Who is told of its failed live runs, beside its owner."""
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True)
    """Only of archived ones: for people it is gone. The row stays for the runs and versions that point at it."""
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = WorkflowQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["workspace", "-changed_at", "-id"], name="workflows_list", condition=Q(archived_at__isnull=True)
            ),
            models.Index(fields=["workspace"], name="workflows_restricted", condition=Q(access="restricted")),
            models.Index(
                fields=["workspace", "folder", "-changed_at", "-id"],
                name="workflows_of_folder",
                condition=Q(archived_at__isnull=True),
            ),
            GinIndex(fields=["tags"], name="workflows_by_tag"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "inner"], name="one_inner_workflow", condition=~Q(inner=""))
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def status(self) -> Status:
        if self.live_version_id is None:
            return Status.DRAFT
        return Status.PAUSED if self.paused else Status.LIVE

    @property
    def restricted(self) -> bool:
        return self.access == Access.RESTRICTED

    @property
    def sharing(self) -> Rules:
        return WORKFLOWS

    def level_of(self, principal: Principal) -> Level | None:
        """What the principal is named for now, by themselves or by a team."""
        if hasattr(self, "level_held"):
            return Level(self.level_held) if self.level_held else None
        own = level_held(WorkflowGrant, "workflow_id", [self.pk], principal)
        above = level_held(FolderGrant, "folder_id", self._folders(), principal) if self.folder_id else None
        return highest(filter(None, (own, above)))

    def grants_for(self, principal: Principal) -> list[Grant]:
        """All in force that name the principal: its own, and those of the folders it stands in."""
        own: list[Grant] = list(self.grants.in_force_for(principal).select_related("team"))
        return [*own, *self.folder_grants().in_force_for(principal)] if self.folder_id else own

    def folder_grants(self) -> GrantQuerySet[FolderGrant]:
        """Of the folders it stands in, also those that have ended."""
        return FolderGrant.objects.filter(folder__in=self._folders()).select_related("folder", "team", "member__user")

    def _folders(self) -> list[UUID]:
        parents = dict(Folder.objects.filter(workspace_id=self.workspace_id).values_list("id", "parent_id"))
        chain: list[UUID] = []
        place = self.folder_id
        while place is not None:
            chain.append(place)
            place = parents[place]
        return chain


class WorkflowGrantQuerySet(GrantQuerySet["WorkflowGrant"]):
    def visible_to(self, principal: Principal) -> Self:
        return self.filter(workflow__in=Workflow.objects.visible_to(principal))


class WorkflowGrant(Grant):
    """One workflow shared with a person or a team of its workspace."""

    workflow = models.ForeignKey(Workflow, models.CASCADE, related_name="grants")
    level = models.CharField(max_length=4, choices=LEVELS)

    objects = WorkflowGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=True) ^ Q(team__isnull=True), name="a_grant_names_a_person_or_a_team"
            ),
            models.UniqueConstraint(fields=["workflow", "member"], name="one_grant_a_person"),
            models.UniqueConstraint(fields=["workflow", "team"], name="one_grant_a_team"),
        ]

    def __str__(self) -> str:
        return f"{self.level} of {self.workflow_id}"


class AccessRequest(models.Model):
    """Somebody asks to use or edit a workflow; it is there until the owner or an administrator answers."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workflow = models.ForeignKey(Workflow, models.CASCADE, related_name="access_requests")
    member = models.ForeignKey("governance.Membership", models.CASCADE, related_name="+")
    level = models.CharField(max_length=4, choices=LEVELS)
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow", "member"], name="one_open_request_a_person")]

    def __str__(self) -> str:
        return f"Request for {self.level} of {self.workflow_id}"


class Draft(models.Model):
    """The graph being edited. `token` changes with every save of the graph."""

    workflow = models.OneToOneField(Workflow, models.CASCADE, related_name="draft", primary_key=True)
    graph = models.JSONField()
    content_hash = models.BinaryField(max_length=32)
    token = models.UUIDField(default=uuid7)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    person = models.UUIDField(null=True)
    """Who stands behind the last change, where a program made it: they do not agree to it as the second person."""
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Draft of {self.workflow_id}"


class VersionQuerySet(TenantQuerySet["Version"]):
    def visible_to(self, principal: Principal) -> Self:
        return self if principal.is_system else self.filter(workflow__in=Workflow.objects.visible_to(principal))

    def published(self) -> Self:
        return self.filter(number__isnull=False)


class Version(models.Model):
    """An immutable publication; `content_hash` is SHA-256 of the graph's canonical JSON.

    The database refuses a change of the content and a removal without the workflow.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workflow = models.ForeignKey(Workflow, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(null=True)
    """Null: the frozen draft of a test run."""
    graph = models.JSONField()
    content_hash = models.BinaryField(max_length=32)
    note = models.TextField(blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(auto_now_add=True)
    authored_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    """Who changed it last before it was published."""
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    """Who agreed as the second person. None: it was published without a request."""
    request = models.UUIDField(null=True)
    """By which it was asked for."""
    run_as = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    """As whom its live runs act. None, with a name: they are gone; without one: the product itself published it."""
    run_as_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    scopes = ArrayField(models.CharField(max_length=40), null=True)
    """The verbs that it may use in their name. None: it was published before this was asked."""

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workflow", "number"], name="numbered_versions"),
            models.UniqueConstraint(
                fields=["workflow", "content_hash"], name="one_frozen_draft_a_content", condition=Q(number__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number or 'of a test'}"

    @property
    def runs_as_name(self) -> str:
        """For people; what was written down when it was published never changes."""
        return self.run_as.name_for(self.run_as_name) if self.run_as else self.run_as_name


class StepSampleQuerySet(TenantQuerySet["StepSample"]):
    def visible_to(self, principal: Principal) -> Self:
        return self if principal.is_system else self.filter(workflow__in=Workflow.objects.visible_to(principal))


class StepSample(models.Model):
    """What a step gave once, frozen by a person for trials of the steps behind it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workflow = models.ForeignKey(Workflow, models.CASCADE, related_name="step_samples")
    node = models.CharField(max_length=60)
    output = models.JSONField(null=True)
    port = models.CharField(max_length=60, blank=True, default="")
    """The way by which the step went on; empty where it has only one."""
    loaded_from = models.UUIDField(null=True)
    """The run it was taken from for the time of debugging; None: somebody kept it."""
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kept_at = models.DateTimeField(auto_now=True)

    objects = StepSampleQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow", "node"], name="one_sample_a_step")]

    def __str__(self) -> str:
        return f"Sample of {self.node}"


class ProposalQuerySet(TenantQuerySet["Proposal"]):
    def visible_to(self, principal: Principal) -> Self:
        return self if principal.is_system else self.filter(workflow__in=Workflow.objects.visible_to(principal))


class Proposal(models.Model):
    """What a language model would make of a workflow, for a person to apply or discard. One a workflow and person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workflow = models.ForeignKey(Workflow, models.CASCADE, related_name="proposals")
    made_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sentence = models.TextField()
    """What was asked for."""
    plan = models.TextField(blank=True)
    """What the model said about it."""
    graph = models.JSONField()
    blanks = models.PositiveIntegerField()
    """So many values a person has to fill in."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow", "made_for"], name="one_proposal_a_person")]

    def __str__(self) -> str:
        return f"Proposal for {self.workflow_id}"


class SampleFile(models.Model):
    """A file of a starter's inbox, to try workflows with."""

    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    starter = models.CharField(max_length=60)
    name = models.CharField(max_length=255)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    artifact = models.ForeignKey("artifacts.Artifact", models.RESTRICT, related_name="+")

    objects = TenantQuerySet["SampleFile"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "starter", "name"], name="one_sample_file_a_name"),
        ]

    def __str__(self) -> str:
        return self.title
