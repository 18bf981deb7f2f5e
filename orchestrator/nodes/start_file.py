"""A file is dropped on the workflow, and a run starts with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, StringConstraints, ValidationError

from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.nodes.base import FileRef, Settings, StartType, setting

Ending = Annotated[str, StringConstraints(pattern=r"^\.[A-Za-z0-9]{1,10}$")]


class StartFile(StartType):
    key = "start_file"
    title = "File drop"
    description = "Starts a run with each file that is dropped on this workflow."
    category = "Start"
    icon = "file-import"

    class Config(Settings):
        accept: list[Ending] = setting(
            [".pdf", ".eml", ".txt", ".html", ".csv"],
            title="Accepted files",
            description="Endings of the files that may be dropped.",
            widget="list",
            level=1,
            literal=True,
            min_length=1,
            max_length=20,
            examples=[[".pdf", ".eml"]],
        )
        max_mb: int = setting(
            25, title="Largest file", description="In megabytes.", widget="number", literal=True, ge=1, le=100
        )

    class Output(BaseModel):
        file: FileRef
        received_at: str

    def accept(self, config: Config, payload: dict[str, Any]) -> dict[str, Any]:
        """`payload` is `{"file": FileRef}`."""
        try:
            file = FileRef.model_validate(payload.get("file"))
        except ValidationError as error:
            raise StepFailed(
                ErrorCategory.INPUT, "no_file", "No file was given.", hint="Choose a file and try again."
            ) from error
        endings = [ending.lower() for ending in config.accept]
        if not file.name.lower().endswith(tuple(endings)):
            raise StepFailed(
                ErrorCategory.INPUT,
                "wrong_type",
                f"{file.name} is not one of the accepted files.",
                hint=f"Choose a file that ends with {', '.join(endings)}.",
            )
        if file.size > config.max_mb * 1_000_000:
            raise StepFailed(
                ErrorCategory.INPUT,
                "too_large",
                f"{file.name} has {file.size / 1_000_000:.1f} MB; at most {config.max_mb} MB are accepted.",
                hint="Choose a smaller file.",
            )
        return self.Output(file=file, received_at=datetime.now(UTC).isoformat()).model_dump()
