from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.connectors.limits import LONGEST_WAIT_S, told_to_wait

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SOON = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": format_datetime(SOON, usegmt=True)}, 30),
        ({"retry-after": format_datetime(datetime(2026, 1, 1, tzinfo=UTC), usegmt=True)}, 0),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after": "999999999"}, LONGEST_WAIT_S),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "٧"}, None),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m30s"}, 90),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "120ms"}, 0.12),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1h"}, 3600),
        ({"x-ratelimit-remaining-requests": "5", "x-ratelimit-reset-requests": "1m30s"}, None),
        ({"anthropic-ratelimit-tokens-remaining": "0", "anthropic-ratelimit-tokens-reset": "2026-03-01T12:00:30Z"}, 30),
        (
            {
                "anthropic-ratelimit-input-tokens-remaining": "0",
                "anthropic-ratelimit-input-tokens-reset": "2026-03-01T13:00:20+01:00",
                "anthropic-ratelimit-requests-remaining": "0",
                "anthropic-ratelimit-requests-reset": "2026-03-01T12:00:10Z",
            },
            20,
        ),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "12"}, 12),
        ({"ratelimit-remaining": "0"}, None),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "1.2.3s"}, None),
    ],
)  # fmt: skip
def test_what_a_provider_says_about_its_limits_is_understood(headers: dict[str, str], wait_s: float | None) -> None:
    assert told_to_wait(headers, NOW.timestamp()) == wait_s


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_it_says_never_breaks_and_never_keeps_us_waiting_for_ever(after: str, reset: str) -> None:
    headers = {"retry-after": after, "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": reset}
    wait_s = told_to_wait(headers, NOW.timestamp())
    assert wait_s is None or 0 <= wait_s <= LONGEST_WAIT_S
