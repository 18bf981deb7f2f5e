"""The ledger of what leaves the house for a run: a row is durable before the first byte goes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from uuid_utils.compat import uuid7

from builder.models import Workflow
from orchestrator.connectors.egress import Target
from orchestrator.connectors.http import HttpClient, HttpReply, HttpStream, Tell
from orchestrator.engine.errors import ErrorCategory, NotSent
from orchestrator.governance.tenancy import TenantQuerySet
from orchestrator.runs.database import AWAY, in_database_again

if TYPE_CHECKING:
    from orchestrator.governance.principal import Principal


class OutsideKind(models.TextChoices):
    """By which door something left."""

    HTTP = "http"
    TOOL = "tool"
    MODEL = "model"
    MAIL = "mail"


class OutsideCallQuerySet(TenantQuerySet["OutsideCall"]):
    def visible_to(self, principal: Principal) -> Self:
        from orchestrator.runs.models import Run

        hidden = Run.objects.filter(workflow__in=Workflow.objects.hidden_from(principal))
        return super().visible_to(principal).exclude(run_id__in=hidden.values("id"))


class OutsideCall(models.Model):
    """One request to another system, or the mail to one domain; without what was said.

    The ids are no foreign keys: the ledger outlives the runs and connections that it names.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    run_id = models.UUIDField()
    node = models.CharField(max_length=60)
    attempt = models.SmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=5, choices=OutsideKind)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(null=True)
    """None: mail."""
    bytes = models.BigIntegerField()
    """Of content that was to be sent; for mail the text and its attachments."""
    asset = models.CharField(max_length=200, blank=True)
    """Of a model: the reference that the step asked. Of a tool of an MCP server: its name there."""
    credential_id = models.UUIDField(null=True)
    """The connection whose secret went along. A model's stands in its version."""

    objects = OutsideCallQuerySet.as_manager()

    class Meta:
        db_table = "outside_calls"
        indexes = [
            models.Index(fields=["workspace_id", "-id"], name="outside_calls_list"),
            models.Index(fields=["run_id", "-id"], name="outside_calls_of_run"),
            models.Index(
                fields=["credential_id", "-id"],
                name="outside_calls_signed",
                condition=models.Q(credential_id__isnull=False),
            ),
        ]


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What an attempt of a step calls outside for."""

    workspace: UUID
    run: UUID
    node: str
    attempt: int
    kind: OutsideKind
    asset: str = ""
    credential: str | None = None

    def tell(self) -> Tell:
        """Keeps the row of each request. Raises `NotSent`, and so keeps the request here, where it cannot be kept."""

        async def keep(target: Target, size: int) -> None:
            with before_sending():
                await asyncio.to_thread(in_database_again, keep_call, self, target.host, target.port, size)

        return keep


def keep_call(purpose: Purpose, host: str, port: int | None, size: int) -> None:
    row = OutsideCall(
        workspace_id=purpose.workspace,
        run_id=purpose.run,
        node=purpose.node[:60],
        attempt=purpose.attempt,
        kind=purpose.kind,
        host=host[:253],
        port=port,
        bytes=size,
        asset=purpose.asset[:200],
        credential_id=UUID(purpose.credential) if purpose.credential else None,
    )
    OutsideCall.objects.bulk_create([row], ignore_conflicts=True)  # tried again after a lost commit, it is one row


@contextmanager
def before_sending() -> Iterator[None]:
    """What is read and kept before a request goes out."""
    try:
        yield
    except AWAY as error:
        message = "The product's own database did not answer, so nothing was sent."
        raise NotSent(ErrorCategory.UNAVAILABLE, "database_away", message, hint="Try again later.") from error


class ToldClient:
    """The door to the outside for one purpose."""

    def __init__(self, client: HttpClient, purpose: Purpose) -> None:
        self._client = client
        self._tell = purpose.tell()

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float = 30,
    ) -> HttpReply:
        return await self._client.send(
            method, url, headers=headers, content=content, timeout_s=timeout_s, tell=self._tell
        )

    def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float = 30,
    ) -> AbstractAsyncContextManager[HttpStream]:
        return self._client.stream(method, url, headers=headers, content=content, timeout_s=timeout_s, tell=self._tell)
