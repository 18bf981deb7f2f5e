"""Verifying a trail from the interface: a worker does it, with the logs of runs, and the result is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from builder.models import Workflow
from orchestrator.artifacts.stores import store
from orchestrator.governance import audit
from orchestrator.governance.models import AuditCheck, AuditCheckpoint, AuditEvent, AuditLink, CheckState, Workspace
from orchestrator.runs import checking
from orchestrator.runs.checking import check_trail, look_after_trails
from orchestrator.runs.models import Run, RunEvent
from tests.integration.authoring import Browser, join, sound
from tests.integration.runs.appending import finish


@pytest.fixture
def minute(monkeypatch: pytest.MonkeyPatch) -> set[Any]:
    """What was seen in this minute; emptied, another one begins."""
    seen: set[Any] = set()
    monkeypatch.setattr(audit, "first_in_a_minute", lambda *key: not (key in seen or seen.add(key)))
    return seen


@pytest.fixture
def rung(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path, minute: set[Any]
) -> list[tuple[str, UUID]]:
    """What workers are rung for; the place outside is empty."""
    bells: list[tuple[str, UUID]] = []
    monkeypatch.setattr(checking, "ring_chore", lambda name, id, queue="engine": bells.append((name, id)))
    settings.STORAGES = {**settings.STORAGES, "checkpoints": store(f"file://{tmp_path}", Path("/nowhere"))}
    return bells


@pytest.fixture
def otto(workspace: Workspace) -> Browser:
    return join(workspace, "auditor", name="Otto")


@pytest.fixture
def runs(publish: Callable[[dict[str, Any]], Workflow], start: Callable[..., Run]) -> list[Run]:
    workflow = publish(sound())
    return [finish(start(workflow, input={})) for _ in range(2)]


def ask(browser: Browser, workspace: Workspace) -> AuditCheck:
    answer = browser.post(f"workspaces/{workspace.pk}/audit/checks")
    assert answer.status_code == 202, answer.json()
    return AuditCheck.objects.get(id=answer.json()["id"])


def newest(browser: Browser, workspace: Workspace) -> dict[str, Any]:
    return dict(browser.get(f"workspaces/{workspace.pk}/audit/checks").json()["results"][0])


def test_asking_rings_for_a_worker_once(
    otto: Browser, workspace: Workspace, rung: list[tuple[str, UUID]], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        check = ask(otto, workspace)
        assert ask(otto, workspace) == check
    assert rung == [("check_trail", check.id)]
    assert newest(otto, workspace)["state"] == "asked"


def test_what_is_whole_is_kept_told_and_signed(
    otto: Browser, workspace: Workspace, runs: list[Run], rung: list[tuple[str, UUID]]
) -> None:
    check_trail(ask(otto, workspace).id)
    found = newest(otto, workspace)
    event = AuditEvent.objects.get(workspace_id=workspace.pk, action="audit.verified")
    assert (found["state"], found["code"], found["logs"]) == ("whole", "", 2)
    assert found["events"] == event.seq - 1
    assert found["asked_by"]["name"] == "Otto"
    assert (event.actor_name, event.result, event.detail["logs"]) == ("Otto", "done", 2)
    checkpoint = AuditCheckpoint.objects.get(workspace_id=workspace.pk)
    assert checkpoint.seq == event.seq
    integrity = otto.get(f"workspaces/{workspace.pk}/audit/integrity").json()
    assert (integrity["newest"]["seq"], integrity["last_seq"], integrity["missing_guards"]) == (
        event.seq,
        event.seq,
        [],
    )


def test_what_was_changed_is_named_and_not_signed(
    otto: Browser, workspace: Workspace, runs: list[Run], rung: list[tuple[str, UUID]]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE governance_auditevent DISABLE TRIGGER append_only")
    AuditLink.objects.filter(workspace_id=workspace.pk, seq=2).update(reason="Nothing")
    check_trail(ask(otto, workspace).id)
    found = newest(otto, workspace)
    assert (found["state"], found["code"], found["bad_seq"], found["events"]) == ("broken", "changed", 2, 1)
    assert AuditEvent.objects.get(action="audit.verified").result == "failed"
    assert not AuditCheckpoint.objects.exists()


def test_a_log_of_a_run_that_was_changed_is_named(
    otto: Browser, workspace: Workspace, runs: list[Run], rung: list[tuple[str, UUID]]
) -> None:
    check_trail(ask(otto, workspace).id)
    RunEvent.objects.filter(run_id=runs[1].pk, seq=3).update(body={"n": 9})
    check_trail(ask(otto, workspace).id)
    found = newest(otto, workspace)
    assert (found["state"], found["code"], found["run"]) == ("broken", "run_log", str(runs[1].pk))
    assert found["finding"].endswith("is not what was sealed, from its event 3 on.")


def test_a_check_is_done_by_one_worker_only(otto: Browser, workspace: Workspace, rung: list[tuple[str, UUID]]) -> None:
    check = ask(otto, workspace)
    AuditCheck.objects.filter(id=check.id).update(state=CheckState.RUNNING, beat_at=timezone.now())
    check_trail(check.id)
    check.refresh_from_db()
    assert check.state == CheckState.RUNNING


def test_a_check_whose_worker_is_gone_is_rung_for_again(
    otto: Browser, workspace: Workspace, rung: list[tuple[str, UUID]], minute: set[Any]
) -> None:
    check = ask(otto, workspace)
    look_after_trails()
    assert ("check_trail", check.id) not in rung
    long_ago = timezone.now() - timedelta(minutes=5)
    AuditCheck.objects.filter(id=check.id).update(state=CheckState.RUNNING, beat_at=long_ago)
    minute.clear()
    look_after_trails()
    assert ("check_trail", check.id) in rung
    check_trail(check.id)
    check.refresh_from_db()
    assert check.state == CheckState.WHOLE


def test_once_a_minute_somebody_looks_what_has_to_be_signed(workspace: Workspace, rung: list[tuple[str, UUID]]) -> None:
    admin = join(workspace, "admin", name="Ada")
    admin.patch(f"workspaces/{workspace.pk}", {"name": "Pier"})
    look_after_trails()
    look_after_trails()
    assert rung.count(("sign_chain", workspace.pk)) == 1


def test_who_does_not_read_the_trail_has_it_not_verified(
    viewer: Browser, stranger: Browser, workspace: Workspace
) -> None:
    assert viewer.post(f"workspaces/{workspace.pk}/audit/checks").status_code == 403
    assert stranger.post(f"workspaces/{workspace.pk}/audit/checks").status_code == 404
    assert stranger.get(f"workspaces/{workspace.pk}/audit/integrity").status_code == 404
    assert not AuditCheck.objects.exists()


def test_the_chain_of_a_check_that_was_told_is_whole(
    otto: Browser, workspace: Workspace, rung: list[tuple[str, UUID]]
) -> None:
    for _ in range(2):
        check_trail(ask(otto, workspace).id)
    assert audit.verify(workspace.pk).whole
