"""What the users of a model have kept, tried with the old and the new version before anybody agrees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from builder.models import StepSample, Workflow
from orchestrator.assets import calls
from orchestrator.assets.actions.replacement import ask_replacement
from orchestrator.assets.models import Replacement
from orchestrator.assets.replacements import Plan
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from orchestrator.runs.evaluations import ring_for_forgotten
from orchestrator.runs.kept_cases import ACTS, NOTHING_KEPT, try_cases
from tests.integration.assets.parrot import KEY, Parrot, parrot, version
from tests.integration.authoring import Browser, edge, graph, join, node

Publish = Callable[[dict[str, Any]], Workflow]
WITH_KINDS = graph(
    node("start", "start_manual", config={"fields": [{"key": "text", "label": "Text", "type": "text"}]}),
    node("tidy", "set_fields", config={"fields": [{"name": "text", "value": {"$expr": "start.text"}}]}),
    node("sort", "classify_text", name="Sort it", config={"asset": "kinds", "text": {"$expr": "tidy.text"}}),
    node("again", "classify_text", config={"asset": "kinds", "text": {"$expr": "sort.label"}}),
    edges=(edge("start", "tidy"), edge("tidy", "sort"), edge("sort", "again")),
)


@pytest.fixture(autouse=True)
def speaking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(calls.LOADERS, KEY, Parrot)


@pytest.fixture
def steward(workspace: Workspace, committed: None) -> Browser:
    return join(workspace, "steward", "operator", name="Stella")


@pytest.fixture
def replacement(workspace: Workspace, committed: None) -> Callable[..., Replacement]:
    def asked(**config: Any) -> Replacement:
        asset = workspace.assets.get(name="kinds")
        return ask_replacement(version(asset, **config), "live", Plan(), "Better", system("test"))

    return asked


def test_each_step_is_done_with_both_versions_for_the_sample_that_is_kept(
    workspace: Workspace, publish: Publish, steward: Browser, replacement: Callable[..., Replacement]
) -> None:
    parrot(workspace, says={"Dear all": "letter"})
    workflow = publish(WITH_KINDS)
    StepSample.objects.create(workflow=workflow, node="tidy", output={"text": "Dear all"})
    asked = replacement(says={"Dear all": "circular"})
    shown = steward.get(f"replacements/{asked.id}/cases").json()
    assert (shown["done"], shown["cases"]) == (False, [])
    try_cases(asked.id)
    shown = steward.get(f"replacements/{asked.id}/cases").json()
    told = {case["node"]: case for case in shown["cases"]}
    assert (shown["done"], shown["hidden"], set(told)) == (True, 0, {"sort", "again"})
    assert (told["sort"]["step"], told["sort"]["workflow_name"], told["sort"]["same"]) == ("Sort it", "Invoices", False)
    assert (told["sort"]["before"]["label"], told["sort"]["after"]["label"]) == ("letter", "circular")
    assert (told["again"]["same"], told["again"]["why"]) == (None, NOTHING_KEPT)
    try_cases(asked.id)  # a bell that rings twice changes nothing
    assert asked.cases.count() == 2


def test_who_does_not_see_the_data_of_a_workflow_is_told_how_many_there_are(
    workspace: Workspace, publish: Publish, replacement: Callable[..., Replacement]
) -> None:
    parrot(workspace)
    publish(WITH_KINDS)
    asked = replacement(**{"else": "b"})
    try_cases(asked.id)
    viewer = join(workspace, "viewer", name="Vera")
    assert viewer.get(f"replacements/{asked.id}/cases").json() == {"done": True, "cases": [], "hidden": 2}


def test_nothing_acts_on_the_outside(
    workspace: Workspace, publish: Publish, steward: Browser, replacement: Callable[..., Replacement]
) -> None:
    parrot(workspace)
    steps = WITH_KINDS["nodes"]
    agent = node("ask", "run_agent", config={"agent": "kinds", "question": "Hi"})
    publish(graph(*steps[:3], agent, edges=(edge("start", "tidy"), edge("tidy", "sort"), edge("sort", "ask"))))
    asked = replacement(**{"else": "b"})
    try_cases(asked.id)
    shown = steward.get(f"replacements/{asked.id}/cases").json()
    assert {case["node"]: case["why"] for case in shown["cases"]}["ask"] == ACTS


def test_a_lost_bell_is_rung_again(
    workspace: Workspace, replacement: Callable[..., Replacement], monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr("orchestrator.runs.evaluations.ring_chore", lambda name, id, queue: rung.append(name))
    parrot(workspace)
    asked = replacement(**{"else": "b"})
    rung.clear()
    ring_for_forgotten()
    assert rung == []
    Replacement.objects.filter(id=asked.id).update(rung_at="2026-01-01T00:00:00Z")
    ring_for_forgotten()
    ring_for_forgotten()
    assert rung == ["try_cases"]
