from __future__ import annotations

import pytest

from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.nodes.registry import catalogue
from orchestrator.nodes.stop_with_error import StopWithError
from tests.unit.nodes.context import run


async def test_the_run_fails_with_the_words_of_its_author() -> None:
    with pytest.raises(StepFailed, match=r"^No order was found\.$") as failed:
        await run(StopWithError, {"message": "No order was found."})
    error = failed.value.error
    assert (error.category, error.code, error.retryable) == (ErrorCategory.REJECTED, "stopped_by_workflow", False)


def test_nothing_comes_after_it() -> None:
    assert catalogue()["stop_with_error", 1].ports_for({}) == ()
