"""A past run is taken into the editor: its data stand for its steps there, for a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from builder.models import Workflow
from orchestrator.governance.models import AuditEvent
from orchestrator.runs.models import Run
from tests.integration.authoring import Browser
from tests.integration.runs.graphs import approval_row, get, node, row
from tests.integration.runs.outside import Outside

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


@pytest.fixture
def failed(publish: Publish, start: Start, drive: Drive, outside: Outside) -> Run:
    last = node("sum", "set_fields", {"fields": [{"name": "seen", "value": {"$expr": "one.json.seen + start.n"}}]})
    workflow = publish(row(get("one", outside.url("one")), get("two", outside.url("two")), last))
    outside.answers["two"] = 400
    run = drive(start(workflow, input={"n": 7}))
    outside.answers.clear()
    return run


def load(browser: Browser, run: Run, **body: Any) -> Any:
    return browser.post(f"runs/{run.pk}/load", body)


def samples(browser: Browser, run: Run) -> Any:
    return browser.get(f"workflows/{run.workflow_id}/samples").json()


def loaded(browser: Browser, run: Run) -> Any:
    return browser.get(f"workflows/{run.workflow_id}/loaded-run").json()["run"]


@pytest.mark.ux(97)
def test_what_the_steps_gave_becomes_their_samples(maria: Browser, failed: Run) -> None:
    answer = load(maria, failed)
    assert (answer.status_code, answer.json()) == (200, {"kept": ["one", "start"], "left_out": []})
    assert samples(maria, failed)["start"] == {"n": 7}
    assert samples(maria, failed)["one"]["json"] == {"seen": 1}
    assert loaded(maria, failed) == str(failed.pk)


@pytest.mark.ux(97)
def test_kept_samples_are_replaced_only_when_asked_for(maria: Browser, failed: Run) -> None:
    maria.put(f"workflows/{failed.workflow_id}/samples/one", {"value": "mine"})
    answer = load(maria, failed)
    assert (answer.status_code, answer.json()["code"]) == (409, "samples_kept")
    assert [problem["node"] for problem in answer.json()["problems"]] == ["one"]
    assert samples(maria, failed) == {"one": "mine"}
    assert load(maria, failed, replace=True).status_code == 200
    assert samples(maria, failed)["one"]["json"] == {"seen": 1}


@pytest.mark.ux(97)
def test_loading_again_asks_nothing_and_putting_away_leaves_what_was_kept(maria: Browser, failed: Run) -> None:
    maria.put(f"workflows/{failed.workflow_id}/samples/sum", {"value": "mine"})
    for _ in range(2):
        assert load(maria, failed).status_code == 200
    for _ in range(2):
        assert maria.client.delete(f"/api/workflows/{failed.workflow_id}/loaded-run").status_code == 204
    assert (samples(maria, failed), loaded(maria, failed)) == ({"sum": "mine"}, None)
    trail = AuditEvent.objects.filter(action__in=["sample.loaded", "sample.unloaded"]).order_by("seq")
    assert [event.action for event in trail] == ["sample.loaded", "sample.loaded", "sample.unloaded"]
    assert trail[0].detail == {"run": str(failed.pk), "steps": ["one", "start"]}


@pytest.mark.ux(98)
def test_a_test_run_goes_on_from_what_was_loaded(maria: Browser, failed: Run, drive: Drive, outside: Outside) -> None:
    load(maria, failed)
    started = maria.post(f"workflows/{failed.workflow_id}/runs", {"draft": True}).json()["id"]
    run = drive(Run.objects.get(pk=started))
    assert maria.get(f"runs/{run.pk}").json()["status"] == "done"
    assert outside.hits == ["one", "two", "two"]
    assert maria.get(f"runs/{run.pk}/values").json()["sum"] == {"seen": 8}


def test_a_decision_is_loaded_with_the_way_it_chose(
    maria: Browser, adam: Browser, publish: Publish, start: Start, drive: Drive
) -> None:
    run = drive(start(publish(approval_row()), input={"n": 1}))
    [step] = [one for one in maria.get(f"runs/{run.pk}").json()["steps"] if one["node"] == "ask"]
    task = step["wait"]["task"]
    adam.post(f"tasks/{task}/take")
    assert adam.post(f"tasks/{task}/decide", {"decision": "approve"}).status_code == 200
    load(maria, drive(run))
    started = maria.post(f"workflows/{run.workflow_id}/runs", {"draft": True}).json()["id"]
    tried = drive(Run.objects.get(pk=started))
    shown = maria.get(f"runs/{tried.pk}").json()
    assert shown["status"] == "done"
    assert maria.get(f"runs/{tried.pk}/values").json()["yes"]["by"] == "Adam"


def test_only_who_edits_and_sees_the_data_loads(viewer: Browser, stranger: Browser, failed: Run) -> None:
    for browser, status in ((viewer, 403), (stranger, 404)):
        assert load(browser, failed).status_code == status
        assert browser.get(f"workflows/{failed.workflow_id}/loaded-run").status_code == status


@pytest.mark.ux(92)
def test_a_failed_run_tells_which_run_repeats_it(maria: Browser, failed: Run) -> None:
    assert maria.get(f"runs/{failed.pk}").json()["repeated_by"] is None
    again = maria.post(f"runs/{failed.pk}/repeat", {"from_failed": True}).json()["id"]
    shown = maria.get(f"runs/{failed.pk}").json()
    assert (shown["status"], shown["repeated_by"]) == ("failed", again)
    [row] = [
        one
        for one in maria.get(f"workspaces/{failed.workspace_id}/runs").json()["results"]
        if one["id"] == str(failed.pk)
    ]
    assert row["repeated_by"] == again
