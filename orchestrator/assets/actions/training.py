"""Training a model: asked for, begun, and its result kept as a candidate, which nothing uses by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from orchestrator.api.errors import Conflict, TooMany
from orchestrator.artifacts.actions import save_file
from orchestrator.assets.actions.aliases import move_alias
from orchestrator.assets.actions.locking import locked_row, record, refuse_archived
from orchestrator.assets.actions.versions import register_version
from orchestrator.assets.models import Asset, AssetVersion, Training, TrainingState
from orchestrator.assets.trainings import OPEN
from orchestrator.governance import sharing
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import Principal

if TYPE_CHECKING:
    from orchestrator.assets.pipelines.trained import Trained

CANDIDATE = "candidate"
MOST_OPEN = 5
"""Trainings of a workspace that wait or run at once."""
DAY = timedelta(days=1)


def ask_training(principal: Principal, asset: Asset, *, run: UUID, source: str, target: str) -> Training:
    """Somebody wants it trained; `run` is going to do it. Raises `Denied`, `Conflict` and `TooMany`."""
    with transaction.atomic():
        _require(principal, asset)
        training = Training.objects.create(
            workspace_id=asset.workspace_id,
            asset=asset,
            by_id=principal.id,
            run=run,
            source=source[:300],
            target=target[:300],
        )
        record(principal, "asset.training_asked", asset, after={"source": training.source, "target": training.target})
    return training


def begin_training(principal: Principal, asset: Asset, *, run: UUID, key: str, source: str, target: str) -> Training:
    """A step begins, or begins again after its worker was lost. One that was stopped meanwhile stays so."""
    with transaction.atomic():
        known = Training.objects.select_for_update().filter(key=key).first()
        asked = known or Training.objects.select_for_update().filter(run=run, asset=asset, key=None).first()
        if asked is None:
            _require(principal, asset)
            asked = Training(workspace_id=asset.workspace_id, asset=asset, by_id=principal.id, run=run)
        elif asked.state not in OPEN:
            return asked
        asked.key, asked.state, asked.started_at = key, TrainingState.RUNNING, asked.started_at or timezone.now()
        asked.source, asked.target = source[:300], target[:300]
        asked.save()
    return asked


def keep_candidate(principal: Principal, training: Training, trained: Trained, alias: str = CANDIDATE) -> AssetVersion:
    """The result as a new version under `alias`. Raises `Conflict` where the training was stopped meanwhile."""
    asset = training.asset
    file = f"{asset.name}.skops" if trained.model else ""
    artifact = save_file(None, asset.workspace_id, file, "application/octet-stream", trained.model) if file else None
    with transaction.atomic():
        held = Training.objects.select_for_update().get(id=training.id)
        if held.state != TrainingState.RUNNING:
            raise Conflict("training_stopped", "This training was stopped. Start it again if you want it.")
        version = register_version(
            principal,
            asset,
            runtime=trained.runtime,
            config=trained.config,
            artifact=artifact.id if artifact else None,
            metrics=trained.card["metrics"],
            inputs=trained.inputs,
            outputs=trained.outputs,
            card={**trained.card, "made_by_run": str(training.run)},
            note=f"Trained on {held.source}"[:500],
        )
        move_alias(principal, version, alias)
        held.state, held.share, held.doing, held.version = TrainingState.DONE, 1.0, "", version
        held.rows, held.ended_at = trained.card["data"]["rows"], timezone.now()
        held.save()
        after = {"version": version.number, "rows": held.rows, "data": trained.card["data"]["digest"]}
        record(principal, "asset.trained", asset, after=after, detail={"run": str(training.run)})
    return version


def end_training(training: Training, *, code: str, message: str) -> None:
    """It failed, unless somebody stopped it before."""
    Training.objects.filter(id=training.id, state__in=OPEN).update(
        state=TrainingState.FAILED, code=code, message=message, doing="", ended_at=timezone.now()
    )


def stop_training(principal: Principal, training: Training) -> None:
    """Nothing of it is kept. Raises `Conflict` for one that has ended."""
    with transaction.atomic():
        asset = locked_row(training.asset)
        sharing.require(principal, "asset:modify", asset)
        ended = Training.objects.filter(id=training.id, state__in=OPEN).update(
            state=TrainingState.STOPPED, doing="", ended_at=timezone.now()
        )
        if not ended:
            raise Conflict("training_ended", "This training has ended already.")
        record(principal, "asset.training_stopped", asset, detail={"run": str(training.run)})


def tell_progress(training: Training, share: float, doing: str) -> bool:
    """False: it was stopped meanwhile."""
    running = Training.objects.filter(id=training.id, state=TrainingState.RUNNING)
    return bool(running.update(share=round(share, 3), doing=doing[:80]))


def _require(principal: Principal, asset: Asset) -> None:
    """Also what a workspace may train: so many at once, so many minutes in a day."""
    sharing.require(principal, "asset:modify", asset)
    refuse_archived(asset)
    Workspace.objects.select_for_update(no_key=True).get(id=asset.workspace_id)
    here = Training.objects.filter(workspace_id=asset.workspace_id)
    if here.filter(state__in=OPEN).count() >= MOST_OPEN:
        message = f"{MOST_OPEN} trainings of this workspace wait or run already. Wait until one has ended."
        raise TooMany("trainings_full", message, retry_after_s=60)
    lately = here.filter(created_at__gte=timezone.now() - DAY, started_at__isnull=False)
    spent = lately.aggregate(spent=Sum(Coalesce("ended_at", Now()) - Coalesce("started_at", Now())))["spent"]
    if spent is not None and spent >= timedelta(minutes=settings.TRAINING_MINUTES_A_DAY):
        message = (
            f"This workspace has trained for {settings.TRAINING_MINUTES_A_DAY} minutes in the last day, which is all "
            "it may. Try again tomorrow, or ask whoever runs this installation for more."
        )
        raise TooMany("training_quota", message, retry_after_s=3_600)
