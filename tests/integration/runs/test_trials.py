"""One step of a draft is tried by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from builder.models import Draft, Workflow
from orchestrator.governance.models import Workspace
from orchestrator.runs.models import Run
from tests.integration.authoring import Browser, join
from tests.integration.runs.graphs import START, get, graph, line, node, row
from tests.integration.runs.outside import Outside

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


def adding(key: str, before: str) -> dict[str, Any]:
    return node(key, "set_fields", {"fields": [{"name": "n", "value": {"$expr": f"{before}.n + 1"}}]})


@pytest.fixture
def workflow(publish: Publish) -> Workflow:
    return publish(row(adding("first", "start"), adding("second", "first"), adding("third", "second")))


@pytest.fixture
def attempt(maria: Browser, drive: Drive) -> Callable[..., dict[str, Any]]:
    """Try a step; gives the run as it is shown then."""

    def attempt(workflow: Workflow, step: str, **body: Any) -> dict[str, Any]:
        answer = maria.post(f"workflows/{workflow.pk}/steps/{step}/test", body)
        assert answer.status_code == 202, answer.json()
        run = drive(Run.objects.get(pk=answer.json()["id"]))
        shown = dict(maria.get(f"runs/{run.pk}").json())
        return {**shown, "output": maria.get(f"runs/{run.pk}/steps/2").json()["output"]}

    return attempt


def test_only_that_step_runs_with_what_is_given(attempt: Callable[..., Any], workflow: Workflow) -> None:
    run = attempt(workflow, "second", input={"first": {"n": 10}})
    assert [step["node"] for step in run["steps"]] == ["start", "second"]
    assert (run["status"], run["mode"], run["only"], run["output"]) == ("done", "test", "second", {"n": 11})


def test_what_is_given_goes_before_the_sample_and_that_before_the_latest_test(
    maria: Browser, workflow: Workflow, attempt: Callable[..., Any], start: Start, drive: Drive
) -> None:
    assert attempt(workflow, "second")["status"] == "failed"
    drive(start(workflow, draft=True, input={"n": 1}))
    assert attempt(workflow, "second")["output"] == {"n": 3}
    maria.put(f"workflows/{workflow.pk}/samples/first", {"value": {"n": 50}})
    assert attempt(workflow, "second")["output"] == {"n": 51}
    assert attempt(workflow, "second", kept=False)["output"] == {"n": 3}
    assert attempt(workflow, "second", input={"first": {"n": 90}})["output"] == {"n": 91}


def test_the_start_gives_what_it_took_in_last(
    maria: Browser, workflow: Workflow, attempt: Callable[..., Any], start: Start, drive: Drive
) -> None:
    drive(start(workflow, draft=True, input={"n": 4}))
    assert attempt(workflow, "first")["output"] == {"n": 5}
    assert attempt(workflow, "first", input={"start": {"n": 8}})["output"] == {"n": 9}
    assert attempt(workflow, "first")["output"] == {"n": 5}, "a trial is no test of the start"


def test_what_a_live_run_gave_is_not_used(
    workflow: Workflow, attempt: Callable[..., Any], start: Start, drive: Drive
) -> None:
    drive(start(workflow, input={"n": 1}))
    assert attempt(workflow, "second")["status"] == "failed"


def test_a_live_run_ignores_samples(maria: Browser, workflow: Workflow, start: Start, drive: Drive) -> None:
    maria.put(f"workflows/{workflow.pk}/samples/first", {"value": {"n": 50}})
    run = drive(start(workflow, input={"n": 1}))
    assert maria.get(f"runs/{run.pk}/values").json()["third"] == {"n": 4}


def test_the_step_is_the_draft_s_not_the_published_one(
    maria: Browser, workflow: Workflow, attempt: Callable[..., Any]
) -> None:
    graph = Draft.objects.get(workflow=workflow).graph
    graph["nodes"][2]["config"]["fields"][0]["value"] = {"$expr": "first.n * 2"}
    maria.save(workflow, graph)
    assert attempt(workflow, "second", input={"first": {"n": 10}})["output"] == {"n": 20}


def test_what_the_step_does_really_happens(publish: Publish, attempt: Callable[..., Any], outside: Outside) -> None:
    workflow = publish(row(get("one", outside.url("one")), get("two", outside.url("two"))))
    assert attempt(workflow, "two")["output"]["json"] == {"seen": 1}
    assert outside.hits == ["two"]


def test_a_step_inside_a_for_each_is_given_its_item_and_a_for_each_its_list(
    publish: Publish, attempt: Callable[..., Any]
) -> None:
    inside = node(
        "inside", "set_fields", {"fields": [{"name": "n", "value": {"$expr": "item + start.n"}}]}, parent="each"
    )
    nodes = [START, node("each", "for_each", {"items": {"$expr": "[1, 2]"}}), inside]
    workflow = publish(graph(nodes, [line("start", "each")]))
    assert attempt(workflow, "inside", input={"item": 5, "start": {"n": 1}})["output"] == {"n": 6}
    assert attempt(workflow, "each", input={"start": {"n": 1}})["output"] == [{"n": 2}, {"n": 3}]


@pytest.mark.parametrize(("step", "code"), [("start", "is_start"), ("nobody", "no_step")])
def test_what_cannot_be_tried_is_refused(maria: Browser, workflow: Workflow, step: str, code: str) -> None:
    answer = maria.post(f"workflows/{workflow.pk}/steps/{step}/test")
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_trial_is_not_run_again_as_a_run(maria: Browser, workflow: Workflow) -> None:
    trial = maria.post(f"workflows/{workflow.pk}/steps/first/test", {"input": {"start": {"n": 1}}}).json()["id"]
    answer = maria.post(f"runs/{trial}/repeat", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "trial")


def test_only_who_builds_tries_steps(
    viewer: Browser, stranger: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    olaf = join(workspace, "operator", name="Olaf")
    for browser, status in ((viewer, 403), (olaf, 403), (stranger, 404)):
        assert browser.post(f"workflows/{workflow.pk}/steps/first/test").status_code == status
    assert not Run.objects.exists()


# -- up to here ----------------------------------------------------------------------------------------------------


def test_a_run_up_to_a_step_is_of_the_draft_and_the_step_exists(maria: Browser, workflow: Workflow) -> None:
    for body, code in (({"until": "second"}, "until"), ({"until": "nobody", "draft": True}, "no_step")):
        answer = maria.post(f"workflows/{workflow.pk}/runs", {"input": {"n": 1}, **body})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    started = maria.post(f"workflows/{workflow.pk}/runs", {"input": {"n": 1}, "draft": True, "until": "second"})
    assert maria.get(f"runs/{started.json()['id']}").json()["until"] == "second"


def test_it_ends_with_that_step(maria: Browser, workflow: Workflow, drive: Drive) -> None:
    started = maria.post(f"workflows/{workflow.pk}/runs", {"input": {"n": 1}, "draft": True, "until": "second"})
    run = drive(Run.objects.get(pk=started.json()["id"]))
    shown = maria.get(f"runs/{run.pk}").json()
    assert (shown["status"], [step["node"] for step in shown["steps"]]) == ("done", ["start", "first", "second"])
    again = Run.objects.get(pk=maria.post(f"runs/{run.pk}/repeat", {}).json()["id"])
    assert maria.get(f"runs/{again.pk}").json()["until"] == "second"
