"""Where one person was both sides: what the trail tells of people who agreed to their own work, or did alone what takes
two people unless the workspace lets one do it. Best, it is empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, TextField, UUIDField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from orchestrator.governance.models import AuditEvent, AuditResult
from orchestrator.governance.principal import Principal
from orchestrator.governance.sentences import TAKES_TWO
from orchestrator.operations.reports.shape import Asked, Report, Row, link
from orchestrator.runs.models import HumanTask

ANSWERS = ("task.approved", "task.completed")
WRITINGS = ("workflow.created", "workflow.replaced", "draft.saved", "version.restored", "proposal.applied")
"""What makes somebody the author of what a draft holds."""


def _find(principal: Principal, workspace_id: UUID, asked: Asked) -> QuerySet[Any]:
    events = AuditEvent.objects.visible_to(principal).filter(
        workspace_id=workspace_id,
        action__in=(*TAKES_TWO, *ANSWERS),
        result=AuditResult.DONE,
        actor_id__isnull=False,
    )
    before = AuditEvent.objects.filter(
        workspace_id=workspace_id,
        object_type="workflow",
        object_id=OuterRef("object_id"),
        seq__lt=OuterRef("seq"),
        action__in=WRITINGS,
        actor_id__isnull=False,
    )
    started = HumanTask.objects.filter(id=Cast(OuterRef("object_id"), UUIDField()))
    other = Case(
        When(action="request.approved", then=KeyTextTransform("asked_by", "detail")),
        When(
            action="workflow.published",
            then=Cast(Subquery(before.order_by("-seq").values("actor_id")[:1]), TextField()),
        ),
        When(action__in=ANSWERS, then=Cast(Subquery(started.values("run__started_by_id")[:1]), TextField())),
        output_field=TextField(),
    )
    answers_for = Case(
        When(action__in=ANSWERS, then=Cast(Subquery(started.values("run__started_by__owner_id")[:1]), TextField())),
        output_field=TextField(),
    )
    own = events.annotate(other=other, answers_for=answers_for, actor=Cast("actor_id", TextField())).filter(
        Q(other=F("actor")) | Q(answers_for=F("actor")) | Q(action__in=TAKES_TWO, detail__alone=True)
    )
    why = Case(
        When(action="request.approved", then=Value("own_request")),
        When(action="workflow.published", then=Value("own_draft")),
        When(action__in=ANSWERS, then=Value("own_run")),
        default=Value("alone"),
        output_field=CharField(),
    )
    return asked.within(own.annotate(why=why), "at")


def _tell(workspace_id: UUID, events: Sequence[Any]) -> list[Row]:
    return [
        {
            "id": str(event.seq),
            "at": event.at,
            "why": event.why,
            "on": link(event.object_type, event.object_id, event.object_name),
            "by": event.actor_name,
            "reason": event.reason,
        }
        for event in events
    ]


SEPARATION = Report(columns=("at", "why", "on", "by", "reason"), ordering=("-seq",), find=_find, tell=_tell)
