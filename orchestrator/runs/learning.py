"""What a step does to models, with the rights of whom its run acts for."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from orchestrator.api.errors import ProblemError, TooMany
from orchestrator.assets import learning
from orchestrator.assets.actions import training as actions
from orchestrator.assets.actions.gathering import LATEST, gather_rows
from orchestrator.assets.actions.replacement import ask_replacement
from orchestrator.assets.actions.watching import look_again
from orchestrator.assets.errors import AssetError, TableUnusable, TrainingStopped
from orchestrator.assets.learning import Rows
from orchestrator.assets.models import Asset, AssetAlias, AssetVersion, Replacement, Training, TrainingState
from orchestrator.assets.references import read_reference
from orchestrator.assets.replacements import Plan
from orchestrator.assets.watching import FEWEST, new_corrections
from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.governance.errors import Denied
from orchestrator.nodes.learning import AskedReplacement, BuiltDataSet, LookedAt, TrainedVersion
from orchestrator.runs import rights
from orchestrator.runs.database import AWAY, in_database_again
from orchestrator.runs.files import step_errors
from orchestrator.runs.models import Run
from orchestrator.runs.stream import tell_workspace

TOLD_EVERY_S = 0.5
Given = TypeVar("Given")


class ContextModels:
    def __init__(self, workspace: UUID, run: UUID, key: UUID) -> None:
        self._workspace = workspace
        self._run = run
        self._key = key

    async def train(
        self,
        name: str,
        *,
        file: str | None,
        data_set: str | None,
        target: str,
        parameters: Mapping[str, Any],
        alias: str,
    ) -> TrainedVersion:
        stopped = threading.Event()
        read = (
            partial(learning.rows_of_file, self._workspace, _id(file))
            if file
            else partial(learning.rows_of_data_set, self._workspace, data_set or "")
        )
        try:
            return await asyncio.to_thread(self._train, name, read, target, parameters, alias, stopped)
        except asyncio.CancelledError:
            stopped.set()  # the thread ends at its next word of progress
            raise

    async def look_at(self, name: str) -> LookedAt:
        return await asyncio.to_thread(self._look_at, name)

    async def build_data_set(
        self, name: str, *, model: str | None, file: str | None, keep: bool, target: str, text: str
    ) -> BuiltDataSet:
        return await asyncio.to_thread(self._build_data_set, name, model, file, keep, target, text)

    async def ask_replacement(
        self, name: str, *, version: str, alias: str, plan: Mapping[str, Any], reason: str
    ) -> AskedReplacement:
        return await asyncio.to_thread(self._ask_replacement, name, version, alias, plan, reason)

    def _look_at(self, name: str) -> LookedAt:
        with _as_step_errors():
            run, asset = in_database_again(self._look_up, name)
            check = in_database_again(look_again, rights.acting(run), asset)
            new = in_database_again(new_corrections, asset)
        return LookedAt(
            asset=asset.name,
            version=check.version.number,
            drifted=check.drifted,
            score=check.score,
            calls=check.calls,
            judged=check.judged,
            agreed=check.agreed,
            tellable=check.judged >= FEWEST,
            new_corrections=new,
            text=(check.drift or {}).get("words") or "There is nothing to compare the calls with.",
        )

    def _build_data_set(
        self, name: str, model: str | None, file: str | None, keep: bool, target: str, text: str
    ) -> BuiltDataSet:
        with _as_step_errors():
            run, data_set = in_database_again(self._look_up, name)
            judged = in_database_again(self._look_up, model)[1] if model else None
            gathered = in_database_again(
                gather_rows,
                rights.acting(run),
                data_set,
                model=judged,
                file=_id(file) if file else None,
                keep=keep,
                target=target,
                text=text,
            )
        return BuiltDataSet(
            data_set=data_set.name,
            version=gathered.version.number,
            version_id=str(gathered.version.id),
            reference=f"{data_set.name}@{LATEST}",
            rows=gathered.rows,
            added=gathered.added,
        )

    def _ask_replacement(
        self, name: str, version: str, alias: str, plan: Mapping[str, Any], reason: str
    ) -> AskedReplacement:
        with _as_step_errors():
            run, asset = in_database_again(self._look_up, name)
            asked = in_database_again(self._replacement, run, asset, version, alias, plan, reason)
        return AskedReplacement(
            asset=asset.name, version=asked.after.number, alias=alias, request=str(asked.id), state=asked.state
        )

    def _replacement(
        self, run: Run, asset: Asset, version: str, alias: str, plan: Mapping[str, Any], reason: str
    ) -> Replacement:
        wanted = _version(asset, version)
        # Asked for by an attempt that died before it could say so: there is only one at a time for a name.
        known = Replacement.objects.open_for(asset.id, alias).select_related("after").filter(after=wanted).first()
        return known or ask_replacement(wanted, alias, Plan.model_validate(plan), reason, rights.acting(run))

    def _train(
        self,
        name: str,
        read: Callable[[], Rows],
        target: str,
        parameters: Mapping[str, Any],
        alias: str,
        stopped: threading.Event,
    ) -> TrainedVersion:
        with _as_step_errors():
            run, asset = in_database_again(self._look_up, name)
            rows = in_database_again(read)
            training = in_database_again(self._begin, run, asset, rows.source, target)
        if training.version is not None:
            return _described(asset, training.version, alias)  # done by an attempt that died before it could say so
        if training.state != TrainingState.RUNNING:
            raise StepFailed(ErrorCategory.CANCELLED, "training_stopped", "This training was stopped by a person.")
        try:
            with _as_step_errors():
                telling = Telling(training, stopped)
                trained = learning.train_rows(
                    asset.task, rows, target, parameters, progress=telling.progress, cancelled=telling.is_over
                )
                version = in_database_again(self._keep, run, training, trained, alias)
        except StepFailed as failed:
            in_database_again(actions.end_training, training, code=failed.error.code, message=failed.error.message)
            raise
        finally:
            tell_workspace(self._workspace, "trainings")
        return _described(asset, version, alias)

    def _look_up(self, name: str) -> tuple[Run, Asset]:
        run = Run.objects.select_related("workflow__owner", "started_by").get(pk=self._run)
        asset = Asset.objects.filter(workspace_id=self._workspace, name=read_reference(name).name).first()
        if asset is None:
            message = f"There is no model {name!r} in this workspace."
            raise StepFailed(ErrorCategory.CONFIG, "asset_missing", message, hint="Choose another model for this step.")
        return run, asset

    def _begin(self, run: Run, asset: Asset, source: str, target: str) -> Training:
        begun = actions.begin_training(
            rights.acting(run), asset, run=run.id, key=str(self._key), source=source, target=target
        )
        return Training.objects.select_related("asset", "version").get(pk=begun.pk)

    def _keep(self, run: Run, training: Training, trained: Any, alias: str) -> AssetVersion:
        return actions.keep_candidate(rights.acting(run), training, trained, alias)


class Telling:
    """Writes the progress of a training where its people see it, twice a second at most."""

    def __init__(self, training: Training, stopped: threading.Event) -> None:
        self._training = training
        self._stopped = stopped
        self._next = 0.0

    def progress(self, share: float, doing: str) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + TOLD_EVERY_S
        if not in_database_again(actions.tell_progress, self._training, share, doing):
            self._stopped.set()
        tell_workspace(self._training.workspace_id, "trainings")

    def is_over(self) -> bool:
        return self._stopped.is_set()


def _version(asset: Asset, named: str) -> AssetVersion:
    """By its number or by a name."""
    alias = AssetAlias.objects.select_related("version__asset").filter(asset=asset, name=named).first()
    numbered = asset.versions.select_related("asset").filter(number=named) if named.isdecimal() else None
    found = (numbered.first() if numbered else None) or (alias.version if alias else None)
    if found is None:
        message = f"{asset.title} has no version {named!r}."
        hint = "Give the number of a version, or one of its names."
        raise StepFailed(ErrorCategory.CONFIG, "version_missing", message, hint=hint)
    return found


def _described(asset: Asset, version: AssetVersion, alias: str) -> TrainedVersion:
    card = version.card
    return TrainedVersion(
        asset=asset.name,
        version=version.number,
        version_id=str(version.id),
        alias=alias,
        rows=card["data"]["rows"],
        metrics=dict(card["metrics"]),
        baseline=dict(card["baseline"]),
        warnings=list(card["warnings"]),
    )


@contextmanager
def _as_step_errors() -> Iterator[None]:
    """What goes wrong is an error of the step, in words that say what to do."""
    try:
        with step_errors():
            yield
    except AWAY:
        raise
    except TrainingStopped as error:
        raise StepFailed(ErrorCategory.CANCELLED, "training_stopped", str(error)) from error
    except TableUnusable as error:
        raise StepFailed(ErrorCategory.INPUT, "table_unusable", str(error)) from error
    except AssetError as error:
        raise StepFailed(ErrorCategory.INPUT, "training_refused", str(error)) from error
    except Denied as error:
        message = "Whoever this run acts for may not do this to the model. Let them have the right."
        raise StepFailed(ErrorCategory.REJECTED, "not_allowed", message) from error
    except TooMany as full:
        raise StepFailed(ErrorCategory.RATE_LIMITED, full.code, full.detail, retry_after_s=full.retry_after_s) from full
    except ProblemError as refused:
        raise StepFailed(ErrorCategory.REJECTED, refused.code, refused.detail) from refused


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise StepFailed(ErrorCategory.INPUT, "no_file", "The step was given no file but something else.") from None
