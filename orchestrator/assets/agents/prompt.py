"""What a prompt is: the configuration of a version of an asset of kind prompt, `{"text": "You …"}`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestrator.engine.errors import Problem

LONGEST_PROMPT = 50_000


class PromptConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(min_length=1, max_length=LONGEST_PROMPT)


def prompt_problems(config: dict[str, Any]) -> list[Problem]:
    """Everything that keeps this configuration from becoming a version of a prompt."""
    try:
        PromptConfig.model_validate(config)
    except ValidationError:
        message = f"A prompt is a text of at most {LONGEST_PROMPT} characters."
        return [Problem(code="invalid_prompt", message=message, hint="Write down the text.", field="config.text")]
    return []
