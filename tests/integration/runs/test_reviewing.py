"""Somebody says what became of a step whose outcome is unknown."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from builder.models import Workflow
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.runs.models import Mail, Run, RunStatus, Step
from tests.integration.authoring import Browser, join
from tests.integration.runs.graphs import node, row
from tests.integration.runs.outside import Outside

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]
HAPPENED = {"answer": "done", "note": "The bank shows it", "output": {"paid": True}}


@pytest.fixture
def run(publish: Publish, start: Start, drive: Drive, outside: Outside) -> Run:
    """Waits for somebody to find out whether it paid."""
    outside.answers["pay"] = 0
    pay = node("pay", "http_request", {"method": "POST", "url": outside.url("pay")})
    after = node("after", "set_fields", {"fields": [{"name": "paid", "value": {"$expr": "pay"}}]})
    return drive(start(publish(row(pay, after))))


def review(browser: Browser, run: Run, body: dict[str, Any], step: int = 2) -> Any:
    return browser.post(f"runs/{run.pk}/steps/{step}/review", body)


def test_the_run_says_what_is_needed(maria: Browser, run: Run) -> None:
    shown = maria.get(f"runs/{run.pk}").json()
    assert shown["status"] == "waiting"
    assert shown["waiting_for"] == "A person, to say what became of “Pay”: its outcome is unknown"
    assert shown["steps"][1]["status"] == "needs_review"
    assert shown["may"]["review"] is True


def test_what_happened_is_done_with_the_output_that_was_found(maria: Browser, drive: Drive, run: Run) -> None:
    assert review(maria, run, HAPPENED).status_code == 202
    assert drive(run).status == RunStatus.DONE
    assert maria.get(f"runs/{run.pk}/values").json()["after"] == {"paid": {"paid": True}}
    step = maria.get(f"runs/{run.pk}/steps/2").json()
    assert step["facts"]["reviewed_by"] == "Maria"
    event = AuditEvent.objects.get(action="step.reviewed")
    assert (event.reason, event.detail["node"], event.detail["answer"]) == ("The bank shows it", "pay", "done")


def test_what_did_not_happen_fails(maria: Browser, drive: Drive, run: Run) -> None:
    review(maria, run, {"answer": "fail", "note": "Nothing arrived"})
    ended = drive(run)
    assert (ended.status, ended.error["code"]) == (RunStatus.FAILED, "did_not_happen")
    assert ended.waiting_for == ""


def test_it_is_tried_again_as_a_second_attempt(maria: Browser, drive: Drive, run: Run, outside: Outside) -> None:
    outside.answers.clear()
    review(maria, run, {"answer": "retry", "note": "Nothing arrived"})
    assert drive(run).status == RunStatus.DONE
    assert outside.hits == ["pay", "pay"]
    attempts = maria.get(f"runs/{run.pk}/steps/2").json()["attempts"]
    assert [(each["attempt"], each["status"]) for each in attempts] == [(1, "needs_review"), (2, "done")]
    assert all(each["started_at"] and each["ended_at"] for each in attempts)


def test_an_unknown_second_attempt_is_answered_anew(maria: Browser, drive: Drive, run: Run) -> None:
    review(maria, run, {"answer": "retry", "note": "Nothing arrived"})
    drive(run)
    assert Step.objects.get(run_id=run.pk, step=2).attempt == 2
    assert review(maria, run, HAPPENED).status_code == 202
    assert drive(run).status == RunStatus.DONE


def test_a_second_answer_is_told_who_was_first(maria: Browser, workspace: Workspace, drive: Drive, run: Run) -> None:
    olaf = join(workspace, "operator", name="Olaf")
    assert review(olaf, run, HAPPENED).status_code == 202
    early = review(maria, run, HAPPENED)
    assert (early.status_code, early.json()["code"]) == (409, "answered")
    drive(run)
    late = review(maria, run, HAPPENED)
    assert (late.status_code, late.json()["detail"]) == (409, "Olaf answered this already.")
    assert late.json()["current"]["by"] == "Olaf"
    assert AuditEvent.objects.filter(action="step.reviewed").count() == 1


def test_of_many_answers_at_once_one_counts(maria: Browser, run: Run) -> None:
    def answer(body: dict[str, Any]) -> int:
        try:
            return int(review(maria, run, body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        answers = sorted(people.map(answer, [HAPPENED, {"answer": "retry", "note": "No"}] * 4))
    assert answers == [202] + [409] * 7
    assert AuditEvent.objects.filter(action="step.reviewed").count() == 1


def test_only_an_open_outcome_is_answered(maria: Browser, run: Run) -> None:
    assert review(maria, run, HAPPENED, step=1).json()["code"] == "not_open"
    assert review(maria, run, HAPPENED, step=9).status_code == 404
    Run.objects.filter(pk=run.pk).update(status=RunStatus.CANCELLED)
    assert review(maria, run, HAPPENED).json()["code"] == "ended"
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    "body", [{"answer": "perhaps", "note": "x"}, {"answer": "done"}, {"answer": "done", "note": ""}]
)
def test_an_answer_is_one_of_three_and_says_how_one_knows(maria: Browser, run: Run, body: dict[str, Any]) -> None:
    assert review(maria, run, body).status_code == 422


def test_an_output_larger_than_a_value_may_be_is_refused(maria: Browser, run: Run) -> None:
    answer = review(maria, run, {**HAPPENED, "output": "x" * 300_000})
    assert (answer.status_code, answer.json()["code"]) == (422, "output")


def test_viewers_and_strangers_answer_nothing(viewer: Browser, stranger: Browser, run: Run) -> None:
    assert review(viewer, run, HAPPENED).status_code == 403
    assert review(stranger, run, HAPPENED).status_code == 404
    assert not Mail.objects.exists()
