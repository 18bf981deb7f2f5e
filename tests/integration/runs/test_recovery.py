"""Nothing is lost when workers die or the broker forgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from builder.models import Workflow
from orchestrator.runs.actions import start_run
from orchestrator.runs.models import Run, RunEvent, RunStatus, Step
from tests.integration.runs.conftest import HERE, Sink, Worker
from tests.integration.runs.graphs import START, get, graph, line, node, row

pytestmark = pytest.mark.product
Publish = Callable[[dict[str, Any]], Workflow]
Settled = Callable[..., Run]


def start(workflow: Workflow) -> Run:
    return start_run(HERE, workflow=workflow, payload={"n": 1}, how="manual")


def numbers(run: Run) -> list[int]:
    return list(RunEvent.objects.filter(run_id=run.id).order_by("seq").values_list("seq", flat=True))


def test_a_killed_workers_run_goes_on_from_the_last_finished_step(
    start_worker: Callable[..., Worker], publish: Publish, settled: Settled, sink: Sink
) -> None:
    workflow = publish(
        row(get("first", sink.url("/first")), get("second", sink.url("/second")), get("third", sink.url("/third")))
    )
    sink.hold("/second")
    doomed = start_worker()
    run = start(workflow)
    sink.wait_for("/second")
    doomed.kill()
    sink.release("/second")
    start_worker()
    done = settled(run.id)
    assert RunStatus(done.status) is RunStatus.DONE
    assert done.fence == 2
    assert dict(sink.hits) == {"/first": 1, "/second": 2, "/third": 1}
    assert numbers(done) == list(range(1, done.seq + 1))
    assert Step.objects.get(run_id=run.id, node="second").attempt == 2


def test_an_effect_that_must_not_be_doubled_waits_for_a_person_after_a_crash(
    start_worker: Callable[..., Worker], publish: Publish, settled: Settled, sink: Sink
) -> None:
    pay = node("pay", "http_request", {"method": "POST", "url": sink.url("/pay"), "json": {"amount": 5}})
    workflow = publish(row(pay))
    sink.hold("/pay")
    doomed = start_worker()
    run = start(workflow)
    sink.wait_for("/pay")
    doomed.kill()
    sink.release("/pay")
    start_worker()
    waiting = settled(run.id, RunStatus.WAITING)
    assert Step.objects.get(run_id=run.id, node="pay").status == "needs_review"
    assert "unknown" in waiting.waiting_for
    assert sink.hits["/pay"] == 1


def test_flushing_the_broker_loses_nothing(
    start_worker: Callable[..., Worker], publish: Publish, settled: Settled, sink: Sink
) -> None:
    workflow = publish(row(get("call", sink.url("/call"))))
    runs = [start(workflow) for _ in range(10)]
    redis.Redis.from_url(settings.REDIS_URL).flushall()
    start_worker()
    assert {RunStatus(settled(run.id).status) for run in runs} == {RunStatus.DONE}
    assert sink.hits["/call"] == 10


def test_a_polite_stop_hands_runs_to_the_next_worker(
    start_worker: Callable[..., Worker], publish: Publish, settled: Settled, sink: Sink
) -> None:
    workflow = publish(row(get("call", sink.url("/slow")), get("after", sink.url("/after"))))
    sink.hold("/slow")
    first = start_worker()
    run = start(workflow)
    sink.wait_for("/slow")
    first.process.terminate()
    sink.release("/slow")
    first.process.wait(40)
    start_worker()
    assert RunStatus(settled(run.id).status) is RunStatus.DONE


def test_a_step_on_another_queue_survives_the_death_of_its_worker(
    start_worker: Callable[..., Worker], publish: Publish, settled: Settled, engine: Worker
) -> None:
    nodes = [
        node("start", "start_file", {"accept": [".txt"]}),
        node("parse", "parse_document", {"file": {"$expr": "start.file"}}),
    ]
    workflow = publish(graph(nodes, [line("start", "parse")]))
    from orchestrator.artifacts.actions import save_file

    file = save_file(HERE, workflow.workspace_id, "note.txt", "text/plain", b"Good morning, this is a short note.")
    run = start_run(HERE, workflow=workflow, payload={"file": file.as_ref()}, how="file")
    start_worker("cpu")
    done = settled(run.id)
    assert RunStatus(done.status) is RunStatus.DONE, done.error
    assert done.ended_at is not None
    assert done.ended_at <= timezone.now()


def test_a_message_delivered_many_times_starts_a_run_once(
    engine: Worker, publish: Publish, settled: Settled, sink: Sink
) -> None:
    from orchestrator.runs.doorbell import ring

    workflow = publish(row(get("call", sink.url("/once"))))
    run = start(workflow)
    ring([run.id] * 50)
    settled(run.id)
    ring([run.id] * 50)
    assert sink.hits["/once"] == 1
    assert START["key"] == "start"
