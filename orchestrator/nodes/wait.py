"""Lets time pass: a while, or until a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel

from orchestrator.engine.errors import ErrorCategory, Problem, StepFailed
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, Waiting, setting
from orchestrator.nodes.durations import LONGEST, Unit, end_of, length_problems, too_long

ZONE = "UTC"


class Wait(NodeType):
    key = "wait"
    title = "Wait"
    description = "Lets time pass before the run goes on: a number of minutes, hours or days, or until a date or time."
    category = "Decide"
    icon = "clock-pause"
    effect = Effect.PURE
    light = True

    class Config(Settings):
        how: Literal["for", "until"] = setting(
            "for",
            title="Wait",
            description="“for” a length of time, or “until” a date or time.",
            widget="choice",
            level=1,
            literal=True,
        )
        amount: float | None = setting(
            None, title="How long", description="Counted in the unit below.", widget="number", level=1, ge=0
        )
        unit: Unit = setting("hours", title="Unit", widget="choice", level=1, literal=True)
        until: str | None = setting(
            None,
            title="Until",
            description="A date, or a date with a time. A date alone means its first minute; a time in the past goes "
            "on at once.",
            widget="moment",
            level=1,
            examples=["2026-12-24T09:00", {"$expr": "extract.due_date"}],
        )
        time_zone: str = setting(
            ZONE,
            title="Time zone",
            description="Whose clock “Until” means where it does not say so itself.",
            min_length=1,
            max_length=60,
            examples=["Europe/Berlin"],
        )

    class Output(BaseModel):
        until: str

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        needed, label = ("until", "Until") if config.get("how") == "until" else ("amount", "How long")
        problems = length_problems(config, "amount", "unit", "hours")
        if config.get(needed) in (None, ""):
            message = f"Say how long to wait: “{label}” is empty."
            problems.append(
                Problem(code="missing_setting", message=message, hint="Fill it in.", field=f"config.{needed}")
            )
        zone = config.get("time_zone")
        if isinstance(zone, str) and zone and _zone(zone) is None:
            problems.append(
                Problem(
                    code="unknown_time_zone",
                    message=f"There is no time zone {zone!r}.",
                    hint="Use a name like Europe/Berlin or UTC.",
                    field="config.time_zone",
                )
            )
        return problems

    async def run(self, ctx: NodeContext, config: Config) -> Result | Waiting:
        now = ctx.now()
        until = _moment(config.until, config.time_zone) if config.how == "until" else _after(now, config)
        if until <= now:
            return Result(output=self.Output(until=until.isoformat()).model_dump())
        if until - now > LONGEST:
            raise too_long()
        return Waiting(kind="delay", until=until)


def _after(now: datetime, config: Wait.Config) -> datetime:
    if config.amount is None:
        raise _unclear("It is not said how long to wait.")
    return end_of(now, config.amount, config.unit)


def _moment(text: str | None, zone_name: str) -> datetime:
    zone = _zone(zone_name)
    if zone is None:
        raise _unclear(f"There is no time zone {zone_name!r}.")
    if not text or not text.strip():
        raise _unclear("It is not said until when to wait.")
    try:
        when = datetime.fromisoformat(text.strip())
        if when.tzinfo is None:
            when = when.replace(tzinfo=zone)
        return when.astimezone(UTC).astimezone(when.tzinfo)  # an hour that a clock change leaves out becomes a real one
    except (ValueError, OverflowError) as error:
        raise _unclear(f"{text[:60]!r} is not a date or time.") from error


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _unclear(message: str) -> StepFailed:
    return StepFailed(
        ErrorCategory.INPUT,
        "time_unclear",
        message,
        hint="Write it as 2026-12-24 or 2026-12-24T09:00, or choose a value that holds such a text.",
    )
