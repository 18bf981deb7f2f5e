"""A trail as evidence: every event as it is hashed, what was signed of it, and a program that checks it anywhere."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from orchestrator.governance import trail_verifier
from orchestrator.governance.chain import canonical, content
from orchestrator.governance.checkpoints import of_row
from orchestrator.governance.export import Format, lines
from orchestrator.governance.models import AuditCheckpoint, AuditEvent, AuditValue
from orchestrator.governance.signing import public_keys
from orchestrator.governance.verification import links_of

READ_ME = """The audit trail of the workspace {name}, events up to number {last}, written on {now}.

events.csv         what happened, to be read
events.jsonl       the same as it is hashed, one event a line: hash = SHA-256(prev_hash + canonical JSON of event)
values.jsonl       names and addresses of people. Events hold commitments to them: "committed:" and
                   SHA-256(salt + value). One that is missing was erased; an event "person.erased" says so.
checkpoints.jsonl  numbers and hashes of events, signed with Ed25519 while the product ran
export.json        the number of the last event, and the public keys of the signatures
verify.py          checks all of this. It needs Python 3 and nothing else:

    python3 verify.py

Compare the public key that it prints with the one that the product shows, and name checkpoints that were kept
elsewhere behind it, so that cutting off the newest events shows as well.
"""


def archive(workspace_id: UUID, name: str, last: int) -> Iterator[bytes]:
    """The ZIP archive, a piece at a time, with the events up to number `last`."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        for path, pieces in _members(workspace_id, name, last):
            with file.open(path, "w", force_zip64=True) as member:
                for piece in pieces:
                    member.write(piece.encode())
                    yield from sink.taken()
    yield from sink.taken()


def _members(workspace_id: UUID, name: str, last: int) -> Iterator[tuple[str, Iterable[str]]]:
    told = AuditEvent.objects.filter(workspace_id=workspace_id, seq__lte=last).order_by("-seq")
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    keys = {key: public.hex() for key, public in public_keys().items()}
    yield "README.txt", [READ_ME.format_map({"name": name, "last": last, "now": now})]
    yield "verify.py", [Path(trail_verifier.__file__).read_text(encoding="utf-8")]
    yield "export.json", [_line({"workspace": str(workspace_id), "last": last, "public_keys": keys})]
    yield "events.jsonl", _links(workspace_id, last)
    yield "values.jsonl", _values(workspace_id)
    yield "checkpoints.jsonl", _checkpoints(workspace_id, last)
    yield "events.csv", lines(told.iterator(chunk_size=1000), Format.CSV)


def _links(workspace_id: UUID, last: int) -> Iterator[str]:
    for link, prev_hash, hash in links_of(workspace_id, last):
        event = canonical(content(str(workspace_id), link)).decode()
        yield f'{{"event":{event},"prev_hash":"{prev_hash.hex()}","hash":"{hash.hex()}"}}\n'


def _values(workspace_id: UUID) -> Iterator[str]:
    rows = AuditValue.objects.filter(workspace_id=workspace_id).values_list("commitment", "salt", "value")
    for commitment, salt, value in rows.iterator():
        yield _line({"commitment": commitment, "salt": bytes(salt).hex(), "value": value})


def _checkpoints(workspace_id: UUID, last: int) -> Iterator[str]:
    rows = AuditCheckpoint.objects.filter(workspace_id=workspace_id, seq__lte=last).order_by("seq")
    return (_line(of_row(row).as_json()) for row in rows.iterator())


def _line(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False) + "\n"


class Sink:
    """A file that hands on what is written to it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> list[bytes]:
        pieces, self._pieces = self._pieces, []
        return pieces
