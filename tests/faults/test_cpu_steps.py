"""Steps in the processes of the cpu worker: killed, too slow, no longer wanted."""

from __future__ import annotations

import io
import os
import signal
import time
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from builder.models import Workflow
from orchestrator.artifacts.actions import save_file
from orchestrator.runs.actions import cancel_run, start_run
from orchestrator.runs.models import Run, RunStatus, Step, StepTask
from tests.faults.crew import Crew, Worker
from tests.faults.load import HERE, Publish, Settled
from tests.integration.runs.graphs import graph, line, node

pytestmark = pytest.mark.product
RUNNING, DONE, LOST = 1, 2, 3


def reading(**step: Any) -> dict[str, Any]:
    nodes = [
        node("start", "start_file", {"accept": [".txt", ".pdf"]}),
        node("parse", "parse_document", {"file": {"$expr": "start.file"}, "max_pages": 2000}, **step),
    ]
    return graph(nodes, [line("start", "parse")])


def slow_document() -> bytes:
    """A PDF that takes many seconds to read."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for page in range(20):
        canvas.grid([40 + 13 * column for column in range(40)], [40 + 12 * line for line in range(60)])
        for number in range(60):
            canvas.drawString(42, 42 + 12 * number, f"Page {page}, row {number}")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


@pytest.fixture(scope="module")
def slow() -> bytes:
    return slow_document()


@pytest.fixture
def reader(crew: Crew) -> Worker:
    crew.hire(cpu=1)
    crew.all_ready()
    return crew.of("cpu")[0]


def start(workflow: Workflow, data: bytes, name: str = "report.pdf") -> Run:
    file = save_file(HERE, workflow.workspace_id, name, "application/pdf", data)
    return start_run(HERE, workflow=workflow, payload={"file": file.as_ref()}, how="file")


def working(run: Run, attempt: int = 1) -> None:
    """Looks until the step is being worked on."""
    until = time.monotonic() + 30
    while not StepTask.objects.filter(run_id=run.pk, attempt=attempt, state=RUNNING).exists():
        assert time.monotonic() < until, list(StepTask.objects.filter(run_id=run.pk).values())
        time.sleep(0.01)  # looks again; ends with the state, not with the time


def replaced(reader: Worker, before: set[int]) -> None:
    """Looks until the pool has another process."""
    until = time.monotonic() + 20
    while reader.children() & before or not reader.children():
        assert time.monotonic() < until, reader.children()
        time.sleep(0.05)


def test_a_step_waits_for_a_worker_of_its_queue(crew: Crew, publish: Publish, settled: Settled) -> None:
    for worker in crew.of("cpu"):
        worker.kill()
    run = start(publish(reading()), b"Good morning, this is a short note.", "note.txt")
    settled(run.id, RunStatus.RUNNING, RunStatus.WAITING)
    crew.hire(cpu=1)
    assert RunStatus(settled(run.id).status) is RunStatus.DONE


def test_a_step_whose_process_is_killed_is_done_again(
    reader: Worker, publish: Publish, settled: Settled, slow: bytes
) -> None:
    note = publish(reading(policy={"timeout_s": 60}))
    run = start(note, slow)
    working(run)
    for child in reader.children():
        os.kill(child, signal.SIGKILL)
    working(run, attempt=2)
    states = dict(StepTask.objects.filter(run_id=run.pk).values_list("attempt", "state"))
    assert states == {1: LOST, 2: RUNNING}
    cancel_run(HERE, run, "Seen enough")
    assert RunStatus(settled(run.id).status) is RunStatus.CANCELLED


@pytest.mark.full
def test_a_step_that_overstays_its_limit_is_ended_with_its_process(
    reader: Worker, publish: Publish, settled: Settled, slow: bytes
) -> None:
    before = reader.children()
    run = start(publish(reading(policy={"timeout_s": 1})), slow)
    failed = settled(run.id)
    assert RunStatus(failed.status) is RunStatus.FAILED
    assert failed.error["code"] == "time_limit"
    replaced(reader, before)


def test_a_stopped_runs_step_does_not_go_on(reader: Worker, publish: Publish, settled: Settled, slow: bytes) -> None:
    before = reader.children()
    run = start(publish(reading()), slow)
    working(run)
    cancel_run(HERE, run, "Not needed")
    assert RunStatus(settled(run.id).status) is RunStatus.CANCELLED
    assert Step.objects.get(run_id=run.pk, node="parse").status == "cancelled"
    replaced(reader, before)


def test_after_all_that_documents_are_still_read(reader: Worker, publish: Publish, settled: Settled) -> None:
    run = start(publish(reading()), b"Good morning, this is a short note.", "note.txt")
    done = settled(run.id)
    assert RunStatus(done.status) is RunStatus.DONE, done.error
    assert StepTask.objects.get(run_id=run.pk).state == DONE
