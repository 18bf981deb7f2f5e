from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from orchestrator.assets.runtimes import trained as runtimes
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.tables import table_of
from tests.unit.assets.pipelines.making import kept, trained

ROWS = [{"size": float(number), "kind": "ab"[number % 2], "is": "xy"[number % 2]} for number in range(60)]


def test_what_a_pipeline_made_answers_through_its_runtime(tmp_path: Path) -> None:
    files = ModelFiles(folder=tmp_path)
    config, digest = kept(trained("table", table_of(ROWS), "is", iterations=10), tmp_path)
    assert runtimes.predictor(config, digest, files).answer({"features": {"kind": "b"}})["label"] == "y"
    config, digest = kept(trained("anomaly", table_of(ROWS), "", trees=25), tmp_path)
    assert 0 <= runtimes.unusual(config, digest, files).answer({"features": {"size": 10}})["score"] <= 1
    series = [{"at": f"2026-{month:02}-01", "value": 5} for month in range(1, 9)]
    answer = runtimes.forecast({"method": "naive"}, "", files).answer({"series": series, "periods": 1})
    assert answer["values"] == [{"at": "2026-09-01", "value": 5, "low": 5, "high": 5}]


def test_no_library_is_loaded_before_a_model_is() -> None:
    modules = "orchestrator.assets.runtimes.trained, orchestrator.assets.runtimes.skops, orchestrator.assets.tables"
    heavy = ("numpy", "sklearn", "scipy", "skops", "statsforecast")
    code = f"import sys, {modules}; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], timeout=60, capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
