"""The one call a step waits for: before, during, twice, late, forged."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from builder.models import Workflow
from orchestrator.runs.callbacks import Place, token
from orchestrator.runs.models import Mail, Message, Run, RunEvent, RunStatus, Wait, WaitState
from orchestrator.triggers.actions.links import CALLS
from orchestrator.triggers.allowance import WINDOW_S
from tests.integration.authoring import Browser
from tests.integration.runs.conftest import adam, committed, drive, host, maria, publish, start, workspace
from tests.integration.runs.graphs import START, Graph, graph, line, node
from tests.integration.runs.waiting import drive_to_its_end, eventually

__all__ = ["adam", "committed", "drive", "host", "maria", "publish", "start", "workspace"]

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


def asking(between: dict[str, Any] | None = None, port: str = "out", *, late: bool = False) -> Graph:
    """START, a step that passes the address on, perhaps one that is left by `port`, and the wait for the call."""
    nodes = [
        START,
        node("mail", "set_fields", {"fields": [{"name": "link", "value": {"$expr": "run.calls.answer"}}]}),
        *([between] if between else []),
        node("answer", "wait_call", {"at_most": 2, "unit": "hours"}),
        node("after", "set_fields", {"fields": [{"name": "got", "value": {"$expr": "answer.body"}}]}),
    ]
    keys = [one["key"] for one in nodes]
    lines = [line(*pair, port if between and pair[0] == between["key"] else "out") for pair in pairwise(keys)]
    return graph(nodes, [*lines, *([line("answer", "after", "late")] if late else [])])


def values(browser: Browser, run: Run) -> Any:
    return browser.get(f"runs/{run.pk}/values").json()


def call(address: str, body: Any = None, **headers: str) -> Any:
    return Client().post(
        urlsplit(address).path,
        body if isinstance(body, bytes) else {} if body is None else body,
        content_type="application/json",
        headers=headers,
        query_params=dict(pair.split("=") for pair in urlsplit(address).query.split("&") if pair),
    )


@pytest.fixture
def waiting(publish: Publish, start: Start, drive: Drive) -> Run:
    return drive(start(publish(asking()), input={"n": 7}))


@pytest.fixture
def address(waiting: Run, maria: Browser) -> str:
    return str(values(maria, waiting)["mail"]["link"])


def test_a_run_says_that_it_waits_for_a_call_and_its_log_opens_nothing(
    waiting: Run, address: str, maria: Browser
) -> None:
    assert waiting.waiting_for.startswith("Waits for a call, until ")
    secret = address.rpartition("/")[2]
    bodies = " ".join(str(body) for body in RunEvent.objects.filter(run_id=waiting.pk).values_list("body", flat=True))
    assert secret not in bodies
    step = next(step for step in maria.get(f"runs/{waiting.pk}").json()["steps"] if step["node"] == "answer")
    assert (step["status"], step["wait"]["kind"]) == ("waiting", "call")
    assert secret not in str(step)


def test_a_call_brings_the_run_on(waiting: Run, address: str, maria: Browser, drive: Drive) -> None:
    answer = call(f"{address}?ref=a1", {"ok": True}, Authorization="Bearer x", X_Id="7")
    assert (answer.status_code, answer.content) == (202, b"")
    ended = drive(waiting)
    assert RunStatus(ended.status) is RunStatus.DONE, ended.error
    got = values(maria, ended)
    assert got["after"] == {"got": {"ok": True}}
    assert (got["answer"]["query"], got["answer"]["headers"]["x-id"]) == ({"ref": "a1"}, "7")
    assert "authorization" not in got["answer"]["headers"]
    assert got["answer"]["called_at"]


def test_the_address_can_be_called_before_the_run_waits(
    publish: Publish, start: Start, drive: Drive, maria: Browser, adam: Browser, workspace: Any
) -> None:
    run = drive(start(publish(asking(node("ask", "approval", {"title": "Go on?"}), "approved")), input={"n": 7}))
    address = values(maria, run)["mail"]["link"]
    assert not Wait.objects.exists()
    assert call(address, {"early": True}).status_code == 202
    twice = call(address, {"early": False})
    assert (twice.status_code, twice.json()["code"]) == (409, "answered")
    task = adam.get(f"workspaces/{workspace.pk}/tasks").json()["results"][0]["id"]
    adam.post(f"tasks/{task}/take")
    adam.post(f"tasks/{task}/decide", {"decision": "approve"})
    ended = drive_to_its_end(drive, run)
    assert RunStatus(ended.status) is RunStatus.DONE, ended.error
    assert values(maria, ended)["after"] == {"got": {"early": True}}
    assert call(address, {}).json()["code"] == "answered"


def test_a_second_call_is_told_when_the_first_came(waiting: Run, address: str, drive: Drive) -> None:
    call(address, {"n": 1})
    for _ in range(2):
        late = call(address, {"n": 2})
        assert (late.status_code, late.json()["code"]) == (409, "answered")
        assert late.json()["current"]["at"]
        drive(waiting)
    assert Wait.objects.get().state == WaitState.DONE


def test_of_many_calls_at_once_one_counts(waiting: Run, address: str, maria: Browser, drive: Drive) -> None:
    def send(number: int) -> int:
        try:
            return int(call(address, {"n": number}).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as callers:
        answers = list(callers.map(send, range(6)))
    assert sorted(answers) == [202] + [409] * 5
    ended = drive_to_its_end(drive, waiting)
    assert values(maria, ended)["after"]["got"] == {"n": answers.index(202)}


def expire(run: Run) -> None:
    Wait.objects.filter(run_id=run.pk).update(due_at=timezone.now())


def test_a_late_call_is_told_so_whether_or_not_anybody_has_noticed_yet(
    waiting: Run, address: str, drive: Drive
) -> None:
    expire(waiting)
    for _ in range(2):
        late = call(address, {})
        assert (late.status_code, late.json()["code"]) == (409, "too_late")
        assert late.json()["current"]["at"]
        eventually(lambda: Wait.objects.get().state == WaitState.EXPIRED)
    ended = drive_to_its_end(drive, waiting)
    assert RunStatus(ended.status) is RunStatus.FAILED
    assert (ended.error["code"], ended.error["category"]) == ("nobody_called", "timeout")
    assert not Message.objects.exists()


def test_where_nobody_calls_the_run_goes_on_through_the_exit_for_that(
    publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    run = drive(start(publish(asking(late=True)), input={"n": 7}))
    expire(run)
    ended = drive_to_its_end(drive, run)
    assert RunStatus(ended.status) is RunStatus.DONE, ended.error
    assert values(maria, ended)["after"] == {"got": None}


def test_a_stopped_run_takes_no_call(waiting: Run, address: str, maria: Browser, drive: Drive) -> None:
    maria.post(f"runs/{waiting.pk}/cancel", {})
    drive(waiting)
    answer = call(address, {})
    assert (answer.status_code, answer.json()["code"]) == (409, "closed")


def test_a_run_that_ended_without_waiting_takes_no_call(
    publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    run = drive(start(publish(asking(node("sure", "condition", {"when": False}), "yes")), input={"n": 7}))
    answer = call(values(maria, run)["mail"]["link"], {})
    assert (answer.status_code, answer.json()["code"]) == (409, "closed")
    assert not Message.objects.exists()


def test_a_forged_address_is_no_address(waiting: Run, address: str) -> None:
    forged = [address[:-1] + ("A" if address[-1] != "A" else "B"), address.replace("/hooks/calls/", "/hooks/calls/A")]
    unknown = f"/hooks/calls/{token(Place(run=UUID(int=1), node='answer', scope=''))}"
    for wrong in (*forged, unknown, "/hooks/calls/x"):
        answer = call(wrong, {"n": 1})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), wrong
    assert not Message.objects.exists()
    assert not Mail.objects.exists()


def test_opening_the_address_is_no_call(waiting: Run, address: str) -> None:
    path = urlsplit(address).path
    for answer in (Client().get(path), Client().head(path), Client().put(path), Client().delete(path)):
        assert answer.status_code == 404
    assert Wait.objects.get().state == WaitState.OPEN


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"not json", 400), (b'{"a": 1, "a": 2}', 400), (b'"' + b"x" * 300_000 + b'"', 413), (b"x" * 1_100_000, 413)],
)
def test_what_cannot_be_read_leaves_the_address_open(waiting: Run, address: str, body: bytes, status: int) -> None:
    assert call(address, body).status_code == status
    assert call(address, {"now": "right"}).status_code == 202


def test_one_address_is_not_called_without_end(waiting: Run, address: str) -> None:
    call(address, {})
    cache.set(f"triggers.calls:call:{Wait.objects.get().pk}", CALLS - 1, WINDOW_S)
    assert [call(address, {}).status_code for _ in range(2)] == [409, 429]


def test_each_item_has_an_address_of_its_own(publish: Publish, start: Start, drive: Drive, maria: Browser) -> None:
    nodes = [
        START,
        node("each", "for_each", {"items": ["a", "b"]}),
        node("mail", "http_request", {"method": "GET", "url": {"$expr": "run.calls.answer"}}, parent="each",
             policy={"on_error": "continue"}),
        node("answer", "wait_call", parent="each"),
    ]  # fmt: skip
    run = drive(start(publish(graph(nodes, [line("start", "each"), line("mail", "answer")])), input={"n": 7}))
    steps = maria.get(f"runs/{run.pk}").json()["steps"]
    asked = [step["step"] for step in steps if step["node"] == "mail"]
    links = [maria.get(f"runs/{run.pk}/steps/{step}").json()["input"]["url"] for step in asked]
    assert len(set(links)) == 2
    for number, link in enumerate(links):
        assert call(link, number).status_code == 202
    ended = drive_to_its_end(drive, run)
    assert [item["body"] for item in values(maria, ended)["each"]] == [0, 1]


def test_each_round_of_a_loop_waits_for_a_call_of_its_own(
    publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    document = asking(node("note", "set_fields"))
    again = {"when": {"$expr": "answer.body.again"}, "max_rounds": 3}
    document["nodes"][-1]["config"] = {"fields": [{"name": "rounds", "value": {"$expr": "answer.body.n"}}]}
    document["edges"].append({**line("answer", "mail"), "feedback": again})
    run = drive(start(publish(document), input={"n": 7}))
    links = []
    for number, more in enumerate((True, False)):
        detail = next(
            step
            for step in maria.get(f"runs/{run.pk}").json()["steps"]
            if (step["node"], step["scope"]) == ("mail", f"mail~{number}")
        )
        links.append(maria.get(f"runs/{run.pk}/steps/{detail['step']}").json()["output"]["link"])
        assert call(links[-1], {"again": more, "n": number}).status_code == 202
        run = drive(run)
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    assert links[0] != links[1]
    assert values(maria, run)["after"] == {"rounds": 1}
