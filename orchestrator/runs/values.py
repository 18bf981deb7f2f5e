"""The values of one run: steps' outputs, numbered; the log holds their salted digests only."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

import orjson

from orchestrator.artifacts.actions import read_file, save_file
from orchestrator.engine.events import Binding, Constant, ItemRef, ValueRef
from orchestrator.runs.database import in_database_again
from orchestrator.runs.files import step_errors
from orchestrator.runs.models import RunValue
from orchestrator.runs.steps import stored_bytes
from orchestrator.runs.store import KeptValue

INLINE_BYTES = 256 * 1024
SALT_BYTES = 16
ReadRow = Callable[[UUID, int], Awaitable[tuple[Any, UUID | None]]]


def _random_salts() -> Iterator[bytes]:
    """From the system's source, read in blocks: a call to the kernel for each value would be felt."""
    while True:
        block = secrets.token_bytes(256 * SALT_BYTES)
        yield from (block[start : start + SALT_BYTES] for start in range(0, len(block), SALT_BYTES))


_salts = _random_salts()


def value_digest(salt: bytes, body: bytes) -> str:
    return hashlib.sha256(salt + body).hexdigest()


def keep_large(workspace: UUID, body: bytes) -> UUID:
    """Values above 256 KB go to the artifact store before anything points at them."""
    artifact = save_file(None, workspace, "value.json", "application/json", body)
    return UUID(str(artifact.id))


def read_value(run: UUID, workspace: UUID, number: int) -> Any:
    """A value as a page or a repeat needs it. None where it was erased."""
    row = RunValue.objects.filter(run_id=run, number=number).values("body", "artifact_id").first()
    if row is None:
        return None
    return orjson.loads(read_file(workspace, row["artifact_id"])) if row["artifact_id"] else row["body"]


class Values:
    """Keeps new values, reads old ones on demand. The ones of this process's doing stay in memory while it drives."""

    def __init__(self, run: UUID, workspace: UUID, read_row: ReadRow, *, last: int, known: dict[int, Any]) -> None:
        self._run = run
        self._workspace = workspace
        self._read_row = read_row
        self._known: dict[int, Any] = dict(known)
        self._reading: dict[int, asyncio.Future[Any]] = {}
        self._elsewhere: dict[int, UUID] = {}
        self._next = last + 1

    @staticmethod
    def ref(kept: KeptValue) -> ValueRef:
        return ValueRef(id=kept.number, digest=kept.digest)

    async def keep(self, value: Any) -> KeptValue:
        """Raises StepFailed for what cannot be stored, or not now."""
        body = stored_bytes(value)
        if len(body) <= INLINE_BYTES:
            return self.keep_bytes(value, body, None)
        with step_errors():
            artifact = await asyncio.to_thread(in_database_again, keep_large, self._workspace, body)
        return self.keep_bytes(value, body, artifact)

    def keep_bytes(self, value: Any, body: bytes, artifact: UUID | None) -> KeptValue:
        number, self._next = self._next, self._next + 1
        self._known[number] = value
        salt = next(_salts)
        return KeptValue(
            number=number,
            salt=salt,
            digest=value_digest(salt, body),
            body=None if artifact else body,
            artifact_id=artifact,
        )

    def keep_elsewhere(self, artifact: UUID, salt: bytes, digest: str) -> KeptValue:
        """A large value that another process has stored already."""
        number, self._next = self._next, self._next + 1
        self._elsewhere[number] = artifact
        return KeptValue(number=number, salt=salt, digest=digest, body=None, artifact_id=artifact)

    async def load(self, refs: Iterable[ValueRef]) -> None:
        """Bring values into memory for `bound`."""
        for ref in refs:
            await self.read(ref)

    def bound(self, binding: Binding) -> Any:
        """The value of a binding whose values are in memory."""
        if isinstance(binding, Constant):
            return binding.json
        if isinstance(binding, ItemRef):
            return self._known[binding.list.id][binding.index]
        return self._known[binding.id]

    async def read(self, ref: ValueRef) -> Any:
        if ref.id in self._known:
            return self._known[ref.id]
        reading = self._reading.get(ref.id)
        if reading is None:
            reading = self._reading[ref.id] = asyncio.ensure_future(self._fetch(ref))
        return await asyncio.shield(reading)

    async def _fetch(self, ref: ValueRef) -> Any:
        try:
            body = self._known[ref.id] = await self._stored(ref)
        finally:
            self._reading.pop(ref.id, None)
        return body

    async def _stored(self, ref: ValueRef) -> Any:
        """Raises StepFailed where the store does not give it back."""
        if ref.id in self._elsewhere:
            artifact: UUID | None = self._elsewhere[ref.id]
            body = None
        else:
            body, artifact = await self._read_row(self._run, ref.id)
        if artifact is None:
            return body
        with step_errors(before_effect=True):
            data = await asyncio.to_thread(in_database_again, read_file, self._workspace, artifact)
        return orjson.loads(data)
