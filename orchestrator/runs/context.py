"""The world a step sees (`nodes.base.NodeContext`), with the real rooms plugged in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings

from orchestrator.api.errors import ProblemError, TooMany
from orchestrator.artifacts.actions import read_file, save_file
from orchestrator.assets import calls
from orchestrator.assets.admission import Asker
from orchestrator.assets.pins import Pins
from orchestrator.assets.records import CallRecord
from orchestrator.assets.tools.call import McpAnswer
from orchestrator.assets.tools.tool import McpTool
from orchestrator.assets.where_used import asset_names
from orchestrator.connectors.egress import Limits
from orchestrator.connectors.http import HttpClient
from orchestrator.connectors.transport import Transport
from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.governance.credentials import Use, headers_for
from orchestrator.governance.models import Workspace
from orchestrator.nodes.base import Answer, FileRef, HttpReply, OnText
from orchestrator.runs import messages, rights
from orchestrator.runs.database import in_database_again
from orchestrator.runs.files import step_errors
from orchestrator.runs.learning import ContextModels
from orchestrator.runs.measuring import ContextMeasures
from orchestrator.runs.models import Run
from orchestrator.runs.outbox import send_mail
from orchestrator.runs.outside_calls import OutsideKind, Purpose, ToldClient, before_sending
from orchestrator.runs.tools import NOBODY, Calling, ContextAgents, ContextTools, Listener


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Those of a workspace for calls to the outside."""

    allowed_hosts: tuple[str, ...]
    """Private ones."""
    limits: Limits


class Outside:
    """What the steps of one process share: HTTP connections, one client for each set of rules."""

    def __init__(self) -> None:
        self._clients: dict[Rules, HttpClient] = {}
        self._known: dict[UUID, tuple[float, Rules]] = {}
        self._rights: dict[tuple[UUID, str], float] = {}

    async def client(self, workspace: UUID) -> HttpClient:
        rules = await self.rules(workspace)
        if rules not in self._clients:
            self._clients[rules] = HttpClient(allowed_hosts=rules.allowed_hosts, limits=rules.limits)
        return self._clients[rules]

    async def rules(self, workspace: UUID) -> Rules:
        """Read at most once a second: a change of the setting holds from the next second on."""
        now = asyncio.get_running_loop().time()
        known = self._known.get(workspace)
        if known is None or now - known[0] > 1:
            known = self._known[workspace] = (now, await asyncio.to_thread(in_database_again, _rules_of, workspace))
        return known[1]

    async def require_right(self, run: UUID, asset: str | None) -> None:
        """Whoever the run acts for may use this asset, or connections (None), still. Looked up once a second.

        Raises `NotSent` (auth).
        """
        now, asked = asyncio.get_running_loop().time(), (run, asset or "")
        if now - self._rights.get(asked, -2.0) <= 1:
            return
        check = partial(rights.caller_of, run, (asset,)) if asset else partial(rights.require_connection, run)
        await asyncio.to_thread(in_database_again, check)
        self._rights = {one: at for one, at in self._rights.items() if now - at <= 1}
        self._rights[asked] = now

    async def close(self) -> None:
        for client in self._clients.values():
            await client.close()


def _rules_of(workspace: UUID) -> Rules:
    found = Workspace.objects.only("allowed_hosts", "outside", "listed_hosts", "denied_hosts").get(pk=workspace)
    return Rules(allowed_hosts=tuple(sorted(found.allowed_hosts)), limits=found.limits)


async def account_headers(workspace: UUID, credential: str | None, url: str, use: Callable[[], Use]) -> dict[str, str]:
    if not credential:
        return {}
    return await asyncio.to_thread(in_database_again, headers_for, workspace, credential, url, use)


class ContextHttp:
    def __init__(self, outside: Outside, purpose: Purpose, use: Callable[[], Use]) -> None:
        self._outside = outside
        self._workspace = purpose.workspace
        self._purpose = purpose
        self._use = use

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float = 30,
        credential: str | None = None,
    ) -> HttpReply:
        with before_sending():
            client = await self._outside.client(self._workspace)
            if credential:
                await self._require_connection()
            extra = await account_headers(self._workspace, credential, url, self._use)
        told = ToldClient(client, replace(self._purpose, credential=credential))
        return await told.send(method, url, headers={**(headers or {}), **extra}, content=content, timeout_s=timeout_s)

    async def _require_connection(self) -> None:
        await self._outside.require_right(self._purpose.run, None)


