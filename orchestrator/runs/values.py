"""The values of one run: steps' outputs, numbered; the log holds their salted digests only."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

import orjson

from orchestrator.api.errors import ProblemError
from orchestrator.artifacts.actions import read_file, save_file
from orchestrator.engine.errors import ErrorCategory, NotSent
from orchestrator.engine.events import Binding, Constant, ItemRef, Record, ValueRef
from orchestrator.governance.data_keys import Sealer, open_data, opener
from orchestrator.governance.errors import Unsealable
from orchestrator.runs.database import in_database_again
from orchestrator.runs.files import step_errors
from orchestrator.runs.models import RunValue
from orchestrator.runs.steps import stored_bytes
from orchestrator.runs.store import KeptValue

INLINE_BYTES = 256 * 1024
SALT_BYTES = 16
PLACE = b"run value,"
Key = int | tuple[str, int]
"""The number of a value of the run itself, or the run and number of one of another run."""
ReadRow = Callable[[UUID, int], Awaitable[Any]]
"""Gives the row of a value: body, artifact_id, salt and sealed."""


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
    """A value as a page or a repeat needs it; None where it was erased. Raises ProblemError where it does not open."""
    row = RunValue.objects.filter(run_id=run, number=number).first()
    try:
        return None if row is None else row_value(workspace, row)
    except Unsealable as error:
        told = f"This data is sealed and cannot be opened: {error}. Tell the administrator of this installation."
        raise ProblemError(410, "data_unreadable", told) from error


def row_value(workspace: UUID, row: RunValue) -> Any:
    """Raises `Unsealable`."""
    if row.artifact_id:
        return orjson.loads(read_file(workspace, row.artifact_id))
    return orjson.loads(opened(workspace, bytes(row.salt), bytes(row.sealed))) if row.sealed else row.body


def opened(workspace: UUID, salt: bytes, sealed: bytes) -> bytes:
    """The JSON of a sealed value. Raises `Unsealable` where it was sealed for another one."""
    return open_data(workspace, sealed, PLACE + salt)


def kept_value(sealer: Sealer | None, number: int, salt: bytes, body: bytes, artifact: UUID | None = None) -> KeptValue:
    """A value as it is written: where it belongs, and sealed if that is wanted. Large ones are kept as files."""
    here = None if artifact else body
    sealed = sealer.seal(here, PLACE + salt) if sealer and here is not None else None
    return KeptValue(
        number=number,
        salt=salt,
        digest=value_digest(salt, body),
        body=None if sealed else here,
        artifact_id=artifact,
        sealed=sealed,
    )


class Values:
    """Keeps new values, reads old ones on demand. The ones of this process's doing stay in memory while it drives."""

    def __init__(
        self, row: Any, read_row: ReadRow, *, last: int, known: dict[int, Any], sealer: Sealer | None = None
    ) -> None:
        """`row` is that of the run: id and workspace_id."""
        self._run: UUID = row.id
        self._workspace: UUID = row.workspace_id
        self._sealer = sealer
        self._read_row = read_row
        self._known: dict[Key, Any] = dict(known)
        self._reading: dict[Key, asyncio.Future[Any]] = {}
        self._elsewhere: dict[int, UUID] = {}
        self._next = last + 1

    @staticmethod
    def ref(kept: KeptValue) -> ValueRef:
        return ValueRef(id=kept.number, digest=kept.digest)

    async def keep(self, value: Any) -> KeptValue:
        """Raises StepFailed for what cannot be stored, or not now."""
        body = stored_bytes(value)
        return self.keep_bytes(value, body, await self._artifact(body))

    async def keep_aside(self, value: Any) -> KeptValue:
        """One that this run itself will not read."""
        kept = await self.keep(value)
        del self._known[kept.number]
        return kept

    async def keep_json(self, body: bytes) -> KeptValue:
        """A value that is JSON already; a large one stays out of memory until it is read."""
        artifact = await self._artifact(body)
        if artifact is None:
            return self.keep_bytes(orjson.loads(body), body, None)
        salt = next(_salts)
        return self.keep_elsewhere(artifact, salt, value_digest(salt, body))

    async def input_of_another(self, body: bytes) -> KeptValue:
        """A value that another run begins with: its input."""
        artifact = await self._artifact(body)
        return kept_value(self._sealer, 0, next(_salts), body, artifact)

    async def _artifact(self, body: bytes) -> UUID | None:
        if len(body) <= INLINE_BYTES:
            return None
        with step_errors():
            return await asyncio.to_thread(in_database_again, keep_large, self._workspace, body)

    def keep_bytes(self, value: Any, body: bytes, artifact: UUID | None) -> KeptValue:
        number, self._next = self._next, self._next + 1
        self._known[number] = value
        return kept_value(self._sealer, number, next(_salts), body, artifact)

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
            return self._known[_key(binding.list)][binding.index]
        if isinstance(binding, Record):
            return {key: self.bound(member) for key, member in binding.members.items()}
        return self._known[_key(binding)]

    async def read(self, ref: ValueRef) -> Any:
        key = _key(ref)
        if key in self._known:
            return self._known[key]
        reading = self._reading.get(key)
        if reading is None:
            reading = self._reading[key] = asyncio.ensure_future(self._fetch(ref))
        return await asyncio.shield(reading)

    async def _fetch(self, ref: ValueRef) -> Any:
        try:
            body = self._known[_key(ref)] = await self._stored(ref)
        finally:
            self._reading.pop(_key(ref), None)
        return body

    async def _stored(self, ref: ValueRef) -> Any:
        """Raises StepFailed where the store does not give it back."""
        if ref.run is None and ref.id in self._elsewhere:
            artifact: UUID | None = self._elsewhere[ref.id]
        else:
            row = await self._read_row(UUID(ref.run) if ref.run else self._run, ref.id)
            if row.sealed is not None:
                return orjson.loads(await self._opened(bytes(row.salt), bytes(row.sealed)))
            artifact = row.artifact_id
            if artifact is None:
                return row.body
        with step_errors(before_effect=True):
            data = await asyncio.to_thread(in_database_again, read_file, self._workspace, artifact)
        return orjson.loads(data)

    async def _opened(self, salt: bytes, sealed: bytes) -> bytes:
        try:
            if (opens := opener(self._workspace, sealed)) is not None:
                return opens(PLACE + salt)
            return await asyncio.to_thread(in_database_again, opened, self._workspace, salt, sealed)
        except Unsealable as error:
            message = f"A value of this run cannot be opened: {error}."
            hint = "Tell the administrator of this installation: a key may be missing, or the data was altered."
            raise NotSent(ErrorCategory.INTERNAL, "value_unreadable", message, hint=hint) from error


def _key(ref: ValueRef) -> Key:
    return ref.id if ref.run is None else (ref.run, ref.id)
