"""Other systems hang, drip, refuse, ask for patience; keys are turned or missing."""

from __future__ import annotations

import base64
import os
import random
import threading
import time
from collections import defaultdict
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler

import pytest
from django.conf import settings

from orchestrator.governance.actions.credentials import add_credential
from orchestrator.governance.keys import ring as keys
from orchestrator.governance.models import Workspace
from orchestrator.runs.models import Run, RunStatus, Step
from tests.faults.crew import Crew
from tests.faults.invariants import World
from tests.faults.load import HERE, Publish, Settled, call, start
from tests.faults.proxy import Proxy
from tests.faults.sink import Request, Sink, respond
from tests.integration.runs.graphs import get, row

pytestmark = pytest.mark.product
PATIENCE = 2


def test_a_system_that_never_answers_is_left_after_the_time_limit(
    crew: Crew, world: World, publish: Publish, settled: Settled, sink: Sink
) -> None:
    def hang(request: Request, handler: BaseHTTPRequestHandler) -> bool:
        threading.Event().wait(5)  # longer than the step's limit
        return False

    sink.answer = hang
    once = publish(row(call(sink, "once", timeout_s=0.5)))
    read = publish(row(get("read", sink.url("/read"), policy={"timeout_s": 0.5, "retry": {"attempts": 1}})))
    world.started += [start(once, 1), start(read, 2)]
    unknown = settled(world.started[0], RunStatus.WAITING)
    assert Step.objects.get(run_id=unknown.id, node="once").status == "needs_review"
    world.may_fail = True
    failed = settled(world.started[1])
    assert RunStatus(failed.status) is RunStatus.FAILED
    assert failed.error["category"] == "timeout"
    assert world.violations() == []


@pytest.mark.full
def test_a_system_that_drips_is_left_after_the_time_limit(
    crew: Crew, world: World, publish: Publish, settled: Settled, sink: Sink
) -> None:
    def drip(request: Request, handler: BaseHTTPRequestHandler) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        for _ in range(20):
            handler.wfile.write(b".")
            handler.wfile.flush()
            threading.Event().wait(0.2)
        return True

    sink.answer = drip
    read = publish(row(get("read", sink.url("/read"), policy={"timeout_s": 1, "retry": {"attempts": 1}})))
    world.started.append(start(read, 1))
    world.may_fail = True
    began = time.monotonic()
    failed = settled(world.started[0])
    assert failed.error["category"] == "timeout"
    assert time.monotonic() - began < 3.5
    assert world.violations() == []


def test_a_system_that_asks_for_patience_is_not_called_before(
    crew: Crew, world: World, publish: Publish, settled: Settled, sink: Sink
) -> None:
    """Each run's first call is refused with Retry-After; the second comes later than that, and not all at once."""
    first: dict[str, float] = {}
    waited: list[float] = []

    def refuse_once(request: Request, handler: BaseHTTPRequestHandler) -> bool:
        if request.path not in first:
            first[request.path] = request.at
            respond(handler, 429, b"{}", Retry_After=str(PATIENCE))
            return True
        waited.append(request.at - first[request.path])
        return False

    sink.answer = refuse_once
    workflow = publish(row(call(sink, "keyed", policy={"retry": {"attempts": 3, "first_wait_s": 6, "max_wait_s": 6}})))
    world.started += [start(workflow, n) for n in range(12)]
    assert {RunStatus(settled(run).status) for run in world.started} == {RunStatus.DONE}
    assert world.violations() == []
    assert len(waited) == 12
    assert min(waited) >= PATIENCE - 0.1
    assert max(waited) - min(waited) > 1  # full jitter: those who failed together do not come back together


@pytest.mark.full
def test_a_system_that_fails_every_second_time_gets_each_effect_once(
    crew: Crew, world: World, publish: Publish, settled: Settled, sink: Sink
) -> None:
    calls: defaultdict[str, int] = defaultdict(int)
    lock = threading.Lock()

    def flap(request: Request, handler: BaseHTTPRequestHandler) -> bool:
        with lock:
            calls["all"] += 1
            bad = calls["all"] % 2
        if bad:
            respond(handler, 500, b"{}")
        return bool(bad)

    sink.answer = flap
    workflow = publish(
        row(call(sink, "keyed", policy={"retry": {"attempts": 10, "first_wait_s": 0.1, "max_wait_s": 0.5}}))
    )
    world.started += [start(workflow, n) for n in range(20)]
    assert {RunStatus(settled(run).status) for run in world.started} == {RunStatus.DONE}
    assert world.violations() == []


@pytest.mark.full
def test_a_line_that_is_taken_and_never_answered_is_left_and_the_effect_sent_again_with_its_key(
    crew: Crew, world: World, publish: Publish, settled: Settled, sink: Sink
) -> None:
    """Half open: whoever listens there accepts, and nothing passes any more, not even a request."""
    proxy = Proxy(int(sink.host.rpartition(":")[2]))
    Workspace.objects.filter(pk=world.workspace.pk).update(allowed_hosts=[f"127.0.0.1:{proxy.port}"])
    keyed = call(sink, "keyed", timeout_s=1, policy={"retry": {"attempts": 20, "first_wait_s": 0.2, "max_wait_s": 1}})
    keyed["config"]["url"] = {"$text": keyed["config"]["url"]["$text"].replace(sink.host, f"127.0.0.1:{proxy.port}")}
    workflow = publish(row(keyed))
    proxy.freeze()
    world.started += [start(workflow, n) for n in range(10)]
    until = time.monotonic() + 60
    while Step.objects.filter(run_id__in=world.started, node="keyed", attempt__gte=3).count() < 10:
        assert time.monotonic() < until
        time.sleep(0.05)  # looks again; ends with the state, not with the time
    assert sink.hits.total() == 0
    proxy.cut()
    proxy.heal()
    assert {RunStatus(settled(run).status) for run in world.started} == {RunStatus.DONE}
    assert world.violations() == []
    proxy.close()


