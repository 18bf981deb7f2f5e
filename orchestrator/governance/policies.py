"""Rules that take something away: who may never do what, whatever their roles and whatever is shared with them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from uuid_utils.compat import uuid7

from orchestrator.governance.matrix import VERBS
from orchestrator.governance.tenancy import TenantQuerySet

KEPT_FREE = ("workspace:", "member:", "audit:")
"""A rule against these could lock everybody out, or hide from auditors what was done."""
DENIABLE = frozenset(verb for verb in VERBS if not verb.startswith(KEPT_FREE))
"""What a rule can take away in the whole workspace."""
DENIABLE_ON = {
    "workflow": frozenset(
        {"workflow:read", "workflow:edit", "workflow:run", "workflow:run_draft", "workflow:publish", "workflow:share"}
        | {"run:read", "run:payload", "run:cancel"}
    ),
    "asset": frozenset({"asset:read", "asset:consume", "asset:modify", "asset:replace", "asset:share"}),
}
"""What a rule can take away of one thing, by its type."""


class Policy(models.Model):
    """One rule, against a member, a team or a role. A member may be a service account.

    The thing it is about is named by its id, which no other thing ever has: the rooms above own the things.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="policies")
    member = models.ForeignKey("governance.Membership", models.CASCADE, null=True, related_name="+")
    team = models.ForeignKey("governance.Team", models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=30, blank=True)
    verbs = ArrayField(models.CharField(max_length=40))
    object_type = models.CharField(max_length=40, blank=True)
    """`workflow` or `asset`; empty: everything in the workspace."""
    object_id = models.UUIDField(null=True)
    object_name = models.CharField(max_length=200, blank=True)
    """As it was called when the rule was made."""
    reason = models.CharField(max_length=300)
    """Told to whoever the rule stops."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["Policy"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(member__isnull=False, team=None, role="")
                    | models.Q(member=None, team__isnull=False, role="")
                    | models.Q(models.Q(member=None, team=None), ~models.Q(role=""))
                ),
                name="a_rule_is_against_somebody",
            )
        ]

    @property
    def against(self) -> dict[str, str]:
        """For the trail: whom it names."""
        if self.member is not None:
            return {"person": self.member.user.name}
        return {"team": self.team.name} if self.team is not None else {"role": self.role}


def facts(policy: Policy) -> dict[str, object]:
    """What the trail says of a rule."""
    about = {"type": policy.object_type, "id": str(policy.object_id), "name": policy.object_name}
    return {
        "verbs": sorted(policy.verbs),
        "against": next(iter(policy.against.values())),
        "about": about if policy.object_id else None,
    }
