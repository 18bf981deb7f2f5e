from __future__ import annotations

from orchestrator.nodes.registry import catalogue
from orchestrator.nodes.start_message import StartMessage


def test_a_message_becomes_what_the_run_starts_with() -> None:
    payload = {"body": {"n": 1}, "correlation": "INV-7", "sent_at": "2026-03-02T09:30:00+00:00", "from": "Invoices"}
    assert StartMessage().accept(StartMessage.Config(name="order"), payload) == payload


def test_tried_by_hand_a_body_is_enough() -> None:
    output = StartMessage().accept(StartMessage.Config(name="order"), {"body": [1]})
    assert output == {"body": [1], "correlation": "", "sent_at": "", "from": ""}


def test_formulas_find_the_sender_under_from() -> None:
    schema = catalogue()["start_message", 1].output_schema
    assert schema is not None
    assert "from" in schema["properties"]
