"""What left the house: each request of a step to another system, and the domains that got mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from orchestrator.assets.models import AssetCall, AssetVersion
from orchestrator.governance.models import Credential
from orchestrator.governance.principal import Principal
from orchestrator.operations.reports.shape import Asked, Report, Row, Runs, link
from orchestrator.runs.models import OutsideCall
from orchestrator.runs.outside_calls import OutsideKind


def _find(principal: Principal, workspace_id: UUID, asked: Asked) -> QuerySet[Any]:
    calls = OutsideCall.objects.visible_to(principal).filter(workspace_id=workspace_id)
    if asked.run:
        calls = calls.filter(run_id=asked.run)
    if asked.credential:
        calls = calls.filter(
            Q(credential_id=asked.credential) | Q(_asked_signed(workspace_id, asked.credential), kind=OutsideKind.MODEL)
        )
    return asked.within(calls, "at")


def _asked_signed(workspace_id: UUID, credential: UUID) -> Exists:
    """A model's connection stands in its version: whether the step asked one with this connection."""
    versions = AssetVersion.objects.filter(asset__workspace_id=workspace_id, config__credential=str(credential))
    asked = AssetCall.objects.filter(run=OuterRef("run_id"), node=OuterRef("node"), version__in=versions.values("id"))
    return Exists(asked.filter(workspace_id=workspace_id))


def _tell(workspace_id: UUID, calls: Sequence[OutsideCall]) -> list[Row]:
    runs = Runs(workspace_id, [call.run_id for call in calls])
    signed = _connections(workspace_id, calls)
    return [
        {
            "id": str(call.pk),
            "at": call.at,
            "host": f"{call.host}:{call.port}" if call.port else call.host,
            "kind": call.kind,
            "bytes": call.bytes,
            "workflow": runs.workflow(call.run_id),
            "run": runs.run(call.run_id),
            "step": runs.step(call.run_id, call.node),
            "asked": call.asset,
            "connection": signed.get(call.pk),
        }
        for call in calls
    ]


def _connections(workspace_id: UUID, calls: Sequence[OutsideCall]) -> dict[UUID, dict[str, str] | None]:
    """By call: whose secret went along. A connection that is gone keeps its id."""
    by_model = _by_model(workspace_id, [call for call in calls if call.kind == OutsideKind.MODEL])
    ids = {call.pk: call.credential_id or by_model.get((call.run_id, call.node)) for call in calls}
    names = dict(
        Credential.objects.filter(workspace_id=workspace_id, id__in=set(ids.values())).values_list("id", "name")
    )
    return {call: link("credential", id, names.get(id, str(id))) for call, id in ids.items() if id}


def _by_model(workspace_id: UUID, calls: Sequence[OutsideCall]) -> dict[tuple[UUID, str], UUID]:
    asked = AssetCall.objects.filter(
        workspace_id=workspace_id, run__in={call.run_id for call in calls}, version__config__credential__isnull=False
    )
    rows = asked.values_list("run", "node", "version__config__credential").distinct() if calls else []
    return {(run, node): UUID(credential) for run, node, credential in rows if credential}


OUTSIDE = Report(
    columns=("at", "host", "kind", "bytes", "workflow", "run", "step", "asked", "connection"),
    ordering=("-id",),
    find=_find,
    tell=_tell,
)
