"""The language model that helps people build: which one it is, whether somebody may ask it, and asking it.

What it is asked is in the trail, and counts as use of the model by the person, in no workflow and no run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import transaction
from django.utils import timezone

from orchestrator.api.errors import Conflict
from orchestrator.assets.admission import Asker
from orchestrator.assets.calls import call
from orchestrator.assets.errors import ReferenceInvalid
from orchestrator.assets.models import Asset, AssetCall, AssetVersion, Kind
from orchestrator.assets.records import CallRecord
from orchestrator.assets.references import read_reference
from orchestrator.assets.versions import in_database
from orchestrator.connectors.conversation import OnText
from orchestrator.connectors.egress import Limits
from orchestrator.connectors.http import HttpClient
from orchestrator.governance import audit
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import Principal


@dataclass(frozen=True, kw_only=True)
class Help:
    """One person's questions to the model that helps."""

    workspace: UUID
    person: UUID | None
    reference: str
    hosts: tuple[str, ...]
    """Private ones that may be called."""
    limits: Limits
    """Of calls to the outside."""

    async def ask(self, payload: Mapping[str, Any], on_text: OnText | None = None) -> dict[str, Any]:
        """As `chat` of `calls.py`. Raises `StepFailed`."""
        http = HttpClient(allowed_hosts=self.hosts, limits=self.limits)
        asked: list[CallRecord] = []
        try:
            answer = await call(
                self.workspace,
                self.reference,
                "chat",
                dict(payload),
                http,
                told=asked.append,
                on_text=on_text,
                asker=lambda: Asker(person=self.person),
            )
        finally:
            await http.close()
            await sync_to_async(in_database, thread_sensitive=False)(self._count, asked)
        return answer.value

    def _count(self, asked: list[CallRecord]) -> None:
        for record in asked:
            version = AssetVersion.objects.filter(id=record.version_id).first()
            if version is None:
                continue
            AssetCall.objects.create(
                workspace_id=self.workspace,
                asset_id=version.asset_id,
                version=version,
                alias=record.alias,
                arm=record.arm,
                task=record.task,
                by_id=self.person,
                at=timezone.now(),
                code=record.code[:60],
                ms=record.ms,
                prompt_tokens=record.prompt_tokens,
                completion_tokens=record.completion_tokens,
                cost=None if record.cost is None else Decimal(record.cost),
            )


def helper(principal: Principal, workspace: Workspace) -> Asset | None:
    """The model that helps here, where there is one and this person may use it."""
    try:
        reference = read_reference(workspace.help_model)
    except ReferenceInvalid:
        return None
    named = Asset.objects.kept().filter(workspace=workspace, name=reference.name, kind=Kind.MODEL, task="chat")
    return named.filter(aliases__name=reference.alias).consumed_by(principal).first()


def begin(principal: Principal, workspace: Workspace, what: str, *, kind: str, id: UUID, name: str) -> Help:
    """Somebody asks for help with something of theirs. Raises `Conflict` where nothing helps."""
    asset = helper(principal, workspace)
    if asset is None:
        raise Conflict("help_off", "No language model helps here. An administrator chooses one in the settings.")
    with transaction.atomic():
        detail = {"what": what, "model": asset.name}
        audit.record(
            principal,
            "help.asked",
            workspace_id=workspace.id,
            object_type=kind,
            object_id=id,
            object_name=name,
            detail=detail,
        )
    hosts = tuple(sorted(workspace.allowed_hosts))
    return Help(
        workspace=workspace.id,
        person=principal.id,
        reference=workspace.help_model,
        hosts=hosts,
        limits=workspace.limits,
    )
