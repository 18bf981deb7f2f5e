"""Workers killed at random moments. The seed is printed; `FAULT_SEED` repeats a run of the test as far as it can be."""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from builder.models import Workflow
from orchestrator.governance.models import Workspace
from orchestrator.runs import sealing
from orchestrator.runs.actions import start_run
from orchestrator.runs.models import Run, RunEvent, RunStatus, Step
from tests.faults.conftest import ENDED, HERE, Crew, Sink
from tests.integration.runs.graphs import node, row

pytestmark = pytest.mark.product
RUNS = 60
KILLS = 3


def call(key: str, method: str, sink: Sink, **config: Any) -> dict[str, Any]:
    address = {"$text": sink.url(f"/{key}/{{{{ start.n }}}}")}
    return node(key, "http_request", {"method": method, "url": address, **config})


def events_of(run: Run) -> list[tuple[int, str, dict[str, Any]]]:
    return list(RunEvent.objects.filter(run_id=run.id).order_by("seq").values_list("seq", "kind", "body"))


def check_log(run: Run) -> None:
    events = events_of(run)
    assert [seq for seq, _, _ in events] == list(range(1, run.seq + 1))
    assert [kind for _, kind, _ in events].count("run_finished") == (1 if run.status in ENDED else 0)
    results = Counter((body["node"], body["scope"]) for _, kind, body in events if kind == "step_done")
    assert set(results.values()) <= {1}
    if run.status in ENDED:
        assert events[-1][1] == "run_finished"


def check_effects(run: Run, number: int, sink: Sink) -> None:
    done = set(Step.objects.filter(run_id=run.id, status="done").values_list("node", flat=True))
    assert sink.hits[f"/once/{number}"] <= 1
    assert len(sink.keys[f"/keyed/{number}"]) <= 1
    for key in done - {"start"}:
        assert sink.hits[f"/{key}/{number}"] >= 1, key


def test_every_run_ends_once_or_says_what_it_waits_for(
    crew: Crew,
    publish: Callable[[dict[str, Any]], Workflow],
    settled: Callable[..., Run],
    sink: Sink,
    workspace: Workspace,
) -> None:
    seed = int(os.environ.get("FAULT_SEED") or random.randrange(10**6))
    sys.stdout.write(f"FAULT_SEED={seed}\n")
    moments = sorted(random.Random(seed).sample(range(10, 2 * RUNS), KILLS))
    workflow = publish(
        row(call("read", "GET", sink), call("keyed", "POST", sink, send_key=True), call("once", "POST", sink))
    )
    started = [start_run(HERE, workflow=workflow, payload={"n": n}, how="manual") for n in range(RUNS)]
    for moment in moments:
        sink.wait_for_all(moment)
        crew.of("engine")[0].kill()
        crew.hire()
    runs = [settled(run.id, *ENDED, RunStatus.WAITING, seconds=60) for run in started]
    assert max(run.fence for run in runs) > 1  # somebody died in the middle of something
    for number, run in enumerate(runs):
        check_log(run)
        check_effects(run, number, sink)
        if run.status != RunStatus.DONE:
            assert RunStatus(run.status) is RunStatus.WAITING, run.error
            assert Step.objects.filter(run_id=run.id, status="needs_review").count() == 1
    sealing.seal_everything()
    heads = sealing.sealed_heads(workspace.pk)
    assert [run.id for run in runs if sealing.broken_event(run.id, heads[run.id]) is not None] == []
