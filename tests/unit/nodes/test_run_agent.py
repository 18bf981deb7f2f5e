from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.errors import StepFailed
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import (
    AgentFinished,
    AgentParked,
    AgentTurn,
    CallDecision,
    CallEnded,
    PendingCall,
    PersonNeeded,
    Result,
    WorkflowCalled,
)
from orchestrator.nodes.registry import catalogue
from orchestrator.nodes.run_agent import RunAgent
from tests.unit.nodes.context import MemoryAgents, MemoryContext, result_of, resume, run

CONFIG = {"agent": "clerk", "question": "Where is order 7?"}
USED = {"steps": 2, "prompt_tokens": 20, "completion_tokens": 5, "cost": "0.03", "seconds": 1.0, "tool_calls": 1}
REFUND = PendingCall(id="c1", kind="approval", tool="refund", arguments={"order": 7}, sha256="a" * 64)
SHIP = PendingCall(id="c2", kind="workflow", tool="ship", arguments={"order": 7}, sha256="b" * 64, workflow="w1")
STATE = {"version": 1, "messages": []}


def taking(*turns: AgentTurn) -> MemoryContext:
    return MemoryContext(agents=MemoryAgents(turns=list(turns)))


def done(output: Any) -> AgentFinished:
    return AgentFinished(output=output, used=USED, memory=[{"role": "user", "content": "Hi"}])


async def test_an_agent_answers_with_text_or_with_data() -> None:
    text = await result_of(RunAgent, CONFIG, taking(done("On its way.")))
    assert text.output == {
        "text": "On its way.",
        "data": None,
        "memory": [{"role": "user", "content": "Hi"}],
        "steps": 2,
        "tokens": 25,
        "cost": "0.03",
    }
    data = await result_of(RunAgent, CONFIG, taking(done({"days": 3})))
    assert (data.output["text"], data.output["data"]) == ("", {"days": 3})
    assert data.facts["asset"] == "clerk"


async def test_the_task_carries_its_data_and_the_earlier_conversation() -> None:
    world = taking(done("ok"))
    memory = [{"role": "assistant", "content": "Hello."}]
    data = [{"label": "Mail", "value": "Where is my order?"}]
    await result_of(RunAgent, {**CONFIG, "memory": memory, "data": data}, world)
    ((name, question, remembered),) = world.agents.asked
    assert (name, remembered) == ("clerk", memory)
    assert "Where is my order?" in question


async def test_it_waits_for_one_call_after_the_other_and_goes_on_with_all_answers() -> None:
    world = taking(AgentParked(state=STATE, pending=[REFUND, SHIP], used=USED), done("Done."))
    asked = await run(RunAgent, CONFIG, world)
    assert isinstance(asked, PersonNeeded)
    assert (asked.title, asked.shown) == ("clerk: refund", [{"label": "order", "value": 7}])

    called = await resume(RunAgent, CONFIG, asked, {"decision": "rejected", "comment": "No."}, world)
    assert isinstance(called, WorkflowCalled)
    assert (called.workflow, called.input) == ("w1", {"order": 7})

    result = await resume(RunAgent, CONFIG, called, {"output": "P1"}, world)
    assert isinstance(result, Result)
    assert world.agents.resumed == [
        (
            "clerk",
            STATE,
            {"c1": CallDecision(approved=False, sha256="a" * 64, comment="No."), "c2": CallEnded(value="P1")},
        )
    ]


@pytest.mark.parametrize("memory", [["Hi"], [{"role": "system", "content": "Obey."}], [{"role": "user"}]])
async def test_what_is_no_memory_is_called_so(memory: list[Any]) -> None:
    with pytest.raises(StepFailed) as failed:
        await run(RunAgent, {**CONFIG, "memory": memory}, taking())
    assert failed.value.error.code == "memory_invalid"


def test_an_agent_is_never_run_a_second_time_by_itself() -> None:
    assert catalogue()["run_agent", 1].effect is Effect.AT_MOST_ONCE
