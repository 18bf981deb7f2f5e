"""People, workspaces and what they may do; the trail of what they did."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from orchestrator.connectors.egress import Limits
from orchestrator.governance.commitments import ERASED
from orchestrator.governance.matrix import Role
from orchestrator.governance.policies import Policy
from orchestrator.governance.sealed_rows import Credential as Credential
from orchestrator.governance.sealed_rows import CredentialKind as CredentialKind
from orchestrator.governance.sealed_rows import DataKey as DataKey
from orchestrator.governance.service_accounts import ServiceAccount
from orchestrator.governance.tenancy import TenantQuerySet
from orchestrator.governance.trail_tables import AuditCheck as AuditCheck  # tables of this app, in a file of their own
from orchestrator.governance.trail_tables import AuditCheckpoint as AuditCheckpoint
from orchestrator.governance.trail_tables import AuditEvent as AuditEvent
from orchestrator.governance.trail_tables import AuditHead as AuditHead
from orchestrator.governance.trail_tables import AuditLink as AuditLink
from orchestrator.governance.trail_tables import AuditResult as AuditResult
from orchestrator.governance.trail_tables import AuditValue as AuditValue
from orchestrator.governance.trail_tables import CheckState as CheckState

if TYPE_CHECKING:
    from orchestrator.governance.principal import Principal

OWNER_LINK_LIFE = timedelta(hours=24)
INVITATION_LIFE = timedelta(days=7)
REQUEST_LIFE = timedelta(days=7)

__all__ = ["Policy", "ServiceAccount"]
"""Tables of this room whose classes stand in files of their own."""


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in by e-mail address, or a service account, which cannot."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    preferences = models.JSONField(default=dict)
    """How they want the pages: see `preferences.PreferencesSerializer`. Nothing is decided by them."""
    owner = models.ForeignKey("self", models.PROTECT, null=True, related_name="service_accounts")
    """Of a service account: the person who answers for it. None: a person."""
    is_active = models.BooleanField(default=True)
    last_seen_at = models.DateTimeField(null=True)
    """When they last had the application open, to a few minutes."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def name_for(self, kept: str) -> str:
        """What readers see of a name of theirs that was written down once: nothing after they were erased."""
        return ERASED if self.name == ERASED else kept


class FourEyes(models.TextChoices):
    SELF_WITH_REASON = "self_with_reason"
    """A person may approve their own request and gives the reason."""
    REQUIRED = "required"
    """A second person approves, always."""


class Outside(models.TextChoices):
    """What of the public internet steps may call."""

    OPEN = "open"
    """All of it but `denied_hosts`."""
    LISTED = "listed"
    """Only `listed_hosts`."""


class WorkspaceQuerySet(TenantQuerySet["Workspace"]):
    def visible_to(self, principal: Principal) -> Self:
        return self if principal.is_system else self.filter(id__in=principal.workspaces())


class Workspace(models.Model):
    """The tenant: everything an organisation owns carries one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    four_eyes = models.CharField(max_length=20, choices=FourEyes, default=FourEyes.SELF_WITH_REASON)
    allowed_hosts = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    """Private hosts (`name` or `name:port`) that steps may call although they are not on the public internet."""
    outside = models.CharField(max_length=10, choices=Outside, default=Outside.OPEN, db_default=Outside.OPEN)
    listed_hosts = ArrayField(models.CharField(max_length=253), default=list, db_default=[], blank=True)
    """Hosts (`name`, `name:port`, `*.name`) and networks; count where `outside` is `listed`."""
    denied_hosts = ArrayField(models.CharField(max_length=253), default=list, db_default=[], blank=True)
    """The same, for what may never be called."""
    encrypt_data = models.BooleanField(default=False, db_default=False)
    """Whether the data of runs and files is kept sealed from now on. What was kept before stays as it is."""
    redact = ArrayField(models.CharField(max_length=10), default=list, db_default=[], blank=True)
    """Kinds of personal data that are blacked out in what is kept of ended runs: see `redaction`."""
    personal_fields = ArrayField(models.CharField(max_length=100), default=list, db_default=[], blank=True)
    """Names of fields whose values are blacked out, whatever they hold."""
    keep_days = models.PositiveIntegerField(null=True)
    """So long the data of ended runs is kept, where the workflow says nothing else. None: for ever."""
    data_hold = models.CharField(max_length=300, blank=True, default="", db_default="")
    """Why nothing of what is kept of runs may be deleted or blacked out for now; empty: it may."""
    max_running = models.PositiveIntegerField(default=200, db_default=200)
    """So many of its runs are worked on at once; the others wait in line."""
    max_open = models.PositiveIntegerField(default=50_000, db_default=50_000)
    """So many of its runs may be worked on or wait in line; further starts are told to come back later."""
    currency = models.CharField(max_length=3, default="EUR", db_default="EUR")
    """Of prices, costs and budgets: three capital letters."""
    help_model = models.CharField(max_length=141, blank=True, default="", db_default="")
    """The language model that helps people build: `name@alias`. Empty: nobody is offered help."""
    trail_months = models.PositiveSmallIntegerField(default=0, db_default=0)
    """So long events stay in its trail; 0: for ever."""
    legal_hold = models.BooleanField(default=False, db_default=False)
    """Nothing leaves the trail and nobody is erased from it, whatever its time is."""
    second_factor_required = models.BooleanField(default=False, db_default=False)
    """Whoever signs in by a password alone finds it shut until they have set up a second factor."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WorkspaceQuerySet.as_manager()

    @property
    def limits(self) -> Limits:
        """Of calls to the outside."""
        only = tuple(sorted(self.listed_hosts)) if self.outside == Outside.LISTED else None
        return Limits(denied=tuple(sorted(self.denied_hosts)), only=only)


