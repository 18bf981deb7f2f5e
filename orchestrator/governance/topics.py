"""What auditors ask the trail about: groups of actions under one name."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.db.models import Q

from orchestrator.governance.sentences import SENTENCES


class Topic(StrEnum):
    PRIVILEGED = "privileged"
    """What changes who may do what, or how the workspace is run."""
    SETTINGS = "settings"
    """Settings, with what stood there before and after."""
    SIGN_IN = "sign_in"
    APPROVALS = "approvals"
    """Tasks and requests: asked, handed over, decided, let go by."""
    READINGS = "readings"
    """Whoever read or took along the trail, data of runs, or files."""
    DELETIONS = "deletions"
    """What was deleted or taken away, by people and by rules, and what was changed about these rules."""
    STOPS = "stops"
    """Whatever stops work that goes on."""


_NOUNS = {
    Topic.PRIVILEGED: {
        *("member", "invitation", "team", "token", "workspace", "access", "request"),
        *("policy", "service_account", "group_roles"),
    },
    Topic.SETTINGS: {"workspace", "budget", "call_limit"},
    Topic.SIGN_IN: {"session", "password", "second_factor", "recovery_codes", "company_account", "owner_link"},
    Topic.APPROVALS: {"task", "request"},
}
_PAST = {
    Topic.PRIVILEGED: {"shared", "unshared", "sharing_changed", "access_changed", "transferred"},
    Topic.READINGS: {"read", "exported", "downloaded", "data_read", "searched"},
    Topic.DELETIONS: {"deleted", "removed", "unshared", "revoked", "dropped", "archived", "erased", "pruned"},
    Topic.STOPS: {"cancelled", "paused", "unpublished", "trial_stopped", "training_stopped", "evaluation_stopped"},
}
_ALSO = {
    Topic.PRIVILEGED: {
        *("workflow.published", "workflow.unpublished", "asset.alias_moved", "link_secret.replaced"),
        *("password.link_made", "second_factor.reset"),
    },
    Topic.SETTINGS: {"workflow.changed", "asset.watch_changed", "link_secret.replaced"},
    Topic.DELETIONS: {"run.data_deleted", "run.data_redacted", "service_account.ended"},
}
_RULES_OF_DELETION = ("keep_days", "data_hold", "redact", "personal_fields", "trail_months", "legal_hold")
"""Settings of a workspace that say what is deleted, and what is held."""


def _actions(topic: Topic) -> frozenset[str]:
    nouns, past, also = _NOUNS.get(topic, set()), _PAST.get(topic, set()), _ALSO.get(topic, set())
    parts = ((action, *action.partition(".")) for action in SENTENCES)
    return frozenset(action for action, noun, _, verb in parts if noun in nouns or verb in past or action in also)


TOPICS: Mapping[Topic, frozenset[str]] = {topic: _actions(topic) for topic in Topic}


def about(topic: Topic) -> Q:
    """The events of the trail that belong to it."""
    found = Q(action__in=TOPICS[topic])
    if topic is Topic.DELETIONS:
        found |= Q(action="workspace.changed", after__has_any_keys=_RULES_OF_DELETION)
    return found
