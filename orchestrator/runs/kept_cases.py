"""What the users of an asset have kept, tried with the old and the new version before anybody agrees to replace one.

For each step of a live workflow that asks the asset, the samples that people kept of the steps before it, or what the
latest test run gave, are put into its settings; the step is then done once with each version, and nothing else is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn
from uuid import UUID

from django.db import transaction

from builder.models import Workflow
from builder.samples import samples_of
from orchestrator.assets.calls import ask_version
from orchestrator.assets.models import Arm, Asset, Holder, Place, Replacement, ReplacementCase
from orchestrator.assets.references import read_reference
from orchestrator.assets.versions import answering, exactly
from orchestrator.assets.where_used import uses_of
from orchestrator.engine.errors import ErrorCategory, ExpressionError, StepFailed
from orchestrator.engine.node_spec import Effect
from orchestrator.engine.plan import Plan, PlanNode
from orchestrator.nodes.base import Answer, OnText
from orchestrator.nodes.registry import node_type
from orchestrator.runs.actions.posting import raw
from orchestrator.runs.actions.trials import LATEST_INPUT, LATEST_OUTPUTS, LATEST_TRIED
from orchestrator.runs.context import ContextFiles, Outside
from orchestrator.runs.plans import plan_of
from orchestrator.runs.steps import perform
from orchestrator.runs.values import read_value

MOST_STEPS = 100
LONGEST_S = 60.0
SOFT = frozenset({"confidence", "scores", "score", "reasons", "low", "high", "tokens"})
"""Members of an answer that say how sure it is, or why: they may differ where the answer is the same."""
ACTS = "This step acts on the outside, so it is not tried beforehand."
NOTHING_KEPT = "Nothing is kept to try it with. Keep a sample of the steps before it."


def try_cases(replacement_id: UUID) -> None:
    """Done by a worker once the replacement is asked for; done again, it gives the same."""
    rows = Replacement.objects.select_related("asset", "before", "after")
    replacement = rows.filter(id=replacement_id).first()
    if replacement is None:
        return
    cases = [_tried(replacement, workflow, plan, node) for workflow, plan, node in _steps(replacement)]
    with transaction.atomic():
        ReplacementCase.objects.filter(replacement=replacement).delete()
        ReplacementCase.objects.bulk_create(cases)
        Replacement.objects.filter(id=replacement_id).update(cases_tried=True)


def _steps(replacement: Replacement) -> Iterator[tuple[Workflow, Plan, PlanNode]]:
    uses = [
        use
        for use in uses_of(replacement.asset)
        if use.holder_kind == Holder.WORKFLOW and use.place == Place.LIVE and use.alias == replacement.alias
    ][:MOST_STEPS]
    workflows = Workflow.objects.kept().in_bulk({use.holder for use in uses})
    for use in uses:
        workflow = workflows.get(use.holder)
        if workflow is not None and workflow.live_version_id is not None:
            plan = plan_of(workflow.live_version_id)
            if use.node in plan.nodes:
                yield workflow, plan, plan.nodes[use.node]


def _tried(replacement: Replacement, workflow: Workflow, plan: Plan, node: PlanNode) -> ReplacementCase:
    case = ReplacementCase(replacement=replacement, workflow=workflow.pk, node=node.key, step=node.name)
    if node.effect is not Effect.PURE:
        case.why = ACTS
        return case
    known = _known(workflow, plan, node)
    if node.config.names - known.keys():
        case.why = NOTHING_KEPT
        return case
    try:
        config = node.config.resolve({name: known[name] for name in node.config.names})
    except ExpressionError as error:
        case.why = str(error)
        return case
    before = asyncio.run(_given(replacement, node, config, str(replacement.before_id)))
    after = asyncio.run(_given(replacement, node, config, str(replacement.after_id)))
    case.before, case.after = before.output, after.output
    case.why = before.error or after.error
    case.same = None if case.why else _decisive(before.output) == _decisive(after.output)
    return case


def _known(workflow: Workflow, plan: Plan, node: PlanNode) -> dict[str, Any]:
    """By name: what people kept of a step, else what it gave in the latest test run that has it."""
    known = samples_of(workflow)
    start = plan.nodes[plan.starts[0]] if plan.starts else None
    if start is not None:
        taken = _taken_in(workflow, start.key)
        known = {start.key: taken, "trigger": known.get(start.key, taken), **known} if taken is not None else known
    missing = sorted(node.config.names - known.keys())
    if missing:
        parameters = {"workflow": workflow.pk, "most": LATEST_TRIED, "names": missing}
        for name, run, number, _ in raw().cursor().execute(LATEST_OUTPUTS, parameters).fetchall():
            known[name] = read_value(UUID(str(run)), workflow.workspace_id, number)
    return known


def _taken_in(workflow: Workflow, start: str) -> Any:
    row = raw().cursor().execute(LATEST_INPUT, {"workflow": workflow.pk, "start": start}).fetchone()
    return None if row is None else read_value(UUID(str(row[0])), workflow.workspace_id, 0)


@dataclass(frozen=True, kw_only=True)
class Given:
    output: Any = None
    error: str = ""


async def _given(replacement: Replacement, node: PlanNode, config: Any, version_id: str) -> Given:
    outside = Outside()
    try:
        context = CaseContext(outside, replacement.asset, node.key, version_id)
        outcome = await perform(node_type(node.type, node.version), config, context, LONGEST_S)
    finally:
        await outside.close()
    if outcome.error is not None:
        return Given(error=outcome.error.message)
    return Given(output=outcome.result.output) if outcome.result is not None else Given(error=ACTS)


def _decisive(output: Any) -> Any:
    return (
        {name: value for name, value in output.items() if name not in SOFT} if isinstance(output, Mapping) else output
    )


class Closed:
    """What a step cannot reach while it is only tried."""

    def __getattr__(self, name: str) -> NoReturn:
        raise StepFailed(ErrorCategory.CONFIG, "not_tried", ACTS)


class CaseAssets:
    """Asks one version of one asset, and what the others mean."""

    def __init__(self, outside: Outside, asset: Asset, version_id: str) -> None:
        self._outside = outside
        self._asset = asset
        self._version_id = version_id

    async def call(self, name: str, task: str, payload: dict[str, Any], *, on_text: OnText | None = None) -> Answer:
        workspace = self._asset.workspace_id
        if read_reference(name).name == self._asset.name:
            version = await exactly(workspace, name, self._version_id, Arm.PINNED)
        else:
            version = await answering(workspace, name, None)
        return await ask_version(workspace, version, task, payload, await self._outside.client(workspace))


class CaseContext:
    """The world of a step that is tried: it may ask models and read files, and leaves no trace."""

    attempt = 1

    def __init__(self, outside: Outside, asset: Asset, step: str, version_id: str) -> None:
        self.run_id = self.idempotency_key = version_id
        self.step_key = step
        self.assets = CaseAssets(outside, asset, version_id)
        self.files = ContextFiles(asset.workspace_id)
        self.http = self.mail = self.messages = self.tools = self.agents = self.measures = Closed()

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def say(self, text: str) -> None:
        """Nobody watches."""
