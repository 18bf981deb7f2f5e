"""How fast pages of lists come where there is much: 100,000 runs of one workspace, over HTTP.

Run as a program (`python -m tests.bench.lists WORKSPACE WORKFLOW`) in the environment of a product it writes the rows.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from datetime import timedelta
from uuid import UUID

from tests.bench import graphs
from tests.bench.report import percentile
from tests.bench.running import ROOT, Bench

RUNS = 100_000
BATCH = 5_000
TRIES = 40
GOAL = "150 ms"


def measure(bench: Bench) -> None:
    workflow = bench.publish("a long list", graphs.chain_of(1))
    subprocess.run(
        [sys.executable, "-m", "tests.bench.lists", str(bench.workspace), workflow],
        cwd=ROOT,
        env=bench.product.environment,
        check=True,
    )
    place = f"/api/workspaces/{bench.workspace}"
    pages = {
        "first page of runs": f"{place}/runs?page_size=25",
        "runs that failed": f"{place}/runs?page_size=25&status=failed",
        "runs of one workflow": f"{place}/runs?page_size=25&workflow={workflow}",
        "runs by a part of the title": f"{place}/runs?page_size=25&search=Order+4242",
        "runs forty pages on": f"{place}/runs?page_size=25&cursor={_far(bench, place)}",
        "workflows": f"{place}/workflows?page_size=25",
    }
    for what, address in pages.items():
        took = [_seconds(bench, address) for _ in range(TRIES)]
        bench.report.figures.setdefault("lists", {})[what] = took
        bench.report.tell("lists", f"{what}, p95", percentile(took, 0.95), "s", goal=GOAL)


def _seconds(bench: Bench, address: str) -> float:
    line = bench.lines(1)[0]
    asked = time.perf_counter()
    line.request("GET", address, headers=bench.headers)
    answer = line.getresponse()
    said = answer.read()
    took = time.perf_counter() - asked
    line.close()
    assert answer.status == 200, said[:300]
    return took


def _far(bench: Bench, place: str) -> str:
    """A cursor deep in the list."""
    cursor = ""
    for _ in range(10):
        page = bench.client.get(f"{place}/runs", params={"page_size": "100", "cursor": cursor}).raise_for_status()
        cursor = json.loads(page.text)["next"]
    return cursor


def write(workspace: UUID, workflow: UUID) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")
    django.setup()

    from django.db import connection
    from django.utils import timezone

    from builder.models import Workflow
    from orchestrator.runs.models import Mode, Run, RunStatus

    rolls = random.Random(5)
    version = Workflow.objects.get(pk=workflow).live_version_id
    now = timezone.now()
    statuses = [*[RunStatus.DONE] * 18, RunStatus.FAILED, RunStatus.CANCELLED]
    for first in range(0, RUNS, BATCH):
        Run.objects.bulk_create(
            Run(
                workspace_id=workspace,
                workflow_id=workflow,
                version_id=version,
                title=f"Order {number}",
                how="manual",
                mode=Mode.LIVE,
                status=rolls.choice(statuses),
                head=bytes(32),
                created_at=now - timedelta(seconds=RUNS - number),
                ended_at=now,
                settled_at=now,
                noticed=True,
            )
            for number in range(first, first + BATCH)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    write(UUID(sys.argv[1]), UUID(sys.argv[2]))
