"""Which stored files the data of runs names, and who else holds on to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db.models import Q

from builder.models import StepSample
from builder.references import is_file
from orchestrator.artifacts.errors import ArtifactError
from orchestrator.governance.errors import Unsealable
from orchestrator.runs.human_tasks import HumanTask
from orchestrator.runs.models import OutgoingMail, Run, RunValue
from orchestrator.runs.values import row_value


def files_of(workspace: UUID, runs: Collection[UUID]) -> set[UUID]:
    """Files that values, tasks and mails of the runs name, and those that hold large values."""
    found: set[UUID] = set()
    for row in RunValue.objects.filter(run_id__in=runs).iterator(chunk_size=200):
        if row.artifact_id:
            found.add(row.artifact_id)
        try:
            found |= _named(row_value(workspace, row))
        except (ArtifactError, Unsealable):
            continue  # it cannot be read any more, so it names nothing
    for shown, document, values in HumanTask.objects.filter(run_id__in=runs).values_list("shown", "document", "values"):
        found |= _named([shown, document, values])
    for attachments in OutgoingMail.objects.filter(run_id__in=runs).values_list("attachments", flat=True):
        found |= _named(attachments)
    return found


def held_elsewhere(workspace: UUID, runs: Collection[UUID]) -> set[UUID]:
    """Files of runs that share data with these (repeats, and runs that work for each other), and of kept samples."""
    rows = Run.objects.filter(pk__in=runs).values_list("workflow_id", "repeats_id", "parent_id")
    workflows, repeated, parents = (set(filter(None, column)) for column in zip(*rows, strict=True))
    near = Q(pk__in=repeated | parents) | Q(repeats_id__in=runs) | Q(parent_id__in=runs)
    kin = Run.objects.filter(near, workspace_id=workspace, erased_at=None).exclude(pk__in=runs)
    found = files_of(workspace, list(kin.values_list("pk", flat=True)))
    for output in StepSample.objects.filter(workflow_id__in=workflows).values_list("output", flat=True):
        found |= _named(output)
    return found


def named_files(value: Any) -> Iterator[tuple[UUID, str]]:
    """The files that a value holds, with the names that it gives them."""
    if isinstance(value, Mapping):
        if is_file(value):
            with suppress(ValueError):
                yield UUID(value["file_id"]), str(value.get("name", ""))
        for each in value.values():
            yield from named_files(each)
    elif isinstance(value, list):
        for each in value:
            yield from named_files(each)


def _named(value: Any) -> set[UUID]:
    return {file for file, _ in named_files(value)}
