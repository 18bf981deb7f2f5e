"""The baseline: the same workloads on plain Celery canvas, on the same broker. It keeps nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import httpx
from celery import Celery, chain, chord, group

ROOT = Path(__file__).parents[2]
BROKER = "BASELINE_REDIS_URL"
"""How a worker process is told the broker."""

app = Celery("baseline")
app.conf.update(
    broker_url=os.environ.get(BROKER),
    result_backend=os.environ.get(BROKER),
    task_default_queue="baseline",
    worker_prefetch_multiplier=4,
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
)


@cache
def _client() -> httpx.Client:
    """One a process: to make one costs more than a request."""
    return httpx.Client(timeout=30, trust_env=False, limits=httpx.Limits(max_connections=None))


@app.task
def light(value: dict[str, int]) -> dict[str, int]:
    return {"n": value["n"] + 1}


@app.task
def count(values: list[dict[str, int]]) -> int:
    return len(values)


@app.task
def call(value: dict[str, int], url: str) -> dict[str, int]:
    _client().get(url).raise_for_status()
    return {"n": value["n"] + 1}


class Worker:
    """A baseline worker, `threads` or `prefork`, for as long as the `with` lasts."""

    def __init__(self, broker: str, pool: str, concurrency: int) -> None:
        app.conf.update(broker_url=broker, result_backend=broker)
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "--app", "tests.bench.baseline", "worker", "--pool", pool),
                *("--concurrency", str(concurrency), "--queues", "baseline", "--without-gossip", "--without-mingle"),
                *("--without-heartbeat", "--loglevel", "WARNING"),
            ],
            cwd=ROOT,
            env={**os.environ, BROKER: broker},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        light.delay({"n": 0}).get(timeout=60)

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)


def chain_seconds(steps: int) -> float:
    began = time.perf_counter()
    chain(light.s({"n": 0}), *[light.s() for _ in range(steps - 1)]).apply_async().get(timeout=120)
    return time.perf_counter() - began


def fan_seconds(width: int) -> float:
    began = time.perf_counter()
    chord(group(light.s({"n": index}) for index in range(width)), count.s()).apply_async().get(timeout=120)
    return time.perf_counter() - began


def items_seconds(items: int) -> float:
    """A light task for each item, and all results."""
    began = time.perf_counter()
    group(light.s({"n": index}) for index in range(items)).apply_async().get(timeout=300)
    return time.perf_counter() - began


def many_seconds(runs: int, steps: int, at_once: int) -> tuple[float, list[float]]:
    """Wall time of all and the seconds of each from being sent to being finished."""

    def one(_: int) -> float:
        began = time.perf_counter()
        result = chain(light.s({"n": 0}), *[light.s() for _ in range(steps - 1)]).apply_async()
        result.get(timeout=300)
        return time.perf_counter() - began

    began = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        each = list(pool.map(one, range(runs)))
    return time.perf_counter() - began, each


def waiting_seconds(runs: int, steps: int, url: str) -> float:
    began = time.perf_counter()
    results = [
        chain(call.s({"n": 0}, url), *[call.s(url) for _ in range(steps - 1)]).apply_async() for _ in range(runs)
    ]
    for result in results:
        result.get(timeout=300)
    return time.perf_counter() - began