class ToolDoors(ContextHttp):
    """What tools are called through: the doors of every step, with their egress and their accounts."""

    async def _require_connection(self) -> None:
        """The account of a tool goes with the right to use the tool."""

    async def call_mcp(self, tool: McpTool, arguments: Mapping[str, Any]) -> McpAnswer:
        await asyncio.to_thread(import_module, "orchestrator.connectors.mcp")
        from orchestrator.connectors import mcp

        with before_sending():
            rules = await self._outside.rules(self._workspace)
            headers = await account_headers(self._workspace, tool.credential, tool.url, self._use)
            program = mcp.program_of(tool.url, settings.MCP_PROGRAMS)
        tell = replace(self._purpose, asset=tool.tool, credential=tool.credential).tell()
        server = mcp.Server(
            url=tool.url,
            transport=lambda: Transport(rules.allowed_hosts, limits=rules.limits, tell=tell),
            headers=headers,
            program=program,
            seconds=tool.seconds,
        )
        given = await mcp.call_tool(server, tool.tool, tool.pin, arguments)
        return McpAnswer(value=given.value, is_error=given.is_error)


class ContextAssets:
    def __init__(
        self, outside: Outside, purpose: Purpose, node_type: str, pins: Pins, asked: list[dict[str, Any]]
    ) -> None:
        self._outside = outside
        self._purpose = purpose
        self._node_type = node_type
        self._pins = pins
        self._asked = asked

    async def call(self, name: str, task: str, payload: dict[str, Any], *, on_text: OnText | None = None) -> Answer:
        with before_sending():
            client = await self._outside.client(self._purpose.workspace)
            for asset in asset_names((name,)):
                await self._outside.require_right(self._purpose.run, asset)
        return await calls.call(
            self._purpose.workspace,
            name,
            task,
            payload,
            ToldClient(client, replace(self._purpose, asset=name)),
            pins=self._pins,
            told=self._keep,
            on_text=on_text,
            asker=self._asker,
        )

    def _asker(self) -> Asker:
        """A trial of a step has no run."""
        found = Run.objects.filter(pk=self._purpose.run).values_list("workflow_id", "started_by_id").first()
        workflow, person = found or (None, None)
        return Asker(workflow=workflow, person=person, node_type=self._node_type)

    def _keep(self, record: CallRecord) -> None:
        self._asked.append({**record.as_json(), "node": self._purpose.node})


class ContextFiles:
    def __init__(self, workspace: UUID) -> None:
        self._workspace = workspace

    async def read(self, file_id: str) -> bytes:
        try:
            wanted = UUID(file_id)
        except ValueError:
            raise StepFailed(ErrorCategory.INPUT, "no_file", "The step was given no file but something else.") from None
        with step_errors():
            return await asyncio.to_thread(in_database_again, read_file, self._workspace, wanted)

    async def save(self, name: str, media_type: str, data: bytes) -> FileRef:
        with step_errors():
            artifact = await asyncio.to_thread(
                in_database_again, save_file, None, self._workspace, name, media_type, data
            )
        return FileRef(**artifact.as_ref())


class ContextMail:
    def __init__(self, purpose: Purpose, key: UUID) -> None:
        self._purpose = purpose
        self._key = key

    async def send(
        self,
        *,
        to: list[str],
        subject: str,
        body: str,
        reply_to: str | None,
        attachments: list[FileRef],
        outbox_only: bool = False,
    ) -> dict[str, Any]:
        with step_errors(before_effect=True):  # files are read before the mail is handed over
            return await asyncio.to_thread(
                in_database_again,
                send_mail,
                self._purpose,
                self._key,
                to=to,
                subject=subject,
                body=body,
                reply_to=reply_to or "",
                attachments=[file.model_dump() for file in attachments],
                outbox_only=outbox_only,
            )


