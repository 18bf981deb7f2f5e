"""Which version a reference means now, and what it takes to ask it."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection, connections, transaction

from orchestrator.assets.errors import ReferenceInvalid
from orchestrator.assets.models import Arm, Asset, AssetAlias, AssetVersion
from orchestrator.assets.pins import Pins
from orchestrator.assets.references import LIVE, Reference, read_reference
from orchestrator.assets.replacements import Replacement
from orchestrator.assets.trials import Trial
from orchestrator.engine.errors import ErrorCategory, StepFailed

KNOWN_FOR_S = 1.0
"""How long a process that does not listen may go on with a version after the alias was moved."""
CHANNEL = "asset_aliases"
"""Tells processes that listen to the database what to read anew: "workspace name@alias"."""
MOST_KNOWN = 2_000

Arguments = ParamSpec("Arguments")
Given = TypeVar("Given")


@dataclass(frozen=True, kw_only=True)
class Answering:
    """A version as read from the database, and by what name it was asked for."""

    asset: str
    alias: str
    arm: str
    kind: str
    task: str
    sample: bool
    id: UUID
    number: int
    runtime: str
    config: dict[str, Any]
    digest: str
    artifact_id: UUID | None
    trial: Trial | None = None
    """Of what an alias means: the version that may take its place, while that is tried out."""


class Recent:
    """The last versions that were read. `seconds` is how long each may be used; None: for ever, it never changes."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._known: OrderedDict[tuple[UUID, str], tuple[float, Answering]] = OrderedDict()
        self._changing = threading.Lock()

    def get(self, key: tuple[UUID, str]) -> Answering | None:
        read_at, found = self._known.get(key, (0.0, None))
        fresh = self._seconds is None or time.monotonic() - read_at < self._seconds
        return found if fresh else None

    def keep(self, key: tuple[UUID, str], found: Answering) -> None:
        with self._changing:
            self._known[key] = (time.monotonic(), found)
            self._known.move_to_end(key)
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)

    def forget(self, key: tuple[UUID, str]) -> None:
        with self._changing:
            self._known.pop(key, None)


_meant = Recent(KNOWN_FOR_S)
"""By workspace and reference."""
_pinned = Recent(None)
"""By workspace and id."""


async def answering(workspace_id: UUID, text: str, pins: Pins | None) -> Answering:
    """The version that the run asked before, else the one that the alias means, or that is tried in its place.

    Raises `StepFailed` (config).
    """
    pin = pins.get(_read(text)) if pins is not None else None
    if pin is None:
        found = await meant(workspace_id, text)
        if found.trial is None or pins is None or not found.trial.takes(pins.run):
            return found
        try:
            return await exactly(workspace_id, text, found.trial.version_id, Arm.CANDIDATE)
        except StepFailed:  # what cannot even be read does not answer in its place
            return found
    arm = Arm.CANDIDATE if pin.arm == Arm.CANDIDATE else Arm.PINNED
    return await exactly(workspace_id, text, pin.version_id, arm)


async def meant(workspace_id: UUID, text: str) -> Answering:
    """The version that the alias means, whatever is tried out in its place."""
    reference = _read(text)
    key = (workspace_id, str(reference))
    return _meant.get(key) or await _from_database(_meant, key, _read_meant, workspace_id, reference)


async def exactly(workspace_id: UUID, text: str, version_id: str, arm: str) -> Answering:
    """This version of what `text` names, asked for the reason `arm`."""
    reference = _read(text)
    key = (workspace_id, version_id)
    found = _pinned.get(key) or await _from_database(_pinned, key, _read_pinned, workspace_id, reference, version_id)
    return replace(found, alias=reference.alias, arm=arm)


def forget(workspace_id: UUID, name: str, alias: str) -> None:
    """What the alias means is read anew once the transaction around this is committed: here, and where one listens."""
    reference = str(Reference(name=name, alias=alias))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{workspace_id} {reference}"])
    transaction.on_commit(lambda: _meant.forget((workspace_id, reference)))


def heard(message: str) -> None:
    """Another process has moved an alias."""
    workspace_id, _, reference = message.partition(" ")
    _meant.forget((UUID(workspace_id), reference))


def in_database(function: Callable[Arguments, Given], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Given:
    """The ORM from a thread of a pool: the connection goes back when the call ends."""
    try:
        return function(*args, **kwargs)
    finally:
        connections.close_all()


async def _from_database(
    recent: Recent, key: tuple[UUID, str], read: Callable[..., Answering], *args: Any
) -> Answering:
    found: Answering = await sync_to_async(in_database, thread_sensitive=False)(read, *args)
    recent.keep(key, found)
    return found


def _read(text: str) -> Reference:
    try:
        return read_reference(text)
    except ReferenceInvalid as error:
        raise StepFailed(
            ErrorCategory.CONFIG, "asset_missing", str(error), hint="Choose another model for this step."
        ) from error


def _read_meant(workspace_id: UUID, reference: Reference) -> Answering:
    alias = (
        AssetAlias.objects.select_related("version", "asset")
        .filter(asset__workspace_id=workspace_id, asset__name=reference.name, name=reference.alias)
        .first()
    )
    if alias is None:
        what = reference.name if reference.alias == LIVE else str(reference)
        raise StepFailed(
            ErrorCategory.CONFIG,
            "asset_missing",
            f"There is nothing called {what!r} in the catalogue of this workspace.",
            hint="Choose another one for this step.",
        )
    if alias.asset.archived_at is not None:
        raise StepFailed(
            ErrorCategory.CONFIG,
            "asset_archived",
            f"{reference.name} is in the archive and answers no longer.",
            hint="Choose another model for this step, or bring this one back.",
        )
    found = _checked(alias.asset, alias.version, reference.alias)
    tried = Replacement.objects.trying().filter(asset_id=alias.asset_id, alias=reference.alias).first()
    return found if tried is None else replace(found, trial=_trial(tried))


def _trial(replacement: Replacement) -> Trial:
    return Trial(
        id=str(replacement.id),
        version_id=str(replacement.after_id),
        shadow=replacement.state == "shadow",
        percent=replacement.read_plan.percent,
    )


def _read_pinned(workspace_id: UUID, reference: Reference, version_id: str) -> Answering:
    version = (
        AssetVersion.objects.select_related("asset").filter(id=version_id, asset__workspace_id=workspace_id).first()
    )
    if version is None:
        raise StepFailed(
            ErrorCategory.CONFIG,
            "asset_missing",
            f"The version of {reference.name} that this run began with is gone.",
            hint="Run the workflow again.",
        )
    return _checked(version.asset, version, reference.alias)


def _checked(asset: Asset, version: AssetVersion, alias: str) -> Answering:
    """Refuses what is not as it was registered, by whatever way it was changed."""
    if not version.is_intact:
        raise StepFailed(
            ErrorCategory.INTERNAL,
            "asset_altered",
            f"{asset.name} version {version.number} was changed since it was registered and is not used.",
            hint="Tell the administrator of this installation.",
            asset=asset.name,
            version=version.number,
        )
    return Answering(
        asset=asset.name,
        alias=alias,
        arm=Arm.LIVE,
        kind=asset.kind,
        task=asset.task,
        sample=asset.sample,
        id=version.id,
        number=version.number,
        runtime=version.runtime,
        config=version.config,
        digest=version.digest,
        artifact_id=version.artifact_id,
    )
