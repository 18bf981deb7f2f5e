"""Calls as steps make them: they read the database from a thread of their own, so these tests commit what they write.

The trail cannot be emptied, so each test has its own workspace and removes that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection

from orchestrator.artifacts.actions import save_file
from orchestrator.assets import actions, calls
from orchestrator.assets.models import AssetVersion
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.governance.credentials import seal
from orchestrator.governance.models import Credential, Workspace
from orchestrator.governance.principal import system
from orchestrator.nodes.base import Answer, HttpReply

INVOICE = "Invoice number: OS-3318\nInvoice date: 28 September 2026\nTotal due: GBP 450.00, payable by bank transfer."


@dataclass
class Line:
    """The other end of the line: keeps what was asked and answers `said`."""

    said: str = "Hello"
    asked: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)

    async def send(self, method: str, url: str, *, headers=None, content=None, timeout_s=30.0) -> HttpReply:
        self.asked.append((url, headers or {}, json.loads(content or b"{}")))
        body = {"choices": [{"message": {"content": self.said}, "finish_reason": "stop"}]}
        return HttpReply(status=200, headers={}, body=json.dumps(body).encode(), url=url)


@pytest.fixture
def workspace(django_db_setup, django_db_blocker) -> Iterator[Workspace]:
    with django_db_blocker.unblock():
        made = Workspace.objects.create(name="Committed")
        yield made
        made.delete()


def ask(workspace: Workspace, name: str, task: str, payload: dict[str, Any], line: Line | None = None) -> Answer:
    return async_to_sync(calls.call)(workspace.id, name, task, payload, line or Line())


def test_the_starters_answer_with_their_version(workspace, starters):
    versions = {asset.name: str(asset.aliases.get(name="live").version_id) for asset in starters()}
    kind = ask(workspace, "document-type", "classify", {"text": INVOICE})
    assert (kind.value["label"], kind.version, kind.version_id) == ("invoice", 1, versions["document-type"])
    assert kind.confidence == kind.value["confidence"] > 0.5
    trained = ask(workspace, "document-type-trained", "classify", {"text": INVOICE})
    assert (trained.value["label"], trained.sample) == ("invoice", True)
    fields = ask(workspace, "document-fields", "extract", {"text": INVOICE, "tables": []})
    assert (fields.value["invoice_number"], fields.value["total"]["value"]) == ("OS-3318", 450.0)


def test_the_risk_grows_with_what_is_suspicious(workspace, starters):
    starters()
    calm = {"document_type": "invoice", "amount_eur": 400, "confidence": 0.9, "days_to_pay": 30}
    loud = {**calm, "amount_eur": 60_000, "new_account": True, "urgent": True, "days_to_pay": 2}
    low, high = (ask(workspace, "risk-score", "score", {"features": values}).value for values in (calm, loud))
    assert (low["level"], low["reasons"]) == ("low", [])
    assert high["level"] == "high"
    assert {"amount_eur", "new_account", "urgent"} <= {reason["feature"] for reason in high["reasons"]}


@pytest.mark.parametrize(
    ("name", "task", "code"), [("nobody", "score", "asset_missing"), ("risk", "chat", "asset_wrong_task")]
)
def test_a_wrong_name_or_task_is_a_setting_to_mend(workspace, name, task, code):
    asset = actions.create_asset(system("test"), workspace.id, name="risk", task="score", title="Risk")
    actions.move_alias(system("test"), actions.register_version(system("test"), asset, runtime="skops", config={}))
    with pytest.raises(StepFailed) as failed:
        ask(workspace, name, task, {})
    assert (failed.value.error.category, failed.value.error.code) == (ErrorCategory.CONFIG, code)


def test_another_workspace_has_no_such_asset(workspace, starters):
    starters()
    elsewhere = Workspace(name="Elsewhere")
    with pytest.raises(StepFailed, match="nothing called 'document-fields'"):
        ask(elsewhere, "document-fields", "extract", {"text": INVOICE})


def test_an_altered_model_file_is_not_used(workspace, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "m.skops").write_bytes(b"altered")
    asset = actions.create_asset(system("test"), workspace.id, name="risk", task="score", title="Risk")
    config = {"file": "m.skops", "features": [], "medium": 0.3, "high": 0.6}
    version = actions.register_version(system("test"), asset, runtime="skops", config=config, digest="0" * 64)
    actions.move_alias(system("test"), version)
    with pytest.raises(StepFailed, match="was changed since it was registered") as failed:
        ask(workspace, "risk", "score", {"features": {}})
    assert (failed.value.error.category, failed.value.error.code) == (ErrorCategory.INTERNAL, "asset_altered")


def writer(workspace: Workspace, **config: Any) -> None:
    """A language model that is live."""
    about = {"name": "writer", "title": "Writer", "task": "chat"}
    actions.register_asset(system("test"), workspace.id, **about, version={"runtime": "chat", "config": config})


def test_a_chat_model_is_asked_with_its_connection(workspace):
    credential = Credential(workspace=workspace, name="key", kind="bearer", hosts=["models.example.com"])
    seal(credential, {"token": "secret-token"})
    credential.save(force_insert=True)
    writer(workspace, base_url="https://models.example.com/v1", model="small", credential=str(credential.id))
    line = Line(said='{"subject": "Re: x"}')
    payload = {"system": "Be brief.", "prompt": "Write.", "schema": {"type": "object", "required": ["subject"]}}
    answer = ask(workspace, "writer", "chat", payload, line)
    assert answer.value["json"] == {"subject": "Re: x"}
    url, headers, body = line.asked[0]
    assert url == "https://models.example.com/v1/chat/completions"
    assert headers["Authorization"] == "Bearer secret-token"
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


def test_a_language_model_reads_documents_and_is_trusted_as_far_as_its_answer_stands_in_them(workspace):
    writer(workspace, base_url="https://llm.example.com/v1", model="m")
    fields = {"parties": ["Harbour Tools"], "total": {"value": 450.0, "currency": "GBP"}, "date": "2026-09-28"}
    line = Line(said=json.dumps({**fields, "invoice_number": "OS-3318"}))
    text = f"Harbour Tools\n{INVOICE}"
    answer = ask(workspace, "writer", "extract", {"text": text, "tables": []}, line)
    assert (answer.value["invoice_number"], answer.value["total"]["value"], answer.confidence) == (
        "OS-3318",
        450.0,
        1.0,
    )
    assert INVOICE in line.asked[0][2]["messages"][-1]["content"]
    invented = Line(said=json.dumps({**fields, "invoice_number": "XX-1"}))
    assert ask(workspace, "writer", "extract", {"text": text, "tables": []}, invented).confidence == 0.5


class Opener:
    """Gives what its model file holds."""

    def __init__(self, config: dict[str, Any], digest: str, files: ModelFiles) -> None:
        self._said = files.checked(config["file"], digest).read_text()

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"label": self._said, "confidence": 1.0, "scores": []}


@pytest.fixture
def stored(workspace, settings, tmp_path, monkeypatch) -> AssetVersion:
    """A version whose file is in the store of files."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setitem(calls.LOADERS, ("skops", "classify"), Opener)
    file = save_file(system("test"), workspace.id, "model.skops", "application/zip", f"letter {workspace.id}".encode())
    asset = actions.create_asset(system("test"), workspace.id, name="kinds", task="classify", title="Kinds")
    version = actions.register_version(system("test"), asset, runtime="skops", config={}, artifact=file.id)
    actions.move_alias(system("test"), version)
    return version


