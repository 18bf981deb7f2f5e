"""Runs a piece of Python that the author of the workflow wrote."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from typing import Any

from orchestrator.engine.errors import Problem
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting
from orchestrator.sandbox.code import check_code, run_code

RESULT = "result"


class RunCode(NodeType):
    key = "run_code"
    title = "Run code"
    description = "Runs a few lines of Python on the values you give it. It reaches no files and no network."
    category = "Data"
    icon = "code"
    effect = Effect.PURE
    queue = "cpu"

    class Config(Settings):
        code: str = setting(
            title="Code",
            description="Python. What it assigns to “result” is the output of the step.",
            widget="code",
            literal=True,
            min_length=1,
            max_length=50_000,
            examples=["result = sum(line['amount'] for line in lines)"],
        )
        inputs: dict[str, Any] = setting(
            {},
            title="Values",
            description="The variables of the code: a name and a value each.",
            widget="map",
            level=1,
            max_length=100,
            examples=[{"lines": {"$expr": "extract.lines"}}],
        )
        timeout_s: float = setting(
            10, title="Time limit", description="In seconds, 60 at most.", widget="number", gt=0, le=60
        )

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        inputs = config.get("inputs")
        found = [
            Problem(
                code="bad_variable",
                message=f"{name!r} cannot be the name of a variable.",
                hint="Use letters, digits and _, start with a letter, and leave “result” to the code.",
                field=f"config.inputs.{name}",
            )
            for name in (inputs if isinstance(inputs, dict) else {})
            if not _is_variable(name)
        ]
        code = config.get("code")
        unreadable = check_code(code) if isinstance(code, str) and code.strip() else None
        return found if unreadable is None else [*found, unreadable]

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        output = await run_code(config.code, config.inputs, seconds=config.timeout_s, seed=ctx.idempotency_key)
        return Result(output=output)


def _is_variable(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name) and name != RESULT
