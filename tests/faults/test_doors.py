"""What the doors answer while the database is away, or has no connection left for them."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, connections
from django.test import Client

from orchestrator.governance.actions.credentials import add_credential
from orchestrator.governance.models import Credential
from orchestrator.runs import store
from orchestrator.runs.models import Run, RunStatus
from orchestrator.triggers.models import IncomingLink
from tests.faults.crew import LEASE_SECONDS, Crew
from tests.faults.invariants import World
from tests.faults.load import HERE, Publish, call, start
from tests.faults.proxy import Proxy
from tests.faults.sink import Sink
from tests.integration.runs.graphs import graph, line, node, row

pytestmark = [pytest.mark.product, pytest.mark.full]
CALLERS = 50
PATIENCE = 1.0


@pytest.fixture
def by_proxy(database_proxy: Proxy) -> Iterator[Proxy]:
    """This process, which answers the requests, reaches the database by the proxy."""
    direct = connection.settings_dict["PORT"]

    def reach(port: int | str) -> None:
        connection.close()
        connection.close_pool()
        connection.settings_dict["PORT"] = port

    reach(database_proxy.port)
    yield database_proxy
    reach(direct)


def test_a_call_is_told_to_come_again_and_never_that_it_was_taken(
    crew: Crew, world: World, publish: Publish, sink: Sink, by_proxy: Proxy
) -> None:
    nodes = [node("hook", "start_link", {"access": "public"}), call(sink, "once")]
    workflow = publish(graph(nodes, [line("hook", "once")]))
    address = f"/hooks/{IncomingLink.objects.get(workflow=workflow).token}"
    client = Client(raise_request_exception=False)

    def send() -> tuple[int, str | None]:
        connection.close_if_unusable_or_obsolete()  # as between two requests; the test's client leaves it out
        answer = client.post(address, {"n": 1}, content_type="application/json", headers={"idempotency-key": "e1"})
        return answer.status_code, answer.headers.get("Retry-After")

    by_proxy.refuse()
    assert send() == (503, "5")
    by_proxy.heal()
    until = time.monotonic() + 60
    while (given := send()[0]) == 503:  # the pool of connections takes its time; the sender does as it was told
        assert time.monotonic() < until
    assert given == 202
    world.started.append(Run.objects.get(workspace=world.workspace).id)
    assert world.violations() == []


@pytest.fixture
def two_connections(committed: None) -> Iterator[None]:
    """This process, which answers the requests, has two connections for all of them, and waits a second for one."""
    options = connection.settings_dict["OPTIONS"]

    def have(pool: dict[str, float]) -> None:
        connection.close()
        connection.close_pool()
        options["pool"] = pool

    usual = options["pool"]
    have({"min_size": 1, "max_size": 2, "timeout": PATIENCE})
    yield
    have(usual)


@contextmanager
def locked(table: str) -> Iterator[None]:
    """Whoever wants to read this table waits, and keeps the connection meanwhile."""
    with store.connect() as line, line.transaction():
        line.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


def test_more_requests_than_connections_wait_so_long_and_no_longer(
    crew: Crew, world: World, publish: Publish, sink: Sink, two_connections: None
) -> None:
    """All but two of fifty callers are told to come again; when they do, each of them starts its run."""
    nodes = [node("hook", "start_link", {"access": "public"}), call(sink, "once")]
    workflow = publish(graph(nodes, [line("hook", "once")]))
    link = IncomingLink.objects.get(workflow=workflow)
    clients = [Client(raise_request_exception=False) for _ in range(CALLERS)]
    told = Counter[tuple[int, str | None]]()
    some = threading.Condition()

    def send(number: int) -> tuple[int, float]:
        began = time.monotonic()
        try:
            answer = clients[number].post(
                f"/hooks/{link.token}",
                {"n": number},
                content_type="application/json",
                headers={"idempotency-key": f"event {number}"},
            )
        finally:
            connections.close_all()
        with some:
            told[answer.status_code, answer.headers.get("Retry-After")] += 1
            some.notify_all()
        return answer.status_code, time.monotonic() - began

    connection.close()  # ours would be one of the two
    with ThreadPoolExecutor(CALLERS) as callers:
        with locked(IncomingLink._meta.db_table):
            answers = [callers.submit(send, number) for number in range(CALLERS)]
            with some:
                assert some.wait_for(lambda: told.total() == CALLERS - 2, 60), told
            assert told == {(503, "5"): CALLERS - 2}
        given = [answer.result(60) for answer in answers]
        refused = [took for status, took in given if status == 503]
        assert min(refused) >= PATIENCE * 0.9
        assert max(refused) < PATIENCE + 10  # fifty threads share a processor
        again = [number for number, (status, _) in enumerate(given) if status == 503]
        assert sorted(status for status, _ in given) == [202] * 2 + [503] * (CALLERS - 2)
        until = time.monotonic() + 60
        while again:
            assert time.monotonic() < until
            again = [number for number in again if callers.submit(send, number).result(60)[0] == 503]
    world.started += Run.objects.filter(workspace=world.workspace).values_list("id", flat=True)
    assert len(world.started) == CALLERS
    assert world.violations(within=60) == []


def test_a_worker_without_a_connection_for_its_steps_keeps_its_lease(
    bare_crew: Crew, world: World, publish: Publish, sink: Sink
) -> None:
    """Fifty steps want to read their account over two connections, and none is answered for longer than a lease."""
    account = add_credential(
        HERE, world.workspace.pk, name="CRM", kind="bearer", hosts=[sink.host], secret={"token": "canary-7f3a9c41d2"}
    )
    bare_crew.kill_all()
    bare_crew.hire(connections={"max_size": 2, "timeout": PATIENCE})
    bare_crew.all_ready()
    workers = list(bare_crew.workers)
    workflow = publish(row(call(sink, "keyed", credential=str(account.pk)), call(sink, "once")))
    with locked(Credential._meta.db_table):
        world.started += [start(workflow, n) for n in range(CALLERS)]
        threading.Event().wait(3 * LEASE_SECONDS)  # the time is what is tried here
        assert sink.hits.total() == 0
    assert world.violations(within=60) == []
    assert [worker.lines[-10:] for worker in workers if not worker.lives] == []
    runs = Run.objects.filter(workspace=world.workspace)
    assert set(runs.values_list("status", "crashes", "fence")) == {(RunStatus.DONE, 0, 1)}
    assert set(sink.hits.values()) == {1}
    bare_crew.kill_all()
