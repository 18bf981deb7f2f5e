"""The loop, whole: a model drifts, is trained anew on what people put right, measured, agreed to, and goes live."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from uuid_utils.compat import uuid7

from builder import actions as authoring
from builder.models import Draft, Workflow
from builder.starters.folders import starter
from orchestrator.assets import actions
from orchestrator.assets.actions.replacement import decide_replacement, finish_replacement
from orchestrator.assets.models import Alert, Asset, AssetAlias, AssetCall, AssetVersion, Judgement, Replacement
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.skops import TextClassifier
from orchestrator.assets.stored_files import keep_here
from orchestrator.assets.watching import look_at
from orchestrator.engine.graph import graph_json
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from orchestrator.runs import remote
from orchestrator.runs.models import Run, RunStatus, Step, StepTask
from tests.integration.authoring import Browser, join

Drive = Callable[[Run], Run]
BANKING = Path(__file__).parents[2] / "data" / "banking77" / "texts.csv"
LEARNED = 36
"""Texts of each kind; the others measure."""
UNKNOWN = 2
"""Kinds of texts that nobody had sent when the model was trained."""
MOST_STEPS = 10


@pytest.fixture(autouse=True)
def _own_data_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def olga(workspace: Workspace) -> Browser:
    """Builds, publishes and looks after models."""
    return join(workspace, "builder", "publisher", "steward", name="Olga")


@pytest.fixture
def second(workspace: Workspace) -> Browser:
    return join(workspace, "steward", name="Sara")


@pytest.fixture(scope="module")
def texts() -> dict[str, list[str]]:
    """By kind."""
    found: dict[str, list[str]] = {}
    with BANKING.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["category"], []).append(row["text"])
    return found


def upload(browser: Browser, workspace: Workspace, rows: list[tuple[str, str]]) -> str:
    body = "text,label\n" + "".join(f'"{text.replace(chr(34), "")}",{label}\n' for text, label in rows)
    sent = {"file": SimpleUploadedFile("letters.csv", body.encode(), "text/csv")}
    return str(browser.client.post(f"/api/workspaces/{workspace.pk}/artifacts", sent).json()["file_id"])


def work(run: Run, drive: Drive) -> Run:
    """Drives the run and does its heavy steps, until it has come to its end."""
    for _ in range(MOST_STEPS):
        run = drive(run)
        task = StepTask.objects.filter(run_id=run.pk, state=0).first()
        if run.ended or task is None:
            return run
        remote.work(task.run_id, task.step, task.attempt)
    raise AssertionError("The run does not come to an end.")


def data_set(olga: Browser, workspace: Workspace, name: str, rows: list[tuple[str, str]]) -> Asset:
    made = actions.create_asset(olga.principal, workspace.id, name=name, kind="data_set", title=name)
    config = {"target": "label", "text": "text"}
    version = {"config": config, "artifact": upload(olga, workspace, rows)}
    assert olga.post(f"assets/{made.pk}/versions", version).status_code == 201
    actions.move_alias(system("test"), made.versions.get())
    return made


def ask(version: AssetVersion, texts: list[str]) -> None:
    """Calls as runs would have made them: the version itself says what it thinks of each text."""
    asset = version.asset
    files = ModelFiles(folder=Path(settings.DATA_DIR) / "models")
    assert version.artifact_id is not None
    keep_here(files, asset.workspace_id, version.artifact_id, version.digest)
    classifier, began = TextClassifier(version.config, version.digest, files), timezone.now()
    AssetCall.objects.bulk_create(
        AssetCall(
            workspace_id=asset.workspace_id,
            asset=asset,
            version=version,
            alias="live",
            arm="live",
            task="classify",
            run=uuid7(),
            workflow=uuid7(),
            step=2,
            node="sort",
            attempt=1,
            at=began + timedelta(microseconds=place),
            ms=1.0,
            **{name: given[name] for name in ("label", "confidence", "traits")},
        )
        for place, given in enumerate(classifier.answer({"text": text}) for text in texts)
    )


def filled_in(model: str, examples: str, cases: str) -> dict[str, Any]:
    """The starter as it ships, with its open places filled in; trained by words, which takes no embedding model."""
    found = starter("keep_the_classifier_fresh")
    assert found is not None
    graph = graph_json(found.graph)
    names = {
        "<Model to keep fresh>": model,
        "<Data set of its examples>": examples,
        "<Data set to measure it by>": cases,
    }
    for node in graph["nodes"]:
        config = node["config"]
        node["config"] = {
            key: names.get(value, value) if isinstance(value, str) else value for key, value in config.items()
        }
        if node["type"] == "train_model":
            node["config"] |= {"method": "words", "parameters": {"text": "text", "held_out": 0.3}}
    return dict(graph)


def publish(olga: Browser, workspace: Workspace, graph: dict[str, Any]) -> Workflow:
    workflow = authoring.create_workflow(olga.principal, workspace.pk, name="Fresh")
    token = str(Draft.objects.get(workflow=workflow).token)
    saved = authoring.save_draft(olga.principal, workflow, graph, token)
    assert not saved.problems, saved.problems
    authoring.publish(olga.principal, workflow, note="As agreed")
    return workflow


def test_a_drifting_classifier_is_trained_measured_agreed_to_and_replaced(
    workspace: Workspace, olga: Browser, second: Browser, texts: dict[str, list[str]], drive: Drive
) -> None:
    kinds = sorted(texts)
    known, unknown = kinds[:-UNKNOWN], kinds[-UNKNOWN:]
    learned = [(text, kind) for kind in known for text in texts[kind][:LEARNED]]
    held_back = [(text, kind) for kind in kinds for text in texts[kind][LEARNED:]]
    model = actions.create_asset(olga.principal, workspace.id, name="intents", task="classify", title="Intents")
    data_set(olga, workspace, "examples", learned)
    data_set(olga, workspace, "cases", held_back)

    parameters = {"text": "text", "method": "words", "held_out": 0.5}
    wanted = {"file": upload(olga, workspace, learned), "target": "label", "parameters": parameters}
    asked = olga.post(f"assets/{model.pk}/trainings", wanted).json()
    work(Run.objects.get(pk=asked["run"]), drive)
    first = model.versions.select_related("asset").get()
    actions.move_alias(system("test"), first)
    workflow = publish(olga, workspace, filled_in("intents", "examples", "cases"))

    # Nobody writes about what it knows any more, and people put its answers right.
    strange = [(text, kind) for kind in unknown for text in texts[kind][:LEARNED]]
    ask(first, [text for text, _ in strange] * 5)
    for text, right in strange:
        Judgement.objects.create(
            asset=model,
            version=first,
            run=uuid7(),
            step=3,
            question="kind",
            answered=known[0],
            right=right,
            agreed=False,
            inputs={"text": text},
        )
    check = look_at(model.id)
    assert check is not None
    assert check.drifted
    alert = Alert.objects.get()
    run = Run.objects.get(workflow=workflow)
    assert alert.run == run.pk

    run = work(run, drive)
    assert (run.status, run.error) == (RunStatus.DONE, None)
    done = dict(Step.objects.filter(run_id=run.pk).values_list("node", "status"))
    assert {key: done[key] for key in ("gather", "train", "measure", "propose")} == dict.fromkeys(
        ("gather", "train", "measure", "propose"), "done"
    )
    candidate = AssetAlias.objects.select_related("version").get(asset=model, name="candidate").version
    assert (candidate.number, candidate.created_by) == (2, olga.user)
    assert candidate.card["data"]["rows"] == len(learned) + len(strange)
    assert AssetAlias.objects.get(asset=model, name="live").version == first, "nothing goes live by itself"

    replacement = Replacement.objects.select_related("asset", "request").get()
    assert (replacement.before, replacement.after, replacement.state) == (first, candidate, "asked")
    seen = bytes(replacement.request.content_hash).hex()
    agreed = decide_replacement(
        second.principal, replacement, approve=True, reason="It knows the new kinds.", content_hash=seen
    )
    assert agreed.state == "canary"
    finish_replacement(second.principal, agreed, reason="Enough.")
    assert AssetAlias.objects.get(asset=model, name="live").version == candidate
