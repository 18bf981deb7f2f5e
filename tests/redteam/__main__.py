"""`make redteam`: the product is started, and attacked in every way that is written down here.

Two tenants, all roles, tokens and strangers; listeners that notice what leaves; a table of what happened. It ends with
an error if anything fell, if an attempt is bound to a door that is not there, or did not knock at one it is bound to.

    python -m tests.redteam [A18 A30 …]      only these
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
import textwrap
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psycopg
import websockets
from playwright.sync_api import Error as BrowserError

from tests.redteam.canaries import MailCanary
from tests.running import Product

if TYPE_CHECKING:
    from tests.redteam.register import Attempt
    from tests.redteam.world import World

MODULES = (
    "doors",
    "people",
    "nested",
    "links",
    "outside",
    "code",
    "files",
    "agents",
    "machine",
    "pages",
    "fuzzing",
    "absent",
)
LAST = ("A11", "A58", "A61", "A77", "S1", "A99", "A86")
"""They make the machine busy or look at what all the others left behind."""
WIDTH = 118
BROKEN = (
    AttributeError,
    BrowserError,
    LookupError,
    OSError,
    StopIteration,
    TypeError,
    ValueError,
    httpx.HTTPError,
    psycopg.Error,
    subprocess.SubprocessError,
    websockets.WebSocketException,
)


@dataclass
class Result:
    attempt: Attempt
    outcome: str
    """held | FELL | absent"""
    told: list[str] = field(default_factory=list)
    actors: list[str] = field(default_factory=list)
    doors: int = 0
    seconds: float = 0


def main(wanted: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="tutti-redteam-") as folder:
        mail = MailCanary()
        product = Product(Path(folder), EMAIL_URL=mail.url, DATABASE_POOL="16")
        began = time.monotonic()
        product.start()
        try:
            _join(product)
            from tests.redteam.world import World

            world = World(product, mail)
            _say(f"The product stands after {time.monotonic() - began:.0f} s: {product.address}\n")
            results = [_tried(world, one) for one in _chosen(wanted)]
            world.close()
        finally:
            product.stop()
    _table(results)
    fallen = [one for one in results if one.outcome == "FELL"]
    absent = sum(one.outcome == "absent" for one in results)
    held = len(results) - len(fallen) - absent
    _say(f"\n{held} held, {len(fallen)} fell, {absent} without a target, {time.monotonic() - began:.0f} s")
    return 1 if fallen else 0


def _join(product: Product) -> None:
    """This process reads the same settings, keys and database as the product."""
    product.owner().close()
    services = product.services()
    os.environ.update({name: product.environment[name] for name in ("DATA_DIR", "PORT", "PUBLIC_URL", "EMAIL_URL")})
    os.environ.update(DATABASE_URL=services["database_url"], REDIS_URL=services["redis_url"], DATABASE_POOL="4")
    os.environ["DJANGO_SETTINGS_MODULE"] = "orchestrator.settings"
    import django

    django.setup()


def _chosen(wanted: list[str]) -> list[Attempt]:
    for name in MODULES:
        importlib.import_module(f"tests.redteam.attempts.{name}")
    from tests.redteam.register import ATTEMPTS

    if unknown := set(wanted) - set(ATTEMPTS):
        sys.exit(f"No such attempt: {', '.join(sorted(unknown))}. There are {', '.join(sorted(ATTEMPTS))}.")
    numbers = wanted or [*sorted(set(ATTEMPTS) - set(LAST), key=_order), *LAST]
    return [ATTEMPTS[number] for number in numbers]


def _order(number: str) -> tuple[str, int]:
    return number[0], int(number[1:])


def _tried(world: World, one: Attempt) -> Result:
    began = time.monotonic()
    result = _judged(world, one)
    result.seconds = time.monotonic() - began
    _say(f"{one.number:<5}{result.outcome:<7}{result.seconds:6.1f} s  {one.what}")
    for line in result.told:
        _say(textwrap.indent(textwrap.fill(line, WIDTH - 12), " " * 12))
    return result


def _judged(world: World, one: Attempt) -> Result:
    from tests.redteam.register import to_be_knocked_at, unknown_doors

    if one.lacks is not None:
        targets = one.lacks()
        told = [f"There is a target now: {', '.join(targets)}"] if targets else [one.because]
        return Result(attempt=one, outcome="FELL" if targets else "absent", told=told)
    assert one.run is not None
    world.notes.begin()
    told = [f"bound to what is not there: {', '.join(missing)}"] if (missing := unknown_doors(one)) else []
    told += [] if one.doors else ["bound to nothing"]
    try:
        one.run(world)
    except AssertionError as fell:
        told.append(f"{fell} [{_place(fell)}]")
    except BROKEN as broke:  # an attempt that breaks off shows nothing, and the others go on
        told.append(f"broke off: {type(broke).__name__}: {broke} [{_place(broke)}]")
    told += world.wrong()
    known = {knock.door for knock in world.notes.knocks}
    if not told and (left := to_be_knocked_at(one) - known):
        told.append(f"did not knock at {', '.join(sorted(left)[:5])}")
    actors = list(dict.fromkeys(knock.who for knock in world.notes.knocks))
    outcome = "FELL" if told else "held"
    return Result(attempt=one, outcome=outcome, told=told or world.notes.facts, actors=actors, doors=len(known - {""}))


def _place(error: BaseException) -> str:
    frames = [one for one in traceback.extract_tb(error.__traceback__) if "redteam/attempts" in one.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "outside the attempts"


def _table(results: list[Result]) -> None:
    _say(f"\n{'':<5}{'outcome':<8}{'doors':>6}  {'attempt':<62} who")
    for one in sorted(results, key=lambda result: _order(result.attempt.number)):
        what = f"{one.attempt.what[:60]:<62}"
        _say(f"{one.attempt.number:<5}{one.outcome:<8}{one.doors or '':>6}  {what} {_who(one.actors)}")


def _who(actors: list[str]) -> str:
    return ", ".join(actors[:4]) + (f" and {len(actors) - 4} more" if len(actors) > 4 else "")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
