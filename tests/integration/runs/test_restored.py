"""A run that came back from a backup repeats what may be repeated, and asks about the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import F

from builder.models import Workflow
from orchestrator.runs.models import Run, RunStatus, Step
from tests.integration.authoring import Browser
from tests.integration.runs.families import calling
from tests.integration.runs.graphs import approval_row, get, node, row
from tests.integration.runs.outside import Outside

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


def post(key: str, outside: Outside, **rest: Any) -> dict[str, Any]:
    return node(key, "http_request", {"method": "POST", "url": outside.url(key)}, **rest)


def bring_back(run: Run) -> None:
    """As a restore does."""
    Run.objects.filter(pk=run.pk).update(restored_seq=F("seq"))


def answer(browser: Browser, run: Run, step: int, **body: Any) -> None:
    sent = browser.post(f"runs/{run.pk}/steps/{step}/review", {"note": "Looked there", **body})
    assert sent.status_code == 202, sent.json()


@pytest.fixture
def paying(publish: Publish, start: Start, outside: Outside) -> Run:
    run = start(publish(row(post("pay", outside), post("book", outside))))
    bring_back(run)
    return run


def test_what_must_not_be_repeated_waits_for_a_person(
    maria: Browser, drive: Drive, outside: Outside, paying: Run
) -> None:
    assert drive(paying).status == RunStatus.WAITING
    assert outside.hits == []
    shown = maria.get(f"runs/{paying.pk}").json()["steps"][1]
    assert (shown["status"], shown["error"]["code"]) == ("needs_review", "maybe_done_before_restore")


def test_told_that_it_did_not_happen_it_happens_once(
    maria: Browser, drive: Drive, outside: Outside, paying: Run
) -> None:
    drive(paying)
    answer(maria, paying, 2, answer="retry")
    drive(paying)
    assert outside.hits == ["pay"], "each step is asked about by itself"
    answer(maria, paying, 3, answer="done", output={"booked": True})
    assert drive(paying).status == RunStatus.DONE
    assert outside.hits == ["pay"]


def test_a_step_that_was_answered_is_not_asked_about_again(
    maria: Browser, drive: Drive, outside: Outside, paying: Run
) -> None:
    outside.answers["pay"] = 0
    drive(paying)
    answer(maria, paying, 2, answer="retry")
    drive(paying)
    assert outside.hits == ["pay"], "the line was cut: it is unknown for its own reason now"
    outside.answers.clear()
    answer(maria, paying, 2, answer="retry")
    drive(paying)
    assert outside.hits == ["pay", "pay"]


def test_what_may_be_repeated_goes_on_by_itself(publish: Publish, start: Start, drive: Drive, outside: Outside) -> None:
    light = node("light", "set_fields", {"fields": [{"name": "n", "value": 1}]})
    run = start(publish(row(get("read", outside.url("read")), light)))
    bring_back(run)
    assert drive(run).status == RunStatus.DONE
    assert outside.hits == ["read"]


def test_a_person_is_asked_again_and_what_follows_is_asked_about(
    maria: Browser, adam: Browser, publish: Publish, start: Start, drive: Drive, outside: Outside
) -> None:
    graph = approval_row()
    graph["nodes"][2] = post("yes", outside)
    run = start(publish(graph))
    drive(run)
    bring_back(run)
    (task,) = adam.get(f"workspaces/{run.workspace_id}/tasks").json()["results"]
    adam.post(f"tasks/{task['id']}/take")
    adam.post(f"tasks/{task['id']}/decide", {"decision": "approve"})
    assert drive(run).status == RunStatus.WAITING
    assert outside.hits == []
    assert Step.objects.get(run_id=run.pk, node="yes").status == "needs_review"


def test_the_runs_that_it_starts_are_in_doubt_too(
    publish: Publish, start: Start, drive: Drive, outside: Outside
) -> None:
    child = publish(row(post("pay", outside)))
    run = start(publish(row(calling(child, n=1))))
    bring_back(run)
    drive(run)
    called = Run.objects.get(parent_id=run.pk)
    assert drive(called).status == RunStatus.WAITING
    assert outside.hits == []


def test_a_run_that_never_was_away_asks_nothing(publish: Publish, start: Start, drive: Drive, outside: Outside) -> None:
    run = start(publish(row(post("pay", outside))))
    assert drive(run).status == RunStatus.DONE
    assert outside.hits == ["pay"]
