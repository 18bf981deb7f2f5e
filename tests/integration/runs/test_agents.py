"""Agents and tools in runs: their calls are told and counted, a person decides about one, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from builder.models import Callers, Workflow
from orchestrator.assets import actions
from orchestrator.assets.models import Asset, AssetCall, Kind
from orchestrator.governance.models import Membership, Workspace
from orchestrator.governance.principal import system
from orchestrator.runs.host import Host
from orchestrator.runs.models import HumanTask, Run, RunEvent, RunStatus, RunValue, Step
from tests.integration.authoring import Browser, join
from tests.integration.runs.families import drive_family
from tests.integration.runs.graphs import START, graph, line, node, row
from tests.peers.shop import Shop, shop

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]
N = {"$expr": "start.n"}


@pytest.fixture
def peer(workspace: Workspace) -> Iterator[Shop]:
    with shop() as peer:
        Workspace.objects.filter(pk=workspace.pk).update(allowed_hosts=[peer.host])
        yield peer


def register(workspace: Workspace, name: str, kind: Kind, config: dict[str, Any], **about: Any) -> Asset:
    runtime = about.pop("runtime", "")
    version = {"config": config, "runtime": runtime}
    return actions.register_asset(
        system("test"), workspace.id, name=name, title=name.capitalize(), kind=kind, version=version, **about
    )


@pytest.fixture
def clerk(peer: Shop, workspace: Workspace) -> Asset:
    """An agent with two tools, one of which a person has to allow."""
    register(workspace, "assistant", Kind.MODEL, peer.model(), runtime="chat", task="chat")
    register(workspace, "order-status", Kind.TOOL, peer.tool("order_status"))
    register(workspace, "refund", Kind.TOOL, peer.tool("refund"))
    config = {"model": "assistant", "instructions": "You help.", "tools": ["order-status", "refund"]}
    return register(workspace, "clerk", Kind.AGENT, config)


def asking(**rest: Any) -> dict[str, Any]:
    return node("clerk", "run_agent", {"agent": "clerk", "question": "Where is order 7?"}, **rest)


def calling(tool: str = "refund", **rest: Any) -> dict[str, Any]:
    arguments = [{"name": "id", "value": N}, {"name": "payment", "value": {"amount": 9.5}}]
    given = arguments if tool == "refund" else arguments[:1]
    return node("tool", "call_tool", {"tool": tool, "arguments": given}, **rest)


def decide(run: Run, by: Browser, decision: str, **body: Any) -> None:
    task = HumanTask.objects.get(run=run, state="open")
    assert by.post(f"tasks/{task.pk}/take").status_code == 200
    answer = by.post(f"tasks/{task.pk}/decide", {"decision": decision, **body})
    assert answer.status_code == 200, answer.json()


def told(browser: Browser, run: Run) -> list[tuple[str, str, bool]]:
    return [(call["kind"], call["name"], call["failed"]) for call in browser.get(f"runs/{run.pk}").json()["calls"]]


def output(browser: Browser, run: Run, key: str) -> Any:
    return browser.get(f"runs/{run.pk}/values").json()[key]


def test_an_agent_waits_for_a_person_with_the_exact_call_and_does_it_once_it_is_allowed(
    clerk: Asset, peer: Shop, publish: Publish, start: Start, drive: Drive, maria: Browser, adam: Browser
) -> None:
    run = drive(start(publish(row(asking()))))
    assert (RunStatus(run.status), run.owner, run.waiting_for) == (RunStatus.WAITING, None, "clerk: refund")
    task = HumanTask.objects.get(run=run)
    assert (task.title, task.shown) == (
        "clerk: refund",
        [{"label": "id", "value": 7}, {"label": "payment", "value": {"amount": 9.5}}],
    )
    assert peer.refunds == []
    decide(run, adam, "approve")
    run = drive(run)
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    assert peer.refunds == [{"amount": 9.5}]
    assert output(maria, run, "clerk")["text"] == 'The order was lost. {"refund": "R-1"}'
    assert told(maria, run) == [
        ("model", "assistant", False),
        ("tool", "order_status", False),
        ("model", "assistant", False),
        ("tool", "refund", False),
        ("model", "assistant", False),
    ]


def test_a_refusal_is_told_to_the_model_and_nothing_is_done(
    clerk: Asset, peer: Shop, publish: Publish, start: Start, drive: Drive, maria: Browser, adam: Browser
) -> None:
    run = drive(start(publish(row(asking()))))
    decide(run, adam, "reject", comment="Ask the carrier first.")
    run = drive(run)
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    assert peer.refunds == []
    assert "A person refused this call. Ask the carrier first." in output(maria, run, "clerk")["text"]
    assert ("tool", "refund", True) in told(maria, run)


def test_what_it_spent_is_counted_once_and_shown_at_the_step(
    clerk: Asset, publish: Publish, start: Start, drive: Drive, maria: Browser, adam: Browser
) -> None:
    run = drive(start(publish(row(asking()))))
    decide(run, adam, "approve")
    run = drive(run)
    rows = list(AssetCall.objects.order_by("id").values_list("asset__name", "task", "code", "prompt_tokens"))
    assert sorted(rows, key=str) == sorted(
        [
            *[("assistant", "chat", "", 10)] * 3,
            ("order-status", "tool", "", None),
            ("refund", "tool", "", None),
            ("clerk", "agent", "", None),
        ],
        key=str,
    )
    facts = Step.objects.get(run_id=run.pk, node="clerk").facts
    assert facts is not None
    assert facts["spent"] == {"prompt_tokens": 30, "completion_tokens": 9, "cost": "0.000225"}
    assert (facts["steps"], facts["tool_calls"]) == (3, 2)


def test_the_words_of_a_call_are_for_those_who_may_see_data(
    clerk: Asset, publish: Publish, start: Start, drive: Drive, maria: Browser, viewer: Browser, adam: Browser
) -> None:
    run = drive(start(publish(row(asking()))))
    shown = maria.get(f"runs/{run.pk}").json()["calls"][1]
    words = maria.get(f"runs/{run.pk}/calls/{shown['seq']}").json()
    assert (words["arguments"], words["result"]) == ({"id": 7}, {"id": 7, "state": "lost", "paid": 9.5})
    assert viewer.get(f"runs/{run.pk}/calls/{shown['seq']}").status_code == 403
    assert maria.get(f"runs/{run.pk}/calls/1").status_code == 404
    told = RunEvent.objects.get(run_id=run.pk, seq=shown["seq"]).body
    assert "lost" not in str(told), "the log holds no data"


def test_it_goes_on_in_another_process_with_the_versions_it_began_with(
    clerk: Asset, peer: Shop, workspace: Workspace, publish: Publish, start: Start, drive: Drive, adam: Browser
) -> None:
    run = drive(start(publish(row(asking()))))
    refund = Asset.objects.get(workspace=workspace, name="refund")
    elsewhere = peer.tool("refund")
    elsewhere["operation"]["path"] = "/orders/{id}/all-of-it"
    actions.move_alias(system("test"), actions.register_version(system("test"), refund, config=elsewhere))
    second = Host()
    second.start()
    try:
        decide(run, adam, "approve")
        second.execute(UUID(str(run.pk))).result(20)
    finally:
        second.stop()
    assert RunStatus(Run.objects.get(pk=run.pk).status) is RunStatus.DONE
    assert [request.path for request in peer.requests if request.method == "POST" and "orders" in request.path] == [
        "/orders/7/refund"
    ]


def test_a_large_state_is_kept_as_a_file(
    clerk: Asset, publish: Publish, start: Start, drive: Drive, maria: Browser, adam: Browser
) -> None:
    data = [{"label": "Letter", "value": "x" * 300_000}]
    step = node("clerk", "run_agent", {"agent": "clerk", "question": "Where is order 7?", "data": data})
    run = drive(start(publish(row(step))))
    waiting = RunEvent.objects.get(run_id=run.pk, kind="step_waiting").body
    kept = RunValue.objects.get(run_id=run.pk, number=waiting["state"]["id"])
    assert kept.artifact_id is not None
    decide(run, adam, "approve")
    assert RunStatus(drive(run).status) is RunStatus.DONE


def test_a_budget_that_is_used_up_is_an_error_with_a_path(
    clerk: Asset, publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    config = {"model": "assistant", "instructions": "You help.", "tools": ["order-status"], "budgets": {"steps": 1}}
    actions.move_alias(system("test"), actions.register_version(system("test"), clerk, config=config))
    step = asking(policy={"on_error": "path"})
    why = node("why", "set_fields", {"fields": [{"name": "code", "value": {"$expr": "error.code"}}]})
    run = drive(start(publish(graph([START, step, why], [line("start", "clerk"), line("clerk", "why", "error")]))))
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    assert output(maria, run, "why") == {"code": "agent_budget"}
    assert AssetCall.objects.get(asset=clerk).code == "agent_budget"


def test_a_model_that_is_away_fails_the_step_and_says_so(
    clerk: Asset, peer: Shop, publish: Publish, start: Start, drive: Drive
) -> None:
    peer.status = 503
    run = drive(start(publish(row(asking()))))
    assert (RunStatus(run.status), run.error["code"]) == (RunStatus.FAILED, "status_503")


def test_stopping_a_run_that_waits_for_a_person_ends_it(
    clerk: Asset, peer: Shop, publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    run = drive(start(publish(row(asking()))))
    assert maria.post(f"runs/{run.pk}/cancel", {"reason": "Not needed"}).status_code == 202
    run = drive(run)
    assert RunStatus(run.status) is RunStatus.CANCELLED
    assert HumanTask.objects.get(run=run).state == "cancelled"
    assert peer.refunds == []


def test_a_run_needs_the_right_to_everything_that_its_agent_uses(
    clerk: Asset, workspace: Workspace, publish: Publish, start: Start, maria: Browser
) -> None:
    workflow = publish(row(asking()))
    olga = join(workspace, "operator", name="Olga")
    Membership.objects.filter(user=maria.user).update(roles=["viewer"])  # as whom it runs
    answer = olga.post(f"workflows/{workflow.pk}/runs", {"input": {"n": 7}})
    assert (answer.status_code, answer.json()["code"]) == (409, "assets_not_allowed")


def test_rights_that_are_taken_while_it_waits_hold_at_once(
    clerk: Asset, peer: Shop, publish: Publish, start: Start, drive: Drive, maria: Browser, adam: Browser
) -> None:
    run = drive(start(publish(row(asking()))))
    Membership.objects.filter(user=maria.user).update(roles=["viewer"])
    decide(run, adam, "approve")
    run = drive(run)
    assert (RunStatus(run.status), run.error["code"]) == (RunStatus.FAILED, "assets_not_allowed")
    assert peer.refunds == []


def test_a_step_calls_a_tool_and_a_person_allows_its_exact_values(
    clerk: Asset, peer: Shop, publish: Publish, start: Start, drive: Drive, maria: Browser, adam: Browser
) -> None:
    run = drive(start(publish(row(calling())), input={"n": 7}))
    assert run.waiting_for == "refund"
    assert AssetCall.objects.count() == 0
    decide(run, adam, "approve")
    run = drive(run)
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    assert output(maria, run, "tool") == {"value": {"refund": "R-1"}, "note": ""}
    assert (peer.refunds, len(set(peer.keys))) == ([{"amount": 9.5}], 1)
    assert list(AssetCall.objects.values_list("asset__name", "task", "code")) == [("refund", "tool", "")]


def test_a_refused_call_of_a_step_fails_it(
    clerk: Asset, peer: Shop, publish: Publish, start: Start, drive: Drive, adam: Browser
) -> None:
    run = drive(start(publish(row(calling())), input={"n": 7}))
    decide(run, adam, "reject", comment="Not yet.")
    run = drive(run)
    assert (RunStatus(run.status), run.error["code"]) == (RunStatus.FAILED, "tool_call_refused")
    assert peer.refunds == []


def test_a_tool_that_only_reads_asks_nobody(
    clerk: Asset, publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    run = drive(start(publish(row(calling("order-status"))), input={"n": 7}))
    assert output(maria, run, "tool")["value"]["state"] == "lost"


def test_a_tool_that_asks_for_a_right_needs_it_of_whoever_starts_the_run(
    clerk: Asset, peer: Shop, workspace: Workspace, publish: Publish, start: Start, drive: Drive
) -> None:
    tool = Asset.objects.get(workspace=workspace, name="order-status")
    strict = peer.tool("order_status", rights=["workspace:manage"])
    actions.move_alias(system("test"), actions.register_version(system("test"), tool, config=strict))
    run = drive(start(publish(row(calling("order-status"))), input={"n": 7}))
    assert (RunStatus(run.status), run.error["code"]) == (RunStatus.FAILED, "tool_right_missing")
    assert peer.requests == []


def test_an_agent_speaks_by_its_prompt(
    clerk: Asset, peer: Shop, workspace: Workspace, publish: Publish, start: Start, drive: Drive
) -> None:
    register(workspace, "manners", Kind.PROMPT, {"text": "Always be brief."})
    config = {"model": "assistant", "prompt": "manners", "tools": ["order-status", "refund"]}
    actions.move_alias(system("test"), actions.register_version(system("test"), clerk, config=config))
    drive(start(publish(row(asking()))))
    told = json.loads(peer.requests[0].body)["messages"][0]
    assert (told["role"], told["content"]) == ("system", "Always be brief.")


def test_a_model_is_no_tool(clerk: Asset, publish: Publish, start: Start, drive: Drive) -> None:
    run = drive(start(publish(row(calling("assistant"))), input={"n": 7}))
    assert (RunStatus(run.status), run.error["code"]) == (RunStatus.FAILED, "asset_wrong_kind")


def shipping(peer: Shop, publish: Publish, workspace: Workspace, name: str = "refund", **fields: Any) -> Workflow:
    """A workflow in the place of the tool that refunds."""
    peer.wants = {"n": 7}
    told = node("told", "set_fields", {"fields": [{"name": "sent", "value": {"$expr": "start.n"}}]})
    workflow = publish(row(told))
    Workflow.objects.filter(pk=workflow.pk).update(name="Send again", **fields)
    schema = {"type": "object", "properties": {"n": {"type": "number"}}}
    config = {"type": "workflow", "name": "refund", "description": "Sends it again", "workflow": str(workflow.pk)}
    config |= {"input_schema": schema, "approval": "never", "effect": "write"}
    tool = Asset.objects.get(workspace=workspace, name=name)
    actions.move_alias(system("test"), actions.register_version(system("test"), tool, config=config))
    return workflow


def test_a_published_workflow_is_a_tool_of_an_agent(
    clerk: Asset, peer: Shop, workspace: Workspace, publish: Publish, start: Start, host: Host, maria: Browser
) -> None:
    called = shipping(peer, publish, workspace)
    run = drive_family(host, start(publish(row(asking()))))
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    child = Run.objects.get(parent_id=run.pk)
    assert (child.workflow_id, child.how) == (called.pk, "workflow")
    assert RunEvent.objects.get(run_id=child.pk, seq=1).body["parent"]["agents"] == 1
    assert "sent" in output(maria, run, "clerk")["text"]


def test_a_workflow_that_may_not_be_called_is_told_to_the_model(
    clerk: Asset, peer: Shop, workspace: Workspace, publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    called = shipping(peer, publish, workspace)
    Workflow.objects.filter(pk=called.pk).update(callable_by=Callers.NOBODY)
    run = drive(start(publish(row(asking()))))
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    assert "may not be run by other workflows" in output(maria, run, "clerk")["text"]


def test_a_step_calls_a_workflow_as_a_tool(
    clerk: Asset, peer: Shop, workspace: Workspace, publish: Publish, start: Start, host: Host, maria: Browser
) -> None:
    shipping(peer, publish, workspace)
    step = node("tool", "call_tool", {"tool": "refund", "arguments": [{"name": "n", "value": N}]})
    run = drive_family(host, start(publish(row(step)), input={"n": 7}))
    assert output(maria, run, "tool") == {"value": {"sent": 7}, "note": ""}


def test_agents_that_call_agents_come_to_an_end(
    clerk: Asset, peer: Shop, workspace: Workspace, publish: Publish, start: Start, host: Host, maria: Browser
) -> None:
    """The agent's tool is a workflow that runs the agent again, and so on."""
    peer.wants, inner = {"n": 7}, publish(row(asking()))
    schema = {"type": "object", "properties": {}}
    config = {"type": "workflow", "name": "refund", "description": "Asks again", "workflow": str(inner.pk)}
    config |= {"input_schema": schema, "approval": "never", "effect": "read"}
    tool = Asset.objects.get(workspace=workspace, name="refund")
    actions.move_alias(system("test"), actions.register_version(system("test"), tool, config=config))
    run = drive_family(host, start(inner))
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    assert Run.objects.count() == 4, "three agents work, the fourth is refused"
    assert [one.error["code"] for one in Run.objects.filter(error__isnull=False)] == ["agent_budget"]
