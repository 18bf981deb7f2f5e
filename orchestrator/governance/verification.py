"""Reading a chain again from its beginning: is every event as it was written, and is none missing?

It is held against itself (each hash over the one before), against the head, against the signed checkpoints in the
table and those outside, and each personal value against its commitment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction

from orchestrator.api.errors import ProblemError
from orchestrator.governance import checkpoints
from orchestrator.governance.chain import FIRST_HASH, Link, facts, hash_of, moment
from orchestrator.governance.checkpoints import Checkpoint
from orchestrator.governance.commitments import FORM, MARK, commitment_of
from orchestrator.governance.models import AuditCheckpoint, AuditHead, AuditLink, AuditValue
from orchestrator.governance.signing import public_keys

BATCH = 5000
PRUNED = "audit.pruned"
ERASED = "person.erased"
RESTORED = "installation.restored"
ROWS = """
SELECT seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00'), actor_kind,
       COALESCE(actor_id::text, ''), actor_name, auth, COALESCE(token_id::text, ''), ip, action, object_type, object_id,
       object_name, result, reason, before::text, after::text, detail::text, trace, COALESCE(on_behalf_of::text, ''),
       prev_hash, hash
FROM governance_auditevent WHERE workspace_id = %s AND seq > %s AND seq <= %s ORDER BY seq LIMIT %s
"""

Known = dict[int, list[tuple[Checkpoint, bool]]]
"""By the number of an event: what was signed of it, and whether that is genuine."""
Beat = Callable[[int, int], None]
"""Is told how many events of how many were read."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a chain is whole: `finding` is empty, or a sentence that names the first event that is not."""

    workspace_id: UUID
    events: int
    """So many were found whole."""
    finding: str = ""
    bad_seq: int | None = None
    code: str = ""
    checkpoints: int = 0
    outside: int | None = None
    """Checkpoints in the place outside. None: it does not answer."""

    @property
    def whole(self) -> bool:
        return not self.finding


class Broken(Exception):
    """The first event that is not as it was written."""

    def __init__(self, code: str, seq: int, finding: str) -> None:
        super().__init__(finding)
        self.code, self.seq, self.finding = code, seq, finding


def verify(workspace_id: UUID, beat: Beat | None = None) -> Verdict:
    """Read the chain from its first event to its head and compute every hash again."""
    while True:
        head, unclaimed = _head_and_unclaimed(workspace_id)
        known, outside = _checkpoints(workspace_id)
        reading = Reading(workspace_id, known)
        broken: Broken | None = None
        try:
            reading.read(head, unclaimed, beat)
        except Broken as error:
            broken = error
        if broken is None or _first(workspace_id) == reading.first:
            break  # else events whose time was over left while it was read
    return Verdict(
        workspace_id=workspace_id,
        events=reading.whole,
        checkpoints=sum(map(len, known.values())),
        outside=outside,
        finding=broken.finding if broken else "",
        bad_seq=broken.seq if broken else None,
        code=broken.code if broken else "",
    )


def verify_between(workspace_id: UUID, known: tuple[int, bytes], until: int) -> bytes:
    """The hash of event `until`, where everything after the event `known` (its number and hash) is whole.

    Raises `Broken`.
    """
    seq, previous = known
    for rows in _batches(workspace_id, seq, until):
        for row in rows:
            seq, previous = seq + 1, _checked(str(workspace_id), row, seq + 1, previous)[1]
    if seq < until:
        raise Broken(
            "cut_off", seq + 1, f"Event {seq + 1} is missing: the trail ends early, its head is event {until}."
        )
    return previous


