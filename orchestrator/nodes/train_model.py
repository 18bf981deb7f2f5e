"""A new version of a model learns from a table; it waits as a candidate."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, field_validator

from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import FileRef, NodeContext, NodeType, Result, Settings, setting

LIVE = "live"


class TrainModel(NodeType):
    key = "train_model"
    title = "Train a model"
    description = "A new version of a model learns from a table. It waits as a candidate: nothing uses it by itself."
    category = "AI"
    icon = "school"
    effect = Effect.IDEMPOTENT
    queue = "cpu"

    class Config(Settings):
        asset: str = setting(
            title="Model",
            description="The model that gets a new version.",
            widget="asset",
            literal=True,
            min_length=1,
            examples=["ticket-category"],
            hints={"x-asset-kind": "model"},
        )
        data_set: str = setting(
            "",
            title="Data set",
            description="The rows to learn from.",
            widget="asset",
            level=1,
            hints={"x-asset-kind": "data_set"},
        )
        file: FileRef | None = setting(
            None,
            title="File",
            description="Instead of a data set: a table in CSV, JSON lines or a spreadsheet.",
            widget="file",
            level=1,
        )
        target: str = setting(
            "",
            title="Target",
            description="The column that the model is to answer. Leave it empty where there is nothing to answer.",
            level=1,
            max_length=300,
            examples=["category"],
        )
        method: Literal["meaning", "words"] = setting(
            "meaning",
            title="Texts are read by",
            description="Only for models that sort texts. By meaning is better, by words is quicker.",
            widget="choice",
        )
        parameters: dict[str, Any] = setting(
            {},
            title="More settings",
            description="As the way of training names them, for example time or held_out.",
            widget="map",
            max_length=30,
        )
        alias: str = setting(
            "candidate",
            title="Name of the result",
            description="The new version waits under this name.",
            pattern=r"^[a-z0-9-]{1,40}$",
        )

        @field_validator("alias")
        @classmethod
        def waits(cls, alias: str) -> str:
            if alias == LIVE:
                raise ValueError("What was just trained never goes live by itself. Choose another name.")
            return alias

    class Output(BaseModel):
        asset: str
        version: int
        version_id: str
        alias: str
        rows: int
        metrics: dict[str, float]
        baseline: dict[str, float]
        warnings: list[str]

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        if bool(config.data_set) == bool(config.file):
            raise StepFailed(
                ErrorCategory.CONFIG,
                "training_rows",
                "There is either no table to learn from, or two of them.",
                hint="Give the step a data set or a file.",
            )
        # The way of reading is meant for texts only; the other ways of training do not know the setting.
        method = {"method": config.method} if config.method != "meaning" else {}
        made = await ctx.models.train(
            config.asset,
            file=config.file.file_id if config.file else None,
            data_set=config.data_set or None,
            target=config.target,
            parameters={**method, **config.parameters},
            alias=config.alias,
        )
        output = self.Output(**{name: getattr(made, name) for name in self.Output.model_fields})
        return Result(output=output.model_dump(), facts={"asset": made.asset, "version": made.version})
