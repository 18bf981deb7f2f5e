"""Proposals of a language model: kept until their person applies or discards them. What is live is not touched."""

from __future__ import annotations

from django.db import transaction

from builder.actions.drafts import Saved, replace_draft
from builder.actions.locking import require
from builder.help.building import Built
from builder.models import Proposal, Workflow
from orchestrator.engine.graph import graph_json, parse_graph
from orchestrator.governance.principal import Principal


def keep_proposal(principal: Principal, workflow: Workflow, sentence: str, built: Built) -> Proposal:
    """In the place of an older one of the same person."""
    require(principal, "workflow:edit", workflow)
    about = {"sentence": sentence, "plan": built.plan, "graph": graph_json(built.graph), "blanks": built.blanks}
    kept, _ = Proposal.objects.update_or_create(workflow=workflow, made_for_id=principal.id, defaults=about)
    return kept


def apply_proposal(principal: Principal, proposal: Proposal, token: str) -> Saved:
    """Make it the draft, if `token` is still the current one."""
    workflow = proposal.workflow
    require(principal, "workflow:edit", workflow)
    with transaction.atomic():
        saved = replace_draft(principal, workflow, parse_graph(proposal.graph), token, "proposal.applied")
        proposal.delete()
    return saved


def discard_proposal(principal: Principal, proposal: Proposal) -> None:
    require(principal, "workflow:edit", proposal.workflow)
    proposal.delete()
