"""Measuring versions by data sets."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from orchestrator.api.announcements import announce
from orchestrator.api.errors import Conflict, Invalid
from orchestrator.assets.actions.locking import locked_row, record, refuse_archived
from orchestrator.assets.data_sets import EVALUATED
from orchestrator.assets.evaluations import UNDER_WAY, Evaluation, EvaluationState
from orchestrator.assets.models import Asset, AssetAlias, AssetVersion, Kind
from orchestrator.assets.references import LIVE
from orchestrator.governance import sharing
from orchestrator.governance.principal import Principal, system

MOST_UNDER_WAY = 5
"""Of one asset: each asks a model thousands of questions."""
MOST_TRIES = 3


def ask_evaluation(principal: Principal, version: AssetVersion, data_set: Asset | None = None) -> Evaluation:
    """Have `version` measured by what is live of `data_set`, else of the set that its asset is measured by.

    A worker does it. Where the same was measured before, that is given: neither of the two can have changed.
    """
    with transaction.atomic():
        evaluation = begin_evaluation(principal, version, data_set)
        if evaluation.state == EvaluationState.QUEUED:
            announce("evaluation.asked", evaluation=evaluation.id)
    return evaluation


def begin_evaluation(principal: Principal, version: AssetVersion, data_set: Asset | None = None) -> Evaluation:
    """The same for somebody who does it right away: no worker is rung for."""
    with transaction.atomic():
        asset = locked_row(version.asset)
        sharing.require(principal, "asset:modify", asset)
        refuse_archived(asset)
        cases = _cases(principal, asset, data_set)
        done = Evaluation.objects.filter(version=version, data_set=cases)
        known = done.filter(state__in=[*UNDER_WAY, EvaluationState.DONE]).order_by("-id").first()
        if known is not None:
            return known
        if asset.evaluations.filter(state__in=UNDER_WAY).count() >= MOST_UNDER_WAY:
            raise Conflict(
                "evaluations_under_way", "Several evaluations of it are under way. Wait until one has ended."
            )
        evaluation = Evaluation.objects.create(asset=asset, version=version, data_set=cases, by_id=principal.id)
        after = {"version": version.number, "data_set": cases.asset.name, "data_set_version": cases.number}
        record(principal, "asset.evaluation_asked", asset, after=after)
    return evaluation


def stop_evaluation(principal: Principal, evaluation: Evaluation) -> Evaluation:
    """Whoever works on it notices within seconds; nothing of it is kept."""
    with transaction.atomic():
        asset = locked_row(evaluation.asset)
        sharing.require(principal, "asset:modify", asset)
        stopped = Evaluation.objects.filter(id=evaluation.id, state__in=UNDER_WAY)
        if not stopped.update(state=EvaluationState.STOPPED, ended_at=timezone.now()):
            raise Conflict("evaluation_ended", "This evaluation has ended already.")
        record(principal, "asset.evaluation_stopped", asset, after={"version": evaluation.version.number})
    evaluation.refresh_from_db()
    return evaluation


def say_ended(evaluation: Evaluation, after: Mapping[str, str]) -> None:
    """In the trail. Part of the transaction that ends it."""
    facts = {"version": evaluation.version.number, "evaluation": str(evaluation.id), **after}
    record(system("evaluation"), "asset.evaluated", evaluation.asset, after=facts)


def begin_again() -> list[Evaluation]:
    """Those that no worker is at stand in line again; what has ended its worker three times does not. Called by the
    sweep, which rings for what it is given."""
    with transaction.atomic():
        rows = (
            Evaluation.objects.forgotten()
            .select_related("asset", "version")
            .select_for_update(of=("self",), skip_locked=True)
        )
        forgotten = list(rows.order_by("id")[:100])
        hopeless = [one for one in forgotten if one.tries >= MOST_TRIES]
        for evaluation in hopeless:
            fail_evaluation(evaluation, "The worker that asked the cases was ended each time. Take fewer cases.")
        again = [one for one in forgotten if one not in hopeless]
        rung = Evaluation.objects.filter(id__in=[one.id for one in again])
        rung.update(state=EvaluationState.QUEUED, alive_at=timezone.now())
    return again


def fail_evaluation(evaluation: Evaluation, why: str) -> None:
    """There is no report; `why` tells a person what to do."""
    with transaction.atomic():
        failed = Evaluation.objects.filter(id=evaluation.id, state__in=UNDER_WAY)
        if failed.update(state=EvaluationState.FAILED, error=why, ended_at=timezone.now()):
            say_ended(evaluation, {"state": "failed"})


def _cases(principal: Principal, asset: Asset, data_set: Asset | None) -> AssetVersion:
    if asset.kind != Kind.MODEL or asset.task not in EVALUATED:
        raise Invalid(
            "not_evaluated", "Only models that sort, read, predict, score or write are measured by data sets."
        )
    chosen = data_set or asset.evaluation_set
    if chosen is None:
        raise Invalid("no_data_set", "Choose the data set that it is measured by first.")
    if chosen.kind != Kind.DATA_SET or chosen.workspace_id != asset.workspace_id:
        raise Invalid("evaluation_set", "Choose a data set of this workspace to measure it by.")
    sharing.require(principal, "asset:consume", chosen)
    refuse_archived(chosen)
    alias = AssetAlias.objects.select_related("version__asset").filter(asset=chosen, name=LIVE).first()
    if alias is None or alias.version.artifact_id is None:
        raise Invalid("data_set_empty", "This data set has no rows yet. Add a file to it first.")
    return alias.version
