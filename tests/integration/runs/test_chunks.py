"""A long for each: cut into runs of at most 500 items, its results joined in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from builder.models import Workflow
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from orchestrator.runs.actions import start_run
from orchestrator.runs.host import Host
from orchestrator.runs.models import Run, RunStatus, RunValue, Step
from orchestrator.runs.projection import StepRow, fold_step
from orchestrator.runs.snapshots import STEP_FIELDS, events_after
from orchestrator.runs.values import read_value
from tests.integration.authoring import Browser
from tests.integration.runs.families import drive_family, family
from tests.integration.runs.graphs import Graph, graph, line, node
from tests.integration.runs.waiting import eventually

Publish = Callable[[dict[str, Any]], Workflow]
MANY = 1_200
ITEM = {"$expr": "item"}


def looping(*inside: dict[str, Any], lines: tuple[dict[str, Any], ...] = (), **settings: Any) -> Graph:
    """A link that brings a list, a for each with `inside`, and a step after it that counts the results."""
    counted = {"fields": [{"name": "count", "value": {"$expr": "count(each)"}}]}
    nodes = [
        node("hook", "start_link", {"access": "public"}),
        node("each", "for_each", {"items": {"$expr": "hook.body.items"}, **settings}),
        *[each | {"parent": "each"} for each in inside],
        node("counted", "set_fields", counted),
    ]
    return graph(nodes, [line("hook", "each"), line("each", "counted"), *lines])


def sum_of(what: str, key: str = "sum", **rest: Any) -> dict[str, Any]:
    return node(key, "set_fields", {"fields": [{"name": "n", "value": {"$expr": what}}]}, **rest)


def begin(workflow: Workflow, items: list[Any], **more: Any) -> Run:
    payload = {"body": {"items": items, **more}, "headers": {}, "query": {}}
    return start_run(system("link"), workflow=workflow, payload=payload, how="link")


def output(run: Run, key: str = "each") -> Any:
    number = Step.objects.values_list("value_id", flat=True).get(run_id=run.pk, node=key, scope="")
    assert number is not None
    return read_value(run.id, run.workspace_id, number)


def container(run: Run) -> Step:
    return Step.objects.get(run_id=run.pk, node="each", scope="")


LIGHT = (sum_of("item * 2 + index + hook.body.plus"),)
STEPWISE = (node("ask", "http_request", {"method": "GET", "url": {"$expr": "item"}}),)


def test_the_results_of_all_chunks_are_one_list_in_the_order_of_the_items(publish: Publish, host: Host) -> None:
    run = drive_family(host, begin(publish(looping(*LIGHT)), list(range(MANY)), plus=10))
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    assert output(run) == [{"n": 3 * n + 10} for n in range(MANY)]
    assert output(run, "counted") == {"count": MANY}
    children = family(run)[1:]
    assert [(each.how, each.parent_chunk) for each in children] == [("items", 0), ("items", 1), ("items", 2)]
    whole = container(run)
    assert (whole.count, whole.facts) == (MANY, {"items": MANY, "failed": 0, "chunks": 3})
    assert whole.started_at < min(each.ended_at for each in children), "it began with its items"


def test_items_that_run_step_by_step_give_the_same(publish: Publish, host: Host) -> None:
    """A step that cannot be run at a stretch, because it is tried again, sends the chunk through the engine."""
    policy = {"retry": {"attempts": 2, "first_wait_s": 0.01, "max_wait_s": 0.01}, "on_error": "continue"}
    ask = node("ask", "http_request", {"method": "GET", "url": "http://127.0.0.1:1/"}, policy=policy)
    inside = (ask, sum_of("item * 2 + index + hook.body.plus"))
    workflow = publish(looping(*inside, lines=(line("ask", "sum"),), concurrency=100))
    run = drive_family(host, begin(workflow, list(range(501)), plus=10))
    assert output(run) == [{"n": 3 * n + 10} for n in range(501)]
    last = family(run)[2]
    scopes = Step.objects.filter(run_id=last.pk, node="sum").values_list("scope", flat=True)
    assert list(scopes) == ["each.500"]


def test_light_items_leave_one_event_and_one_row_a_chunk(publish: Publish, host: Host) -> None:
    run = drive_family(host, begin(publish(looping(*LIGHT)), list(range(MANY)), plus=0))
    child = family(run)[1]
    assert [str(event.kind) for event in events_after(child.id, 0)] == ["run_started", "items_done", "run_finished"]
    assert Step.objects.filter(run_id=child.pk).count() == 1


FAILING = (sum_of("6 / (item - 700)"),)


@pytest.mark.parametrize("strict", [False, True])
def test_a_failed_item_stops_the_whole_and_says_how_far_it_came(publish: Publish, host: Host, strict: bool) -> None:
    run = begin(publish(looping(*FAILING, on_item_error="stop", concurrency=2)), list(range(2_600)))
    drive_once(host, run)
    if strict:
        Run.objects.filter(parent_id=run.pk).update(crashes=1)
    ended = drive_family(host, run)
    assert (RunStatus(ended.status), ended.error["code"]) == (RunStatus.FAILED, "item_failed")
    details = ended.error["details"]
    assert details["index"] == 700
    assert details["error"]["code"] == "formula"
    assert 200 <= details["done"] < 2_600
    assert len(family(run)) < 1 + 6, "no new chunks after the failure"
    assert all(each.ended for each in family(run))


def drive_once(host: Host, run: Run) -> None:
    host.execute(UUID(str(run.id))).result(20)


def test_failed_items_are_left_out(publish: Publish, host: Host) -> None:
    run = drive_family(host, begin(publish(looping(*FAILING, on_item_error="drop")), list(range(MANY))))
    assert output(run) == [{"n": number(6 / (n - 700))} for n in range(MANY) if n != 700]
    assert container(run).facts == {"items": MANY, "failed": 1, "chunks": 3}
    chunk = Step.objects.get(run_id=family(run)[2].pk)
    assert chunk.facts is not None
    assert [(each["index"], each["node"]) for each in chunk.facts["failures"]] == [(700, "sum")]


def test_failed_items_are_collected_with_their_place_in_the_whole(publish: Publish, host: Host) -> None:
    run = drive_family(host, begin(publish(looping(*FAILING, on_item_error="collect")), list(range(MANY))))
    results = output(run)
    assert [each["index"] for each in results] == list(range(MANY))
    assert [each["index"] for each in results if not each["ok"]] == [700]
    assert (results[700]["error"]["code"], results[701]["value"]) == ("formula", {"n": 6})


def number(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def test_all_items_may_fail(publish: Publish, host: Host) -> None:
    run = drive_family(host, begin(publish(looping(sum_of("6 / 0"), on_item_error="drop")), list(range(MANY))))
    assert output(run) == []


def test_branches_and_error_paths_inside_give_what_they_give_one_by_one(publish: Publish, host: Host) -> None:
    nodes = [
        node("big", "condition", {"when": {"$expr": "item > 3"}}),
        sum_of("item * 10", "large"),
        sum_of("6 / item", "small", policy={"on_error": "path"}),
        node("broken", "set_fields", {"fields": [{"name": "why", "value": {"$expr": "error.code"}}]}),
    ]
    lines = (line("big", "large", "yes"), line("big", "small", "no"), line("small", "broken", "error"))
    workflow = publish(looping(*nodes, lines=lines))
    items = [n % 6 for n in range(510)]
    several, few = (drive_family(host, begin(workflow, each)) for each in (items, items[:6]))
    assert output(several)[:6] == output(few)
    assert output(few)[0] == {"broken": {"why": "formula"}}
    assert output(few)[4] == {"large": {"n": 40}}


def test_the_row_of_the_container_shows_how_far_it_is(publish: Publish, host: Host, viewer: Browser) -> None:
    run = begin(publish(looping(*LIGHT, concurrency=1)), list(range(MANY)), plus=0)
    drive_once(host, run)
    assert RunStatus(Run.objects.get(pk=run.pk).status) is RunStatus.WAITING
    assert len(family(run)) == 2, "one at a time, as it is set"
    drive_once(host, family(run)[1])
    eventually(lambda: Run.objects.get(pk=run.pk).wake_at is not None)  # the writer wakes the parent a moment later
    drive_once(host, run)
    step = viewer.get(f"runs/{run.pk}").json()["steps"][1]
    assert (step["status"], step["count"], step["facts"]) == ("running", MANY, {"ok": 500, "failed": 0, "chunks": 1})


def test_at_most_eight_chunks_are_open_whatever_the_concurrency(publish: Publish, host: Host) -> None:
    run = begin(publish(looping(*LIGHT, concurrency=100)), list(range(6_000)), plus=0)
    drive_once(host, run)
    assert len(family(run)) == 1 + 8


def test_stopping_the_run_stops_its_chunks(publish: Publish, host: Host, maria: Browser) -> None:
    run = begin(publish(looping(*LIGHT, concurrency=2)), list(range(3_000)), plus=0)
    drive_once(host, run)
    assert maria.post(f"runs/{run.pk}/cancel", {"reason": "Wrong list"}).status_code == 202
    drive_once(host, run)
    assert Run.objects.get(pk=run.pk).ended is False, "it waits for what it started"
    ended = drive_family(host, run)
    assert [RunStatus(each.status) for each in family(ended)] == [RunStatus.CANCELLED] * 3


def test_chunks_are_shown_with_their_run_only(
    publish: Publish, host: Host, viewer: Browser, workspace: Workspace
) -> None:
    run = drive_family(host, begin(publish(looping(*LIGHT)), list(range(MANY)), plus=0))
    listed = viewer.get(f"workspaces/{workspace.pk}/runs").json()["results"]
    assert [each["id"] for each in listed] == [str(run.pk)]
    assert viewer.get(f"workspaces/{workspace.pk}/figures").json()["runs"]["now"] == 1
    chunks = viewer.get(f"runs/{run.pk}/children").json()["results"]
    assert sorted(each["parent"]["chunk"] for each in chunks) == [0, 1, 2]
    assert viewer.get(f"runs/{chunks[0]['id']}").json()["steps"][0]["node"] == "each"


def test_a_chunk_by_itself_is_not_repeated(publish: Publish, host: Host, maria: Browser) -> None:
    run = drive_family(host, begin(publish(looping(*LIGHT)), list(range(MANY)), plus=0))
    answer = maria.post(f"runs/{family(run)[1].pk}/repeat", {"version": "original"})
    assert (answer.status_code, answer.json()["code"]) == (409, "part_of_a_run")


def test_the_table_of_steps_is_what_the_logs_fold_to(publish: Publish, host: Host) -> None:
    run = drive_family(host, begin(publish(looping(*FAILING, on_item_error="drop")), list(range(MANY))))
    for each in family(run):
        rows: dict[int, StepRow] = {}
        for event in events_after(each.id, 0):
            folded = fold_step(rows, event)
            if folded is not None:
                rows[folded.step] = folded
        stored = Step.objects.filter(run_id=each.id).order_by("step").values(*STEP_FIELDS)
        assert list(stored) == [{field: getattr(rows[step], field) for field in STEP_FIELDS} for step in sorted(rows)]


def test_a_chunk_whose_worker_died_is_run_again_by_another(publish: Publish, host: Host) -> None:
    """Claimed by a process that never comes back: taken over, run again, counted once."""
    run = begin(publish(looping(*LIGHT)), list(range(MANY)), plus=0)
    drive_once(host, run)
    lost = family(run)[2]
    Run.objects.filter(pk=lost.pk).update(owner=UUID(int=7), fence=1, status=RunStatus.RUNNING, wake_at=None)
    ended = drive_family(host, run)  # the sweep of `host` frees what belongs to no living process
    assert output(ended) == [{"n": 3 * n} for n in range(MANY)]
    assert Run.objects.get(pk=lost.pk).fence == 2
    assert container(ended).facts == {"items": MANY, "failed": 0, "chunks": 3}


def test_the_items_of_a_chunk_are_copied_not_sent_again(publish: Publish, host: Host) -> None:
    run = drive_family(host, begin(publish(looping(*LIGHT, concurrency=1)), list(range(MANY)), plus=0))
    last = family(run)[-1]
    copied = RunValue.objects.get(run_id=last.pk, number=0)
    assert copied.body == list(range(1_000, MANY))
    own = RunValue.objects.get(run_id=run.pk, salt=bytes(copied.salt))
    assert own.body == copied.body