class Reading:
    """One reading of a chain; `whole` counts the events that are as they were written."""

    def __init__(self, workspace_id: UUID, known: Known) -> None:
        self.whole = 0
        self.first = _first(workspace_id)
        self._workspace_id = workspace_id
        self._checkpoints = known
        self._values = _values(workspace_id)
        self._used: dict[str, int] = {}
        self._pruned_to = 0

    def read(self, head: AuditHead, unclaimed: int | None, beat: Beat | None) -> None:
        """Raises `Broken` for the first event that is not whole."""
        if unclaimed is not None:
            finding = f"Event {unclaimed} stands behind the head of the trail, event {head.seq}."
            raise Broken("behind_head", unclaimed, finding)
        begin, previous = self._beginning()
        seq, workspace = begin, str(self._workspace_id)
        for rows in _batches(self._workspace_id, begin, head.seq):
            for row in rows:
                link, previous = _checked(workspace, row, seq + 1, previous)
                seq += 1
                self._hold_against_checkpoints(seq, previous)
                self._note(seq, link, row)
                self.whole += 1
            if beat is not None:
                beat(seq, head.seq)
        self._end(head, seq, previous)
        if begin and self._pruned_to < begin:
            finding = f"The events up to {begin} were removed, and no event says that their time was over."
            raise Broken("removed_untold", 1, finding)
        self._look_for_gone_values()

    def _beginning(self) -> tuple[int, bytes]:
        """The number and hash of the event before the first one there is: none, or one that a checkpoint stands for."""
        if self.first == 1:
            return 0, FIRST_HASH
        for checkpoint, genuine in self._checkpoints.get(self.first - 1, ()):
            if genuine:
                return self.first - 1, checkpoint.hash
        raise Broken("missing", 1, "Event 1 is missing.")

    def _hold_against_checkpoints(self, seq: int, hash: bytes) -> None:
        for checkpoint, genuine in self._checkpoints.get(seq, ()):
            if not genuine:
                finding = f"The checkpoint of event {seq} was not signed by this installation."
                raise Broken("checkpoint_forged", seq, finding)
            if checkpoint.hash != hash:
                before = max((one for one in self._checkpoints if one < seq), default=0)
                finding = (
                    f"Event {seq} is not the one that was signed on {checkpoint.at[:19].replace('T', ' ')} UTC: "
                    f"events after number {before} were written anew."
                )
                raise Broken("rewritten", before + 1, finding)

    def _note(self, seq: int, link: Link, row: Any) -> None:
        """What of this event is held against something else later."""
        for text in (link.actor_name, link.ip, link.object_name):
            if FORM.fullmatch(text):
                self._use(seq, text)
        for text in row[14:17]:
            if text is not None and MARK in text:
                for commitment in FORM.findall(text):
                    self._use(seq, commitment)
        if link.action == PRUNED:
            self._pruned_to = max(self._pruned_to, link.detail["to"])

    def _use(self, seq: int, commitment: str) -> None:
        if self._values.get(commitment) is False:
            raise Broken("value_changed", seq, f"A name or address that event {seq} tells was changed.")
        self._used.setdefault(commitment, seq)

    def _end(self, head: AuditHead, seq: int, previous: bytes) -> None:
        if seq < head.seq:
            finding = f"Event {seq + 1} is missing: the trail ends early, its head is event {head.seq}."
            raise Broken("cut_off", seq + 1, finding)
        if previous != bytes(head.hash) and head.seq:
            raise Broken("head_differs", seq, f"The head of the trail does not match its last event {seq}.")
        signed = [number for number, all in self._checkpoints.items() for _, genuine in all if genuine]
        beyond = max(signed, default=0)
        if beyond > seq:
            finding = (
                f"Event {seq + 1} is missing: the trail ends early, a signed checkpoint stands for event {beyond}."
            )
            raise Broken("cut_off", seq + 1, finding)

    def _look_for_gone_values(self) -> None:
        gone = {commitment: seq for commitment, seq in self._used.items() if commitment not in self._values}
        if not gone:
            return
        erasures = AuditLink.objects.filter(workspace_id=self._workspace_id, action=ERASED)
        for detail in erasures.values_list("detail", flat=True):
            for digest in detail["commitments"]:
                gone.pop(MARK + digest, None)
        if gone:
            seq = min(gone.values())
            finding = f"A name or address that event {seq} tells was removed, and no event says that it was erased."
            raise Broken("value_gone", seq, finding)


