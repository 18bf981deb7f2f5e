"""Asks an asset: finds the version that is live, loads it once a process, and says who answered.

Tasks: classify {text} -> {label, confidence, scores} · extract {text, tables} -> the fields of `extract_fields` ·
score {features} -> {score, level, reasons} · chat {system, prompt, schema?} -> {text, json}.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections

from orchestrator.assets.errors import ArtifactAltered, AssetError
from orchestrator.assets.extraction import reading
from orchestrator.assets.models import LIVE, AssetAlias, Runtime, makers_of
from orchestrator.assets.runtimes import chat
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.labels import Labels
from orchestrator.assets.runtimes.patterns import Patterns
from orchestrator.assets.runtimes.skops import Score, TextClassifier
from orchestrator.connectors.chat import Sender
from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.governance.credentials import headers_for
from orchestrator.nodes.base import Answer

KNOWN_FOR_S = 1.0
"""How long a process may go on with a version after the alias was moved."""
MOST_KNOWN = 2_000
MOST_LOADED = 16

Arguments = ParamSpec("Arguments")
Given = TypeVar("Given")


class Loaded(Protocol):
    def answer(self, payload: dict[str, Any]) -> dict[str, Any]: ...


Loader = Callable[[dict[str, Any], str, ModelFiles], Loaded]

LOADERS: dict[tuple[str, str], Loader] = {
    (Runtime.LABELS, "classify"): Labels,
    (Runtime.SKOPS, "classify"): TextClassifier,
    (Runtime.PATTERNS, "extract"): Patterns,
    (Runtime.SKOPS, "score"): Score,
}


@dataclass(frozen=True, kw_only=True)
class Live:
    """The live version of an asset, as read from the database."""

    asset: str
    task: str
    sample: bool
    id: UUID
    number: int
    runtime: str
    config: dict[str, Any]
    digest: str


_known: OrderedDict[tuple[UUID, str], tuple[float, Live]] = OrderedDict()
_loaded: OrderedDict[UUID, Loaded] = OrderedDict()
_loading = threading.Lock()
_workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="assets")


async def call(workspace_id: UUID, name: str, task: str, payload: dict[str, Any], http: Sender) -> Answer:
    """Raises `StepFailed`: config (no such asset, wrong task), internal (model file altered), or the model's own."""
    live = await _live(workspace_id, name)
    if live.task not in makers_of(task):
        raise StepFailed(
            ErrorCategory.CONFIG,
            "asset_wrong_task",
            f"{name} cannot be used here: it is made to {live.task}, not to {task}.",
            hint="Choose another model for this step.",
        )
    started = time.monotonic()
    if live.runtime == Runtime.CHAT:
        value = await _say(live, task, payload, http, await _headers(workspace_id, live.config))
    else:
        value = await asyncio.get_running_loop().run_in_executor(_workers, _ask, live, payload)
    return Answer(
        value=value,
        asset=name,
        version=live.number,
        version_id=str(live.id),
        milliseconds=(time.monotonic() - started) * 1_000,
        confidence=value.get("confidence"),
        sample=live.sample,
    )


async def _say(live: Live, task: str, payload: dict[str, Any], http: Sender, headers: dict[str, str]) -> dict[str, Any]:
    """A language model chats, and can read documents as well."""
    if task == "chat":
        return await chat.answer(live.config, payload, http, headers)
    said = await chat.answer(live.config, reading.question(payload["text"]), http, headers)
    return {**reading.fields_of(said["json"], payload["text"]), "tokens": said["tokens"]}


async def _live(workspace_id: UUID, name: str) -> Live:
    key, now = (workspace_id, name), time.monotonic()
    read_at, live = _known.get(key, (0.0, None))
    if live is not None and now - read_at < KNOWN_FOR_S:
        return live
    live = await sync_to_async(_in_database, thread_sensitive=False)(_read_live, workspace_id, name)
    _known[key] = (now, live)
    _known.move_to_end(key)
    while len(_known) > MOST_KNOWN:
        _known.popitem(last=False)
    return live


def _read_live(workspace_id: UUID, name: str) -> Live:
    alias = (
        AssetAlias.objects.select_related("version", "asset")
        .filter(asset__workspace_id=workspace_id, asset__name=name, name=LIVE)
        .first()
    )
    if alias is None:
        raise StepFailed(
            ErrorCategory.CONFIG,
            "asset_missing",
            f"There is no model {name!r} in this workspace.",
            hint="Choose another model for this step.",
        )
    version, asset = alias.version, alias.asset
    return Live(
        asset=asset.name,
        task=asset.task,
        sample=asset.sample,
        id=version.id,
        number=version.number,
        runtime=version.runtime,
        config=version.config,
        digest=version.digest,
    )


async def _headers(workspace_id: UUID, config: dict[str, Any]) -> dict[str, str]:
    if not config.get("credential"):
        return {}
    read = sync_to_async(_in_database, thread_sensitive=False)
    return await read(headers_for, workspace_id, config["credential"], config["base_url"])


def _ask(live: Live, payload: dict[str, Any]) -> dict[str, Any]:
    return _runtime(live).answer(payload)


def _runtime(live: Live) -> Loaded:
    """The version made ready to answer. One is loaded at a time: two at once would need twice the memory."""
    with _loading:
        if live.id not in _loaded:
            _loaded[live.id] = _load(live)
            while len(_loaded) > MOST_LOADED:
                _loaded.popitem(last=False)
        _loaded.move_to_end(live.id)
        return _loaded[live.id]


def _load(live: Live) -> Loaded:
    files = ModelFiles(folder=Path(settings.DATA_DIR) / "models")
    try:
        return LOADERS[live.runtime, live.task](live.config, live.digest, files)
    except AssetError as error:
        altered = isinstance(error, ArtifactAltered)
        raise StepFailed(
            ErrorCategory.INTERNAL,
            "asset_altered" if altered else "asset_unusable",
            f"{live.asset} version {live.number} cannot be used. {error}",
            hint="Tell the administrator of this installation." if altered else "Choose another version of this model.",
            asset=live.asset,
            version=live.number,
        ) from error


def _in_database(function: Callable[Arguments, Given], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Given:
    """The ORM from a thread of a pool: the connection goes back when the call ends."""
    try:
        return function(*args, **kwargs)
    finally:
        connections.close_all()
