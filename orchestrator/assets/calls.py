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
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings

from orchestrator.assets import remote
from orchestrator.assets.admission import Asker, admit
from orchestrator.assets.errors import ArtifactAltered, AssetError, RuntimeMissing
from orchestrator.assets.fallback import Listener, first_answer
from orchestrator.assets.models import Arm, Runtime, makers_of
from orchestrator.assets.pins import Pins
from orchestrator.assets.records import CallRecord, split_answer
from orchestrator.assets.runtimes import onnx_model, skops_model, trained
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.labels import Labels
from orchestrator.assets.runtimes.onnx_model import OnnxModel
from orchestrator.assets.runtimes.patterns import Patterns
from orchestrator.assets.runtimes.skops import Score, TextClassifier
from orchestrator.assets.runtimes.skops_model import SkopsModel
from orchestrator.assets.stored_files import keep_here
from orchestrator.assets.trials import agrees
from orchestrator.assets.versions import Answering, answering, exactly, in_database, meant
from orchestrator.connectors.conversation import OnText
from orchestrator.connectors.sender import Sender
from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.governance.credentials import headers_for
from orchestrator.nodes.base import Answer

MOST_LOADED = 16
INTERRUPTED = "interrupted"
"""Code of a call that was stopped, or that failed in a way nobody foresaw."""
SHORTEST_PATIENCE = 1.0
"""Seconds that a shadow may take longer than the answer that counts; where that took longer, as long again."""


class Loaded(Protocol):
    def answer(self, payload: dict[str, Any]) -> dict[str, Any]: ...


Loader = Callable[[dict[str, Any], str, ModelFiles], Loaded]

LOADERS: dict[tuple[str, str], Loader] = {
    (Runtime.LABELS, "classify"): Labels,
    (Runtime.SKOPS, "classify"): TextClassifier,
    (Runtime.PATTERNS, "extract"): Patterns,
    (Runtime.SKOPS, "score"): Score,
    (Runtime.SKOPS, "predict"): trained.predictor,
    (Runtime.SKOPS, "detect"): trained.unusual,
    (Runtime.FORECAST, "forecast"): trained.forecast,
    **{(Runtime.ONNX_MODEL, task): partial(OnnxModel, task=task) for task in onnx_model.TASKS},
    **{(Runtime.SKOPS_MODEL, task): partial(SkopsModel, task=task) for task in skops_model.TASKS},
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
    on_text: OnText | None = None,
    asker: Callable[[], Asker] | None = None,
) -> Answer:
    """Ask the version that `reference` (`name` or `name@alias`) means, or that the run of `pins` asked before.

    Where another version is tried in its place, that one may be asked instead, or beside it: see `trials`. While none
    can answer, those are asked that it names as its `fallbacks`; who answered stands in the answer. `told`
    hears of every question, also of one that failed or was interrupted; `on_text` of the text of a language model as it
    comes; `asker` says for whom it is, where a budget or limit depends on that. Raises `StepFailed`: config (no such
    asset, wrong task), internal (altered), what `admit` raises, or the model's own.
    """

    asking = _Asking(workspace_id, task, payload, http, pins, told, asker)
    first = await answering(workspace_id, reference, pins)
    found = await first_answer([reference, *first.config.get("fallbacks", ())], asking.ask, on_text)
    return replace(found.given, instead_of=tuple((tried.reference, tried.error.code) for tried in found.tried))


async def ask_version(
    workspace_id: UUID,
    version: Answering,
    task: str,
    payload: dict[str, Any],
    http: Sender,
    *,
    told: Callable[[CallRecord], None] | None = None,
    on_text: OnText | None = None,
    asker: Callable[[], Asker] | None = None,
) -> Answer:
    """Ask exactly this version, and no other. `told` hears of it in any case. Raises `StepFailed`."""
    if version.task not in makers_of(task):
        raise StepFailed(
            ErrorCategory.CONFIG,
            "asset_wrong_task",
            f"{version.asset} cannot be used here: it is made to {version.task or version.kind}, not to {task}.",
            hint="Choose another model for this step.",
        )
    admission = await admit(workspace_id, version.asset, asker)
    started = time.perf_counter()
    code, value, about, reported = INTERRUPTED, {}, {}, ""
    try:
        value, about = split_answer(await _answer(workspace_id, version, task, payload, http, on_text, asker))
        reported = str(value.pop("reported", ""))
        code = ""
    except StepFailed as failed:
        code = failed.error.code
        raise
    finally:
        record = _record(version, task, code, started, about)
        admission.paid(record.cost)
        if told is not None:
            told(record)
    return Answer(
        value=value,
        asset=version.asset,
        version=version.number,
        version_id=str(version.id),
        milliseconds=record.ms,
        confidence=value.get("confidence"),
        sample=version.sample,
        record=record.as_json(),
        reported=reported,
    )


