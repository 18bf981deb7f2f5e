"""What a builder sees of the schedules of a workflow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from builder.models import Draft, Status, Workflow
from orchestrator.api.errors import Invalid
from orchestrator.engine.graph import Node, parse_graph
from orchestrator.governance.principal import Principal
from orchestrator.nodes.recurrence import next_times
from orchestrator.nodes.recurrence_words import Language, words
from orchestrator.nodes.registry import check_config
from orchestrator.nodes.start_schedule import StartSchedule
from orchestrator.triggers.models import Schedule

SHOWN_TIMES = 5
SHOWN_SCHEDULES = 5


@dataclass(frozen=True, kw_only=True)
class ShownSchedule:
    node: str
    words: str
    next: list[datetime]
    """The next five times; empty for a rule that is not right yet."""
    time_zone: str
    paused: bool
    """Nothing starts it: the workflow, or this step of it, is not live."""


def start_schedules(graph: dict[str, object]) -> dict[str, Node]:
    """The steps of a stored graph that are schedules and switched on, by key."""
    return {node.key: node for node in parse_graph(graph).nodes if node.type == StartSchedule.key and not node.off}


def schedules_of(workflow: Workflow) -> list[ShownSchedule]:
    """What is live as it is live, then what only the draft has."""
    drafted = start_schedules(Draft.objects.get(workflow=workflow).graph)
    live = start_schedules(workflow.live_version.graph) if workflow.live_version else {}
    running = workflow.status == Status.LIVE and workflow.archived_at is None
    now = timezone.now()
    return [
        _shown(key, node.config, paused=not (running and key in live), now=now)
        for key, node in {**drafted, **live}.items()
    ]


def _shown(key: str, config: Mapping[str, Any], *, paused: bool, now: datetime) -> ShownSchedule:
    if check_config(Node(key=key, type=StartSchedule.key, config=dict(config))):
        return ShownSchedule(node=key, words="", next=[], time_zone="", paused=paused)
    rule = StartSchedule.Config.model_validate(config)
    return ShownSchedule(
        node=key, words=words(rule), next=next_times(rule, now, SHOWN_TIMES), time_zone=rule.time_zone, paused=paused
    )


def next_schedules(principal: Principal, workspace_id: UUID, language: Language) -> list[dict[str, Any]]:
    """What starts by the clock next, the soonest first."""
    seen = Workflow.objects.live().visible_to(principal)
    due = Schedule.objects.filter(workspace_id=workspace_id, next_at__isnull=False, workflow__in=seen)
    return [
        {
            "workflow": one.workflow,
            "words": words(StartSchedule.Config.model_validate(one.config), language),
            "next_at": one.next_at,
        }
        for one in due.select_related("workflow").order_by("next_at", "id")[:SHOWN_SCHEDULES]
    ]


def preview(config: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """`{"words", "next"}` of a rule that is being written. Raises Invalid, which names what is wrong with it."""
    problems = check_config(Node(key="preview", type=StartSchedule.key, config=dict(config)))
    if problems:
        listed = [
            {**one.as_json(), "node": None, "field": (one.field or "").removeprefix("config.")} for one in problems
        ]
        raise Invalid("invalid_schedule", problems[0].message, listed)
    rule = StartSchedule.Config.model_validate(config)
    return {"words": words(rule, language), "next": next_times(rule, timezone.now(), SHOWN_TIMES)}
