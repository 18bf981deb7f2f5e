"""Asks an asset: finds the version that is meant, loads it once a process, and says who answered.

Tasks and what they take and give:

classify  {text} -> {label, confidence, scores: [{label, score}]}
extract   {text, tables} -> the fields of `extract_fields`
score     {features} -> {score, level, reasons}
chat      {system?, prompt? | messages?, schema?, tools?} -> {text, json, calls: [{id, name, arguments}],
          tokens: {prompt, completion}, finish}
embed     {texts: [text]} -> {vectors: [[number]], model}
predict   {features} -> {label, confidence, scores} or {value, low, high}
detect    {features} -> {score, unusual}
forecast  {series: [{at, value}], periods} -> {values: [{at, value, low, high}], baseline: [...]}

A runtime may add `cost` (decimal) and `traits` (up to 16 numbers): they go into the record of the call only.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings

from orchestrator.assets.errors import ArtifactAltered, AssetError, RuntimeMissing
from orchestrator.assets.extraction import reading
from orchestrator.assets.models import Runtime, makers_of
from orchestrator.assets.pins import Pins
from orchestrator.assets.records import CallRecord, split_answer
from orchestrator.assets.runtimes import chat
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.labels import Labels
from orchestrator.assets.runtimes.patterns import Patterns
from orchestrator.assets.runtimes.skops import Score, TextClassifier
from orchestrator.assets.stored_files import keep_here
from orchestrator.assets.versions import Answering, answering, in_database
from orchestrator.connectors.chat import Sender
from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.governance.credentials import headers_for
from orchestrator.nodes.base import Answer

MOST_LOADED = 16
INTERRUPTED = "interrupted"
"""Code of a call that was stopped, or that failed in a way nobody foresaw."""


class Loaded(Protocol):
    def answer(self, payload: dict[str, Any]) -> dict[str, Any]: ...


Loader = Callable[[dict[str, Any], str, ModelFiles], Loaded]

LOADERS: dict[tuple[str, str], Loader] = {
    (Runtime.LABELS, "classify"): Labels,
    (Runtime.SKOPS, "classify"): TextClassifier,
    (Runtime.PATTERNS, "extract"): Patterns,
    (Runtime.SKOPS, "score"): Score,
}


_loaded: OrderedDict[UUID, Loaded] = OrderedDict()
_loading = threading.Lock()
_workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="assets")


async def call(
    workspace_id: UUID,
    reference: str,
    task: str,
    payload: dict[str, Any],
    http: Sender,
    *,
    pins: Pins | None = None,
    told: Callable[[CallRecord], None] | None = None,
) -> Answer:
    """Ask the version that `reference` (`name` or `name@alias`) means, or that the run of `pins` asked before.

    `told` hears of every question, also of one that failed or was interrupted. Raises `StepFailed`: config (no such
    asset, wrong task), internal (altered), or the model's own.
    """
    version = await answering(workspace_id, reference, pins)
    if version.task not in makers_of(task):
        raise StepFailed(
            ErrorCategory.CONFIG,
            "asset_wrong_task",
            f"{version.asset} cannot be used here: it is made to {version.task or version.kind}, not to {task}.",
            hint="Choose another model for this step.",
        )
    started = time.perf_counter()
    code, value, about = INTERRUPTED, {}, {}
    try:
        value, about = split_answer(await _answer(workspace_id, version, task, payload, http))
        code = ""
    except StepFailed as failed:
        code = failed.error.code
        raise
    finally:
        record = _record(version, task, code, started, about)
        if told is not None:
            told(record)
    if pins is not None:
        pins.learn([record.as_json()])
    return Answer(
        value=value,
        asset=version.asset,
        version=version.number,
        version_id=str(version.id),
        milliseconds=record.ms,
        confidence=value.get("confidence"),
        sample=version.sample,
        record=record.as_json(),
    )


def _record(version: Answering, task: str, code: str, started: float, about: dict[str, Any]) -> CallRecord:
    return CallRecord(
        asset=version.asset,
        version_id=str(version.id),
        version=version.number,
        alias=version.alias,
        arm=version.arm,
        task=task,
        code=code,
        ms=round((time.perf_counter() - started) * 1_000, 2),
        **about,
    )


async def _answer(
    workspace_id: UUID, version: Answering, task: str, payload: dict[str, Any], http: Sender
) -> dict[str, Any]:
    if (ask := ASKERS.get(version.runtime)) is not None:
        return await ask(version.config, task, payload, http, await _headers(workspace_id, version.config))
    return await asyncio.get_running_loop().run_in_executor(_workers, _ask, workspace_id, version, payload)


async def _say(
    config: dict[str, Any], task: str, payload: dict[str, Any], http: Sender, headers: dict[str, str]
) -> dict[str, Any]:
    """A language model chats, and can read documents as well."""
    if task == "chat":
        return await chat.answer(config, payload, http, headers)
    said = await chat.answer(config, reading.question(payload["text"]), http, headers)
    return {**reading.fields_of(said["json"], payload["text"]), "tokens": said["tokens"]}


Asker = Callable[[dict[str, Any], str, dict[str, Any], Sender, dict[str, str]], Awaitable[dict[str, Any]]]
"""Of a runtime that asks another machine: (config, task, payload, http, headers of its connection) -> answer."""
ASKERS: dict[str, Asker] = {Runtime.CHAT: _say}


async def _headers(workspace_id: UUID, config: dict[str, Any]) -> dict[str, str]:
    if not config.get("credential"):
        return {}
    read = sync_to_async(in_database, thread_sensitive=False)
    return await read(headers_for, workspace_id, config["credential"], config["base_url"])


def _ask(workspace_id: UUID, version: Answering, payload: dict[str, Any]) -> dict[str, Any]:
    return _runtime(workspace_id, version).answer(payload)


def _runtime(workspace_id: UUID, version: Answering) -> Loaded:
    """The version made ready to answer. One is loaded at a time: two at once would need twice the memory."""
    with _loading:
        if version.id not in _loaded:
            _loaded[version.id] = _load(workspace_id, version)
            while len(_loaded) > MOST_LOADED:
                _loaded.popitem(last=False)
        _loaded.move_to_end(version.id)
        return _loaded[version.id]


def _load(workspace_id: UUID, version: Answering) -> Loaded:
    files = ModelFiles(folder=Path(settings.DATA_DIR) / "models")
    loader = LOADERS.get((version.runtime, version.task))
    try:
        if loader is None:
            raise RuntimeMissing(f"Nothing here can make “{version.runtime}” {version.task}.")
        if version.artifact_id is not None:
            in_database(keep_here, files, workspace_id, version.artifact_id, version.digest)
        return loader(version.config, version.digest, files)
    except AssetError as error:
        altered = isinstance(error, ArtifactAltered)
        raise StepFailed(
            ErrorCategory.INTERNAL,
            "asset_altered" if altered else "asset_unusable",
            f"{version.asset} version {version.number} cannot be used. {error}",
            hint="Tell the administrator of this installation." if altered else "Choose another version of this model.",
            asset=version.asset,
            version=version.number,
        ) from error
