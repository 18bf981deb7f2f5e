"""What people make of the answers of models is kept, so that models can learn from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from builder.models import Workflow
from orchestrator.assets import actions, calls
from orchestrator.assets.models import Asset, Judgement
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from orchestrator.runs.models import HumanTask, Run
from tests.integration.authoring import Browser
from tests.integration.runs.graphs import graph, line, node

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]
QUESTION = {"key": "kind", "label": "What is it?", "type": "choice", "choices": ["letter", "invoice"], "required": True}


class Sorter:
    def __init__(self, config: dict[str, Any], digest: str, files: Any) -> None:
        del config, digest, files

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"label": "letter", "confidence": 0.6, "scores": [{"label": "letter", "score": 0.6}]}


@pytest.fixture
def kinds(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Asset:
    monkeypatch.setitem(calls.LOADERS, ("patterns", "classify"), Sorter)
    asset = actions.create_asset(system("test"), workspace.id, name="kinds", task="classify", title="Kinds")
    actions.move_alias(system("test"), actions.register_version(system("test"), asset, runtime="patterns", config={}))
    return asset


def asking(filled_in: Any, text: Any = "Dear Sir or Madam") -> dict[str, Any]:
    """start -> sort -> ask, whose form is filled in with the answer."""
    fields = {"title": "What is it?", "fields": [QUESTION], "values": {"kind": filled_in}}
    nodes = [
        node("start", "start_manual", {"fields": [{"key": "note", "label": "Note", "type": "text"}]}),
        node("sort", "classify_text", {"asset": "kinds", "text": text}),
        node("ask", "ask_person", fields),
    ]
    return graph(nodes, [line("start", "sort"), line("sort", "ask")])


def answer(run: Run, by: Browser, kind: str) -> None:
    task = HumanTask.objects.get(run=run)
    by.post(f"tasks/{task.pk}/take")
    assert by.post(f"tasks/{task.pk}/complete", {"answers": {"kind": kind}}).status_code == 200


def test_an_answer_that_was_put_right_is_kept_with_what_was_asked(
    kinds: Asset, publish: Publish, start: Start, drive: Drive, adam: Browser
) -> None:
    workflow = publish(asking({"$expr": "sort.label"}, {"$text": "Note: {{ trigger.note }}"}))
    run = drive(start(workflow, input={"note": "please pay"}))
    answer(run, adam, "invoice")
    kept = Judgement.objects.get()
    assert (kept.answered, kept.right, kept.agreed) == ("letter", "invoice", False)
    assert (kept.asset, kept.inputs, kept.by) == (kinds, {"text": "Note: please pay"}, adam.user)
    assert kept.version == kinds.versions.get()


def test_an_answer_that_was_sent_as_it_was_counts_as_agreed(
    kinds: Asset, publish: Publish, start: Start, drive: Drive, adam: Browser
) -> None:
    run = drive(start(publish(asking({"$text": "{{ sort.label }}"})), input={}))
    answer(run, adam, "letter")
    kept = Judgement.objects.get()
    assert (kept.agreed, kept.inputs) == (True, {"text": "Dear Sir or Madam"})


def test_a_question_that_no_model_answered_is_no_judgement(
    kinds: Asset, publish: Publish, start: Start, drive: Drive, adam: Browser
) -> None:
    run = drive(start(publish(asking("letter")), input={}))
    answer(run, adam, "invoice")
    assert not Judgement.objects.exists()
