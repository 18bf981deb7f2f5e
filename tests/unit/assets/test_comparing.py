from __future__ import annotations

from typing import Any

from orchestrator.assets.comparing import differences
from orchestrator.assets.models import AssetVersion


def told(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    pair = (AssetVersion(config=each, runtime="skops") for each in (before, after))
    return [(one.path, one.before, one.after) for one in differences(*pair)]


def test_objects_are_compared_by_member_and_lists_as_a_whole() -> None:
    assert told({"a": {"b": 1, "c": 2}, "l": [1]}, {"a": {"b": 1, "c": 3}, "l": [2]}) == [
        ("a.c", 2, 3),
        ("l", [1], [2]),
    ]


def test_what_came_and_what_went_is_told() -> None:
    assert told({"old": 1}, {"new": {"x": 2}}) == [("new", None, {"x": 2}), ("old", 1, None)]


def test_the_numbers_that_monitoring_compares_are_left_out() -> None:
    first, second = (AssetVersion(config={}, card={"seed": seed, "traits_reference": [[seed]]}) for seed in (1, 2))
    assert [(one.part, one.path) for one in differences(first, second)] == [("card", "seed")]