class _Asking:
    """One question, to whichever version answers this run."""

    def __init__(
        self,
        workspace_id: UUID,
        task: str,
        payload: dict[str, Any],
        http: Sender,
        pins: Pins | None,
        told: Callable[[CallRecord], None] | None,
        asker: Callable[[], Asker] | None,
    ) -> None:
        self._workspace_id = workspace_id
        self._task = task
        self._payload = payload
        self._http = http
        self._pins = pins
        self._told = told
        self._asker = asker

    async def ask(self, reference: str, on_text: OnText | None) -> Answer:
        version = await answering(self._workspace_id, reference, self._pins)
        listener = Listener(on_text)
        hear = listener.hear if on_text is not None else None
        try:
            given = await self._beside(reference, version, hear)
        except StepFailed:
            # What is only tried out must not cost a run its answer: the version that the name means stands in.
            instead = await meant(self._workspace_id, reference) if version.arm == Arm.CANDIDATE else version
            if listener.heard or instead.id == version.id:
                raise
            given = await self._of(instead, hear, self._told)
        if self._pins is not None and given.record is not None:
            self._pins.learn([given.record])
        return given

    async def _beside(self, reference: str, version: Answering, on_text: OnText | None) -> Answer:
        """The answer of `version`; where a shadow is to be compared, that is asked at the same time."""
        if version.trial is None or not version.trial.shadow:
            return await self._of(version, on_text, self._told)
        records: list[CallRecord] = []
        shadow = asyncio.create_task(self._shadow(reference, version.trial.version_id, records.append))
        began = time.perf_counter()
        given: Answer | None = None
        try:
            given = await self._of(version, on_text, self._told)
        finally:
            patience = 0.0 if given is None else max(SHORTEST_PATIENCE, time.perf_counter() - began)
            compared = await _settled(shadow, patience)
            both = given is not None and compared is not None
            same = agrees(self._task, given.value, compared.value) if both else None
            if self._told is not None and records:
                self._told(replace(records[0], agrees=same))
        return given

    async def _shadow(self, reference: str, version_id: str, told: Callable[[CallRecord], None]) -> Answer:
        other = await exactly(self._workspace_id, reference, version_id, Arm.SHADOW)
        return await self._of(other, None, told)

    async def _of(
        self, version: Answering, on_text: OnText | None, told: Callable[[CallRecord], None] | None
    ) -> Answer:
        return await ask_version(
            self._workspace_id,
            version,
            self._task,
            self._payload,
            self._http,
            told=told,
            on_text=on_text,
            asker=self._asker,
        )


async def _settled(shadow: asyncio.Task[Answer], patience: float) -> Answer | None:
    """What a shadow answered within `patience` seconds: it is not waited for any longer, and may fail."""
    await asyncio.wait([shadow], timeout=patience)
    shadow.cancel()
    await asyncio.wait([shadow])
    failed = shadow.cancelled() or shadow.exception() is not None
    return None if failed else shadow.result()


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
    workspace_id: UUID,
    version: Answering,
    task: str,
    payload: dict[str, Any],
    http: Sender,
    on_text: OnText | None,
    asker: Callable[[], Asker] | None,
) -> dict[str, Any]:
    if version.runtime in remote.CONFIGS:
        headers = await _headers(workspace_id, version.config, asker)
        return await remote.ask(version.runtime, task, version.config, payload, http, headers, on_text=on_text)
    return await asyncio.get_running_loop().run_in_executor(_workers, _ask, workspace_id, version, payload)


async def _headers(workspace_id: UUID, config: dict[str, Any], asker: Callable[[], Asker] | None) -> dict[str, str]:
    if not config.get("credential"):
        return {}
    use = None if asker is None else lambda: asker().use
    read = sync_to_async(in_database, thread_sensitive=False)
    return await read(headers_for, workspace_id, config["credential"], config["base_url"], use)


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
