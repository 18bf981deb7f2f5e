from __future__ import annotations

from orchestrator.nodes.base import Result
from orchestrator.nodes.end_run import EndRun
from orchestrator.nodes.registry import catalogue
from tests.unit.nodes.context import run


async def test_it_gives_nothing_on() -> None:
    assert await run(EndRun, {}) == Result(output=None)


def test_the_engine_knows_that_it_ends_the_run_and_nothing_comes_after_it() -> None:
    spec = catalogue()["end_run", 1]
    assert (spec.ends_run, spec.ports_for({})) == (True, ())
    assert not catalogue()["set_fields", 1].ends_run
