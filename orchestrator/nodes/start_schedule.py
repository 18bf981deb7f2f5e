"""The clock starts a run: every so often, on days at a time, or by a cron line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel

from orchestrator.engine.errors import ErrorCategory, Problem, StepFailed
from orchestrator.nodes.base import StartType, setting
from orchestrator.nodes.recurrence import Recurrence, rule_problems


class StartSchedule(StartType):
    key = "start_schedule"
    title = "Schedule"
    description = "Starts a run by the clock: every so often, or on the days and at the time you choose."
    category = "Start"
    icon = "calendar-time"

    class Config(Recurrence):
        overlap: Literal["skip", "queue", "cancel_previous"] = setting(
            "skip",
            title="When the run before is not finished",
            description="Leave this time out, start after it, or stop it and start.",
            widget="choice",
            literal=True,
        )
        misfire: Literal["skip", "latest", "catch_up"] = setting(
            "latest",
            title="Times missed while nothing was running",
            description="Leave them out, start once for the last of them, or start for each, one after the other.",
            widget="choice",
            literal=True,
        )
        catch_up: int = setting(
            10,
            title="Catch up at most",
            description="Of the missed times, the newest so many.",
            widget="number",
            literal=True,
            ge=1,
            le=100,
        )

    class Output(BaseModel):
        scheduled_for: str
        time_zone: str

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        found = rule_problems(config)
        if config.get("misfire") == "catch_up" and config.get("overlap") == "cancel_previous":
            message = "Missed times cannot be caught up when each run stops the one before."
            hint = "Choose another way to deal with missed times, or with a run that is not finished."
            found.append(Problem(code="catch_up_cancels", message=message, hint=hint, field="config.misfire"))
        return found

    def accept(self, config: Config, payload: dict[str, Any]) -> dict[str, Any]:
        """`payload` is `{"scheduled_for": ISO time}`; empty where a person starts it, which means now."""
        given = payload.get("scheduled_for") or datetime.now(UTC).isoformat()
        try:
            scheduled_for = datetime.fromisoformat(given)
        except (TypeError, ValueError) as error:
            raise StepFailed(
                ErrorCategory.INPUT,
                "invalid_time",
                "The time of this start cannot be read.",
                hint="Leave it out to start for now, or give a time such as 2026-03-31T09:00:00+02:00.",
            ) from error
        if scheduled_for.tzinfo is None:
            scheduled_for = scheduled_for.replace(tzinfo=UTC)
        return self.Output(scheduled_for=scheduled_for.isoformat(), time_zone=config.time_zone).model_dump()