def test_a_model_file_is_brought_from_the_store_of_files(workspace, stored, tmp_path):
    assert ask(workspace, "kinds", "classify", {}).value["label"] == f"letter {workspace.id}"
    assert (tmp_path / "models" / stored.digest).is_file()


def test_a_model_file_that_was_altered_here_is_brought_again(workspace, stored, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / stored.digest).write_text("something else")
    assert ask(workspace, "kinds", "classify", {}).value["label"] == f"letter {workspace.id}"


def test_a_model_file_that_was_altered_in_the_store_is_not_used(workspace, stored):
    place = stored.artifact.place
    storages["artifacts"].delete(place)
    storages["artifacts"].save(place, ContentFile(b"something else"))
    with pytest.raises(StepFailed) as failed:
        ask(workspace, "kinds", "classify", {})
    assert failed.value.error.code == "asset_altered"


def test_a_version_that_was_changed_past_the_product_is_not_used(workspace):
    asset = actions.create_asset(system("test"), workspace.id, name="risk", task="score", title="Risk")
    version = actions.register_version(system("test"), asset, runtime="skops", config={"high": 0.6})
    actions.move_alias(system("test"), version)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE assets_assetversion DISABLE TRIGGER assets_version_never_changes")
        cursor.execute("UPDATE assets_assetversion SET config = '{\"high\": 0.9}' WHERE id = %s", [version.id])
        cursor.execute("ALTER TABLE assets_assetversion ENABLE TRIGGER assets_version_never_changes")
    with pytest.raises(StepFailed, match="was changed since it was registered") as failed:
        ask(workspace, "risk", "score", {"features": {}})
    assert failed.value.error.code == "asset_altered"


def test_what_is_in_the_archive_answers_no_longer_at_once(workspace, stored):
    assert ask(workspace, "kinds", "classify", {}).version == 1
    actions.archive_asset(system("test"), stored.asset)
    with pytest.raises(StepFailed) as failed:
        ask(workspace, "kinds", "classify", {})
    assert failed.value.error.code == "asset_archived"


def test_a_version_that_nothing_here_can_run_says_so(workspace):
    asset = actions.create_asset(system("test"), workspace.id, name="later", task="forecast", title="Later")
    actions.move_alias(system("test"), actions.register_version(system("test"), asset, runtime="labels", config={}))
    with pytest.raises(StepFailed) as failed:
        ask(workspace, "later", "forecast", {})
    assert failed.value.error.code == "asset_unusable"
