"""Personal values stand in the trail as salted commitments; the values themselves are kept apart and can be erased.

A commitment is `committed:` and SHA-256 over 16 random bytes and the value. Whoever has value and salt can show that
the event named just that; without them the event says nothing of it, and its hash is what it was.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from orchestrator.governance.redaction import EMAIL

MARK = "committed:"
ERASED = "[erased]"
"""What readers see in the place of a value that was erased."""
SALT_BYTES = 16
LONGEST_VALUE = 300
FORM = re.compile(MARK + "[0-9a-f]{64}")
LOOKALIKE = re.compile(rf"\A{MARK}|{MARK}(?=[0-9a-f]{{64}})")
PLAIN_MARK = "committed\uff1a"
"""The same to a reader, and no longer: what somebody calls a thing would else be missed as a value that is gone."""

PERSONAL_OBJECTS = frozenset({"person", "member", "invitation"})
"""Types of objects whose names are names or addresses of people."""
PERSONAL_FACTS = frozenset(
    {
        *("person", "owner", "to", "members", "email", "for", "against", "whom", "added", "sessions"),
        *("asked_by", "author", "run_as"),
    }
)
"""What in `before`, `after` and `detail` names people, whatever the event is about."""
OF_OTHERS = frozenset({"asked_by"})
"""What of these never names the person an event is about."""
NESTED = "payload"
"""What was asked for tells the same inside of an event."""

Veil = Callable[[str, UUID | None], str]
"""Gets a personal value and the person it is of, where that is known; gives what is written in its place."""


@dataclass(frozen=True, kw_only=True)
class Commitment:
    text: str
    about: UUID | None
    salt: bytes
    value: str


def commit(value: str, about: UUID | None) -> Commitment:
    salt = secrets.token_bytes(SALT_BYTES)
    return Commitment(text=commitment_of(salt, value), about=about, salt=salt, value=value)


def commitment_of(salt: bytes, value: str) -> str:
    return MARK + hashlib.sha256(salt + value.encode()).hexdigest()


def veiled(event: Mapping[str, Any], about: UUID | None, veil: Veil) -> dict[str, Any]:
    """The fields of an event with `veil` over each personal value. `about` is the person the event is about, if any."""
    actor, object_type = event["actor_id"], event["object_type"]
    subject = about or (_id(event["object_id"]) if object_type == "person" else None)
    of_people = object_type in PERSONAL_OBJECTS
    names = PERSONAL_FACTS | {"name"} if of_people else PERSONAL_FACTS
    covered = {name: _veiled_facts(event[name], names, subject, veil) for name in ("before", "after", "detail")}
    if event["actor_kind"] != "system":
        covered["actor_name"] = _over(event["actor_name"], actor, veil)
        covered["ip"] = _over(event["ip"], actor, veil)
    if of_people or EMAIL.fullmatch(event["object_name"]):  # somebody is asked in who is nobody here yet
        covered["object_name"] = _over(event["object_name"], subject, veil)
    return {**event, **covered}


def without_lookalikes(said: Any, ours: Collection[str]) -> Any:
    """The same with nothing that reads like a commitment but `ours`, whatever people have named their things."""
    if isinstance(said, str):
        return said if MARK not in said or said in ours else LOOKALIKE.sub(PLAIN_MARK, said)
    if isinstance(said, Mapping):
        return {without_lookalikes(name, ()): without_lookalikes(item, ours) for name, item in said.items()}
    return [without_lookalikes(item, ours) for item in said] if isinstance(said, list) else said


def _veiled_facts(facts: Any, names: frozenset[str], about: UUID | None, veil: Veil) -> Any:
    if not isinstance(facts, Mapping) or (names | {NESTED}).isdisjoint(facts):
        return facts
    covered = {
        name: _over(value, None if name in OF_OTHERS else about, veil) if name in names else value
        for name, value in facts.items()
    }
    return covered | {NESTED: _veiled_facts(facts[NESTED], names, about, veil)} if NESTED in facts else covered


def _over(value: Any, about: UUID | None, veil: Veil) -> Any:
    """Every text in it. Ids stay: they say nothing to whoever has no list of them."""
    if isinstance(value, list):
        return [_over(item, about, veil) for item in value]
    if isinstance(value, Mapping):
        return {name: _over(item, about, veil) for name, item in value.items()}
    return veil(value[:LONGEST_VALUE], about) if isinstance(value, str) and value and _id(value) is None else value


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
