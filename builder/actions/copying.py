"""A workflow of one's own from one that is there."""

from __future__ import annotations

from django.db import transaction

from builder.actions.locking import record
from builder.models import Draft, StepSample, Workflow
from orchestrator.governance.principal import Principal

TAKEN_ALONG = ("description", "folder_id", "tags", "minutes_saved", "callable_by", "max_running")


def copy_workflow(principal: Principal, source: Workflow, *, name: str) -> Workflow:
    """A draft with the same steps, settings and kept samples; versions, runs and addresses stay with the original."""
    principal.require("workflow:edit", source.workspace_id, object_type="workflow", object_id=source.pk)
    with transaction.atomic():
        draft = Draft.objects.get(workflow=source)
        copy = Workflow.objects.create(
            workspace_id=source.workspace_id,
            name=name,
            owner_id=principal.id,
            **{field: getattr(source, field) for field in TAKEN_ALONG},
        )
        Draft.objects.create(
            workflow=copy, graph=draft.graph, content_hash=bytes(draft.content_hash), changed_by_id=principal.id
        )
        StepSample.objects.bulk_create(
            StepSample(workflow=copy, node=sample.node, output=sample.output, kept_by_id=sample.kept_by_id)
            for sample in StepSample.objects.filter(workflow=source)
        )
        detail = {"copy_of": source.pk, "copy_of_name": source.name}
        record(principal, "workflow.created", copy, after={"name": name}, detail=detail)
    return copy
