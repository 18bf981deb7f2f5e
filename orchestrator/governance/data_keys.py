"""The keys that seal the data of a workspace's runs and its files, where an admin wants that.

Each is random, of one workspace, and sealed itself by the ring: so a turn of the ring seals a few rows again and not
everything that was ever kept. What one sealed opens in its own workspace only, and in the place it was sealed for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from orchestrator.governance.errors import Unsealable
from orchestrator.governance.keys import new_key
from orchestrator.governance.models import DataKey, Workspace
from orchestrator.governance.sealed import seal, unseal

FRESH_S = 1.0
"""So long a process goes by what it knows of the settings of a workspace."""
ID_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class Sealer:
    """Seals for one workspace, without asking the database."""

    workspace: UUID
    id: UUID
    key: bytes

    def seal(self, data: bytes, place: bytes) -> bytes:
        return self.id.bytes + seal(self.key, data, _bound_to(self.workspace, place))


_sealers: dict[UUID, tuple[float, Sealer | None]] = {}
_keys: dict[tuple[UUID, UUID], bytes] = {}


def sealer_of(workspace: UUID) -> Sealer | None:
    """None: the workspace keeps its data as it is."""
    known = _sealers.get(workspace)
    if known is None or time.monotonic() - known[0] > FRESH_S:
        known = _sealers[workspace] = (time.monotonic(), _wanted(workspace))
    return known[1]


def begin_sealing(workspace: Workspace) -> None:
    """Part of the verb that turns it on, in its transaction."""
    if not DataKey.objects.filter(workspace=workspace).exists():
        made = DataKey(workspace=workspace)
        made.close(new_key())
        made.save(force_insert=True)


def forget(workspace: UUID) -> None:
    """The settings have changed: ask again."""
    _sealers.pop(workspace, None)


def opener(workspace: UUID, sealed: bytes) -> Callable[[bytes], bytes] | None:
    """Opens `sealed` for a place; None while its key has to be read from the database first. Raises `Unsealable`."""
    if len(sealed) <= ID_BYTES:
        raise Unsealable("it is cut off")
    key = _keys.get((workspace, UUID(bytes=sealed[:ID_BYTES])))
    if key is None:
        return None
    return lambda place: unseal(key, sealed[ID_BYTES:], _bound_to(workspace, place))


def open_data(workspace: UUID, sealed: bytes, place: bytes) -> bytes:
    """Raises `Unsealable`."""
    opens = opener(workspace, sealed)
    if opens is None:
        _learn(workspace, UUID(bytes=sealed[:ID_BYTES]))
        opens = opener(workspace, sealed)
        assert opens is not None
    return opens(place)


def _wanted(workspace: UUID) -> Sealer | None:
    made = DataKey.objects.filter(workspace_id=workspace, workspace__encrypt_data=True).order_by("-id").first()
    if made is None:
        return None
    return Sealer(workspace=workspace, id=made.id, key=_learn(workspace, made.id))


def _learn(workspace: UUID, id: UUID) -> bytes:
    known = _keys.get((workspace, id))
    if known is None:
        row = DataKey.objects.filter(workspace_id=workspace, id=id).first()
        if row is None:
            raise Unsealable("its key belongs to no data of this workspace")
        known = _keys[workspace, id] = row.open()
    return known


def _bound_to(workspace: UUID, place: bytes) -> bytes:
    return b"data," + workspace.bytes + b"," + place
