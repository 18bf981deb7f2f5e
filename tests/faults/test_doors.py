"""What the doors answer while the database is away."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from orchestrator.runs.models import Run
from orchestrator.triggers.models import IncomingLink
from tests.faults.crew import Crew
from tests.faults.invariants import World
from tests.faults.load import Publish, call
from tests.faults.proxy import Proxy
from tests.faults.sink import Sink
from tests.integration.runs.graphs import graph, line, node

pytestmark = [pytest.mark.product, pytest.mark.full]


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
