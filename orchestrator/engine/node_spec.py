"""What the engine must know of a node type. Built by `nodes.registry`; the engine never sees node files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Effect(StrEnum):
    """What a step does to the world, and so what an unknown outcome means (crash, time-out, cut line)."""

    PURE = "pure"
    """A function of its inputs: computed again."""
    IDEMPOTENT = "idempotent"
    """Doing it twice is doing it once: done again."""
    KEYED = "keyed"
    """The other side drops repeats by key: done again with the same key."""
    RECONCILABLE = "reconcilable"
    """Can be looked up by key: looked up before it is done again."""
    AT_MOST_ONCE = "at_most_once"
    """Never repeated by itself: a person decides."""


class NodeKind(StrEnum):
    START = "start"
    STEP = "step"
    CONTAINER = "container"
    """Its inside (nodes whose `parent` it is) runs once per item."""


@dataclass(frozen=True, kw_only=True)
class Port:
    key: str
    label: str = ""


OUT = Port(key="out")
LATE = Port(key="late", label="Too late")
"""Of steps that wait for somebody: the time for it is over."""
ERROR = Port(key="error", label="If it fails")

Config = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class NodeSpec:
    """A node type as the engine sees it. Frozen; one per (type, version)."""

    type: str
    version: int = 1
    kind: NodeKind = NodeKind.STEP
    ports: tuple[Port, ...] = (OUT,)
    """Output ports without the error port, which every step has when its `on_error` is `path`."""
    ports_of: Callable[[Config], tuple[Port, ...]] | None = None
    """For types whose ports follow from the settings (switch)."""
    effect: Effect = Effect.AT_MOST_ONCE
    effect_of: Callable[[Config], Effect] | None = None
    queue: str = "engine"
    config_schema: Mapping[str, Any] = field(default_factory=dict)
    """JSON Schema of the *resolved* settings."""
    output_schema: Mapping[str, Any] | None = None
    needs_input: bool = True
    """False for starts: a line into them is a problem."""
    ends_run: bool = False
    """Once it is done, the whole run is: what is still active is cancelled."""
    cancels_of: Callable[[Config], tuple[str, ...]] | None = None
    """The keys of the steps that it cancels once it is done."""

    def ports_for(self, config: Config) -> tuple[Port, ...]:
        return self.ports_of(config) if self.ports_of else self.ports

    def effect_for(self, config: Config) -> Effect:
        return self.effect_of(config) if self.effect_of else self.effect

    def cancels_for(self, config: Config) -> tuple[str, ...]:
        return self.cancels_of(config) if self.cancels_of else ()


Catalogue = Mapping[tuple[str, int], NodeSpec]