@pytest.mark.full
def test_a_system_that_drips_a_byte_a_second_holds_nobody_else_up(
    crew: Crew, world: World, publish: Publish, settled: Settled, sink: Sink
) -> None:
    """From its status line on: each byte comes in time for any limit on silence, the whole never does."""
    world.keyed = frozenset({"keyed"})

    def drip(request: Request, handler: BaseHTTPRequestHandler) -> bool:
        if not request.path.startswith("/each/"):
            return False
        for byte in b"HTTP/1.1 200 OK\r\n":
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            threading.Event().wait(1)
        return True

    sink.answer = drip
    dripping = publish(row(call(sink, "each", policy={"timeout_s": 5, "retry": {"attempts": 1}})))
    plain = publish(row(call(sink, "keyed")))
    slow = [start(dripping, n) for n in range(50)]
    sink.wait_for_all(50)
    quick = [start(plain, n) for n in range(20)]
    world.started += slow + quick
    assert {RunStatus(settled(run, seconds=10).status) for run in quick} == {RunStatus.DONE}
    world.may_fail = True
    ended = [settled(run) for run in slow]
    assert {(RunStatus(run.status), run.error["category"]) for run in ended} == {(RunStatus.FAILED, "timeout")}
    assert max((run.ended_at - run.created_at).total_seconds() for run in ended) < 5 + 10
    assert world.violations() == []


@pytest.mark.full
@pytest.mark.parametrize("dated", [False, True])
def test_a_system_that_refuses_half_of_the_calls_is_left_in_peace_for_as_long_as_it_asks(
    crew: Crew, world: World, publish: Publish, settled: Settled, sink: Sink, dated: bool
) -> None:
    """A quarter 500, a quarter 429 with Retry-After in seconds or as a date; none comes back in step."""
    refused_at: dict[str, float] = {}
    early: list[str] = []
    came: list[float] = []
    chance = random.Random(7)
    lock = threading.Lock()

    def refuse_half(request: Request, handler: BaseHTTPRequestHandler) -> bool:
        with lock:
            throw = chance.random()
            if (before := refused_at.pop(request.path, None)) is not None:
                came.append(request.at - before)
                if request.at - before < PATIENCE - (1.0 if dated else 0.1):  # a date counts in whole seconds
                    early.append(f"{request.path} after {request.at - before:.2f} s")
            if throw < 0.25:
                refused_at[request.path] = request.at
        if throw < 0.25:
            after = formatdate(time.time() + PATIENCE, usegmt=True) if dated else str(PATIENCE)
            respond(handler, 429, b"{}", Retry_After=after)
        elif throw < 0.5:
            respond(handler, 500, b"{}")
        return throw < 0.5

    sink.answer = refuse_half
    policy = {"retry": {"attempts": 20, "first_wait_s": 4, "max_wait_s": 4}}
    workflow = publish(row(call(sink, "keyed", policy=policy), call(sink, "each", policy=policy)))
    world.started += [start(workflow, n) for n in range(20)]
    assert {RunStatus(settled(run, seconds=120).status) for run in world.started} == {RunStatus.DONE}
    assert world.violations() == []
    assert early == []
    assert max(came) - min(came) > 1


@pytest.mark.full
def test_after_a_turn_of_the_keys_old_secrets_open_and_without_the_key_only_that_step_fails(
    bare_crew: Crew, world: World, publish: Publish, settled: Settled, sink: Sink
) -> None:
    account = add_credential(
        HERE, world.workspace.pk, name="CRM", kind="bearer", hosts=[sink.host], secret={"token": "canary-7f3a9c41d2"}
    )
    old = ",".join(f"{name}:{base64.urlsafe_b64encode(key).decode()}" for name, key in keys().items())
    new = f"k2:{base64.urlsafe_b64encode(os.urandom(32)).decode()}"
    workflow = publish(row(call(sink, "keyed"), call(sink, "once", credential=str(account.pk))))
    assert settings.FIELD_KEYS == ""

    def done_with(ring: str) -> Run:
        bare_crew.kill_all()
        bare_crew.hire(FIELD_KEYS=ring)
        bare_crew.all_ready()
        world.started.append(start(workflow, 1))
        return settled(world.started[-1])

    assert RunStatus(done_with(f"{new},{old}").status) is RunStatus.DONE
    world.may_fail = True
    failed = done_with(new)
    assert RunStatus(failed.status) is RunStatus.FAILED
    assert failed.error["code"] == "credential_unreadable"
    assert Step.objects.get(run_id=failed.id, node="keyed").status == "done"
    assert sink.hits[f"/once/{failed.id}/-"] == 0
    assert world.violations() == []
    bare_crew.kill_all()
