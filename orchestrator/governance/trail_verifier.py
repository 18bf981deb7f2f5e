#!/usr/bin/env python3
"""Checks an export of an audit trail. Needs Python 3.9 or newer and nothing else; it changes nothing.

    python3 verify.py [FOLDER OR ZIP] [CHECKPOINT.json ...]

Without a name it checks the folder it is in. Checkpoints that were kept elsewhere can be named behind it: an export
whose newest events were cut off does not reach them. It ends with 0 where all is whole, else with 1 and the first event
that is not as it was written.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

FIRST_HASH = bytes(32)
MARK = "committed:"

Point = tuple  # of four numbers


class Broken(Exception):
    """The first event that is not as it was written."""


# Ed25519 as in RFC 8032, only as far as checking a signature takes.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y: int, sign: int) -> int | None:
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def add(one: Point, other: Point) -> Point:
    """Points are (x, y, z, t) with x = X/Z, y = Y/Z and xy = T/Z."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, point)
        point = add(point, point)
        number >>= 1
    return total


def point_of(data: bytes) -> Point | None:
    number = int.from_bytes(data, "little")
    y = number & ((1 << 255) - 1)
    x = recover_x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0) or 0
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, r = point_of(public_key), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    left, right = times(s, BASE), add(r, times(k, key))
    same_x = (left[0] * right[2] - right[0] * left[2]) % P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % P == 0


def canonical(said: Any) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Export:
    """The files of an export, in a folder or in a ZIP archive."""

    def __init__(self, place: str | Path) -> None:
        self.place = Path(place)
        self.archive = None if self.place.is_dir() else zipfile.ZipFile(self.place)

    def lines(self, name: str) -> Iterator[Any]:
        file = self.archive.open(name) if self.archive else (self.place / name).open("rb")
        with io.TextIOWrapper(file, encoding="utf-8", newline="\n") as text:
            for line in text:
                yield json.loads(line)


def checked_checkpoints(export: Export, others: Iterable[Any], keys: dict[str, bytes]) -> dict[int, Any]:
    """Number of an event -> what was signed of it."""
    found: dict[int, Any] = {}
    for one in [*export.lines("checkpoints.jsonl"), *others]:
        signed = {name: one[name] for name in ("format", "workspace", "seq", "hash", "at")}
        key = keys.get(one["key"])
        if key is None or not is_signed(key, canonical(signed), bytes.fromhex(one["signature"])):
            raise Broken(f"The checkpoint of event {one['seq']} was not signed by a key of this export.")
        found[one["seq"]] = one
    return found


def checked_values(export: Export) -> set[str]:
    """The commitments to which the export holds the value."""
    found = set()
    for one in export.lines("values.jsonl"):
        digest = hashlib.sha256(bytes.fromhex(one["salt"]) + one["value"].encode()).hexdigest()
        if MARK + digest != one["commitment"]:
            raise Broken(f"The value {one['value']!r} is not the one that was committed to.")
        found.add(one["commitment"])
    return found


def strings(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, dict):
        for item in said.values():
            yield from strings(item)
    elif isinstance(said, list):
        for item in said:
            yield from strings(item)


class Reading:
    """One reading of the events, in their order."""

    def __init__(self, about: Any, checkpoints: dict[int, Any], values: set[str]) -> None:
        self.about, self.checkpoints, self.values = about, checkpoints, values
        self.first: int | None = None
        self.last, self.previous, self.pruned_to = 0, FIRST_HASH, 0
        self.used: dict[str, int] = {}
        self.erased: set[str] = set()

    def begin(self, seq: int) -> None:
        """The first event there is: number 1, or the one behind a checkpoint."""
        self.first = seq
        if seq == 1:
            return
        base = self.checkpoints.get(seq - 1)
        if base is None:
            raise Broken("Event 1 is missing.")
        self.last, self.previous = seq - 1, bytes.fromhex(base["hash"])

    def read(self, link: Any) -> None:
        event = link["event"]
        seq = event["seq"]
        if self.first is None:
            self.begin(seq)
        if seq != self.last + 1:
            raise Broken(f"Event {self.last + 1} is missing.")
        if event["workspace"] != self.about["workspace"]:
            raise Broken(f"Event {seq} belongs to another workspace.")
        if bytes.fromhex(link["prev_hash"]) != self.previous:
            raise Broken(f"Event {seq} does not continue the event before it.")
        digest = hashlib.sha256(self.previous + canonical(event)).digest()
        if digest.hex() != link["hash"]:
            raise Broken(f"Event {seq} ({event['action']}, {event['at']}) was changed.")
        signed = self.checkpoints.get(seq)
        if signed and signed["hash"] != digest.hex():
            raise Broken(f"Event {seq} is not the one that was signed at {signed['at']}.")
        self.last, self.previous = seq, digest
        self.note(seq, event)

    def note(self, seq: int, event: Any) -> None:
        for text in strings(event):
            if text.startswith(MARK) and len(text) == len(MARK) + 64:
                self.used.setdefault(text, seq)
        if event["action"] == "audit.pruned":
            self.pruned_to = max(self.pruned_to, event["detail"]["to"])
        if event["action"] == "person.erased":
            self.erased.update(MARK + digest for digest in event["detail"]["commitments"])

    def end(self) -> None:
        if max([self.about["last"], *self.checkpoints]) > self.last:
            raise Broken(f"Event {self.last + 1} is missing: the export ends early.")
        if self.first is not None and self.pruned_to < self.first - 1:
            raise Broken(f"The events up to {self.first - 1} were removed, and no event says so.")
        known = self.values | self.erased
        gone = [seq for text, seq in self.used.items() if text not in known]
        if gone:
            raise Broken(f"A name or address that event {min(gone)} tells is missing, and no event says so.")


def check(export: Export, others: Iterable[Any] = ()) -> list[str]:
    """Gives what can be said of it. Raises Broken for the first event that is not as it was written."""
    about = next(export.lines("export.json"))
    keys = {name: bytes.fromhex(key) for name, key in about["public_keys"].items()}
    checkpoints = checked_checkpoints(export, others, keys)
    reading = Reading(about, checkpoints, checked_values(export))
    for link in export.lines("events.jsonl"):
        reading.read(link)
    reading.end()
    covered = max((seq for seq in checkpoints if seq <= reading.last), default=0)
    said = [f"The events {reading.first or 0} to {reading.last} are whole."]
    said.append(f"Signed checkpoints: {len(checkpoints)}. They stand for everything up to event {covered}.")
    used_keys = sorted({one["key"] for one in checkpoints.values()})
    said += [f"Key {name} has the public key {keys[name].hex()}." for name in used_keys]
    if used_keys:
        said.append("Compare it with the key that the product shows, and with checkpoints that were kept elsewhere.")
    return said


def main(arguments: list[str]) -> int:
    place = arguments[0] if arguments else Path(__file__).resolve().parent
    others = [json.loads(Path(name).read_text(encoding="utf-8")) for name in arguments[1:]]
    try:
        said = check(Export(place), others)
    except Broken as broken:
        sys.stderr.write(f"{broken}\n")
        return 1
    sys.stdout.write("\n".join(said) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
