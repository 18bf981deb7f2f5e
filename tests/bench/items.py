"""A long list: one light step for each item, and what that does to the engine's memory."""

from __future__ import annotations

import json
import statistics
import time
from datetime import datetime

import httpx

from tests.bench import baseline, floor, graphs
from tests.bench.report import more
from tests.bench.running import Bench, Memory

CELERY_ITEMS = 2_000
LONG = 100_000


def measure(bench: Bench) -> None:
    workflow = bench.publish("items", graphs.items_graph())
    address = bench.client.get(f"/api/workflows/{workflow}/links").json()[0]["address"]
    _seconds(bench, address, 1_000)
    walls = [_seconds(bench, address, 10_000) for _ in range(3)]
    with baseline.Worker(bench.broker, "threads", 100):
        celery = CELERY_ITEMS / baseline.items_seconds(CELERY_ITEMS)
    bare = 10_000 / floor.fan_seconds(10_000)
    rate = 10_000 / statistics.median(walls)
    beside = more("Celery threads", celery, rate), more("bare asyncio", bare, rate)
    bench.report.tell("items", "for each over 10,000 items", rate, "/s", *beside, goal="5,000/s")
    memory = Memory(bench.process("engine"))
    before = memory.now()
    with memory.watched():
        long_rate = LONG / _seconds(bench, address, LONG)
    after = memory.now()
    bench.report.tell("items", "for each over 100,000 items", long_rate, "/s", more("10,000", rate, long_rate))
    bench.report.tell("items", "  engine's memory at most", memory.peak, "MB", more("before", before, memory.peak))
    bench.report.tell("items", "  engine's memory afterwards", after, "MB", more("before", before, after))
    memories = {"before_mb": before, "peak_mb": memory.peak, "after_mb": after}
    bench.report.figures["items"] = {"10000_s": walls, "celery_per_s": celery, "100000_per_s": long_rate, **memories}


def _seconds(bench: Bench, address: str, items: int) -> float:
    """From the call with the list to the end of its run."""
    body = json.dumps({"items": list(range(items))}, separators=(",", ":"))
    sent = time.time()
    answer = httpx.post(address, content=body, headers={"Content-Type": "application/json"}, timeout=60)
    run = answer.raise_for_status().json()["run"]
    done = bench.done(run, 0.2)
    counted = next(step for step in done["steps"] if step["node"] == "each")
    assert counted["count"] == items, counted
    return datetime.fromisoformat(done["ended_at"]).timestamp() - sent
