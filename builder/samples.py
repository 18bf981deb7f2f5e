"""Kept samples: what a step gave once, frozen for trying the steps behind it. Live runs never see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from builder.models import Draft, StepSample, Workflow
from orchestrator.api.errors import Conflict, Invalid, NotFound
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
            workflow=workflow,
            node=node,
            defaults={"output": output, "port": "", "loaded_from": None, "kept_by_id": principal.id},
        )
        _record(principal, "sample.kept", workflow, step=node)
    return sample


def drop_sample(principal: Principal, workflow: Workflow, node: str) -> None:
    """Forget the sample of a step, also of one that is no longer in the draft."""
    _require(principal, workflow)
    with transaction.atomic():
        dropped, _ = StepSample.objects.filter(workflow=workflow, node=node).delete()
        if not dropped:
            raise NotFound("no_sample", "No sample of this step is kept.")
        _record(principal, "sample.dropped", workflow, step=node)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What stands for a step."""

    output: Any
    port: str = ""
    """The way by which it goes on; empty: its only one."""


def load_samples(
    principal: Principal, workflow: Workflow, outcomes: Mapping[str, Kept], *, source: UUID, replace: bool
) -> None:
    """Keep what steps gave in the run `source` until `unload_samples`; what was loaded before goes.

    Raises Conflict if samples that somebody kept would be replaced, unless `replace`.
    """
    _require(principal, workflow)
    with transaction.atomic():
        StepSample.objects.filter(workflow=workflow, loaded_from__isnull=False).delete()
        standing = StepSample.objects.filter(workflow=workflow, node__in=outcomes)
        if not replace and (steps := sorted(standing.values_list("node", flat=True))):
            raise Conflict(
                "samples_kept",
                "Samples are kept of some of these steps. Replace them, or keep them and do not load the run.",
                [{"code": "sample_kept", "node": step, "message": "A sample is kept."} for step in steps],
            )
        standing.delete()
        StepSample.objects.bulk_create(
            StepSample(
                workflow=workflow,
                node=node,
                output=kept.output,
                port=kept.port,
                loaded_from=source,
                kept_by_id=principal.id,
            )
            for node, kept in outcomes.items()
        )
        _record(principal, "sample.loaded", workflow, run=str(source), steps=sorted(outcomes))


def unload_samples(principal: Principal, workflow: Workflow) -> None:
    """Forget what was loaded from a run. Samples that somebody kept stay; without any loaded ones nothing happens."""
    _require(principal, workflow)
    with transaction.atomic():
        loaded = StepSample.objects.filter(workflow=workflow, loaded_from__isnull=False)
        source = loaded.values_list("loaded_from", flat=True).first()
        if source is not None:
            loaded.delete()
            _record(principal, "sample.unloaded", workflow, run=str(source))


def loaded_run(workflow: Workflow) -> UUID | None:
    """The run whose data stand for its steps now."""
    loaded = StepSample.objects.filter(workflow=workflow, loaded_from__isnull=False)
    return loaded.values_list("loaded_from", flat=True).first()


def kept_outcomes(workflow: Workflow) -> dict[str, Kept]:
    """What stands for steps, by their keys."""
    rows = StepSample.objects.filter(workflow=workflow).order_by("node").values_list("node", "output", "port")
    return {node: Kept(output=output, port=port) for node, output, port in rows}


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


def _record(principal: Principal, action: str, workflow: Workflow, **detail: Any) -> None:
    """That a sample was kept, not what it holds: the trail cannot forget."""
    audit.record(
        principal,
        action,
        workspace_id=workflow.workspace_id,
        object_type="workflow",
        object_id=workflow.pk,
        object_name=workflow.name,
        detail=detail,
    )
