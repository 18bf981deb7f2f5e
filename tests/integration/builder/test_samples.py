"""Samples of what steps give are kept for trials."""

from __future__ import annotations

from typing import Any

import pytest

from builder.models import StepSample, Workflow
from orchestrator.governance.models import AuditEvent
from tests.integration.authoring import Browser, sound

VALUE = {"label": "invoice", "score": 0.93, "lines": [1, None]}


@pytest.fixture(autouse=True)
def _saved(maria: Browser, workflow: Workflow) -> None:
    maria.save(workflow, sound())


def keep(browser: Browser, workflow: Workflow, value: Any = VALUE, step: str = "greet") -> Any:
    return browser.put(f"workflows/{workflow.pk}/samples/{step}", {"value": value})


def kept(browser: Browser, workflow: Workflow) -> Any:
    return browser.get(f"workflows/{workflow.pk}/samples").json()


@pytest.mark.parametrize("value", [VALUE, None, [], "text", 0])
def test_a_sample_is_kept_by_the_key_of_its_step(maria: Browser, workflow: Workflow, value: Any) -> None:
    assert keep(maria, workflow, value).status_code == 204
    assert kept(maria, workflow) == {"greet": value}


def test_a_new_sample_takes_the_place_of_the_old_one(maria: Browser, ben: Browser, workflow: Workflow) -> None:
    keep(maria, workflow)
    keep(ben, workflow, {"label": "letter"})
    assert kept(maria, workflow) == {"greet": {"label": "letter"}}
    assert StepSample.objects.get().kept_by_id == ben.user.pk


def test_the_trail_says_that_a_sample_was_kept_but_not_what_it_holds(maria: Browser, workflow: Workflow) -> None:
    keep(maria, workflow)
    maria.client.delete(f"/api/workflows/{workflow.pk}/samples/greet")
    actions = [(event.action, event.detail) for event in AuditEvent.objects.filter(action__startswith="sample.")]
    assert sorted(actions) == [("sample.dropped", {"step": "greet"}), ("sample.kept", {"step": "greet"})]


def test_a_dropped_sample_is_gone(maria: Browser, workflow: Workflow) -> None:
    keep(maria, workflow)
    for status in (204, 404):
        assert maria.client.delete(f"/api/workflows/{workflow.pk}/samples/greet").status_code == status
    assert kept(maria, workflow) == {}


def test_what_is_too_large_or_cannot_be_stored_is_refused_with_the_reason(maria: Browser, workflow: Workflow) -> None:
    for value, code in (("x" * 262_143, "too_large"), ("a\x00b", "not_storable")):
        answer = keep(maria, workflow, value)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert maria.put(f"workflows/{workflow.pk}/samples/greet", {}).status_code == 422
    assert keep(maria, workflow, step="nobody").json()["code"] == "no_step"
    assert kept(maria, workflow) == {}


def test_only_who_edits_the_workflow_sees_and_keeps_samples(
    maria: Browser, viewer: Browser, stranger: Browser, workflow: Workflow
) -> None:
    keep(maria, workflow)
    for browser, status in ((viewer, 403), (stranger, 404)):
        assert browser.get(f"workflows/{workflow.pk}/samples").status_code == status
        assert keep(browser, workflow, {}).status_code == status
        assert browser.client.delete(f"/api/workflows/{workflow.pk}/samples/greet").status_code == status
    assert kept(maria, workflow) == {"greet": VALUE}
