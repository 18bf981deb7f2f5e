from __future__ import annotations

import pytest
from pydantic import ValidationError

from orchestrator.nodes.forecast_series import ForecastSeries
from tests.unit.nodes.context import MemoryAssets, MemoryContext, result_of

SERIES = [{"at": "2026-01-01", "value": 10.0}, {"at": "2026-02-01", "value": 12.0}]
AHEAD = [{"at": "2026-03-01", "value": 14.0, "low": 12.0, "high": 16.0}]


async def test_the_series_goes_on_beside_the_last_season_repeated() -> None:
    world = MemoryContext(assets=MemoryAssets(answers={"model": {"values": AHEAD, "baseline": AHEAD}}))
    result = await result_of(ForecastSeries, {"asset": "model", "series": SERIES, "periods": 1}, world)
    assert result.output == {"values": AHEAD, "baseline": AHEAD}
    assert world.assets.asked == [("model", "forecast", {"series": SERIES, "periods": 1})]


@pytest.mark.parametrize(
    "wrong", [{"series": []}, {"series": [{"at": "2026-01-01"}]}, {"periods": 0}, {"periods": 10_000}]
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ForecastSeries.Config.model_validate({"asset": "model", "series": SERIES, **wrong})
