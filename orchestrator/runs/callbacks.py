"""The one-time addresses of steps that wait for a call.

An address is derived, not kept: it names run, step and scope, and proves with a MAC that it was made here. So a step
that stands before the wait can already send it, a call that comes too early can be told from a forged one, and
nothing in the log or the tables opens it. What is left of a key that was taken out of the ring still knows its own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from orchestrator.engine.events import Binding, Constant
from orchestrator.engine.plan import Plan, PlanNode
from orchestrator.engine.state import Step
from orchestrator.governance.keys import left_for, ring, sealing_key

PURPOSE = "calls"
DERIVED = b"address of a waiting step"
MAC_BYTES = 32
RUN_BYTES = 16
CALL = "wait_call"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Which wait an address belongs to."""

    run: UUID
    node: str
    scope: str


def address(place: Place) -> str:
    return f"{settings.PUBLIC_URL}/hooks/calls/{token(place)}"


def token(place: Place) -> str:
    named = place.run.bytes + f"{place.node}@{place.scope}".encode()
    return _text(_mac(left_of(sealing_key()[1]), named) + named)


def read_token(text: str) -> Place | None:
    """None for one that was not made here."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if _text(raw) != text:
        return None  # another spelling of the same bytes: an address has one
    mac, named = raw[:MAC_BYTES], raw[MAC_BYTES:]
    known = [*map(left_of, ring().values()), *left_for(PURPOSE).values()]
    if not any(hmac.compare_digest(mac, _mac(key, named)) for key in known):
        return None
    node, _, scope = named[RUN_BYTES:].decode().partition("@")
    return Place(run=UUID(bytes=named[:RUN_BYTES]), node=node, scope=scope)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def left_of(key: bytes) -> bytes:
    """The key of this use, derived from one of the ring, whose own use is to seal secrets."""
    return hmac.digest(key, DERIVED, hashlib.sha256)


def _mac(key: bytes, named: bytes) -> bytes:
    return hmac.digest(key, named, hashlib.sha256)


def with_calls(names: Mapping[str, Binding], plan: Plan, run: UUID, step: Step) -> dict[str, Binding]:
    """The names of a step with `run.calls`: the address of each step that waits for a call, by its key."""
    given = names.get("run")
    calls = {
        node.key: address(Place(run=run, node=node.key, scope=scope))
        for node in plan.nodes.values()
        if node.type == CALL and (scope := _scope_of(node, plan, step)) is not None
    }
    if not isinstance(given, Constant) or not calls:
        return dict(names)
    facts: dict[str, Any] = {**given.json, "calls": calls}
    return {**names, "run": Constant(json=facts)}


def _scope_of(node: PlanNode, plan: Plan, step: Step) -> str | None:
    """Where `node` runs as seen from `step`: in the same scope or an enclosing one; None where neither is so."""
    around, scope = set(_around(node, plan)), step.scope
    while scope and _frame(scope) not in around:
        scope = scope.rpartition("/")[0]
    return scope if len(list(filter(None, scope.split("/")))) == len(around) else None


def _around(node: PlanNode, plan: Plan) -> Iterator[str]:
    """The frames that the scope of `node` has, without the numbers of items and rounds."""
    inner: PlanNode | None = node
    while inner is not None:
        yield from (f"{loop.header}~" for loop in plan.loops.values() if inner.key in loop.body)
        if inner.parent is not None:
            yield f"{inner.parent}."
        inner = plan.nodes[inner.parent] if inner.parent is not None else None


def _frame(scope: str) -> str:
    return scope.rpartition("/")[2].rstrip("0123456789")
