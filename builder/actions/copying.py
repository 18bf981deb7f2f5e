"""A workflow of one's own from one that is there."""

from __future__ import annotations

from django.db import transaction

from builder.actions.folder_sharing import opens
from builder.actions.locking import record
from builder.models import Draft, StepSample, Workflow
from builder.uses import keep_draft_uses
from orchestrator.engine.graph import parse_graph
from orchestrator.governance import sharing
from orchestrator.governance.principal import Principal

TAKEN_ALONG = ("access", "description", "tags", "minutes_saved", "callable_by", "max_running")


def copy_workflow(principal: Principal, source: Workflow, *, name: str) -> Workflow:
    """A draft with the same steps and settings; versions, runs and addresses stay with the original.

    Kept samples hold data, so they come along for those only who may edit the original. Where its folder is shared, it
    stands in none for those who may not share.
    """
    principal.require("workflow:edit", source.workspace_id, object_type="workflow", object_id=source.pk)
    shares = principal.may("workflow:share", source.workspace_id)
    beside = shares or not opens(source.workspace_id, None, source.folder_id)
    with transaction.atomic():
        draft = Draft.objects.get(workflow=source)
        copy = Workflow.objects.create(
            workspace_id=source.workspace_id,
            name=name,
            owner_id=principal.id,
            folder_id=source.folder_id if beside else None,
            **{field: getattr(source, field) for field in TAKEN_ALONG},
        )
        Draft.objects.create(
            workflow=copy,
            graph=draft.graph,
            content_hash=bytes(draft.content_hash),
            changed_by_id=principal.id,
            person=principal.natural_person,
        )
        samples = StepSample.objects.filter(workflow=source) if sharing.may(principal, "workflow:edit", source) else []
        StepSample.objects.bulk_create(
            StepSample(workflow=copy, node=sample.node, output=sample.output, kept_by_id=sample.kept_by_id)
            for sample in samples
        )
        keep_draft_uses(copy, parse_graph(draft.graph))
        detail = {"copy_of": source.pk, "copy_of_name": source.name}
        record(principal, "workflow.created", copy, after={"name": name}, detail=detail)
    return copy
