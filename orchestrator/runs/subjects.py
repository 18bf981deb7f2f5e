"""Runs in which a value stands: about which person or record they were, whether AI had a part in it, how they ended.

What is looked for are whole words (“C-1047”, “ada@example.com”, 1047), in whatever went into a run or came out of its
steps. What is sealed is opened for it, one value after the other. Values above 256 KB, which stand in the artifact
store, and what was erased are not looked through.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.db.utils import OperationalError

from orchestrator.api.errors import ProblemError
from orchestrator.assets.models import Arm, AssetCall
from orchestrator.governance.errors import Unsealable
from orchestrator.governance.models import DataKey
from orchestrator.governance.principal import Principal
from orchestrator.runs.models import HumanTask, Run, RunStatus, RunValue, Step
from orchestrator.runs.snapshots import STATUS_WORDS
from orchestrator.runs.step_names import step_names
from orchestrator.runs.values import opened

Rows = TypeVar("Rows")

SECONDS = 20
SHORTEST, LONGEST = 3, 200


@dataclass(frozen=True, kw_only=True)
class Sought:
    value: str
    since: datetime
    until: datetime


def runs_about(principal: Principal, workspace_id: UUID, sought: Sought) -> QuerySet[Run]:
    """Those that the principal sees, whoever started them; pieces of a long for each as runs of their own."""
    runs = Run.objects.visible_to(principal).filter(
        workspace_id=workspace_id, created_at__gte=sought.since, created_at__lt=sought.until
    )
    plain = Exists(_holding(sought.value).filter(run_id=OuterRef("pk")))
    sealed = in_time(lambda: {run for run, _ in _sealed_holding(workspace_id, runs, sought.value)})
    return runs.filter(plain | Q(pk__in=sealed)) if sealed else runs.filter(plain)


def _holding(value: str) -> QuerySet[RunValue]:
    text = Cast("body", TextField())
    return RunValue.objects.filter(body__isnull=False).alias(text=text).filter(text__iregex=pattern_of(value))


def _sealed_holding(workspace_id: UUID, runs: QuerySet[Run], value: str) -> Iterator[tuple[UUID, int]]:
    """Run and number of the sealed values that hold it. The database cannot look into them. Raises `TooWide`."""
    if not DataKey.objects.filter(workspace_id=workspace_id).exists():
        return
    wanted = re.compile(rf"(?<!\w){re.escape(_as_json(value))}(?!\w)", re.IGNORECASE)
    until = time.monotonic() + SECONDS
    rows = RunValue.objects.filter(run_id__in=runs.order_by().values("pk"), sealed__isnull=False)
    for run, number, salt, sealed in rows.values_list("run_id", "number", "salt", "sealed").iterator(chunk_size=200):
        if time.monotonic() > until:
            raise TooWide
        with suppress(Unsealable):  # it cannot be read any more
            if wanted.search(opened(workspace_id, bytes(salt), bytes(sealed)).decode()):
                yield run, number


def _as_json(value: str) -> str:
    return orjson.dumps(value).decode()[1:-1]


def pattern_of(value: str) -> str:
    """A regular expression of PostgreSQL that finds the value in JSON, but not as a part of a longer word."""
    said = _as_json(value)
    quoted = "".join(f"\\{letter}" if not letter.isalnum() and letter.isascii() else letter for letter in said)
    return rf"(^|[^[:alnum:]_]){quoted}($|[^[:alnum:]_])"


class TooWide(ProblemError):
    def __init__(self) -> None:
        super().__init__(
            422,
            "search_too_wide",
            f"Looking through so many runs takes more than {SECONDS} seconds. Choose fewer days.",
        )


def in_time(rows: Callable[[], Rows]) -> Rows:
    """What `rows` reads, within the time limit of a search. Raises `TooWide`."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{SECONDS}s"])
            return rows()
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        raise TooWide from error


def told_of(runs: Sequence[Run], value: str) -> list[dict[str, Any]]:
    """What an auditor reads of each: `runs`, of one workspace, come with workflow, version and started_by selected."""
    ids = [run.pk for run in runs]
    places, models, people = _places(runs, value), _models(ids), _people(ids)
    return [
        {
            "id": run.pk,
            "title": run.title or run.workflow.name,
            "workflow": {"id": run.workflow_id, "name": run.workflow.name},
            "version": run.version.number,
            "mode": run.mode,
            "at": run.created_at,
            "started_by": run.started_by.name if run.started_by else "",
            "status": STATUS_WORDS[RunStatus(run.status)],
            "found_in": places.get(run.pk, []),
            "models": models.get(run.pk, []),
            "people": people.get(run.pk, []),
        }
        for run in runs
    ]


def _places(runs: Sequence[Run], value: str) -> dict[UUID, list[str]]:
    """By run: the names of the steps whose output holds the value, in their order."""
    holding = _holding(value).filter(run_id__in=[run.pk for run in runs])
    found = set(holding.values_list("run_id", "number"))
    if runs:
        shown = Run.objects.filter(pk__in=[run.pk for run in runs])
        found |= set(_sealed_holding(runs[0].workspace_id, shown, value))
    names = {run.pk: step_names(run.version.graph) for run in runs}
    places: dict[UUID, dict[str, None]] = {}
    steps = Step.objects.filter(run_id__in=names, value_id__isnull=False).order_by("run_id", "step")
    for run, node, number in steps.values_list("run_id", "node", "value_id"):
        if (run, number) in found:
            places.setdefault(run, {})[names[run].get(node, node)] = None
    return {run: list(steps) for run, steps in places.items()}


def _models(runs: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """By run: who answered, and what was said as far as that is one word."""
    calls = AssetCall.objects.filter(run__in=runs, code="").exclude(arm=Arm.SHADOW).order_by("at", "id")
    columns = ("run", "asset_id", "asset__title", "version__number", "label", "confidence")
    found: dict[UUID, list[dict[str, Any]]] = {}
    for run, asset, title, version, label, confidence in calls.values_list(*columns):
        one = {"id": asset, "name": title, "version": version, "label": label, "confidence": confidence}
        if one not in found.setdefault(run, []):
            found[run].append(one)
    return found


def _people(runs: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """By run: what people decided."""
    tasks = HumanTask.objects.filter(run_id__in=runs).exclude(decision="").select_related("decided_by")
    found: dict[UUID, list[dict[str, Any]]] = {}
    for task in tasks.order_by("decided_at"):
        name = task.decided_by.name if task.decided_by else ""
        found.setdefault(task.run_id, []).append({"task": task.pk, "decision": task.decision, "by": name})
    return found
