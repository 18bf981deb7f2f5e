"""Gathers rows with known answers into a new version of a data set."""

from __future__ import annotations

from pydantic import BaseModel

from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import FileRef, NodeContext, NodeType, Result, Settings, setting


class BuildDataSet(NodeType):
    key = "build_data_set"
    title = "Build a data set"
    description = (
        "Gathers rows with known answers: those it has, a file, and what people made of the answers of a model."
    )
    category = "AI"
    icon = "database-plus"
    effect = Effect.IDEMPOTENT

    class Config(Settings):
        data_set: str = setting(
            title="Data set",
            description="It gets a new version with all the rows.",
            widget="asset",
            literal=True,
            min_length=1,
            examples=["labelled-tickets"],
            hints={"x-asset-kind": "data_set"},
        )
        model: str = setting(
            "",
            title="Corrections of",
            description="Answers of this model that people put right, or agreed with, become rows.",
            widget="asset",
            level=1,
            hints={"x-asset-kind": "model"},
        )
        file: FileRef | None = setting(
            None,
            title="File",
            description="Rows of a table in CSV, JSON lines or a spreadsheet, with the same columns.",
            widget="file",
            level=1,
        )
        keep: bool = setting(
            True,
            title="Keep its rows",
            description="The rows of its newest version stay. A row that is the same but for its answer is replaced.",
            widget="switch",
        )
        target: str = setting(
            "label",
            title="Column of the answers",
            description="Where the known answers stand.",
            min_length=1,
            max_length=300,
        )
        text: str = setting(
            "text",
            title="Column of the texts",
            description="Where the texts stand. Only for models that sort texts.",
            min_length=1,
            max_length=300,
        )

    class Output(BaseModel):
        data_set: str
        version: int
        version_id: str
        reference: str
        rows: int
        added: int

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        if not config.model and config.file is None:
            raise StepFailed(
                ErrorCategory.CONFIG,
                "data_set_source",
                "The step is not told where new rows come from.",
                hint="Choose the model whose corrections are gathered, or a file.",
            )
        built = await ctx.models.build_data_set(
            config.data_set,
            model=config.model or None,
            file=config.file.file_id if config.file else None,
            keep=config.keep,
            target=config.target,
            text=config.text,
        )
        output = self.Output(**{name: getattr(built, name) for name in self.Output.model_fields})
        return Result(output=output.model_dump(), facts={"asset": built.data_set, "version": built.version})
