"""Which stored files the data of runs names, and who else holds on to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from builder.models import Draft, StepSample, Version
from builder.references import is_file
from orchestrator.artifacts.errors import ArtifactDamaged, ArtifactMissing
from orchestrator.governance.errors import Unsealable
from orchestrator.runs.human_tasks import HumanTask
from orchestrator.runs.models import Message, Mode, OutgoingMail, Run, RunValue
from orchestrator.runs.values import row_value

LOST = (ArtifactDamaged, ArtifactMissing, Unsealable)
"""A value that cannot be read any more names nothing. One that cannot be read now may: a store that does not answer."""
CLOCKS_APART_MS = 3_600_000
"""At most so much do the clocks of two machines differ."""


def files_of(workspace: UUID, runs: Collection[UUID]) -> set[UUID]:
    """Files that values, tasks and mails of the runs name, and those that hold large values."""
    found: set[UUID] = set()
    for row in RunValue.objects.filter(run_id__in=runs).iterator(chunk_size=200):
        if row.artifact_id:
            found.add(row.artifact_id)
        try:
            found |= _named(row_value(workspace, row))
        except LOST:
            continue
    for shown, document, values in HumanTask.objects.filter(run_id__in=runs).values_list("shown", "document", "values"):
        found |= _named([shown, document, values])
    for attachments in OutgoingMail.objects.filter(run_id__in=runs).values_list("attachments", flat=True):
        found |= _named(attachments)
    return found


def held_elsewhere(workspace: UUID, runs: Collection[UUID], files: Collection[UUID]) -> set[UUID]:
    """Files of runs that share data with these, of kept samples and messages, and those that stand in the settings of
    steps; and those of `files` that any other run began with."""
    found = files_of(workspace, kin_of(workspace, runs))
    for told in Message.objects.filter(workspace=workspace, body__isnull=False).values_list("body", flat=True):
        found |= _named(told)
    for output in StepSample.objects.filter(workflow__workspace_id=workspace).values_list("output", flat=True):
        found |= _named(output)
    for rows in (Draft.objects.all(), Version.objects.published()):
        naming = rows.alias(text=Cast("graph", TextField())).filter(text__contains='"file_id"')
        for drawn in naming.filter(workflow__workspace_id=workspace).values_list("graph", flat=True).iterator():
            found |= _named(drawn)
    return found | _begun_with(workspace, runs, set(files) - found)


def _begun_with(workspace: UUID, runs: Collection[UUID], files: Collection[UUID]) -> set[UUID]:
    """What the others began with may name these: one upload, or one message, starts several runs that know nothing of
    each other. None of them began before the file was there; ids begin with the time, in milliseconds."""
    if not files:
        return set()
    earliest = UUID(int=max(0, min(files).int - (CLOCKS_APART_MS << 80)))
    others = Run.objects.filter(workspace_id=workspace, pk__gt=earliest, erased_at=None).exclude(pk__in=runs)
    inputs = RunValue.objects.filter(number=0, run_id__in=others.order_by().values("pk"))
    text = Q(text__contains='"file_id"')
    may_name = inputs.alias(text=Cast("body", TextField())).filter(text | Q(body__isnull=True))
    found: set[UUID] = set()
    for row in may_name.iterator(chunk_size=200):
        with suppress(*LOST):
            found |= _named(row_value(workspace, row))
    return found


def kin_of(workspace: UUID, runs: Collection[UUID]) -> list[UUID]:
    """Runs that share data with these: repeats, runs that work for each other, and tests of the same workflows, which
    take over what earlier ones gave.

    Only the nearest whose data is there: beyond one whose data is gone there may be another that got it from that one.
    """
    workflows = Run.objects.filter(pk__in=runs).order_by().values("workflow_id")
    tests = Run.objects.filter(workflow_id__in=workflows, mode=Mode.TEST, erased_at=None).exclude(pk__in=runs)
    known, near, found = set(runs), set(runs), []
    while near:
        rows = list(Run.objects.filter(pk__in=near).values_list("repeats_id", "parent_id"))
        older = {id for row in rows for id in row if id is not None}
        beside = Q(pk__in=older) | Q(repeats_id__in=near) | Q(parent_id__in=near)
        kin = dict(
            Run.objects.filter(beside, workspace_id=workspace).exclude(pk__in=known).values_list("pk", "erased_at")
        )
        found += [run for run, erased_at in kin.items() if erased_at is None]
        near = {run for run, erased_at in kin.items() if erased_at is not None}
        known |= set(kin)
    return [*found, *tests.exclude(pk__in=found).values_list("pk", flat=True)]


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
