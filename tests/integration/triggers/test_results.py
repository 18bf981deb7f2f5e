"""Callers who wait for the result, and senders who deliver the same thing again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from builder.models import Workflow
from orchestrator.runs.ends import Ends
from orchestrator.runs.host import Host
from orchestrator.runs.models import Run, RunStatus
from orchestrator.runs.outputs import run_output
from tests.integration.authoring import Browser, edge, graph, node
from tests.integration.runs.conftest import DRIVE_SECONDS, committed, drive, host
from tests.integration.triggers.test_links import call, link_of, put_live

__all__ = ["committed", "drive", "host"]

SENDERS = 20
Live = Callable[..., str]


def echoing(*more: dict[str, Any], lines: tuple[dict[str, Any], ...] = (), **config: Any) -> dict[str, Any]:
    start = node("call", "start_link", config={"access": "public", **config})
    fields = [{"name": "order", "value": {"$expr": "call.body.order"}}]
    return graph(
        start, node("keep", "set_fields", config={"fields": fields}), *more, edges=(edge("call", "keep"), *lines)
    )


@pytest.fixture
def live(maria: Browser, workflow: Workflow) -> Live:
    def live(**config: Any) -> str:
        put_live(maria, workflow, echoing(**config))
        return str(link_of(maria, workflow)["address"])

    return live


def answered(host: Host, address: str, body: dict[str, Any]) -> Any:
    """What a call is answered whose run is driven meanwhile, as a worker would; nobody rings here."""
    with ThreadPoolExecutor(1) as caller:
        answer = caller.submit(lambda: (call(address, body), connections.close_all())[0])
        while not (runs := list(Run.objects.values_list("pk", flat=True))):
            time.sleep(0.01)  # looks again; ends with the run
        host.execute(UUID(str(runs[0]))).result(DRIVE_SECONDS)
        return answer.result(DRIVE_SECONDS)


def test_a_caller_may_wait_for_the_result(host: Host, live: Live) -> None:
    answer = answered(host, live(answer="result"), {"order": 7})
    run = Run.objects.get()
    assert answer.status_code == 200
    assert answer.json() == {
        "run": str(run.pk),
        "address": answer.json()["address"],
        "status": "done",
        "output": {"order": 7},
        "error": None,
    }
    assert answer.json()["address"].endswith(f"/runs/{run.pk}")


def test_a_run_that_failed_says_why(host: Host, live: Live) -> None:
    answer = answered(host, live(answer="result"), {"nothing": 7})
    assert (answer.status_code, answer.json()["status"], answer.json()["output"]) == (200, "failed", None)
    assert answer.json()["error"]["message"]


def test_a_run_that_takes_longer_gives_its_address(committed: None, live: Live) -> None:
    answer = call(live(answer="result", wait_s=1), {"order": 7})
    assert (answer.status_code, answer["Location"]) == (202, answer.json()["address"])
    assert set(answer.json()) == {"run", "address"}


@pytest.mark.parametrize("prefer", ["wait=0", "respond-async", "respond-async, wait=30", "return=minimal; wait=0"])
def test_a_caller_may_ask_to_wait_less(live: Live, prefer: str) -> None:
    assert call(live(answer="result", wait_s=60), {"order": 7}, prefer=prefer).status_code == 202


def test_a_caller_cannot_wait_where_the_step_does_not_allow_it(live: Live) -> None:
    answer = call(live(), {"order": 7}, prefer="wait=60")
    assert (answer.status_code, answer["Location"]) == (202, answer.json()["address"])


def test_only_so_many_wait_at_once_and_each_is_told_at_the_end(committed: None, live: Live) -> None:
    run = UUID(call(live(), {"order": 7}).json()["run"])
    ends, told = Ends(1), []
    first = threading.Thread(target=lambda: told.append(ends.wait(run, DRIVE_SECONDS)))
    first.start()
    while "ends" not in {thread.name for thread in threading.enumerate()}:
        first.join(0.01)  # until it has taken its place
    asked = time.monotonic()
    assert ends.wait(run, DRIVE_SECONDS) is False
    assert time.monotonic() - asked < DRIVE_SECONDS / 2
    Run.objects.update(status=RunStatus.DONE)
    first.join(DRIVE_SECONDS)
    assert told == [True]
    assert ends.wait(run, DRIVE_SECONDS) is True  # the place is free again


def test_several_last_steps_give_a_map(drive: Callable[[Run], Run], maria: Browser, workflow: Workflow) -> None:
    also = node("also", "set_fields", config={"fields": [{"name": "n", "value": 1}]})
    put_live(maria, workflow, echoing(also, lines=(edge("call", "also"),)))
    run = call(str(link_of(maria, workflow)["address"]), {"order": 7}).json()["run"]
    assert run_output(drive(Run.objects.get(pk=run))) == {"keep": {"order": 7}, "also": {"n": 1}}


def test_twenty_deliveries_of_one_thing_are_one_run(committed: None, live: Live) -> None:
    address = live(dedupe="body.id")

    def deliver(number: int) -> tuple[int, str]:
        try:
            answer = call(address, {"id": "evt-1", "order": 7})
            return answer.status_code, answer.json()["run"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SENDERS) as senders:
        answers = set(senders.map(deliver, range(SENDERS)))
    assert answers == {(202, str(Run.objects.get().pk))}


def test_what_tells_deliveries_apart(live: Live) -> None:
    address = live(dedupe="header.X-Event-Id")
    runs = [
        call(address, {"order": 7}, **headers).json()["run"]
        for headers in (
            {"x_event_id": "1"},
            {"x_event_id": "1"},
            {"x_event_id": "2"},
            {"x_event_id": "1", "idempotency_key": "mine"},
            {},
            {},
            {"x_event_id": "x" * 5000},
        )
    ]
    assert runs[0] == runs[1]
    assert len(set(runs)) == 6
