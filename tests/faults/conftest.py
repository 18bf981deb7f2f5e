"""Real workers, killed and frozen. What these tests write is committed, so they have a database of their own:
`python -m orchestrator.embedded exec --durable -- pytest tests/faults`.

Tests marked `full` are left out of `make test`; `make faults` runs them all.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from builder import actions as authoring
from builder.models import Draft, Workflow
from orchestrator.governance.actions.credentials import add_credential
from orchestrator.governance.models import Workspace
from orchestrator.runs.models import Run, RunStatus
from tests.faults.crew import Crew, Zygote
from tests.faults.invariants import TRAIL, Witness, World, again
from tests.faults.load import ENDED, HERE, Publish, Settled
from tests.faults.proxy import Proxy
from tests.faults.servers import broker_port
from tests.faults.sink import Sink

LAST_LINES = 40
CANARY = "canary-7f3a9c41d2"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """With a failure, what the workers said last."""
    report = yield
    crew = getattr(item, "funcargs", {}).get("session_crew")
    if crew is not None and report.failed:
        for worker in crew.everybody[-4:]:
            title = f"worker {worker.pid} ({worker.queue}, {'lives' if worker.lives else 'is dead'})"
            report.sections.append((title, "".join(worker.lines[-LAST_LINES:])))
    return report


def database_url() -> str:
    """Of the test's database, which is not the one of the environment."""
    settings = connection.settings_dict
    return (
        f"postgres://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    )


@pytest.fixture(scope="session")
def committed(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A fresh database whose rows everybody sees. (Its own fixture sets up none where no test asks for roll-back.)"""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            cursor.execute(TRAIL)
        yield
        connection.close()
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def zygote(committed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    zygote = Zygote(database_url(), tmp_path_factory.mktemp("workers"))
    yield zygote
    zygote.end()


@pytest.fixture(scope="session")
def session_crew(zygote: Zygote) -> Iterator[Crew]:
    crew = Crew(zygote)
    yield crew
    crew.dismiss()


@pytest.fixture
def bare_crew(session_crew: Crew) -> Iterator[Crew]:
    """Whoever is there from the tests before; the test hires for itself."""
    yield session_crew
    session_crew.dismiss_strange()


@pytest.fixture
def crew(bare_crew: Crew) -> Crew:
    """Two engine workers."""
    bare_crew.hire()
    bare_crew.all_ready()
    return bare_crew


@pytest.fixture
def witness(committed: None) -> Witness:
    parameters = connection.get_connection_params()
    return Witness({key: parameters[key] for key in ("host", "port", "user", "password", "dbname")})


@pytest.fixture
def sink(witness: Witness) -> Iterator[Sink]:
    sink = Sink(witness)
    yield sink
    sink.close()


@pytest.fixture
def workspace(committed: None, sink: Sink) -> Workspace:
    return Workspace.objects.create(name="Runs", allowed_hosts=[sink.host])


@pytest.fixture
def world(workspace: Workspace, sink: Sink, bare_crew: Crew, witness: Witness) -> World:
    """What the experiment is judged by: `assert world.violations() == []`."""
    add_credential(HERE, workspace.pk, name="Canary", kind="bearer", hosts=[sink.host], secret={"token": CANARY})
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM fault_trail")
        first = cursor.fetchone()[0]
    return World(
        workspace=workspace,
        sink=sink,
        crew=bare_crew,
        witness=witness,
        folder=bare_crew.zygote.folder,
        canary=CANARY,
        first_trail=first,
    )


@pytest.fixture
def publish(workspace: Workspace) -> Publish:
    def publish(graph: dict[str, Any]) -> Workflow:
        workflow = authoring.create_workflow(HERE, workspace.pk, name="Tried")
        draft = Draft.objects.get(workflow=workflow)
        saved = authoring.save_draft(HERE, workflow, graph, str(draft.token))
        assert not saved.problems, saved.problems
        authoring.publish(HERE, workflow, note="test")
        workflow.refresh_from_db()
        return workflow

    return publish


@pytest.fixture
def settled(committed: None) -> Settled:
    """Looks at a run until it is in one of the wanted states."""

    def settled(run: UUID, *wanted: RunStatus, seconds: float = 60) -> Run:
        states = wanted or ENDED
        until = time.monotonic() + seconds
        while True:
            found = again(lambda: Run.objects.get(pk=run))
            if found.status in states and found.owner is None:
                return found
            assert time.monotonic() < until, f"still {RunStatus(found.status).name}, owner {found.owner}"
            time.sleep(0.02)  # looks again; ends with the state, not with the time

    return settled


@pytest.fixture
def database_proxy(committed: None) -> Iterator[Proxy]:
    proxy = Proxy(int(connection.settings_dict["PORT"]))
    yield proxy
    proxy.close()


@pytest.fixture
def broker_proxy(committed: None) -> Iterator[Proxy]:
    proxy = Proxy(broker_port())
    yield proxy
    proxy.close()
