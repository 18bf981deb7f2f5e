"""Data of runs and files kept sealed: runs work as ever, and the tables tell nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from builder.models import Workflow
from orchestrator.artifacts.models import Artifact
from orchestrator.governance import data_keys
from orchestrator.governance.errors import Unsealable
from orchestrator.governance.models import DataKey, Workspace
from orchestrator.runs import remote
from orchestrator.runs.models import Run, RunStatus, RunValue, Step, StepTask
from orchestrator.runs.values import read_value, row_value
from tests.integration.authoring import Browser, join
from tests.integration.questions.asking import about, manifest
from tests.integration.runs.conftest import upload_note
from tests.integration.runs.graphs import get, graph, line, node
from tests.integration.runs.outside import Outside

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]

WORDS = "the quick brown fox of Harbour Tools"
TEXT_START = node("start", "start_manual", {"fields": [{"key": "text", "label": "Text", "type": "text"}]})


@pytest.fixture
def owner(workspace: Workspace) -> Browser:
    return join(workspace, "owner", "operator", "auditor", name="Olga")


@pytest.fixture
def sealing(owner: Browser, workspace: Workspace) -> Workspace:
    answer = owner.patch(f"workspaces/{workspace.pk}", {"encrypt_data": True})
    assert answer.status_code == 200, answer.json()
    return workspace


def tables() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(string_agg(v::text || encode(coalesce(sealed, ''), 'escape'), ' '), '') FROM run_values v"
        )
        return str(cursor.fetchone()[0])


def test_a_run_works_and_is_shown_as_ever_and_the_table_tells_nothing(
    sealing: Workspace, publish: Publish, start: Start, drive: Drive, owner: Browser
) -> None:
    steps = [TEXT_START, node("greet", "set_fields", {"fields": [{"name": "said", "value": {"$expr": "start.text"}}]})]
    run = drive(start(publish(graph(steps, [line("start", "greet")])), input={"text": WORDS}))
    assert RunStatus(run.status) is RunStatus.DONE
    step = Step.objects.get(run_id=run.pk, node="greet").step
    shown = owner.get(f"runs/{run.pk}/steps/{step}").json()
    assert shown["output"] == {"said": WORDS}
    assert shown["input"]["fields"][0]["value"] == WORDS
    assert "fox" not in tables()
    assert set(RunValue.objects.filter(run_id=run.pk).values_list("body", flat=True)) == {None}


def test_large_values_and_files_are_sealed_on_the_disk(
    sealing: Workspace, publish: Publish, start: Start, drive: Drive, maria: Browser, owner: Browser
) -> None:
    steps = [TEXT_START, node("greet", "set_fields", {"fields": [{"name": "said", "value": {"$expr": "start.text"}}]})]
    run = drive(start(publish(graph(steps, [line("start", "greet")])), input={"text": WORDS + "x" * 300_000}))
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    number = Step.objects.get(run_id=run.pk, node="greet").value_id
    assert read_value(run.pk, run.workspace_id, number)["said"].startswith(WORDS)
    note = upload_note(maria, sealing)
    answer = owner.get(f"artifacts/{note['file_id']}/content")
    assert answer.content == b"Good morning, this is a short note."
    kept = [
        path.read_bytes()
        for path in (Path(settings.DATA_DIR) / "artifacts" / str(sealing.pk)).rglob("*")
        if path.is_file()
    ]
    assert len(kept) >= 2
    assert not any(b"short note" in content or b"brown fox" in content for content in kept)


def test_auditors_find_what_is_sealed_and_read_what_a_run_was_made_of(
    sealing: Workspace, publish: Publish, start: Start, drive: Drive, maria: Browser, owner: Browser
) -> None:
    asked = [{"key": "customer", "label": "Customer", "type": "text"}, {"key": "note", "label": "Note", "type": "file"}]
    keep = node("keep", "set_fields", {"fields": [{"name": "whose", "value": {"$expr": "start.customer"}}]})
    workflow = publish(graph([node("start", "start_manual", {"fields": asked}), keep], [line("start", "keep")]))
    note = upload_note(maria, sealing)
    run = drive(start(workflow, input={"customer": "C-1047", "note": note}))
    drive(start(workflow, input={"customer": "C-10471", "note": note}))
    [found] = about(owner, sealing, "c-1047")
    assert (found["id"], found["found_in"]) == (str(run.pk), ["Start", "Keep"])
    told = manifest(owner, run)
    assert {step["kept"] for step in told["steps"]} == {True}
    assert [(file["id"], file["kept"]) for file in told["files"]] == [(note["file_id"], True)]
    assert told["missing"] == []


def test_steps_elsewhere_repeats_and_runs_that_call_runs_read_what_is_sealed(
    sealing: Workspace, publish: Publish, start: Start, drive: Drive, maria: Browser, outside: Outside
) -> None:
    outside.answers["crm"] = 503
    make = node(
        "make",
        "run_code",
        {
            "code": "result = {'said': text + '!'}",
            "inputs": {"text": {"$expr": "start.text"}},
        },
    )
    steps = [TEXT_START, make, get("call", outside.url("crm"))]
    run = start(publish(graph(steps, [line("start", "make"), line("make", "call")])), input={"text": WORDS})
    run = drive(run)
    while waiting := list(StepTask.objects.filter(run_id=run.pk, state=0)):
        for task in waiting:
            remote.work(task.run_id, task.step, task.attempt)
        run = drive(run)
    assert (RunStatus(run.status), run.error["code"]) == (RunStatus.FAILED, "status_503")
    assert "fox" not in str(StepTask.objects.get(run_id=run.pk).body)
    outside.answers["crm"] = 200
    again = maria.post(f"runs/{run.pk}/repeat", {"from_failed": True})
    assert again.status_code == 202, again.json()
    done = drive(Run.objects.get(pk=again.json()["id"]))
    assert RunStatus(done.status) is RunStatus.DONE
    number = Step.objects.get(run_id=done.pk, node="make").value_id
    assert read_value(done.pk, done.workspace_id, number) == {"said": WORDS + "!"}
    assert "fox" not in tables()


def test_what_was_kept_before_stays_readable_and_so_does_what_was_sealed_when_it_is_turned_off(
    publish: Publish, start: Start, drive: Drive, owner: Browser, workspace: Workspace
) -> None:
    workflow = publish(graph([TEXT_START], []))
    runs = []
    for sealed in (False, True, False):
        owner.patch(f"workspaces/{workspace.pk}", {"encrypt_data": sealed})
        runs.append(drive(start(workflow, input={"text": WORDS})))
    assert [read_value(run.pk, run.workspace_id, 0) for run in runs] == [{"text": WORDS}] * 3
    assert [RunValue.objects.get(run_id=run.pk, number=0).sealed is None for run in runs] == [True, False, True]


@pytest.fixture
def own_ring(settings: Any, tmp_path: Path) -> None:
    """Not the one of all tests."""
    settings.FIELD_KEYS, settings.DATA_DIR = "", tmp_path


def test_a_turn_of_the_ring_leaves_the_data_readable(
    own_ring: None, sealing: Workspace, publish: Publish, start: Start, drive: Drive
) -> None:
    run = drive(start(publish(graph([TEXT_START], [])), input={"text": WORDS}))
    before = bytes(DataKey.objects.get(workspace=sealing).sealed)
    call_command("rotate_keys")
    assert bytes(DataKey.objects.get(workspace=sealing).sealed) != before
    data_keys._keys.clear()
    assert read_value(run.pk, run.workspace_id, 0) == {"text": WORDS}


def test_sealed_data_opens_nowhere_else(
    sealing: Workspace, publish: Publish, start: Start, drive: Drive, maria: Browser, owner: Browser
) -> None:
    workflow = publish(graph([TEXT_START], []))
    one, two = (drive(start(workflow, input={"text": text})) for text in (WORDS, "another"))
    sealed = RunValue.objects.get(run_id=one.pk, number=0).sealed
    RunValue.objects.filter(run_id=two.pk, number=0).update(sealed=sealed)
    with pytest.raises(Unsealable):
        row_value(two.workspace_id, RunValue.objects.get(run_id=two.pk, number=0))
    elsewhere = Workspace.objects.create(name="Elsewhere")
    with pytest.raises(Unsealable, match="belongs to no data of this workspace"):
        row_value(elsewhere.pk, RunValue.objects.get(run_id=one.pk, number=0))
    shown = owner.get(f"runs/{two.pk}/steps/1")
    assert (shown.status_code, shown.json()["code"]) == (410, "data_unreadable")
    note = upload_note(maria, sealing)
    kept = Artifact.objects.get(pk=note["file_id"])
    assert kept.data_key is not None
    assert kept.place.endswith(str(kept.data_key))