def _checked(workspace: str, row: Any, expected: int, previous: bytes) -> tuple[Link, bytes]:
    """The event of a row, and its hash. Raises `Broken` where it is not `expected`, does not follow or was changed."""
    *_, prev_hash, hash = row
    seq = row[0]
    if seq != expected:
        raise Broken("missing", expected, f"Event {expected} is missing.")
    if prev_hash != previous:
        raise Broken("not_continued", seq, f"Event {seq} does not continue the event before it.")
    try:
        link = _link(row)
        intact = hash_of(previous, workspace, link) == hash
    except TypeError:
        intact = False
    if not intact:
        at = row[1][:19].replace("T", " ")
        raise Broken("changed", seq, f"Event {seq} ({row[8]}, {at} UTC) was changed.")
    return link, hash


def _batches(workspace_id: UUID, after: int, until: int) -> Iterator[list[Any]]:
    """Rows in their order. A gap is found by their numbers."""
    connection.ensure_connection()
    cursor: Any = psycopg.Cursor(connection.connection)  # Django's own cursors never prepare a statement
    while after < until:
        with connection.wrap_database_errors:
            rows = cursor.execute(ROWS, [workspace_id, after, until, BATCH], prepare=True).fetchall()
        if not rows:
            return
        yield rows
        after = rows[-1][0]


def links_of(workspace_id: UUID, until: int) -> Iterator[tuple[Link, bytes, bytes]]:
    """Each event as it is stored, with the hash before it and its own; nothing is checked.

    Raises TypeError for an event with a float, which is none of ours.
    """
    for rows in _batches(workspace_id, 0, until):
        for row in rows:
            yield _link(row), row[19], row[20]


def _link(row: Any) -> Link:
    return Link(*row[:14], facts(row[14]), facts(row[15]), facts(row[16]), *row[17:19])


def _first(workspace_id: UUID) -> int:
    """The number of the oldest event there is; 1 where there is none."""
    links = AuditLink.objects.filter(workspace_id=workspace_id).order_by("seq")
    return links.values_list("seq", flat=True).first() or 1


def _head_and_unclaimed(workspace_id: UUID) -> tuple[AuditHead, int | None]:
    """The head, and the first event beyond it; read under the head's lock, so that no writer is between the two."""
    with transaction.atomic():
        locked = AuditHead.objects.select_for_update().filter(workspace_id=workspace_id).first()
        head = locked or AuditHead(workspace_id=workspace_id)
        beyond = AuditLink.objects.filter(workspace_id=workspace_id, seq__gt=head.seq).order_by("seq")
        return head, beyond.values_list("seq", flat=True).first()


def _values(workspace_id: UUID) -> dict[str, bool]:
    """Whether each personal value is the one that was committed to."""
    rows = AuditValue.objects.filter(workspace_id=workspace_id).values_list("commitment", "salt", "value")
    return {commitment: commitment_of(bytes(salt), value) == commitment for commitment, salt, value in rows.iterator()}


def _checkpoints(workspace_id: UUID) -> tuple[Known, int | None]:
    """Every checkpoint by the number of its event and whether it is genuine; and how many there are outside.

    Of those outside only such are read as the table does not have: the table's own prove themselves by their signature.
    What was signed after the backup from which the trail was brought back is none of the trail any more: it says so.
    """
    rows = AuditCheckpoint.objects.filter(workspace_id=workspace_id).order_by("seq").iterator()
    own = {one.name: one for one in map(checkpoints.of_row, rows)}
    try:
        names = checkpoints.names_outside(workspace_id)
        others = [checkpoints.read_outside(workspace_id, name) for name in sorted(names - own.keys())]
    except (OSError, ProblemError):
        names, others = None, []
    returns = AuditLink.objects.filter(workspace_id=workspace_id, action=RESTORED).values_list("seq", "at")
    back = [(seq, moment(at)) for seq, at in returns]
    standing = [one for one in others if not any(one.seq >= seq and one.at < at for seq, at in back) or not one.key]
    keys, known = public_keys(), dict[int, list[tuple[Checkpoint, bool]]]()
    for one in [*own.values(), *standing]:
        genuine = one.workspace_id == str(workspace_id) and one.is_genuine(keys)
        known.setdefault(one.seq, []).append((one, genuine))
    return known, None if names is None else len(names)
