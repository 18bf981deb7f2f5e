"""Models that answer elsewhere, asked as steps ask them: who stands in for whom, what is heard, what is kept.

Calls read the database from a thread of their own, so these tests commit what they write, each in its own workspace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from orchestrator.api.errors import Invalid
from orchestrator.artifacts.actions import save_file
from orchestrator.assets import actions, calls
from orchestrator.assets.admission import Asker
from orchestrator.assets.models import Asset, AssetVersion
from orchestrator.assets.records import CallRecord
from orchestrator.connectors.http import HttpClient
from orchestrator.connectors.secret import HIDDEN
from orchestrator.engine.errors import StepFailed
from orchestrator.governance.actions.credentials import add_credential
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from orchestrator.nodes.answers import facts_of
from orchestrator.nodes.base import Answer
from tests.peers.apart import apart
from tests.peers.scripted import OPENAI_USAGE, anthropic_said, openai_piece, openai_said, openai_stream, text_block
from tests.unit.assets.onnx_files import SHARES, foreign, softmax
from tests.unit.connectors.servers import Request, Served, response, serving

PRICE = {"input": "3", "output": "15", "currency": "EUR"}


@pytest.fixture
def workspace(django_db_setup, django_db_blocker) -> Iterator[Workspace]:
    with django_db_blocker.unblock():
        made = Workspace.objects.create(name="Committed")
        yield made
        made.delete()


def live(workspace: Workspace, name: str, task: str, runtime: str, **config: Any) -> Asset:
    asset = actions.create_asset(system("test"), workspace.id, name=name, task=task, title=name)
    actions.move_alias(system("test"), actions.register_version(system("test"), asset, runtime=runtime, config=config))
    return asset


def ask(served: Served, workspace: Workspace, name: str, task: str, payload: dict[str, Any], **more: Any) -> Answer:
    async def asked() -> Answer:
        http = HttpClient([served.host])
        try:
            return await calls.call(workspace.id, name, task, payload, http, **more)
        finally:
            await http.close()

    return async_to_sync(asked)()


def by_path(**answers: bytes) -> Callable[[Request], bytes]:
    """An answer by the first part of the path."""
    return lambda request: answers[request.path.split("/")[1]]


def test_another_model_stands_in_while_the_one_that_was_meant_is_away(workspace: Workspace) -> None:
    answers = by_path(first=response(503), second=response(401), third=anthropic_said(text_block("One.")))
    records: list[CallRecord] = []
    with apart(serving(answers)) as served:
        live(workspace, "spare", "chat", "chat", base_url=served.url("/second"), model="b")
        live(workspace, "other", "chat", "anthropic", base_url=served.url("/third"), model="c", price=PRICE)
        fallbacks = ["spare", "missing@live", "other@live"]
        live(workspace, "writer", "chat", "chat", base_url=served.url("/first"), model="a", fallbacks=fallbacks)
        answer = ask(served, workspace, "writer", "chat", {"prompt": "Count."}, told=records.append)
    assert (answer.value["text"], answer.asset) == ("One.", "other")
    assert answer.instead_of == (("writer", "status_503"), ("spare", "status_401"), ("missing@live", "asset_missing"))
    assert facts_of(answer)["instead_of"][0] == {"asset": "writer", "code": "status_503"}
    assert [(record.asset, record.code) for record in records] == [
        ("writer", "status_503"), ("spare", "status_401"), ("other", ""),
    ]  # fmt: skip
    assert (records[-1].prompt_tokens, records[-1].completion_tokens, records[-1].cost) == (10, 3, "0.000075")


def test_the_text_of_a_model_is_heard_as_it_comes(workspace: Workspace) -> None:
    heard: list[str] = []

    async def listen(piece: str) -> None:
        heard.append(piece)

    said = openai_stream(openai_piece(content="On"), openai_piece(content="e."), openai_piece("stop"), OPENAI_USAGE)
    with apart(serving(lambda request: said)) as served:
        live(workspace, "writer", "chat", "chat", base_url=served.url("/v1"), model="a")
        answer = ask(served, workspace, "writer", "chat", {"prompt": "Count."}, on_text=listen)
    assert (heard, answer.value["text"], answer.instead_of) == (["On", "e."], "One.", ())


def test_a_language_model_of_either_protocol_reads_documents(workspace: Workspace) -> None:
    fields = '{"parties": ["Acme"], "total": null, "date": null, "invoice_number": "R-7"}'
    with apart(serving(lambda request: openai_said(fields))) as served:
        live(workspace, "reader", "chat", "chat", base_url=served.url("/v1"), model="a", price=PRICE)
        records: list[CallRecord] = []
        answer = ask(served, workspace, "reader", "extract", {"text": "Acme R-7", "tables": []}, told=records.append)
    assert (answer.value["invoice_number"], answer.confidence, records[0].cost) == ("R-7", 1.0, "0.000075")


def test_an_uploaded_model_answers(workspace: Workspace, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    asset = actions.create_asset(system("test"), workspace.id, name="kinds", task="classify", title="Kinds")
    file = save_file(system("test"), workspace.id, "kinds.onnx", "x/y", softmax().SerializeToString())
    version = actions.register_version(system("test"), asset, runtime="onnx_model", config=SHARES, artifact=file.id)
    actions.move_alias(system("test"), version)
    with apart(serving(lambda request: response(500))) as served:
        answer = ask(served, workspace, "kinds", "classify", {"features": {"a": 3, "b": 1}})
        with pytest.raises(StepFailed) as failed:
            ask(served, workspace, "kinds", "classify", {"features": {"a": "many"}})
    assert (answer.value["label"], answer.confidence) == ("yes", 0.8808)
    assert failed.value.error.code == "value_unfit"


@pytest.mark.parametrize(
    ("content", "config", "why"),
    [
        (foreign().SerializeToString(), SHARES, "outside the standard"),
        (b"\x80\x04K\x01.", SHARES, "no ONNX"),
        (softmax().SerializeToString(), {**SHARES, "outputs": {"label": {"tensor": "q"}}}, "no output"),
    ],
    ids=["foreign operations", "a pickle", "other outputs"],
)
def test_a_file_that_cannot_be_used_is_not_registered(
    content: bytes, config: dict[str, Any], why: str, workspace: Workspace, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    asset = actions.create_asset(system("test"), workspace.id, name="kinds", task="classify", title="Kinds")
    file = save_file(system("test"), workspace.id, "kinds.onnx", "x/y", content)
    with pytest.raises(Invalid, match=why) as refused:
        actions.register_version(system("test"), asset, runtime="onnx_model", config=config, artifact=file.id)
    assert refused.value.code == "file_unfit"
    assert not AssetVersion.objects.filter(asset=asset).exists()


def test_a_price_in_another_currency_than_the_workspace_counts_in_is_not_registered(workspace: Workspace) -> None:
    price = {**PRICE, "currency": "USD"}
    with pytest.raises(Invalid) as refused:
        live(workspace, "writer", "chat", "chat", base_url="https://a.example/v1", model="a", price=price)
    assert refused.value.code == "foreign_currency"


def test_settings_that_cannot_be_used_are_not_registered(workspace: Workspace) -> None:
    asset = actions.create_asset(system("test"), workspace.id, name="writer", task="chat", title="Writer")
    with pytest.raises(Invalid) as refused:
        actions.register_version(system("test"), asset, runtime="anthropic", config={"base_url": "ftp://a.example"})
    assert refused.value.code == "config_unfit"
    assert {problem["field"] for problem in refused.value.problems} == {"config.base_url", "config.model"}
    assert not AssetVersion.objects.filter(asset=asset).exists()


def test_the_connection_of_a_model_is_for_the_steps_it_is_meant_for_and_stays_hidden(workspace: Workspace) -> None:
    def parrot(request: Request) -> bytes:
        return openai_said(f"I was sent {request.headers['authorization']}")

    with apart(serving(parrot)) as served:
        account = add_credential(
            system("test"),
            workspace.id,
            name="Provider",
            kind="bearer",
            secret={"token": "canary-7f3a9c41"},
            hosts=[served.host],
            node_types=["ask_model"],
        )
        live(workspace, "writer", "chat", "chat", base_url=served.url("/v1"), model="a", credential=str(account.id))
        question = {"prompt": "What were you sent?"}
        answer = ask(served, workspace, "writer", "chat", question, asker=lambda: Asker(node_type="ask_model"))
        assert answer.value["text"] == f"I was sent Bearer {HIDDEN}"
        assert ask(served, workspace, "writer", "chat", question).value["text"] == answer.value["text"]
        with pytest.raises(StepFailed) as refused:
            ask(served, workspace, "writer", "chat", question, asker=lambda: Asker(node_type="classify_text"))
    assert refused.value.error.code == "credential_step"
    assert [request.headers["authorization"] for request in served.requests] == ["Bearer canary-7f3a9c41"] * 2
