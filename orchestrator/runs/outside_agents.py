"""The workflows that agents outside may run as tools, and how a run goes that one of them asked for.

Offered is every live tool that is a workflow and that nobody has to approve: the person whose token the agent sends
must be allowed to use the tool and to run the workflow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings

from builder.models import Status, Workflow
from orchestrator.api.errors import ProblemError
from orchestrator.assets.models import Asset, Kind
from orchestrator.assets.tools.schemas import value_problems
from orchestrator.assets.tools.tool import Effect, WorkflowTool, read_tool
from orchestrator.connectors.mcp_server import McpApp, OfferedWorkflow, Ran
from orchestrator.governance import sharing
from orchestrator.governance.denials import record_refusal
from orchestrator.governance.errors import Denied
from orchestrator.governance.principal import Principal, anonymous
from orchestrator.governance.tokens import principal_by, sent_token
from orchestrator.runs.actions import start_run
from orchestrator.runs.database import in_database
from orchestrator.runs.ends import ends
from orchestrator.runs.models import Run, RunStatus
from orchestrator.runs.outputs import run_output

HOW = "agent"
METHOD = "MCP"
"""What a refusal is told to have come by."""
READING = (Effect.PURE, Effect.READ)

Arguments = ParamSpec("Arguments")
Given = TypeVar("Given")


def mcp_app() -> McpApp[Principal]:
    return McpApp(OutsideAgents(), _authenticate, public_url=settings.PUBLIC_URL, version="1")


class OutsideAgents:
    """As `connectors.mcp_server.Workflows` wants it."""

    async def list(self, principal: Principal) -> Sequence[OfferedWorkflow]:
        return [one.shown for one in await _in_thread(_offered, principal)]

    async def run(self, principal: Principal, workflow: str, arguments: Mapping[str, Any]) -> Ran:
        return await _in_thread(_run, principal, workflow, dict(arguments))


@dataclass(frozen=True, kw_only=True)
class _Offer:
    tool: WorkflowTool
    workflow: Workflow
    shown: OfferedWorkflow


async def _authenticate(headers: Mapping[str, str], address: str | None) -> Principal | None:
    return await _in_thread(_principal, sent_token({"Authorization": headers.get("authorization", "")}), address)


def _principal(secret: str | None, address: str | None) -> Principal | None:
    """Whom the token stands for. That there is none stands in the trail, as at every other door."""
    found = principal_by(secret, address) if secret else None
    if found is None:
        said = "An agent came without an access token that is good here."
        who = anonymous(address)
        record_refusal(who, "workflow:run", status=401, reason=said, method=METHOD, object_id="", denied=None)
    return found


async def _in_thread(function: Callable[Arguments, Given], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Given:
    given: Given = await sync_to_async(in_database, thread_sensitive=False)(function, *args, **kwargs)
    return given


def _offered(principal: Principal) -> list[_Offer]:
    rows = Asset.objects.kept().filter(kind=Kind.TOOL).consumed_by(principal).with_live().order_by("name")
    tools = [(asset, read_tool(asset.live_aliases[0].version.config)) for asset in rows if asset.live_aliases]
    found = [(asset, tool) for asset, tool in tools if isinstance(tool, WorkflowTool) and not tool.needs_approval]
    workflows = {
        str(one.pk): one
        for one in Workflow.objects.visible_to(principal).filter(
            pk__in=[UUID(tool.workflow) for _, tool in found], archived_at__isnull=True
        )
    }
    offers: dict[str, _Offer] = {}
    for asset, tool in found:
        workflow = workflows.get(tool.workflow)
        if workflow is None or workflow.status != Status.LIVE or workflow.workspace_id != asset.workspace_id:
            continue
        if not sharing.may(principal, "workflow:run", workflow) or tool.name in offers:
            continue
        if not all(principal.may(right, asset.workspace_id) for right in tool.rights):
            continue
        offers[tool.name] = _Offer(tool=tool, workflow=workflow, shown=_shown(asset, tool))
    return list(offers.values())


def _shown(asset: Asset, tool: WorkflowTool) -> OfferedWorkflow:
    return OfferedWorkflow(
        id=str(asset.id),
        name=tool.name,
        title=asset.title,
        description=tool.description,
        input_schema=tool.input_schema,
        output_schema=None,  # a run may give something else than the tool says, and clients would refuse it
        only_reads=tool.effect in READING,
    )


def _run(principal: Principal, asset: str, arguments: dict[str, Any]) -> Ran:
    offer = next((one for one in _offered(principal) if one.shown.id == asset), None)
    if offer is None:
        return Ran(error="This tool is not offered any more. List the tools again.")
    if wrong := value_problems(offer.tool.input_schema, arguments):
        return Ran(error=f"The arguments do not fit. {' '.join(f'{one}.' for one in wrong)}")
    try:
        run = start_run(principal, workflow=offer.workflow, payload=arguments, how=HOW)
    except ProblemError as error:
        return Ran(error=" ".join([error.detail, *(str(one["message"]) for one in error.problems)]))
    except Denied as error:
        id, said = str(error.object_id or ""), error.message
        record_refusal(principal, error.verb, status=403, reason=said, method=METHOD, object_id=id, denied=error)
        return Ran(error=said)
    ended = ends.wait(run.pk, offer.tool.seconds)
    return _told(Run.objects.get(pk=run.pk)) if ended else Ran(error=_still(run.pk, "It is still running."))


def _told(run: Run) -> Ran:
    if run.status == RunStatus.DONE:
        return Ran(value=run_output(run))
    error = run.error or {}
    return Ran(error=_still(run.pk, str(error.get("message") or "It was stopped.")))


def _still(run: UUID, said: str) -> str:
    return f"{said} Look at it here: {settings.PUBLIC_URL}/runs/{run}"
