"""Runs of the draft: kept samples stand for steps, and what is done already is not done again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from builder.models import Draft, Workflow
from orchestrator.runs.models import Run
from tests.integration.authoring import Browser
from tests.integration.runs.graphs import START, approval_row, get, graph, line, node, row
from tests.integration.runs.outside import Outside

Publish = Callable[[dict[str, Any]], Workflow]
Drive = Callable[[Run], Run]
Test = Callable[..., dict[str, Any]]


@pytest.fixture
def test(maria: Browser, drive: Drive) -> Test:
    """Run the draft; gives the run as it is shown then, with what its steps gave."""

    def test(workflow: Workflow, **body: Any) -> dict[str, Any]:
        answer = maria.post(f"workflows/{workflow.pk}/runs", {"draft": True, **body})
        assert answer.status_code == 202, answer.json()
        run = drive(Run.objects.get(pk=answer.json()["id"]))
        return {**maria.get(f"runs/{run.pk}").json(), "values": maria.get(f"runs/{run.pk}/values").json()}

    return test


@pytest.fixture
def workflow(publish: Publish, outside: Outside) -> Workflow:
    last = node("sum", "set_fields", {"fields": [{"name": "seen", "value": {"$expr": "one.json.seen + start.n"}}]})
    return publish(row(get("one", outside.url("one")), get("two", outside.url("two")), last))


def change(maria: Browser, workflow: Workflow, place: int, config: dict[str, Any]) -> None:
    drawn = Draft.objects.get(workflow=workflow).graph
    drawn["nodes"][place]["config"] = config
    maria.save(workflow, drawn)


def facts(run: dict[str, Any]) -> dict[str, Any]:
    return {step["node"]: step["facts"] for step in run["steps"]}


@pytest.mark.ux(80)
def test_a_sample_stands_for_its_step(maria: Browser, workflow: Workflow, test: Test, outside: Outside) -> None:
    maria.put(f"workflows/{workflow.pk}/samples/one", {"value": {"json": {"seen": 40}}})
    run = test(workflow, input={"n": 2})
    assert (run["status"], outside.hits, run["values"]["sum"]) == ("done", ["two"], {"seen": 42})
    assert facts(run)["one"] == {"kept_sample": True}


def test_a_sample_of_the_start_is_what_it_takes_in(maria: Browser, workflow: Workflow, test: Test) -> None:
    maria.put(f"workflows/{workflow.pk}/samples/start", {"value": {"n": 9}})
    assert test(workflow)["values"]["start"] == {"n": 9}
    assert test(workflow, input={"n": 3})["values"]["start"] == {"n": 3}


def test_a_step_with_several_ways_runs_although_it_has_a_sample(maria: Browser, publish: Publish, test: Test) -> None:
    workflow = publish(approval_row())
    maria.put(f"workflows/{workflow.pk}/samples/ask", {"value": {"comment": "Never asked"}})
    assert test(workflow, input={"n": 1})["status"] == "waiting"


@pytest.mark.ux(91)
def test_up_to_here_takes_over_what_is_done_but_for_the_step_itself(
    workflow: Workflow, test: Test, outside: Outside
) -> None:
    first = test(workflow, input={"n": 1})
    run = test(workflow, until="two", reuse=first["id"])
    assert (run["status"], outside.hits) == ("done", ["one", "two", "two"])
    assert facts(run)["one"] == {"kept_from": first["id"]}
    assert run["values"]["start"] == {"n": 1}


@pytest.mark.ux(91)
def test_what_is_behind_a_change_runs_again(maria: Browser, workflow: Workflow, test: Test, outside: Outside) -> None:
    first = test(workflow, input={"n": 1})
    change(maria, workflow, 1, {"method": "GET", "url": outside.url("other")})
    assert test(workflow, until="sum", reuse=first["id"])["status"] == "done"
    assert outside.hits == ["one", "two", "other", "two"]


def test_other_data_make_everything_run(workflow: Workflow, test: Test, outside: Outside) -> None:
    first = test(workflow, input={"n": 1})
    test(workflow, until="two", reuse=first["id"], input={"n": 2})
    assert outside.hits == ["one", "two", "one", "two"]


def test_behind_another_sample_nothing_is_taken_over(
    maria: Browser, workflow: Workflow, test: Test, outside: Outside
) -> None:
    first = test(workflow, input={"n": 1})
    maria.put(f"workflows/{workflow.pk}/samples/one", {"value": first["values"]["one"]})
    test(workflow, until="sum", reuse=first["id"])
    assert outside.hits == ["one", "two"], "the sample is what the step gave"
    maria.put(f"workflows/{workflow.pk}/samples/one", {"value": {"json": {"seen": 8}}})
    run = test(workflow, until="sum", reuse=first["id"])
    assert (outside.hits, run["values"]["sum"]) == (["one", "two", "two"], {"seen": 9})


def test_only_runs_of_this_workflow_are_taken_over(
    maria: Browser, stranger: Browser, workflow: Workflow, publish: Publish, test: Test, drive: Drive
) -> None:
    other = test(publish(graph([START], [])), input={"n": 1})["id"]
    answer = maria.post(f"workflows/{workflow.pk}/runs", {"draft": True, "reuse": other})
    assert (answer.status_code, answer.json()["code"]) == (422, "reuse")
    answer = maria.post(f"workflows/{workflow.pk}/runs", {"draft": True, "reuse": str(workflow.pk)})
    assert answer.status_code == 404


@pytest.mark.ux(94)
@pytest.mark.parametrize(
    ("config", "words"), [({"when": {"$expr": "one.json.seen >"}}, "formula"), ({}, "When is missing.")]
)
def test_an_incomplete_workflow_runs_up_to_its_faulty_step(
    maria: Browser, publish: Publish, test: Test, outside: Outside, config: dict[str, Any], words: str
) -> None:
    check = node("check", "condition", {"when": {"$expr": "true"}})
    after = node("after", "set_fields", {"fields": [{"name": "n", "value": 1}]})
    nodes = [START, get("one", outside.url("one")), check, after]
    workflow = publish(graph(nodes, [line("start", "one"), line("one", "check"), line("check", "after", "yes")]))
    change(maria, workflow, 2, config)
    run = test(workflow, input={"n": 1})
    assert (run["status"], outside.hits) == ("failed", ["one"])
    assert {step["node"]: step["status"] for step in run["steps"]} == {
        "start": "done",
        "one": "done",
        "check": "failed",
    }
    assert words in run["error"]["message"]
