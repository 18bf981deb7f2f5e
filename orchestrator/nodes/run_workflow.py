"""Runs another workflow of the workspace as one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from orchestrator.engine.errors import Problem
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import NodeContext, NodeType, Settings, WorkflowCalled, setting


class InputField(Settings):
    name: str = setting(title="Name", literal=True, min_length=1, max_length=100, examples=["amount"])
    value: Any = setting(title="Value", examples=[{"$expr": "extract.total.value"}])


class RunWorkflow(NodeType):
    key = "run_workflow"
    title = "Run another workflow"
    description = "Runs another workflow with the values you give it, waits for its end and hands on what it gives."
    category = "Decide"
    icon = "sitemap"
    effect = Effect.KEYED
    """The other run is inserted once for each attempt, together with the wait for it."""

    class Config(Settings):
        workflow: str = setting(
            title="Workflow",
            description="The workflow to run, as it is published when the step is reached.",
            widget="workflow",
            literal=True,
            min_length=1,
        )
        input: list[InputField] = setting(
            [],
            title="Input",
            description="What its start asks for, by name.",
            widget="inputs",
            level=1,
            max_length=100,
            examples=[[{"name": "amount", "value": {"$expr": "extract.total.value"}}]],
        )

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        given = config.get("input")
        if not isinstance(given, list):
            return []
        names = [each.get("name") if isinstance(each, dict) else None for each in given]
        counts = Counter(name for name in names if isinstance(name, str))
        return [
            Problem(
                code="duplicate_name",
                message=f"The input names {name!r} twice.",
                hint="Give each value its own name.",
                field=f"config.input.{index}.name",
            )
            for index, name in enumerate(names)
            if isinstance(name, str) and counts[name] > 1
        ]

    async def run(self, ctx: NodeContext, config: Config) -> WorkflowCalled:
        return WorkflowCalled(workflow=config.workflow, input={each.name: each.value for each in config.input})
