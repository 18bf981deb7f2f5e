from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orchestrator.engine.errors import StepFailed
from orchestrator.engine.graph import Node
from orchestrator.nodes.base import Result, Waiting
from orchestrator.nodes.registry import check_config
from orchestrator.nodes.wait import Wait
from tests.unit.nodes.context import NOW, run


@pytest.mark.parametrize(
    ("amount", "unit", "length"),
    [
        (90, "seconds", timedelta(seconds=90)),
        (1.5, "minutes", timedelta(seconds=90)),
        (36, "hours", timedelta(hours=36)),
        (366, "days", timedelta(days=366)),
    ],
)
async def test_it_waits_for_a_length_of_time(amount: float, unit: str, length: timedelta) -> None:
    assert await run(Wait, {"amount": amount, "unit": unit}) == Waiting(kind="delay", until=NOW + length)


@pytest.mark.parametrize(
    ("until", "zone", "moment"),
    [
        ("2026-03-02T11:00:00+00:00", "Europe/Berlin", datetime(2026, 3, 2, 11, tzinfo=UTC)),
        ("2026-03-02T11:00:00Z", "Europe/Berlin", datetime(2026, 3, 2, 11, tzinfo=UTC)),
        ("2026-03-02T11:00", "Europe/Berlin", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        (" 2026-07-01T11:00 ", "Europe/Berlin", datetime(2026, 7, 1, 9, tzinfo=UTC)),
        ("2026-07-01", "America/New_York", datetime(2026, 7, 1, 4, tzinfo=UTC)),
        ("2026-07-01", "UTC", datetime(2026, 7, 1, tzinfo=UTC)),
    ],
)
async def test_it_waits_until_a_time_on_the_clock_of_a_place(until: str, zone: str, moment: datetime) -> None:
    waiting = await run(Wait, {"how": "until", "until": until, "time_zone": zone})
    assert isinstance(waiting, Waiting)
    assert waiting.until == moment


async def test_an_hour_that_the_clock_change_leaves_out_is_the_hour_after() -> None:
    waiting = await run(Wait, {"how": "until", "until": "2026-03-29T02:30", "time_zone": "Europe/Berlin"})
    assert isinstance(waiting, Waiting)
    assert waiting.until.isoformat() == "2026-03-29T03:30:00+02:00"


@pytest.mark.parametrize(
    "config", [{"how": "until", "until": "2026-03-02T09:30:00Z"}, {"how": "until", "until": "2020-01-01"}]
)
async def test_a_time_in_the_past_goes_on_at_once(config: dict[str, Any]) -> None:
    result = await run(Wait, config)
    assert isinstance(result, Result)
    assert result.port == "out"
    assert set(result.output) == {"until"}


async def test_no_time_at_all_goes_on_at_once() -> None:
    assert await run(Wait, {"amount": 0}) == Result(output={"until": NOW.isoformat()})


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"how": "until", "until": "tomorrow"}, "time_unclear"),
        ({"how": "until", "until": " "}, "time_unclear"),
        ({"how": "until"}, "time_unclear"),
        ({"how": "until", "until": 20261224.5}, "time_unclear"),
        ({"how": "until", "until": "0001-01-01", "time_zone": "Asia/Tokyo"}, "time_unclear"),
        ({"how": "until", "until": "2026-07-01", "time_zone": "Mars/Olympus"}, "time_unclear"),
        ({"how": "until", "until": "2026-07-01", "time_zone": "../etc/passwd"}, "time_unclear"),
        ({"how": "until", "until": "2027-07-01"}, "wait_too_long"),
        ({"amount": 367, "unit": "days"}, "wait_too_long"),
        ({"amount": 1e300, "unit": "days"}, "wait_too_long"),
        ({}, "time_unclear"),
    ],
)
async def test_nonsense_is_refused_in_plain_words(config: dict[str, Any], code: str) -> None:
    with pytest.raises(StepFailed) as failed:
        await run(Wait, config)
    assert failed.value.error.code == code
    assert failed.value.error.hint


def problems(**config: Any) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.field) for problem in check_config(Node(key="rest", type="wait", config=config))]


def test_a_length_or_a_time_is_asked_for_when_the_workflow_is_saved() -> None:
    assert problems() == [("missing_setting", "config.amount")]
    assert problems(how="until") == [("missing_setting", "config.until")]
    assert problems(amount=2) == problems(how="until", until={"$expr": "a.b"}) == []


def test_fixed_nonsense_is_found_when_the_workflow_is_saved() -> None:
    assert problems(amount=400, unit="days") == [("wait_too_long", "config.amount")]
    assert problems(amount=9000) == [("wait_too_long", "config.amount")]
    assert problems(how="until", until="2026-07-01", time_zone="Berlin") == [("unknown_time_zone", "config.time_zone")]
    assert problems(amount={"$expr": "n"}, time_zone={"$expr": "z"}) == []
