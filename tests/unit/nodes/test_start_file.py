from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from orchestrator.engine.errors import StepFailed
from orchestrator.nodes.start_file import StartFile
from tests.unit.nodes.context import file_ref


def accept(payload: dict[str, Any], **config: Any) -> dict[str, Any]:
    return StartFile().accept(StartFile.Config(**config), payload)


def test_a_dropped_file_starts_the_run_with_the_time_it_came() -> None:
    before = datetime.now(UTC)
    output = accept({"file": file_ref("Invoice.PDF").model_dump()})
    assert output["file"]["name"] == "Invoice.PDF"
    assert before <= datetime.fromisoformat(output["received_at"]) <= datetime.now(UTC)


def test_a_file_with_another_ending_is_refused_with_the_accepted_ones() -> None:
    with pytest.raises(StepFailed) as failed:
        accept({"file": file_ref("a.exe").model_dump()}, accept=[".pdf", ".eml"])
    assert failed.value.error.code == "wrong_type"
    assert ".pdf, .eml" in failed.value.error.hint


def test_a_file_over_the_limit_is_refused() -> None:
    large = file_ref("a.pdf").model_copy(update={"size": 1_000_001}).model_dump()
    with pytest.raises(StepFailed) as failed:
        accept({"file": large}, max_mb=1)
    assert failed.value.error.code == "too_large"
    assert accept({"file": {**large, "size": 1_000_000}}, max_mb=1)["file"]["size"] == 1_000_000


@pytest.mark.parametrize("payload", [{}, {"file": None}, {"file": "/etc/passwd"}, {"file": {"filepath": "/x"}}])
def test_only_a_stored_file_is_a_file(payload: dict[str, Any]) -> None:
    with pytest.raises(StepFailed) as failed:
        accept(payload)
    assert failed.value.error.code == "no_file"
