"""Many paths: the first case that equals the value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from orchestrator.engine.errors import Problem
from orchestrator.engine.node_spec import Effect, Port
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting

OTHERWISE = Port(key="otherwise", label="Otherwise")


class Case(Settings):
    key: str = setting(
        title="Key", description="Names the path.", literal=True, pattern="^[a-z][a-z0-9_]{0,62}$", examples=["invoice"]
    )
    label: str = setting("", title="Name of the path", level=1, literal=True, max_length=60, examples=["Invoice"])
    equals: str | float | bool | None = setting(
        title="Is", description="Capital letters and spaces around it make no difference.", examples=["invoice"]
    )


class Switch(NodeType):
    key = "switch"
    title = "Choose path"
    description = "Compares a value with your cases and goes on along the first that fits."
    category = "Decide"
    icon = "route"
    effect = Effect.PURE
    light = True

    class Config(Settings):
        value: Any = setting(title="Value", description="What is compared.", examples=[{"$expr": "classify.label"}])
        cases: list[Case] = setting(
            [], title="Cases", description="Each case is a path of its own.", widget="cases", level=1, max_length=50
        )

    class Output(BaseModel):
        value: Any
        case: str

    @classmethod
    def ports_of(cls, config: Mapping[str, Any]) -> tuple[Port, ...]:
        cases = [case for case in _cases(config) if _key(case)]
        return (*(Port(key=case["key"], label=str(case.get("label") or case["key"])) for case in cases), OTHERWISE)

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        if "cases" in config and not isinstance(config["cases"], list):
            return [_problem("config.cases", "needs_literal", "The cases cannot be a formula.", "List each case.")]
        counts = Counter(_key(case) for case in _cases(config))
        found = []
        for index, case in enumerate(_cases(config)):
            key, field = _key(case), f"config.cases.{index}.key"
            if key and counts[key] > 1:
                message = f"Two cases have the key {key!r}."
                found.append(_problem(field, "duplicate_key", message, "Give each case its own key."))
            if key in {"otherwise", "error"}:
                message = f"The key {key!r} is taken by a path that is always there."
                found.append(_problem(field, "reserved_key", message, "Choose another key."))
        return found

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        fitting = (case.key for case in config.cases if _same(config.value, case.equals))
        case = next(fitting, OTHERWISE.key)
        return Result(output=self.Output(value=config.value, case=case).model_dump(), port=case)


def _cases(config: Mapping[str, Any]) -> list[Any]:
    cases = config.get("cases")
    return cases if isinstance(cases, list) else []


def _key(case: Any) -> str | None:
    key = case.get("key") if isinstance(case, dict) else None
    return key if isinstance(key, str) else None


def _same(value: Any, wanted: Any) -> bool:
    """Compared as people read them: `3`, `3.0` and `"3"` are the same, and so are `Invoice` and `invoice `."""
    return bool(_readable(value) == _readable(wanted))


def _readable(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float | str):
        return str(value).strip().casefold()
    return value


def _problem(field: str, code: str, message: str, hint: str) -> Problem:
    return Problem(code=code, message=message, hint=hint, field=field)
