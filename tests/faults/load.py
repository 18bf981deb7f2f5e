"""The load of the experiments: runs of a graph with a step of each kind, and the person who answers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections
from django.db.utils import DatabaseError

from builder.models import Workflow
from orchestrator.api.errors import Conflict
from orchestrator.governance.models import Membership, User
from orchestrator.governance.principal import person, system
from orchestrator.runs.actions import decide_task, start_run, take_task
from orchestrator.runs.models import HumanTask, Run, RunEvent, RunStatus, TaskState
from tests.faults.invariants import World, again
from tests.faults.sink import Sink
from tests.integration.runs.graphs import START, graph, line, node, row

HERE = system("test")
ENDED = (RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED)
ITEMS = 10
MANY = 1_200
"""Items of a list that is cut into three."""
ANSWER_EVERY = 0.1


Publish = Callable[[dict[str, Any]], Workflow]
Settled = Callable[..., Run]


def numbers(run: Run) -> list[int]:
    return list(RunEvent.objects.filter(run_id=run.id).order_by("seq").values_list("seq", flat=True))


def call(sink: Sink, key: str, scope: str = "-", **rest: Any) -> dict[str, Any]:
    """A POST that the sink can assign to its run and step; with a key unless it is called `once`."""
    about = {name: rest.pop(name) for name in ("parent", "policy") if name in rest}
    address = {"$text": sink.url(f"/{key}/{{{{ run.id }}}}/{scope}")}
    config = {"method": "POST", "url": address, "json": {"step": key}, "send_key": key != "once", **rest}
    return node(key, "http_request", config, **about)


def six_steps(sink: Sink, *, items: int = ITEMS) -> dict[str, Any]:
    """Pure, keyed, at most once, fan-out and join, a person, a row written by SQL (the outbox)."""
    nodes = [
        START,
        node("calc", "set_fields", {"fields": [{"name": "twice", "value": {"$expr": "start.n * 2"}}]}),
        call(sink, "keyed"),
        call(sink, "once"),
        node("fan", "for_each", {"items": list(range(items)), "concurrency": 5}),
        call(sink, "each", "fan.{{ index }}", parent="fan"),
        node("ask", "approval", {"title": "May it go out?"}),
        node("tell", "send_mail", {"to": "ann@example.com", "subject": "Done", "body": {"$text": "{{ calc.twice }}"}}),
        node("no", "set_fields", {"fields": [{"name": "why", "value": {"$expr": "ask.comment"}}]}),
    ]
    lines = [
        line("start", "calc"),
        line("calc", "keyed"),
        line("keyed", "once"),
        line("once", "fan"),
        line("fan", "ask"),
        line("ask", "tell", "approved"),
        line("ask", "no", "rejected"),
    ]
    return graph(nodes, lines)


def called(sink: Sink) -> dict[str, Any]:
    """What `long_flow` runs as one step."""
    return row(call(sink, "keyed"))


def long_flow(sink: Sink, child: Workflow, items: int = MANY) -> dict[str, Any]:
    """A loop of three rounds, a wait for a message about this run, another workflow, and two lists so long that each
    is cut into runs of its own: one with an effect for each item, one that is only counted."""
    nodes = [
        START,
        node("work", "set_fields", {"fields": [{"name": "n", "value": {"$expr": "loop.iteration"}}]}),
        call(sink, "keyed", "work~{{ loop.iteration - 1 }}"),
        node("hear", "wait_message", {"name": "go", "correlation": {"$expr": "run.id"}}),
        node("child", "run_workflow", {"workflow": str(child.pk), "input": [{"name": "n", "value": 1}]}),
        node("many", "set_fields", {"fields": [{"name": "all", "value": list(range(items))}]}),
        node("fan", "for_each", {"items": {"$expr": "many.all"}, "concurrency": 20}),
        call(sink, "each", "fan.{{ index }}", parent="fan"),
        node("light", "for_each", {"items": {"$expr": "many.all"}}),
        node("twice", "set_fields", {"fields": [{"name": "n", "value": {"$expr": "item * 2"}}]}, parent="light"),
        node(
            "count",
            "set_fields",
            {"fields": [{"name": key, "value": {"$expr": f"count({key})"}} for key in ("fan", "light")]},
        ),
    ]
    names = ["start", "work", "keyed", "hear", "child", "many", "fan", "light", "count"]
    lines = [line(source, target) for source, target in pairwise(names)]
    back = {"when": {"$expr": "work.n < 3"}, "max_rounds": 5}
    return graph(nodes, [*lines, {**line("keyed", "work"), "id": "again", "feedback": back}])


def start(workflow: Workflow, n: int, *, key: str | None = None) -> UUID:
    """Accepted once it returns; with a key it may be asked again and again while the database is away."""
    if key is None:
        return start_run(HERE, workflow=workflow, payload={"n": n}, how="manual").id
    return again(lambda: start_run(HERE, workflow=workflow, payload={"n": n}, how="manual", start_key=key).id)


class Approver:
    """A person who says yes to everything in the workspace, as long as the `with` lasts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._workspace = workspace = world.workspace
        self._who, _ = User.objects.get_or_create(email=f"{workspace.pk}@example.com", defaults={"name": "Adam"})
        Membership.objects.get_or_create(workspace=workspace, user=self._who, defaults={"roles": ["approver"]})
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._answer, daemon=True)

    def __enter__(self) -> Approver:
        self._world.answering = True
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(30)
        self._world.answering = False

    def _answer(self) -> None:
        while not self._ended.wait(ANSWER_EVERY):
            try:
                self._answer_all()
            except (DatabaseError, psycopg.DatabaseError):
                continue  # the database is away, or only reads
            finally:
                connections.close_all()

    def _answer_all(self) -> None:
        waiting = HumanTask.objects.filter(
            workspace=self._workspace, state__in=[TaskState.OPEN, TaskState.TAKEN]
        ).select_related("run")
        for task in waiting[:100]:
            try:
                taken = task if task.state == TaskState.TAKEN else take_task(person(self._who), task)
                decide_task(person(self._who), taken, approve=True, comment="")
            except Conflict:
                continue  # answered before the database went away, or its run was stopped
