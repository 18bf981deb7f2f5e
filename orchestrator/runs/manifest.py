"""What it would take to get a run's result once more, and what of that is missing. Digests, nothing that was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum

from orchestrator.api.errors import Conflict
from orchestrator.artifacts.models import Artifact
from orchestrator.assets.models import AssetCall, AssetVersion
from orchestrator.assets.remote import CONFIGS, asked_of
from orchestrator.engine.events import Event, EventKind
from orchestrator.engine.plan import Plan
from orchestrator.governance.errors import Unsealable
from orchestrator.governance.principal import Principal, system
from orchestrator.runs.actions.starting import usable_plan
from orchestrator.runs.held_files import named_files
from orchestrator.runs.models import HumanTask, OutsideCall, Run, RunStatus, RunValue, Step
from orchestrator.runs.outside_calls import OutsideKind
from orchestrator.runs.snapshots import STATUS_WORDS, events_after, runs_as, token_of
from orchestrator.runs.step_names import step_names
from orchestrator.runs.values import row_value

_HAVE_VALUES = {EventKind.RUN_STARTED: "input", EventKind.STEP_DONE: "value"}


def manifest(principal: Principal, run: Run) -> dict[str, Any]:
    """`run` comes with workflow, version and started_by selected. `missing` is empty where every step is a function of
    what is kept: then the same version gives the same result.

    What the pieces of a long for each did, the run did; a run of another workflow has a manifest of its own.
    """
    log = events_after(run.id, 0)
    plan, facts, below = _plan(run), log[0].body if log else {}, _below(run)
    pieces = [run.pk, *_pieces(run, below)]
    steps, assets, outside = _steps(run, plan, log), _assets(principal, run, pieces), _outside(pieces)
    files, people = _files(run), _people(pieces, below)
    return {
        "run": run.id,
        "status": STATUS_WORDS[RunStatus(run.status)],
        "mode": run.mode,
        "how": run.how,
        "start": facts.get("start", ""),
        "started_by": {"id": run.started_by_id, "name": run.started_by.name} if run.started_by else None,
        "signed_in_by": facts.get("auth", ""),
        "token": token_of(run, facts),
        "acts_for": acted["name"] if (acted := runs_as(run)) else system("workflow").name,
        "created_at": run.created_at,
        "ended_at": run.ended_at,
        "events": run.seq,
        "head": bytes(run.head).hex(),
        "workflow": {"id": run.workflow_id, "name": run.workflow.name},
        "version": run.version.number,
        "content_hash": bytes(run.version.content_hash).hex(),
        "steps": steps,
        "assets": assets,
        "files": files,
        "outside": outside,
        "people": people,
        "missing": list(_missing(run, plan, steps, assets, files, outside, people, below)),
    }


def _plan(run: Run) -> Plan | None:
    try:
        return usable_plan(run.version_id)
    except Conflict:
        return None


def _below(run: Run) -> dict[UUID, int]:
    """The runs that worked for this one, and for those: by run, the step of this one that it was for."""
    found: dict[UUID, int] = {}
    level = dict(Run.objects.filter(parent_id=run.pk).values_list("pk", "parent_step"))
    while level:
        found |= level
        rows = Run.objects.filter(parent_id__in=level).values_list("pk", "parent_id")
        level = {child: level[parent] for child, parent in rows}
    return found


def _pieces(run: Run, below: Collection[UUID]) -> list[UUID]:
    """Of these, the ones that worked on a piece of a long for each of this very graph."""
    pieces = Run.objects.filter(pk__in=below, parent_chunk__isnull=False, version_id=run.version_id)
    return list(pieces.values_list("pk", flat=True))


def _steps(run: Run, plan: Plan | None, log: list[Event]) -> list[dict[str, Any]]:
    digests = _digests(log)
    there = set(RunValue.objects.filter(run_id=run.id).values_list("number", flat=True))
    rows, names = [], step_names(run.version.graph)
    for step in Step.objects.filter(run_id=run.id).order_by("step"):
        node = plan.nodes.get(step.node) if plan else None
        rows.append(
            {
                "step": step.step,
                "node": step.node,
                "name": names.get(step.node, step.node),
                "type": node.type if node else "",
                "type_version": node.version if node else None,
                "effect": str(node.effect) if node else "",
                "status": step.status,
                "attempts": step.attempt,
                "digest": digests.get(step.value_id, "") if step.value_id is not None else "",
                "kept": step.value_id is None or step.value_id in there,
            }
        )
    return rows


def _digests(log: list[Event]) -> dict[int, str]:
    """The salted digest of each value that a step gave, by its number."""
    refs = [event.body.get(_HAVE_VALUES[event.kind]) for event in log if event.kind in _HAVE_VALUES]
    return {ref["id"]: ref["digest"] for ref in refs if ref and "run" not in ref}


def _assets(principal: Principal, run: Run, pieces: Collection[UUID]) -> list[dict[str, Any]]:
    """What a version is made of is told to those who look after models, and to auditors."""
    told = any(principal.may(verb, run.workspace_id) for verb in ("asset:modify", "audit:read"))
    calls = AssetCall.objects.filter(workspace_id=run.workspace_id, run__in=pieces)
    counted = list(calls.order_by().values("version_id", "arm", "node").annotate(calls=Count("id")))
    versions = AssetVersion.objects.select_related("asset").in_bulk({row["version_id"] for row in counted})
    rows = []
    for row in sorted(counted, key=lambda one: (one["node"], str(one["version_id"]), one["arm"])):
        version = versions[row["version_id"]]
        rows.append(
            {
                "asset": {"id": version.asset_id, "name": version.asset.title},
                "kind": version.asset.kind,
                "version": version.number,
                "content_hash": bytes(version.content_hash).hex(),
                "varies": version.runtime in CONFIGS,
                "asked": asked_of(version.runtime, version.config) if told else None,
                "archived": version.asset.archived_at is not None,
                "arm": row["arm"],
                "node": row["node"],
                "calls": row["calls"],
            }
        )
    return rows


def _outside(pieces: Collection[UUID]) -> list[dict[str, Any]]:
    rows = OutsideCall.objects.filter(run_id__in=pieces).order_by().values("host", "port", "kind", "node")
    return list(rows.annotate(calls=Count("id"), bytes=Sum("bytes")).order_by("host", "node", "kind"))


def _people(pieces: Collection[UUID], below: Mapping[UUID, int]) -> list[dict[str, Any]]:
    tasks = HumanTask.objects.filter(run_id__in=pieces).select_related("decided_by").order_by("step", "id")
    return [
        {
            "task": task.id,
            "step": below.get(task.run_id, task.step),
            "title": task.title,
            "decision": task.decision or task.state,
            "by": task.decided_by.name if task.decided_by else "",
            "at": task.decided_at,
        }
        for task in tasks
    ]


def _files(run: Run) -> list[dict[str, Any]]:
    """Files that its values point at, as far as these are not larger than what is kept in the row."""
    named: dict[UUID, str] = {}
    for row in RunValue.objects.filter(run_id=run.id, artifact_id=None).iterator(chunk_size=200):
        with suppress(Unsealable):  # it cannot be read any more, so it names nothing
            named |= dict(named_files(row_value(run.workspace_id, row)))
    there = Artifact.objects.filter(workspace_id=run.workspace_id).in_bulk(list(named))
    return [
        {
            "id": id,
            "name": there[id].name if id in there else name,
            "sha256": there[id].sha256 if id in there else "",
            "size": there[id].size if id in there else None,
            "kept": id in there,
        }
        for id, name in sorted(named.items(), key=lambda one: (one[1], one[0]))
    ]


def _missing(
    run: Run,
    plan: Plan | None,
    steps: list[dict[str, Any]],
    assets: list[dict[str, Any]],
    files: list[dict[str, Any]],
    outside: list[dict[str, Any]],
    people: list[dict[str, Any]],
    below: Mapping[UUID, int],
) -> Iterator[dict[str, str]]:
    """Every reason why the result could be another one, with the step it is about."""
    if not run.ended:
        yield {"code": "under_way", "node": "", "name": ""}
    if plan is None:
        yield {"code": "version_unusable", "node": "", "name": ""}
    named = step_names(run.version.graph)
    by_code: dict[str, dict[str, None]] = defaultdict(dict)
    for step in steps:
        if not step["kept"]:
            by_code["value_gone"][step["node"]] = None
    for asset in assets:
        if asset["varies"]:
            by_code["model_varies"][asset["node"]] = None
        if asset["archived"]:
            by_code["asset_archived"][asset["node"]] = None
    by_code["outside_world"] |= dict.fromkeys(call["node"] for call in outside if call["kind"] != OutsideKind.MODEL)
    nodes = {step["step"]: step["node"] for step in steps}
    by_code["person_decides"] |= dict.fromkeys(nodes[one["step"]] for one in people if one["step"] in nodes)
    for code, step in _missing_below(run, below):
        if step in nodes:
            by_code[code][nodes[step]] = None
    for code, found in by_code.items():
        yield from ({"code": code, "node": node, "name": named.get(node, node)} for node in found)
    yield from ({"code": "file_gone", "node": "", "name": file["name"]} for file in files if not file["kept"])


def _missing_below(run: Run, below: Mapping[UUID, int]) -> Iterator[tuple[str, int]]:
    """What runs of other workflows that worked for this one say of the step that called them."""
    others = set(below).difference(_pieces(run, below))
    calls = AssetCall.objects.filter(workspace_id=run.workspace_id, run__in=others).order_by()
    for child, runtime, archived in calls.values_list(
        "run", "version__runtime", "version__asset__archived_at"
    ).distinct():
        if runtime in CONFIGS:
            yield "model_varies", below[child]
        if archived is not None:
            yield "asset_archived", below[child]
    sent = OutsideCall.objects.filter(run_id__in=others).exclude(kind=OutsideKind.MODEL).order_by()
    yield from (("outside_world", below[child]) for child in sent.values_list("run_id", flat=True).distinct())
    tasks = HumanTask.objects.filter(run_id__in=others).order_by()
    yield from (("person_decides", below[child]) for child in tasks.values_list("run_id", flat=True).distinct())
