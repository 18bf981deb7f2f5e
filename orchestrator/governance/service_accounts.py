"""Members that are no people: programs act as them, with tokens of theirs, and a person answers for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from orchestrator.governance.tenancy import TenantQuerySet

if TYPE_CHECKING:
    from orchestrator.governance.models import Membership


class ServiceAccount(models.Model):
    """What is known of an account beside its name, its roles and its owner, which it has as every member has them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="service_account")
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="service_accounts")
    purpose = models.CharField(max_length=500)
    review_on = models.DateField()
    """When somebody is to look whether it is still needed."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["ServiceAccount"].as_manager()

    @property
    def member(self) -> Membership:
        """It belongs to its workspace until it is ended."""
        return next(iter(self.user.memberships.all()))

    @property
    def overdue(self) -> bool:
        return self.review_on <= timezone.localdate()
