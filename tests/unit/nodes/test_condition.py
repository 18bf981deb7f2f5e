from __future__ import annotations

import pytest

from orchestrator.nodes.condition import Condition
from tests.unit.nodes.context import result_of


@pytest.mark.parametrize(("when", "port"), [(True, "yes"), (False, "no")])
async def test_the_answer_decides_the_path(when: bool, port: str) -> None:
    result = await result_of(Condition, {"when": when})
    assert (result.port, result.output) == (port, {"result": when})
