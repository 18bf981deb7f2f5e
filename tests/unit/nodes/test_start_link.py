from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.errors import StepFailed
from orchestrator.engine.graph import Node
from orchestrator.nodes.registry import check_config
from orchestrator.nodes.start_link import StartLink, delivery_key


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


CALL = {"body": {"event": {"id": 7, "on": True}, "list": [1]}, "headers": {"x-event-id": "e1"}, "query": {"id": "q"}}


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("body.event.id", "7"),
        ("header.X-Event-Id", "e1"),
        ("query.id", "q"),
        ("", None),
        ("body.event", None),
        ("body.event.on", None),
        ("body.list.0", None),
        ("body.event.id.more", None),
        ("header.X-Other", None),
    ],
)
def test_the_number_of_a_delivery_is_found_where_the_step_says(path: str, key: str | None) -> None:
    assert delivery_key(path, CALL) == key


@pytest.mark.parametrize(
    "config",
    [{"dedupe": "body"}, {"dedupe": "cookie.id"}, {"dedupe": "body." + "a" * 300}, {"wait_s": 61}, {"wait_s": 0}],
)
def test_settings_that_cannot_be_are_named_when_they_are_saved(config: dict[str, Any]) -> None:
    [problem] = check_config(Node(key="call", type="start_link", config=config))
    assert problem.field == f"config.{next(iter(config))}"
