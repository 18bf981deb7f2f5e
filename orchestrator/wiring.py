"""What the rooms plug into each other: names of functions, so that no room imports one above it."""

from __future__ import annotations

# Calls from lower rooms to higher ones: topic -> functions, run in order in the caller's transaction.
SUBSCRIBERS: dict[str, tuple[str, ...]] = {
    "member.leaving": (
        "builder.actions.handing_over.hand_over",
        "orchestrator.governance.actions.service_accounts.follow_owner",
        "orchestrator.assets.actions.handing_over.hand_over",
        "orchestrator.runs.actions.leaving.give_back",
    ),
    "belongings.asked": (
        "builder.actions.handing_over.tell_owned",
        "orchestrator.governance.actions.service_accounts.tell_owned",
        "orchestrator.assets.actions.handing_over.tell_owned",
        "orchestrator.runs.actions.leaving.tell_taken",
    ),
    "draft.saved": ("orchestrator.runs.presence.tell_saved",),
    "workflow.offered": ("builder.actions.offering.refuse_uncallable",),
    "workflow.published": (
        "orchestrator.triggers.actions.links.register_links",
        "orchestrator.triggers.actions.forms.register_forms",
        "orchestrator.triggers.actions.schedules.register_schedules",
        "orchestrator.triggers.messages.register_message_starts",
        "orchestrator.triggers.alerts.register_alert_starts",
    ),
    "workflow.paused": ("orchestrator.triggers.actions.schedules.rest_schedules",),
    "evaluation.asked": ("orchestrator.runs.evaluations.ring_for_evaluation",),
    "replacement.asked": ("orchestrator.runs.evaluations.ring_for_cases",),
    "request.approved": (
        "orchestrator.assets.actions.replacement.begin",
        "builder.actions.asking.publish_approved",
        "builder.actions.running_as.accept",
        "builder.actions.sharing.share_approved",
        "builder.actions.folder_sharing.share_approved",
        "orchestrator.assets.actions.sharing.share_approved",
        "orchestrator.governance.actions.granted.grant_approved",
        "orchestrator.governance.actions.workspaces.apply_approved",
    ),
    "request.refused": ("orchestrator.assets.actions.replacement.refuse",),
    "asset.checked": ("orchestrator.runs.stream.tell_checked",),
    "asset.alerted": (
        "orchestrator.runs.stream.tell_alerted",
        "orchestrator.triggers.alerts.start_by_alert",
    ),
    "message.sent": ("orchestrator.triggers.messages.start_by_message",),
    "budget.spent": ("orchestrator.operations.budget_news.tell_keepers",),
    "check.asked": ("orchestrator.runs.checking.ring_for_check",),
}

# Tables of libraries that hold texts sealed by the ring -> functions that seal those of a row anew, unsaved, and say
# whether there were any to do. Tables of our own are found by their base, `governance.sealed.Sealed`.
RESEALED = {"mfa.Authenticator": "orchestrator.governance.second_factors.reseal"}
# What of a key stays when it leaves the ring, by purpose: functions that derive it.
KEY_PURPOSES = {
    "signatures": "orchestrator.governance.signing.left_of",
    "calls": "orchestrator.runs.callbacks.left_of",
}

# What takes a second person: kind of a request -> what its room says about who sees and decides it.
REQUEST_KINDS = {
    "asset.replacement": "orchestrator.assets.actions.replacement.REQUESTS",
    "workflow.publishing": "builder.actions.asking.PUBLISHING",
    "workflow.run_as": "builder.actions.running_as.RUN_AS",
    "grant.change": "orchestrator.governance.actions.granting.GRANTS",
    "egress.rule": "orchestrator.governance.actions.workspaces.RULES",
    "retention.rule": "orchestrator.governance.actions.workspaces.RULES",
    "sign_in.rule": "orchestrator.governance.actions.workspaces.RULES",
    "second_person.rule": "orchestrator.governance.actions.workspaces.RULES",
}

# What each engine worker looks after once a second, beside the runs themselves.
SWEEPS: tuple[str, ...] = (
    "orchestrator.runs.sealing.seal_all",
    "orchestrator.runs.reminders.remind_due",
    "orchestrator.triggers.actions.schedules.start_due",
    "orchestrator.operations.failures.notice_failures",
    "orchestrator.assets.rollout.look_after_trials",
    "orchestrator.governance.actions.requests.expire_requests",
    "orchestrator.runs.evaluations.ring_for_forgotten",
    "orchestrator.runs.trainings.close_left",
    "orchestrator.operations.watching.watch_due",
    "orchestrator.assets.actions.budgets.watch_budgets",
    "orchestrator.runs.checking.look_after_trails",
    "orchestrator.runs.clearing.clear_due",
    "orchestrator.operations.backing_up.back_up_due",
    "orchestrator.operations.trust_news.watch_trust",
)
# What a worker does when a sweep rings for it, by name.
CHORES = {
    "mail_failures": "orchestrator.operations.failures.mail_failures",
    "measure": "orchestrator.assets.measuring.measure",
    "try_cases": "orchestrator.runs.kept_cases.try_cases",
    "look_at_asset": "orchestrator.assets.watching.look_at",
    "clear_runs": "orchestrator.runs.clearing.clear",
    "mail_budget": "orchestrator.operations.budget_news.mail_budget",
    "check_trail": "orchestrator.runs.checking.check_trail",
    "sign_chain": "orchestrator.governance.actions.checkpoints.sign_chain",
    "keep_checkpoints": "orchestrator.governance.actions.checkpoints.keep_checkpoints",
    "prune_trail": "orchestrator.governance.actions.retention.prune_trail",
    "back_up": "orchestrator.operations.backing_up.take_scheduled",
    "mail_trust": "orchestrator.operations.trust_news.mail_trust",
}
