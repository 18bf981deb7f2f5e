"""A model picks names, amounts, dates and numbers out of a text."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.answers import facts_of, read_answer
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting


class Money(BaseModel):
    value: float
    currency: str | None = None


class Amount(Money):
    label: str = ""


class Date(BaseModel):
    value: str
    """ISO 8601, e.g. `2026-03-31`."""
    label: str = ""


class Reference(BaseModel):
    kind: str
    value: str


class ExtractFields(NodeType):
    key = "extract_fields"
    title = "Extract fields"
    description = "Finds people and companies, amounts, dates, references and bank details in a text."
    category = "AI"
    icon = "list-search"
    effect = Effect.PURE

    class Config(Settings):
        asset: str = setting(
            title="Model",
            description="What does the reading.",
            widget="asset",
            literal=True,
            min_length=1,
            examples=["document-fields"],
            hints={"x-asset-kind": "model", "x-asset-task": "extract"},
        )
        text: str = setting(
            title="Text", description="What is read.", widget="area", min_length=1, examples=[{"$expr": "parse.text"}]
        )
        tables: list[Any] = setting(
            [],
            title="Tables",
            description="Tables of the document, if there are any: they make amounts surer.",
            widget="list",
            examples=[{"$expr": "parse.tables"}],
        )

    class Output(BaseModel):
        parties: list[str] = []
        sender: str | None = None
        amounts: list[Amount] = []
        total: Money | None = None
        dates: list[Date] = []
        date: str | None = None
        due_date: str | None = None
        references: list[Reference] = []
        invoice_number: str | None = None
        iban: str | None = None
        ibans: list[str] = []
        emails: list[str] = []
        phone: str | None = None
        confidence: float | None = None

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        answer = await ctx.assets.call(config.asset, "extract", {"text": config.text, "tables": config.tables})
        output = read_answer(self.Output, answer.value, answer)
        return Result(output=output.model_dump(), facts=facts_of(answer))
