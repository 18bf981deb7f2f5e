from __future__ import annotations

import pytest

from orchestrator.engine.errors import StepFailed
from orchestrator.nodes.start_link import StartLink


def test_a_call_becomes_body_headers_and_query() -> None:
    payload = {"body": {"n": 1}, "headers": {"Content-Type": "application/json"}, "query": {"q": "a"}}
    output = StartLink().accept(StartLink.Config(), payload)
    assert output == {"body": {"n": 1}, "headers": {"content-type": "application/json"}, "query": {"q": "a"}}


def test_what_proves_the_sender_is_not_kept_in_the_run() -> None:
    headers = {"Authorization": "Bearer x", "Cookie": "a=b", "X-Hub-Signature-256": "s", "X-Secret": "t", "X-Id": "1"}
    output = StartLink().accept(StartLink.Config(), {"body": None, "headers": headers, "query": {}})
    assert output["headers"] == {"x-id": "1"}


def test_a_call_of_another_shape_is_refused() -> None:
    with pytest.raises(StepFailed, match="could not be read"):
        StartLink().accept(StartLink.Config(), {"body": 1, "headers": ["a"], "query": {}})
