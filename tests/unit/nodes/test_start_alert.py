from __future__ import annotations

from orchestrator.nodes.start_alert import StartAlert

CONFIG = StartAlert.Config(asset="tickets@live")


def test_a_run_begins_with_what_the_alert_says() -> None:
    alert = {
        "asset": "tickets",
        "kind": "quality",
        "version": 3,
        "value": 0.5,
        "limit": 0.8,
        "text": "Less.",
        "at": "x",
    }
    assert StartAlert().accept(CONFIG, alert) == alert


def test_tried_by_hand_it_needs_nothing() -> None:
    tried = StartAlert().accept(CONFIG, {})
    assert (tried["asset"], tried["kind"], tried["version"]) == ("tickets", "drift_input", None)
