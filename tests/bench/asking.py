"""What the product adds to one call of a model: finding the version, admission, the record, over the bare model."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from uuid import UUID

from tests.bench.report import longer, say
from tests.bench.running import ROOT, Bench

CALLS = 2_000
GOAL_MS = 2.0
TEXT = "Please pay the invoice number 4711 over 450 euros within thirty days."


def measure(bench: Bench) -> None:
    version = {"runtime": "patterns", "config": {}}
    about = {"name": "asked", "title": "Asked", "kind": "model", "task": "extract", "version": version}
    bench.client.post(f"/api/workspaces/{bench.workspace}/assets", json=about).raise_for_status()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.asking", str(bench.workspace)],
        cwd=ROOT,
        env=bench.product.environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    bare, ours = json.loads(done.stdout.splitlines()[-1])
    bench.report.tell("asking", "one call of a model, p50", ours, "s", longer("the bare model", bare, ours))
    say(f"asking   the product adds {(ours - bare) * 1000:.2f} ms a call   goal at most {GOAL_MS:g} ms")


async def compare(workspace: UUID) -> tuple[float, float]:
    """The medians of the bare model and of ours, call by call in turn."""
    from orchestrator.assets import calls
    from orchestrator.assets.admission import Asker
    from orchestrator.assets.records import CallRecord
    from orchestrator.assets.runtimes.files import ModelFiles
    from orchestrator.assets.runtimes.patterns import Patterns
    from orchestrator.connectors.http import HttpClient

    payload, http, told = {"text": TEXT, "tables": []}, HttpClient(), list[CallRecord]()
    model = Patterns({}, "", ModelFiles(folder=ROOT))
    bare, ours = [], []
    for _ in range(CALLS):
        began = time.perf_counter()
        model.answer(payload)
        between = time.perf_counter()
        await calls.call(workspace, "asked", "extract", payload, http, told=told.append, asker=Asker)
        bare.append(between - began)
        ours.append(time.perf_counter() - between)
    assert len(told) == CALLS
    await http.close()
    return statistics.median(bare), statistics.median(ours)


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")
    django.setup()
    print(json.dumps(asyncio.run(compare(UUID(sys.argv[1])))))


if __name__ == "__main__":
    main()
