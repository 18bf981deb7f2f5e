"""What a step that measures a model asks: the evaluation is done where the step runs, on the queue `cpu`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from orchestrator.api.errors import ProblemError
from orchestrator.assets.actions.evaluations import begin_evaluation
from orchestrator.assets.errors import AssetError
from orchestrator.assets.evaluation.report import Report
from orchestrator.assets.evaluations import Evaluation, EvaluationState
from orchestrator.assets.measuring import measure, outcomes_of
from orchestrator.assets.models import Asset, AssetAlias, AssetVersion, Kind
from orchestrator.assets.references import LIVE
from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.governance.errors import Denied
from orchestrator.governance.principal import Principal
from orchestrator.nodes.measuring import Measured
from orchestrator.runs.database import in_database_again
from orchestrator.runs.models import Run
from orchestrator.runs.rights import acting

AGAIN_IN_S = 15.0


class ContextMeasures:
    """Measures with the rights of whom the run acts for."""

    def __init__(self, workspace: UUID, run: UUID) -> None:
        self._workspace = workspace
        self._run = run

    async def measure(
        self, name: str, *, version: str, data_set: str, rules: Sequence[dict[str, Any]], not_worse: bool
    ) -> Measured:
        return await asyncio.to_thread(
            in_database_again, self._measure, name, version, data_set, list(rules), not_worse
        )

    def _measure(
        self, name: str, version: str, data_set: str, rules: list[dict[str, Any]], not_worse: bool
    ) -> Measured:
        from orchestrator.assets.evaluation.gate import Rule, gate  # its libraries are large

        run = Run.objects.select_related("workflow__owner", "started_by").get(pk=self._run)
        try:
            principal = acting(run)
        except ProblemError as gone:
            raise StepFailed(ErrorCategory.REJECTED, gone.code, gone.detail) from gone
        wanted = [Rule.model_validate(rule) for rule in rules]
        measured = _version(self._workspace, name, version)
        cases = _asset(self._workspace, data_set, Kind.DATA_SET) if data_set else None
        report, evaluation = self._report(principal, measured, cases)
        live = _live(measured.asset) if not_worse or any(rule.not_worse_by is not None for rule in wanted) else None
        before = self._report(principal, live, cases)[0] if live is not None and live.id != measured.id else None
        significant = not_worse and before is not None
        if before is None:  # what is measured against itself, or first of all, is not worse
            wanted = [rule.model_copy(update={"not_worse_by": None}) for rule in wanted]
        try:
            passed = gate(report, wanted, live=before, significant=significant) if wanted or significant else None
        except (AssetError, ValidationError) as error:
            raise StepFailed(
                ErrorCategory.CONFIG, "rule_unfit", str(error), hint="Mend the rules of the step."
            ) from error
        return Measured(
            asset=measured.asset.name,
            version=measured.number,
            version_id=str(measured.id),
            evaluation=str(evaluation),
            passed=passed is None or passed.passed,
            reasons=["Every rule holds."] if passed is None else passed.reasons,
            main=report.main,
            value=report.figures[report.main],
            live=None if before is None else before.figures[before.main],
            cases=report.cases,
            figures=report.figures,
        )

    def _report(self, principal: Principal, version: AssetVersion, cases: Asset | None) -> tuple[Report, UUID]:
        try:
            evaluation = begin_evaluation(principal, version, cases)
        except Denied as denied:
            message = f"Whom this run acts for may not measure {version.asset.title}."
            raise StepFailed(
                ErrorCategory.REJECTED, "measuring_denied", message, hint="Share the model and the data set with them."
            ) from denied
        except ProblemError as refused:
            raise StepFailed(ErrorCategory.CONFIG, refused.code, refused.detail) from refused
        measure(evaluation.id)
        evaluation = Evaluation.objects.select_related("asset").get(id=evaluation.id)
        if evaluation.state == EvaluationState.RUNNING:
            raise StepFailed(
                ErrorCategory.UNAVAILABLE,
                "evaluation_under_way",
                "The same is being measured by another worker at the moment.",
                hint="Let the step try again: it takes over the report.",
                retryable=True,
                retry_after_s=AGAIN_IN_S,
            )
        report = evaluation.known_report
        if report is None:
            why = evaluation.error or "Somebody stopped the evaluation."
            raise StepFailed(ErrorCategory.REJECTED, "evaluation_failed", why, hint="Look at the data set.")
        return report.model_copy(update={"outcomes": outcomes_of(evaluation)}), evaluation.id


def _version(workspace: UUID, name: str, version: str) -> AssetVersion:
    asset = _asset(workspace, name, Kind.MODEL)
    numbered = asset.versions.filter(number=int(version)).first() if version.isdecimal() else None
    alias = AssetAlias.objects.select_related("version").filter(asset=asset, name=version).first()
    found = numbered or (alias.version if alias else None)
    if found is None:
        message = f"{asset.title} has no version {version!r}."
        raise StepFailed(
            ErrorCategory.CONFIG, "version_missing", message, hint="Give the number of a version, or one of its names."
        )
    found.asset = asset
    return found


def _live(asset: Asset) -> AssetVersion | None:
    alias = AssetAlias.objects.select_related("version__asset").filter(asset=asset, name=LIVE).first()
    return alias.version if alias else None


def _asset(workspace: UUID, name: str, kind: Kind) -> Asset:
    asset = Asset.objects.filter(workspace_id=workspace, name=name.partition("@")[0], kind=kind).first()
    if asset is None:
        raise StepFailed(
            ErrorCategory.CONFIG, "asset_missing", f"There is no {name!r} here.", hint="Choose another one in the step."
        )
    return asset