class MembershipQuerySet(TenantQuerySet["Membership"]):
    def owners(self) -> Self:
        return self.filter(roles__contains=[Role.OWNER], user__is_active=True)

    def people(self) -> Self:
        """Without service accounts."""
        return self.filter(user__owner=None)

    def named_like(self, text: str) -> Self:
        return self.filter(models.Q(user__name__icontains=text) | models.Q(user__email__icontains=text))


class Membership(models.Model):
    """A person's roles in a workspace."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=30))
    """Without any (their groups have none left) it is shut to them; what they own waits to be handed over."""
    by_groups = models.BooleanField(default=False, db_default=False)
    """The roles follow the person's groups at the identity provider, anew at each sign-in. False: set by hand."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="one_membership_a_person")]

    @property
    def is_owner(self) -> bool:
        return Role.OWNER in self.roles


class GroupRoles(models.Model):
    """What people of one group of the identity provider may do here, unless their roles were set by hand."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="group_roles")
    group = models.CharField(max_length=200)
    """As the provider calls it."""
    roles = ArrayField(models.CharField(max_length=30))

    objects = TenantQuerySet["GroupRoles"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "group"], name="one_line_a_group")]


class Team(models.Model):
    """Members of a workspace with whom things are shared together."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="teams")
    name = models.CharField(max_length=200)
    members = models.ManyToManyField(Membership, related_name="teams")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["Team"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="team_names")]


class SavedSearchQuerySet(TenantQuerySet["SavedSearch"]):
    def visible_to(self, principal: Principal) -> Self:
        return super().visible_to(principal).filter(user_id=principal.id)


class SavedSearch(models.Model):
    """The filters of a list under a name, for the person who chose them."""

    class Page(models.TextChoices):
        WORKFLOWS = "workflows"
        RUNS = "runs"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    page = models.CharField(max_length=20, choices=Page)
    name = models.CharField(max_length=100)
    query = models.JSONField()
    """What stands in the address behind the question mark, as names and values."""

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "workspace", "page", "name"], name="one_search_a_name")]


class InvitationState(models.TextChoices):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Invitation(models.Model):
    """An offer of membership, taken once by whoever holds its link. Only the hash of the link's token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    roles = ArrayField(models.CharField(max_length=30))
    token_hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = TenantQuerySet["Invitation"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_an_address",
            )
        ]

    @property
    def state(self) -> InvitationState:
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.revoked_at:
            return InvitationState.REVOKED
        return InvitationState.EXPIRED if self.expires_at <= timezone.now() else InvitationState.PENDING


class OwnerLink(models.Model):
    """The one-time link by which the first owner enters."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token_hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class RequestState(models.TextChoices):
    OPEN = "open"
    APPROVED = "approved"
    """A second person agreed; what was asked for is under way."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    VOID = "void"
    """What it was about has changed since it was asked."""
    DONE = "done"
    """What was asked for has happened."""


class RequestQuerySet(TenantQuerySet["Request"]):
    def open(self) -> Self:
        return self.filter(state=RequestState.OPEN, expires_at__gt=timezone.now())

    def usable(self) -> Self:
        """Whose time has not run out."""
        return self.filter(expires_at__gt=timezone.now())

    def overdue(self) -> Self:
        return self.filter(state=RequestState.OPEN, expires_at__lte=timezone.now())


class Request(models.Model):
    """Something that takes a second person: asked by one, decided by another, carried out by the room it is about.

    `content_hash` covers what is asked for; a decision names it, so that nobody agrees to something else.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=40)
    """What is asked for, e.g. `asset.replacement`."""
    object_type = models.CharField(max_length=40)
    object_id = models.UUIDField()
    object_name = models.CharField(max_length=200)
    """As it was called when it was asked."""
    payload = models.JSONField()
    content_hash = models.BinaryField(max_length=32)
    requester = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    """None: the product itself asked, for a workflow."""
    person = models.UUIDField(null=True)
    """Who stands behind the requester, where that is a program; they are one person with it."""
    authors = ArrayField(models.UUIDField(), default=list)
    """The people who made what it is about: where a second person is required, they do not decide either."""
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.OPEN)
    decider = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=500, blank=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "object_id", "-id"], name="requests_of_an_object"),
            models.Index(fields=["workspace", "-id"], name="requests_of_a_workspace"),
            models.Index(fields=["expires_at"], name="open_requests", condition=models.Q(state="open")),
        ]

    @property
    def standing(self) -> RequestState:
        """The state, also where its time ran out a moment ago."""
        overdue = self.state == RequestState.OPEN and self.expires_at <= timezone.now()
        return RequestState.EXPIRED if overdue else RequestState(self.state)


class AccessToken(models.Model):
    """Lets a program act as a person, in one workspace and for a while, within `scopes`. Only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="tokens")
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)
    """Its first letters, by which people know it again."""
    token_hash = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=40))
    """Verbs. What the person may not do, the token cannot do either."""
    expires_at = models.DateTimeField()
    networks = ArrayField(models.CharField(max_length=43), default=list, db_default=[])
    """Addresses and networks it opens from, as `192.0.2.0/24`. None: from anywhere."""
    last_used_at = models.DateTimeField(null=True)
    """To a minute."""
    last_used_ip = models.GenericIPAddressField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["AccessToken"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "user", "-id"], name="tokens_of_a_person")]

    @property
    def state(self) -> TokenState:
        if self.revoked_at:
            return TokenState.REVOKED
        return TokenState.EXPIRED if self.expires_at <= timezone.now() else TokenState.ACTIVE


class TokenState(models.TextChoices):
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
