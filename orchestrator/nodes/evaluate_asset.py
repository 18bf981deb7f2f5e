"""Measures a version of a model by a data set, and says whether it is good enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel

from orchestrator.engine.errors import Problem
from orchestrator.engine.node_spec import Effect, Port
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting

PASSED = Port(key="passed", label="Good enough")
FAILED = Port(key="not_passed", label="Not good enough")
ENDS = ("at_least", "at_most", "not_worse_by")


class Rule(Settings):
    figure: str = setting(
        title="Figure",
        description="As the report calls it, e.g. accuracy, recall:invoice or error_rate.",
        literal=True,
        min_length=1,
        max_length=200,
        examples=["accuracy"],
    )
    at_least: float | None = setting(None, title="At least", widget="number", level=1)
    at_most: float | None = setting(None, title="At most", widget="number", level=1)
    not_worse_by: float | None = setting(
        None,
        title="At most so much worse",
        description="Than the version that is live.",
        widget="number",
        level=1,
        ge=0,
    )


class EvaluateAsset(NodeType):
    key = "evaluate_asset"
    title = "Measure a model"
    description = "Asks a version of a model every case of a data set and says whether it is good enough to go on with."
    category = "AI"
    icon = "ruler-measure"
    ports = (PASSED, FAILED)
    effect = Effect.IDEMPOTENT
    queue = "cpu"

    class Config(Settings):
        asset: str = setting(
            title="Model",
            description="The model that is measured.",
            widget="asset",
            literal=True,
            min_length=1,
            examples=["document-type"],
            hints={"x-asset-kind": "model"},
        )
        version: str = setting(
            "candidate",
            title="Version",
            description="Its number, or one of its names such as candidate or live.",
            level=1,
            min_length=1,
            max_length=40,
            examples=["candidate"],
        )
        data_set: str = setting(
            "",
            title="Data set",
            description="Without one, that by which the model is measured as a rule.",
            widget="asset",
            literal=True,
            level=1,
            hints={"x-asset-kind": "data_set"},
        )
        not_worse: bool = setting(
            True,
            title="Not worse than what is live",
            description="Beyond what chance explains.",
            widget="switch",
            level=1,
        )
        rules: list[Rule] = setting(
            [],
            title="Rules",
            description="What it has to reach. Each rule that does not hold is told in words.",
            widget="list",
            level=1,
            max_length=20,
            examples=[[{"figure": "accuracy", "at_least": 0.9}]],
        )

    class Output(BaseModel):
        passed: bool
        reasons: list[str]
        asset: str
        version: int
        version_id: str
        evaluation: str
        main: str
        value: float
        live: float | None
        cases: int
        figures: dict[str, float]

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        rules = config.get("rules")
        found = [
            Problem(
                code="rule_empty",
                message="A rule says nothing: it has neither a least nor a most.",
                hint="Say what the figure has to reach, or take the rule away.",
                field=f"config.rules.{index}",
            )
            for index, rule in enumerate(rules if isinstance(rules, list) else [])
            if isinstance(rule, dict) and all(rule.get(end) is None for end in ENDS)
        ]
        if not rules and config.get("not_worse") is False:
            found.append(
                Problem(
                    code="gate_empty",
                    message="Nothing is asked of the model.",
                    hint="Add a rule, or ask that it is not worse than what is live.",
                    field="config.rules",
                )
            )
        return found

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        measured = await ctx.measures.measure(
            config.asset,
            version=config.version,
            data_set=config.data_set,
            rules=[rule.model_dump(exclude_none=True) for rule in config.rules],
            not_worse=config.not_worse,
        )
        facts = {"asset": measured.asset, "version": measured.version, "version_id": measured.version_id}
        return Result(
            output=self.Output(**asdict(measured)).model_dump(),
            port=(PASSED if measured.passed else FAILED).key,
            facts={**facts, "evaluation": measured.evaluation},
        )
