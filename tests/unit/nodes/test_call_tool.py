from __future__ import annotations

import pytest

from orchestrator.engine.errors import NotSent, Rejected, StepFailed
from orchestrator.nodes.base import CallDecision, PendingCall, PersonNeeded, Result, ToolAnswer, WorkflowCalled
from orchestrator.nodes.call_tool import CallTool
from tests.unit.nodes.context import MemoryContext, MemoryTools, result_of, resume, run

CONFIG = {"tool": "refund", "arguments": [{"name": "order", "value": 7}, {"name": "note", "value": None}]}
ARGUMENTS = {"order": 7, "note": None}
ANSWER = ToolAnswer(value={"done": True}, asset="refund", version=2, version_id="v2", milliseconds=1.26, note="Odd.")
WAITING = PendingCall(id="k", kind="approval", tool="refund", arguments=ARGUMENTS, sha256="a" * 64)
SHIPPING = PendingCall(id="k", kind="workflow", tool="ship", arguments=ARGUMENTS, sha256="a" * 64, workflow="w1")


def given(*answers: ToolAnswer | PendingCall | StepFailed) -> MemoryContext:
    return MemoryContext(tools=MemoryTools(given=list(answers)))


async def test_a_tool_is_called_with_the_values_by_name() -> None:
    world = given(ANSWER)
    result = await result_of(CallTool, CONFIG, world)
    assert world.tools.called == [("refund", ARGUMENTS, None)]
    assert result.output == {"value": {"done": True}, "note": "Odd."}
    assert result.facts == {"kind": "tool", "asset": "refund", "version": 2, "version_id": "v2", "ms": 1.3}


async def test_a_person_sees_the_exact_arguments_and_what_was_approved_is_called() -> None:
    world = given(WAITING, ANSWER)
    asked = await run(CallTool, {**CONFIG, "roles": ["steward"], "due_hours": 2}, world)
    assert isinstance(asked, PersonNeeded)
    assert asked.shown == [{"label": "order", "value": 7}, {"label": "note", "value": None}]
    assert (asked.roles, asked.due_at is not None) == (("steward",), True)

    result = await resume(CallTool, CONFIG, asked, {"decision": "approved", "comment": ""}, world)
    assert isinstance(result, Result)
    assert world.tools.called[1] == ("refund", ARGUMENTS, CallDecision(approved=True, sha256="a" * 64))


async def test_a_call_that_a_person_refuses_is_not_made_and_fails_the_step() -> None:
    world = given(WAITING)
    asked = await run(CallTool, CONFIG, world)
    with pytest.raises(NotSent, match="Too much") as failed:
        await resume(CallTool, CONFIG, asked, {"decision": "rejected", "comment": "Too much."}, world)
    assert failed.value.error.code == "tool_call_refused"
    assert len(world.tools.called) == 1


async def test_a_tool_that_is_a_workflow_is_waited_for() -> None:
    called = await run(CallTool, CONFIG, given(SHIPPING))
    assert isinstance(called, WorkflowCalled)
    assert (called.workflow, called.input) == ("w1", ARGUMENTS)
    result = await resume(CallTool, CONFIG, called, {"output": {"parcel": "P1"}})
    assert isinstance(result, Result)
    assert result.output["value"] == {"parcel": "P1"}
    with pytest.raises(Rejected, match="No stock"):
        await resume(CallTool, CONFIG, called, {"error": "No stock."})


def test_a_name_is_given_once() -> None:
    twice = {"arguments": [{"name": "a", "value": 1}, {"name": "a", "value": 2}]}
    assert [problem.code for problem in CallTool.problems(twice)] == ["duplicate_name", "duplicate_name"]
