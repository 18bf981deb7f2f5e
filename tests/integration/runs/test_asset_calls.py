"""What steps ask assets is kept, counted once, and a run goes on with the versions it began with."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.db.utils import OperationalError
from django.utils import timezone

from builder.models import Workflow
from orchestrator.assets import actions, calls, versions
from orchestrator.assets.models import Asset, AssetCall, AssetVersion
from orchestrator.assets.pins import Pins
from orchestrator.connectors.http import HttpClient
from orchestrator.engine.errors import ErrorCategory, NotSent, StepFailed
from orchestrator.engine.node_spec import Effect
from orchestrator.governance.models import Membership, Workspace
from orchestrator.governance.principal import system
from orchestrator.nodes import registry
from orchestrator.nodes.classify_text import ClassifyText
from orchestrator.runs import containers, plans, remote
from orchestrator.runs.context import ContextAssets
from orchestrator.runs.database import in_database
from orchestrator.runs.host import Host
from orchestrator.runs.models import HumanTask, Mail, Run, RunEvent, RunStatus, Step, StepTask
from orchestrator.runs.outside_calls import OutsideKind, Purpose
from tests.integration.authoring import Browser, join
from tests.integration.runs.conftest import DRIVE_SECONDS
from tests.integration.runs.graphs import graph, line, node, row
from tests.integration.runs.waiting import eventually

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


class Sorter:
    """Knows one kind, which its version's settings say, and fails where they say so."""

    def __init__(self, config: dict[str, Any], digest: str, files: Any) -> None:
        self._config = config

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        if broken := self._config.get("broken"):
            raise StepFailed(ErrorCategory.UNAVAILABLE, broken, "It does not answer.", retryable=True)
        label = str(self._config["label"])
        scores = [{"label": label, "score": 0.75}]
        given = {"label": label, "confidence": 0.75, "scores": scores}
        return {**given, "cost": "0.000125", "traits": [0.5, 0.25], "tokens": {"prompt": 7, "completion": 2}}