class ContextMessages:
    def __init__(self, workspace: UUID, run: UUID, key: UUID) -> None:
        self._workspace = workspace
        self._run = run
        self._key = key

    async def send(self, *, name: str, correlation: str, body: Any, keep: timedelta) -> dict[str, Any]:
        sent = await asyncio.to_thread(in_database_again, self._deliver, name, correlation, body, keep)
        return {"message": str(sent.id), "outcome": sent.outcome}

    def _deliver(self, name: str, correlation: str, body: Any, keep: timedelta) -> messages.Sent:
        sender = Run.objects.values_list("workflow__name", flat=True).get(pk=self._run)
        key = f"step:{self._key}"
        try:
            return messages.deliver(
                self._workspace, name=name, correlation=correlation, body=body, sender=sender, key=key, keep=keep
            )
        except TooMany as full:
            raise StepFailed(
                ErrorCategory.RATE_LIMITED, full.code, full.detail, retryable=True, retry_after_s=full.retry_after_s
            ) from full
        except ProblemError as refused:
            message = f"A workflow that begins with this message could not be started: {refused.detail}"
            raise StepFailed(ErrorCategory.REJECTED, refused.code, message) from refused


class Context:
    """The world of one attempt of one step.

    `pins` are those of the run; `asked` gets a record of each call to an asset, as it ends; `listener` hears what is
    shown of the attempt while it is under way; `agents_above` wait for this run, one above the other.
    """

    def __init__(
        self,
        *,
        outside: Outside,
        workspace_id: UUID,
        run: UUID,
        step_key: str,
        step_type: str,
        attempt: int,
        key: UUID,
        pins: Pins | None = None,
        asked: list[dict[str, Any]] | None = None,
        listener: Listener = NOBODY,
        agents_above: int = 0,
    ) -> None:
        self.run_id = str(run)
        self.step_key = step_key
        self._step_type = step_type
        self.attempt = attempt
        self.idempotency_key = str(key)
        self._outside = outside
        self._workspace = workspace_id
        self._run = run
        self._key = key
        self._pins = pins if pins is not None else Pins()
        self._asked = asked if asked is not None else []
        self._listener = listener
        self._agents_above = agents_above

    @property
    def http(self) -> ContextHttp:
        return ContextHttp(self._outside, self._for(OutsideKind.HTTP), self._use)

    @property
    def assets(self) -> ContextAssets:
        return ContextAssets(self._outside, self._for(OutsideKind.MODEL), self._step_type, self._pins, self._asked)

    @property
    def files(self) -> ContextFiles:
        return ContextFiles(self._workspace)

    @property
    def mail(self) -> ContextMail:
        return ContextMail(self._for(OutsideKind.MAIL), self._key)

    @property
    def messages(self) -> ContextMessages:
        return ContextMessages(self._workspace, self._run, self._key)

    @property
    def tools(self) -> ContextTools:
        return ContextTools(self._calling())

    @property
    def agents(self) -> ContextAgents:
        return ContextAgents(self._calling(), self.assets, depth=self._agents_above + 1)

    def _calling(self) -> Calling:
        return Calling(
            workspace=self._workspace,
            run=self._run,
            node=self.step_key,
            key=self.idempotency_key,
            pins=self._pins,
            asked=self._asked,
            outside=ToolDoors(self._outside, self._for(OutsideKind.TOOL), self._use),
            listener=self._listener,
        )

    def _for(self, kind: OutsideKind) -> Purpose:
        return Purpose(workspace=self._workspace, run=self._run, node=self.step_key, attempt=self.attempt, kind=kind)

    def _use(self) -> Use:
        """What connections are asked for; asked where one is not for everybody."""
        workflow = Run.objects.filter(pk=self._run).values_list("workflow_id", flat=True).first()
        return Use(node_type=self._step_type, workflow=workflow)

    @property
    def measures(self) -> ContextMeasures:
        return ContextMeasures(self._workspace, self._run)

    @property
    def models(self) -> ContextModels:
        return ContextModels(self._workspace, self._run, self._key)

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def say(self, text: str) -> None:
        self._listener.say(text)
