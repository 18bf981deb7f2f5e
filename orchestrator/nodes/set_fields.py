"""Names values, so that later steps find them in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from orchestrator.engine.errors import Problem
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting


class Value(Settings):
    name: str = setting(title="Name", literal=True, pattern="^[A-Za-z_][A-Za-z0-9_]{0,62}$", examples=["amount"])
    value: Any = setting(title="Value", examples=[{"$expr": "extract.total.value"}])


class SetFields(NodeType):
    key = "set_fields"
    title = "Set fields"
    description = "Gives values a name of their own: fixed ones, or ones taken from earlier steps."
    category = "Data"
    icon = "forms"
    effect = Effect.PURE
    light = True

    class Config(Settings):
        fields: list[Value] = setting(
            [],
            title="Fields",
            description="Each field has a name and a value.",
            widget="map",
            level=1,
            max_length=100,
            examples=[[{"name": "amount", "value": {"$expr": "extract.total.value"}}]],
        )

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        fields = config.get("fields")
        if not isinstance(fields, list):
            return []
        names = [field.get("name") if isinstance(field, dict) else None for field in fields]
        counts = Counter(name for name in names if isinstance(name, str))
        return [
            Problem(
                code="duplicate_name",
                message=f"Two fields have the name {name!r}.",
                hint="Give each field its own name.",
                field=f"config.fields.{index}.name",
            )
            for index, name in enumerate(names)
            if isinstance(name, str) and counts[name] > 1
        ]

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        return Result(output={field.name: field.value for field in config.fields})
