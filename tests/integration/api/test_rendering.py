from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils.functional import lazystr

from orchestrator.api.rendering import Json

SOME_ID = UUID("0190f3b0-0000-7000-8000-000000000001")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (SOME_ID, str(SOME_ID)),
        (datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC), "2026-02-03T04:05:06Z"),
        (date(2026, 2, 3), "2026-02-03"),
        (Decimal("10.50"), "10.50"),
        (lazystr("later"), "later"),
        (frozenset({"b", "a"}), ["a", "b"]),
        ("Ünïcode", "Ünïcode"),
        (None, None),
    ],
)
def test_values_of_rows_become_json(value: Any, shown: Any) -> None:
    assert json.loads(Json().render({"value": value})) == {"value": shown}


def test_whole_numbers_of_any_size_survive_with_everything_beside_them() -> None:
    answer = {"number": 2**70, "id": SOME_ID, "at": date(2026, 2, 3)}
    shown = {"number": 2**70, "id": str(SOME_ID), "at": "2026-02-03"}
    assert json.loads(Json().render(answer)) == shown


def test_no_content_has_no_body() -> None:
    assert Json().render(None) == b""


def test_a_value_without_a_json_form_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="object cannot be sent as JSON"):
        Json().render({"value": object()})
