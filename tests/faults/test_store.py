"""The store of files is away, cuts uploads, or is full: steps try again, and no row points at what is not there."""

from __future__ import annotations

import hashlib
import resource
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import boto3
import orjson
import pytest
from django.conf import settings
from django.core.files.storage import storages
from moto.server import ThreadedMotoServer

from orchestrator.artifacts.models import Artifact
from orchestrator.artifacts.stores import store
from orchestrator.runs.models import Run, RunStatus, Step
from tests.faults.crew import Crew
from tests.faults.invariants import World
from tests.faults.load import Publish, call, start
from tests.faults.sink import Request, Sink
from tests.integration.artifacts.lines import Line, line_to
from tests.integration.runs.graphs import node, row

pytestmark = [
    pytest.mark.product,
    pytest.mark.full,
    # the S3 client keeps its connections open for the next request
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
RUNS = 6
LARGE = 1_000_000
KEY, SECRET = "key", "secret"


@pytest.fixture
def line() -> Iterator[Line]:
    """To a bucket `files` of a real S3 service."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    with line_to(server.get_host_and_port()) as line:
        bucket_by(line.port).create()
        yield line
    server.stop()


def bucket_by(port: int) -> Any:
    service = boto3.resource(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
    )
    return service.Bucket("files")


@pytest.fixture
def stored_in_bucket(bare_crew: Crew, line: Line) -> Iterator[dict[str, Any]]:
    """Workers that keep files there, over `line`; gives the settings of further ones."""
    entry = store(f"s3://{KEY}:{SECRET}@127.0.0.1:{line.port}/files?tls=0", Path())
    given = {"STORAGES": {**settings.STORAGES, "artifacts": entry}}
    bare_crew.kill_all()
    bare_crew.hire(**given)
    bare_crew.all_ready()
    yield given
    bare_crew.kill_all()


@pytest.fixture
def giving(sink: Sink) -> dict[str, Any]:
    """A graph that gets a file, a value too large for its row, and has an effect after both; each run gets its own."""

    def give(request: Request, handler: BaseHTTPRequestHandler) -> bool:
        about = hashlib.sha256(request.path.encode()).hexdigest()
        if request.path.startswith("/file/"):
            reply(handler, "application/pdf", about.encode() * (LARGE // 64))
        elif request.path.startswith("/words/"):
            reply(handler, "application/json", orjson.dumps([about] * (LARGE // 64)))
        return request.path.startswith(("/file/", "/words/"))

    sink.answer = give
    return row(getting(sink, "file"), getting(sink, "words"), call(sink, "keyed"))


def getting(sink: Sink, key: str) -> dict[str, Any]:
    policy = {"retry": {"attempts": 20, "first_wait_s": 1, "max_wait_s": 2}}
    return node(key, "http_request", {"url": {"$text": sink.url(f"/{key}/{{{{ run.id }}}}/-")}}, policy=policy)


def reply(handler: BaseHTTPRequestHandler, kind: str, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def whole(world: World, kept: Callable[[Artifact], bytes]) -> int:
    """How many files there are, each of them looked at where it is kept."""
    artifacts = list(Artifact.objects.filter(workspace=world.workspace))
    for artifact in artifacts:
        assert hashlib.sha256(kept(artifact)).hexdigest() == artifact.sha256
    return len(artifacts)


def wait_for_steps(world: World, node: str, attempt: int) -> None:
    """Looks until steps have been tried so often."""
    until = time.monotonic() + 60
    tried = Step.objects.filter(run_id__in=world.started, node=node, attempt__gte=attempt)
    while tried.count() < RUNS // 2:
        assert time.monotonic() < until, list(Step.objects.filter(run_id__in=world.started).values())
        time.sleep(0.05)  # looks again; ends with the state, not with the time


def outcomes(world: World) -> set[RunStatus]:
    return {RunStatus(status) for status in Run.objects.filter(pk__in=world.started).values_list("status", flat=True)}


def test_a_store_that_is_away_and_cuts_uploads_costs_time_only(
    bare_crew: Crew,
    stored_in_bucket: dict[str, Any],
    line: Line,
    world: World,
    publish: Publish,
    sink: Sink,
    giving: dict[str, Any],
) -> None:
    """Away, then cutting what is sent up and what is sent down; and a worker dies meanwhile."""
    workflow = publish(giving)
    line.busy = True
    world.started += [start(workflow, n) for n in range(RUNS)]
    wait_for_steps(world, "file", attempt=3)
    assert not Artifact.objects.filter(workspace=world.workspace).exists()
    line.busy, line.up = False, LARGE // 2
    wait_for_steps(world, "file", attempt=6)
    assert not Artifact.objects.filter(workspace=world.workspace).exists()
    bare_crew.of("engine")[0].kill()
    bare_crew.hire(**stored_in_bucket)
    line.up, line.down = None, LARGE // 2
    sink.wait_for_all(2 * RUNS)
    line.mend()
    assert world.violations(within=60) == []
    assert outcomes(world) == {RunStatus.DONE}
    bucket = bucket_by(line.port)
    assert whole(world, lambda artifact: bucket.Object(artifact.place).get()["Body"].read()) == 2 * RUNS


def test_a_full_disk_fails_no_run_that_may_try_again_and_keeps_no_half_file(
    crew: Crew, world: World, publish: Publish, giving: dict[str, Any]
) -> None:
    """A limit on the size of files, set from outside: writing comes so far and no farther, as on a disk that fills."""
    if not hasattr(resource, "prlimit"):
        pytest.skip("this system sets no limits for other processes")
    workflow = publish(giving)
    workers = crew.of("engine")
    no_limit = resource.prlimit(workers[0].pid, resource.RLIMIT_FSIZE)
    for worker in workers:
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (LARGE // 2, no_limit[1]))
    try:
        world.started += [start(workflow, n) for n in range(RUNS)]
        wait_for_steps(world, "file", attempt=3)
        assert not Artifact.objects.filter(workspace=world.workspace).exists()
    finally:
        for worker in workers:
            resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, no_limit)
    assert world.violations(within=60) == []
    assert outcomes(world) == {RunStatus.DONE}
    assert [worker for worker in workers if not worker.lives] == []
    assert whole(world, lambda artifact: storages["artifacts"].open(artifact.place).read()) == 2 * RUNS
