"""Kept samples: what a step gave once, frozen for trying the steps behind it. Live runs never see them."""

from __future__ import annotations

from typing import Any

import orjson
from django.db import transaction

from builder.models import Draft, StepSample, Workflow
from orchestrator.api.errors import Invalid, NotFound
from orchestrator.governance import audit, sharing
from orchestrator.governance.principal import Principal

LARGEST_SAMPLE = 256 * 1024


def keep_sample(principal: Principal, workflow: Workflow, node: str, output: Any) -> StepSample:
    """Keep `output` as what the step gives when a step behind it is tried; it takes the place of an earlier one."""
    _require(principal, workflow)
    _refuse_unknown(workflow, node)
    _refuse_unkeepable(output)
    with transaction.atomic():
        sample, _ = StepSample.objects.update_or_create(
            workflow=workflow, node=node, defaults={"output": output, "kept_by_id": principal.id}
        )
        _record(principal, "sample.kept", workflow, node)
    return sample


def drop_sample(principal: Principal, workflow: Workflow, node: str) -> None:
    """Forget the sample of a step, also of one that is no longer in the draft."""
    _require(principal, workflow)
    with transaction.atomic():
        dropped, _ = StepSample.objects.filter(workflow=workflow, node=node).delete()
        if not dropped:
            raise NotFound("no_sample", "No sample of this step is kept.")
        _record(principal, "sample.dropped", workflow, node)


def samples_of(workflow: Workflow) -> dict[str, Any]:
    """The kept outputs by the key of their step."""
    return dict(StepSample.objects.filter(workflow=workflow).order_by("node").values_list("node", "output"))


def _refuse_unknown(workflow: Workflow, node: str) -> None:
    graph = Draft.objects.values_list("graph", flat=True).get(workflow=workflow)
    if all(each["key"] != node for each in graph["nodes"]):
        raise Invalid("no_step", "This workflow has no such step. Save the draft first, then keep the sample.")


def _refuse_unkeepable(output: Any) -> None:
    body = orjson.dumps(output)
    if len(body) > LARGEST_SAMPLE:
        raise Invalid("too_large", f"The sample is larger than {LARGEST_SAMPLE // 1024} KB. Keep a part of it.")
    if rb"\u0000" in body:
        raise Invalid("not_storable", "The sample holds a NUL character, which no text may. Take it out.")


def _require(principal: Principal, workflow: Workflow) -> None:
    sharing.require(principal, "workflow:edit", workflow)


def _record(principal: Principal, action: str, workflow: Workflow, node: str) -> None:
    """That a sample was kept, not what it holds: the trail cannot forget."""
    audit.record(
        principal,
        action,
        workspace_id=workflow.workspace_id,
        object_type="workflow",
        object_id=workflow.pk,
        object_name=workflow.name,
        detail={"step": node},
    )