@pytest.fixture
def sorter(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Asset:
    monkeypatch.setitem(calls.LOADERS, ("patterns", "classify"), Sorter)
    asset = actions.create_asset(system("test"), workspace.id, name="kinds", task="classify", title="Kinds")
    actions.move_alias(system("test"), add(asset, label="letter"))
    return asset


def add(asset: Asset, **config: Any) -> AssetVersion:
    return actions.register_version(system("test"), asset, runtime="patterns", config=config)


def sort(key: str, asset: str = "kinds", **rest: Any) -> dict[str, Any]:
    return node(key, "classify_text", {"asset": asset, "text": "Good morning"}, **rest)


def with_a_person_between(**first: Any) -> dict[str, Any]:
    nodes = [
        *row(sort("first", **first))["nodes"],
        node("ask", "approval", {"title": "Go on?"}),
        sort("second"),
        node("no", "set_fields"),
    ]
    lines = [
        line("start", "first"),
        line("first", "ask"),
        line("ask", "second", "approved"),
        line("ask", "no", "rejected"),
    ]
    return graph(nodes, lines)


def approve_and_drive(run: Run, by: Browser, drive: Drive) -> Run:
    task = HumanTask.objects.get(run=run)
    by.post(f"tasks/{task.pk}/take")
    by.post(f"tasks/{task.pk}/decide", {"decision": "approve"})
    return drive(run)


def answered(run: Run) -> dict[str, int]:
    """By step: the version that answered."""
    facts = Step.objects.filter(run_id=run.id, node__in=["first", "second", "third"]).values_list("node", "facts")
    return {step: found["version"] for step, found in facts if found}


def test_a_step_that_asks_leaves_a_record_in_its_event_and_a_row(
    sorter: Asset, publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    run = drive(start(publish(row(sort("first")))))
    kept = RunEvent.objects.get(run_id=run.id, kind="step_done").body["calls"]
    row_ = AssetCall.objects.get()
    assert [(call["version"], call["alias"], call["arm"], call["code"]) for call in kept] == [(1, "live", "live", "")]
    assert (row_.run, row_.workflow, row_.by_id, row_.asset_id) == (run.id, run.workflow_id, maria.user.id, sorter.id)
    assert (row_.node, row_.step, row_.attempt, row_.task, row_.label) == ("first", 2, 1, "classify", "letter")
    assert (row_.prompt_tokens, row_.completion_tokens, str(row_.cost)) == (7, 2, "0.000125000")
    assert (row_.confidence, row_.traits) == (0.75, [0.5, 0.25])
    assert row_.ms > 0


def test_what_a_model_answered_is_not_shown_with_the_events(
    sorter: Asset, publish: Publish, start: Start, drive: Drive, viewer: Browser
) -> None:
    run = drive(start(publish(row(sort("first")))))
    shown = [
        event["body"]["calls"]
        for event in viewer.get(f"runs/{run.pk}/events").json()["events"]
        if "calls" in event["body"]
    ]
    assert [(call["asset"], call["version"]) for call in shown[0]] == [("kinds", 1)]
    assert not {"label", "traits"} & shown[0][0].keys()


def test_each_failed_attempt_is_counted_once(sorter: Asset, publish: Publish, start: Start, drive: Drive) -> None:
    actions.move_alias(system("test"), add(sorter, broken="model_down"))
    policy = {"retry": {"attempts": 3, "first_wait_s": 0.01, "max_wait_s": 0.02}}
    run = drive(start(publish(row(sort("first", policy=policy)))))
    rows = list(AssetCall.objects.order_by("attempt").values_list("attempt", "code", "label"))
    assert rows == [(1, "model_down", ""), (2, "model_down", ""), (3, "model_down", "")]
    assert run.status == RunStatus.FAILED


def test_a_run_goes_on_with_the_version_it_began_with_and_a_new_one_takes_the_new_one(
    sorter: Asset, publish: Publish, start: Start, drive: Drive, adam: Browser
) -> None:
    workflow = publish(with_a_person_between())
    run = drive(start(workflow))
    actions.move_alias(system("test"), add(sorter, label="invoice"))
    run = approve_and_drive(run, adam, drive)
    assert answered(run) == {"first": 1, "second": 1}
    assert list(AssetCall.objects.order_by("step").values_list("arm", flat=True)) == ["live", "pinned"]
    assert answered(drive(start(workflow))) == {"first": 2}


def worker_listens() -> bool:
    """Its line has read mail, and listens since before that."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE %s", ["%JOIN mailbox m%"]
        )
        return cursor.fetchone() is not None


def test_a_worker_hears_at_once_that_another_process_moved_an_alias(
    sorter: Asset, publish: Publish, start: Start, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "_meant", versions.Recent(3_600))
    workflow = publish(row(sort("first")))
    eventually(worker_listens)
    assert answered(drive(start(workflow))) == {"first": 1}
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(versions.transaction, "on_commit", lambda _: None)
        actions.move_alias(system("test"), add(sorter, label="invoice"))
    key = (sorter.workspace_id, "kinds@live")
    eventually(lambda: versions._meant.get(key) is None)
    assert answered(drive(start(workflow))) == {"first": 2}


def test_a_version_that_failed_binds_the_run_to_nothing(
    sorter: Asset, publish: Publish, start: Start, drive: Drive, adam: Browser
) -> None:
    actions.move_alias(system("test"), add(sorter, broken="model_down"))
    run = drive(start(publish(with_a_person_between(policy={"on_error": "continue", "fallback_value": {}}))))
    actions.move_alias(system("test"), add(sorter, label="invoice"))
    run = approve_and_drive(run, adam, drive)
    assert answered(run)["second"] == 3


def test_an_alias_of_ones_own_is_asked_by_its_name(sorter: Asset, publish: Publish, start: Start, drive: Drive) -> None:
    actions.move_alias(system("test"), add(sorter, label="invoice"), "trial")
    run = drive(start(publish(row(sort("first", "kinds@trial"), sort("second")))))
    assert answered(run) == {"first": 2, "second": 1}
    assert set(AssetCall.objects.values_list("alias", "label")) == {("trial", "invoice"), ("live", "letter")}


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Texts are sorted on the queue of heavy steps."""
    monkeypatch.setattr(ClassifyText, "queue", "cpu")
    forget_plans()
    yield
    monkeypatch.undo()
    forget_plans()


@pytest.fixture
def effectful(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sorting a text changes something outside, and must not be done twice."""
    monkeypatch.setattr(ClassifyText, "effect", Effect.AT_MOST_ONCE)
    forget_plans()
    yield
    monkeypatch.undo()
    forget_plans()


def forget_plans() -> None:
    for kept in (registry.registry, plans.plan_of, plans.inside_plan_of):
        kept.cache_clear()


def do_heavy_step(run: Run) -> None:
    task = StepTask.objects.get(run_id=run.id, state=0)
    assert remote.work(task.run_id, task.step, task.attempt) == "done"


def test_steps_of_another_queue_are_counted_and_follow_the_run_too(
    sorter: Asset, away: None, publish: Publish, start: Start, drive: Drive
) -> None:
    run = drive(start(publish(row(sort("first"), sort("second")))))
    do_heavy_step(run)
    run = drive(run)
    actions.move_alias(system("test"), add(sorter, label="invoice"))
    do_heavy_step(run)
    run = drive(run)
    assert answered(run) == {"first": 1, "second": 1}
    assert list(AssetCall.objects.order_by("step").values_list("node", "arm")) == [
        ("first", "live"),
        ("second", "pinned"),
    ]


def test_a_step_that_overstays_counts_what_it_asked(
    sorter: Asset, publish: Publish, start: Start, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(*_: Any) -> dict[str, Any]:
        await asyncio.sleep(30)
        return {}

    monkeypatch.setattr(calls, "_answer", slow)
    run = drive(start(publish(row(sort("first", policy={"timeout_s": 2})))))  # so that it has asked by then
    assert Step.objects.get(run_id=run.id, node="first").error["code"] == "time_limit"
    assert AssetCall.objects.get().code == calls.INTERRUPTED


def test_a_step_that_is_stopped_counts_what_it_asked(
    sorter: Asset, publish: Publish, start: Start, host: Host, maria: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()

    async def slow(*_: Any) -> dict[str, Any]:
        asked.set()
        await asyncio.sleep(30)
        return {}

    monkeypatch.setattr(calls, "_answer", slow)
    run = start(publish(row(sort("first"))))
    driven = host.execute(run.id)
    assert asked.wait(DRIVE_SECONDS)
    assert maria.post(f"runs/{run.pk}/cancel", {"reason": "Enough"}).status_code == 202
    driven.result(DRIVE_SECONDS)
    assert Step.objects.get(run_id=run.id, node="first").status == "cancelled"
    assert AssetCall.objects.get().code == calls.INTERRUPTED


def test_what_a_process_asked_before_it_lost_the_run_is_counted_once(
    sorter: Asset, publish: Publish, start: Start, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = calls._answer

    async def overtaken(*given: Any) -> dict[str, Any]:
        await asyncio.to_thread(in_database, Run.objects.filter(pk=run.pk).update, fence=F("fence") + 1)
        return await answer(*given)

    monkeypatch.setattr(calls, "_answer", overtaken)
    run = start(publish(row(sort("first"))))
    assert host.execute(run.id).result(DRIVE_SECONDS) == "stale"
    eventually(lambda: AssetCall.objects.count() == 1)
    assert not RunEvent.objects.filter(run_id=run.id, kind="step_done").exists()


def test_what_an_effect_asked_before_the_run_was_lost_is_told_to_the_next_owner_and_counted_once(
    sorter: Asset,
    effectful: None,
    publish: Publish,
    start: Start,
    host: Host,
    drive: Drive,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = calls._answer

    async def overtaken(*given: Any) -> dict[str, Any]:
        await asyncio.to_thread(in_database, Run.objects.filter(pk=run.pk).update, owner=UUID(int=7), fence=99)
        return await answer(*given)

    monkeypatch.setattr(calls, "_answer", overtaken)
    run = start(publish(row(sort("first"))))
    assert host.execute(run.id).result(DRIVE_SECONDS) == "stale"
    eventually(lambda: Mail.objects.filter(run_id=run.id, kind="late_result").exists())
    Run.objects.filter(pk=run.pk).update(owner=None, wake_at=timezone.now())
    assert drive(run).status == RunStatus.DONE
    assert RunEvent.objects.get(run_id=run.id, kind="step_done").body["calls"][0]["label"] == "letter"
    assert AssetCall.objects.count() == 1


def test_what_a_heavy_step_asked_for_a_run_that_was_stopped_is_counted(
    sorter: Asset, away: None, publish: Publish, start: Start, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = drive(start(publish(row(sort("first")))))
    task = StepTask.objects.get(run_id=run.id, state=0)
    answer = Sorter.answer

    def stopped(self: Sorter, payload: dict[str, Any]) -> dict[str, Any]:
        in_database(StepTask.objects.filter(run_id=run.id, state=1).update, state=4)
        return answer(self, payload)

    monkeypatch.setattr(Sorter, "answer", stopped)
    assert remote.work(task.run_id, task.step, task.attempt) == "not wanted"
    assert [(call.node, call.label) for call in AssetCall.objects.all()] == [("first", "letter")]


def test_a_live_run_acts_for_who_published_it(
    sorter: Asset, publish: Publish, maria: Browser, workspace: Workspace
) -> None:
    workflow, olga = publish(row(sort("first"))), join(workspace, "operator", name="Olga")
    Membership.objects.filter(user=maria.user).update(roles=["viewer"])
    answer = olga.post(f"workflows/{workflow.pk}/runs", {"input": {"n": 1}})
    assert (answer.status_code, answer.json()["code"]) == (409, "assets_not_allowed")
    Membership.objects.filter(user=maria.user).update(roles=["builder"])
    assert olga.post(f"workflows/{workflow.pk}/runs", {"input": {"n": 1}}).status_code == 202


def test_a_step_under_way_asks_again_before_it_uses_a_model(
    sorter: Asset, publish: Publish, start: Start, drive: Drive, maria: Browser, workspace: Workspace
) -> None:
    olga = join(workspace, "operator", name="Olga")
    run = start(publish(row(sort("first"))), olga)
    Membership.objects.filter(user=maria.user).update(roles=["viewer"])
    run = drive(run)
    assert (RunStatus(run.status), run.error["code"]) == (RunStatus.FAILED, "assets_not_allowed")
    assert not AssetCall.objects.exists()


def test_runs_under_way_are_told_with_the_version_they_go_on_with(
    sorter: Asset, publish: Publish, start: Start, drive: Drive, maria: Browser, stranger: Browser
) -> None:
    workflow = publish(with_a_person_between())
    waiting, fresh = drive(start(workflow)), start(workflow)
    told = maria.get(f"assets/{sorter.pk}/runs").json()
    assert [(run["id"], run["status"], run["asked"]) for run in told] == [
        (str(fresh.pk), "queued", []),
        (str(waiting.pk), "waiting", [1]),
    ]
    assert stranger.get(f"assets/{sorter.pk}/runs").status_code == 404


def test_the_pieces_of_a_long_list_follow_the_run_that_opened_them(
    sorter: Asset, publish: Publish, start: Start, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "CHUNK_ITEMS", 2)
    nodes = [
        node("start", "start_manual"),
        sort("first"),
        node("pile", "set_fields", {"fields": [{"name": "all", "value": [1, 2, 3]}]}),
        node("each", "for_each", {"items": {"$expr": "pile.all"}}),
        sort("second", parent="each"),
    ]
    lines = [line("start", "first"), line("first", "pile"), line("pile", "each")]
    run = drive(start(publish(graph(nodes, lines)), input={}))
    actions.move_alias(system("test"), add(sorter, label="invoice"))
    for piece in Run.objects.filter(parent_id=run.pk).order_by("parent_chunk"):
        drive(piece)
    run = drive(run)
    assert run.status == RunStatus.DONE
    asked = AssetCall.objects.exclude(run=run.pk)
    assert [(call.version.number, call.arm) for call in asked] == [(1, "pinned")] * 3


def test_a_model_is_not_asked_while_the_database_is_away() -> None:
    class Away:
        async def client(self, workspace: UUID) -> HttpClient:
            raise OperationalError("the connection is gone")

    purpose = Purpose(workspace=uuid4(), run=uuid4(), node="sort", attempt=1, kind=OutsideKind.MODEL)
    assets = ContextAssets(cast(Any, Away()), purpose, "classify_text", Pins(), [])
    with pytest.raises(NotSent) as failed:
        asyncio.run(assets.call("sorter", "classify", {}))
    assert failed.value.error.code == "database_away"
