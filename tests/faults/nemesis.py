"""The nemesis: breaks one thing after the other, by a plan that a seed makes beforehand."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from orchestrator.runs.doorbell import ring
from tests.faults.crew import LEASE_SECONDS, Crew, Worker
from tests.faults.proxy import Proxy
from tests.faults.servers import crash_broker, crash_database, flush_broker

ENGINE_WORKERS = 3


@dataclass(frozen=True, kw_only=True)
class Blow:
    """What is done, how long before it nothing is, how long it lasts, and whom of several it hits (0 <= which < 1)."""

    name: str
    pause: float
    lasts: float
    which: float


def plan(seed: int, seconds: float) -> Iterator[Blow]:
    """The same blows in the same order for the same seed."""
    chance = random.Random(seed)
    spent = 0.0
    while spent < seconds:
        blow = Blow(
            name=chance.choices(list(BLOWS), [weight for weight, _ in BLOWS.values()])[0],
            pause=chance.uniform(0.5, 4.0),
            lasts=chance.uniform(0.5, 2 * LEASE_SECONDS),
            which=chance.random(),
        )
        spent += blow.pause + blow.lasts
        yield blow


class Nemesis:
    """Strikes in the caller's thread. `started` are the runs whose messages it repeats."""

    def __init__(self, crew: Crew, database: Proxy, broker: Proxy, started: list[UUID]) -> None:
        self._crew = crew
        self._database = database
        self._broker = broker
        self._started = started
        self._frozen: Worker | None = None
        self.struck: Counter[str] = Counter()

    def hire(self) -> None:
        """What a supervisor does: whoever ended is replaced."""
        self._crew.hire(engine=ENGINE_WORKERS, cpu=1, database_port=self._database.port, broker_port=self._broker.port)

    def rage(self, seed: int, seconds: float) -> None:
        """For about so long; then everything is healed."""
        until = time.monotonic() + seconds
        for blow in plan(seed, 10 * seconds):
            if time.monotonic() > until:
                break
            _pass(blow.pause)
            self.hire()
            sys.stdout.write(f"{time.strftime('%H:%M:%S')} {blow.name} for {blow.lasts:.1f} s\n")
            BLOWS[blow.name][1](self, blow)
            self.struck[blow.name] += 1
        self._database.heal()
        self._broker.heal()
        self.hire()

    def _victim(self, blow: Blow, queue: str = "engine") -> Worker:
        workers = self._crew.of(queue)
        return workers[int(blow.which * len(workers))]

    # -- blows ---------------------------------------------------------------------------------------------------

    def kill(self, blow: Blow) -> None:
        self._victim(blow).kill()

    def kill_child(self, blow: Blow) -> None:
        """The process in which a heavy step runs."""
        for child in self._victim(blow, "cpu").children():
            os.kill(child, signal.SIGKILL)

    def freeze(self, blow: Blow) -> None:
        """Longer or shorter than the lease."""
        victim = self._victim(blow)
        victim.signal(signal.SIGSTOP)
        _pass(blow.lasts)
        if victim.lives:
            victim.signal(signal.SIGCONT)

    def drain(self, blow: Blow) -> None:
        victim = self._victim(blow)
        victim.terminate()
        _pass(blow.lasts)

    def crash_broker(self, blow: Blow) -> None:
        self._broker.refuse()
        crash_broker()
        _pass(blow.lasts)
        self._broker.heal()

    def flush_broker(self, blow: Blow) -> None:
        flush_broker()

    def cut_broker(self, blow: Blow) -> None:
        self._broker.cut_after(int(blow.which * 2000))

    def freeze_broker(self, blow: Blow) -> None:
        self._broker.freeze()
        _pass(blow.lasts)
        self._broker.heal()

    def crash_database(self, blow: Blow) -> None:
        crash_database()

    def cut_database(self, blow: Blow) -> None:
        """In the middle of a statement or of its answer."""
        self._database.cut_after(int(blow.which * 20_000))

    def freeze_database(self, blow: Blow) -> None:
        self._database.freeze()
        _pass(blow.lasts)
        self._database.cut()
        self._database.heal()

    def delay_database(self, blow: Blow) -> None:
        self._database.delay(0.05)
        _pass(blow.lasts)
        self._database.heal()

    def repeat_messages(self, blow: Blow) -> None:
        """Each message of the last runs ten times more, and one of the very first."""
        ring((self._started[-20:] + self._started[:1]) * 10)


BLOWS: dict[str, tuple[int, Callable[[Nemesis, Blow], None]]] = {
    "kill": (4, Nemesis.kill),
    "kill child": (1, Nemesis.kill_child),
    "freeze": (2, Nemesis.freeze),
    "drain": (2, Nemesis.drain),
    "crash broker": (1, Nemesis.crash_broker),
    "flush broker": (2, Nemesis.flush_broker),
    "cut broker": (2, Nemesis.cut_broker),
    "freeze broker": (1, Nemesis.freeze_broker),
    "crash database": (1, Nemesis.crash_database),
    "cut database": (3, Nemesis.cut_database),
    "freeze database": (1, Nemesis.freeze_database),
    "delay database": (1, Nemesis.delay_database),
    "repeat messages": (2, Nemesis.repeat_messages),
}


def _pass(seconds: float) -> None:
    """Time is what is tried here."""
    threading.Event().wait(seconds)
