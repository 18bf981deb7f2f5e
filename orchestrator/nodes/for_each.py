"""A frame whose inside runs once for each item of a list."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import RootModel

from orchestrator.engine.node_spec import Effect, NodeKind
from orchestrator.nodes.base import NodeType, Settings, setting


class ForEach(NodeType):
    key = "for_each"
    title = "For each"
    description = "Runs the steps inside the frame once for every item of a list, and collects their results in order."
    category = "Decide"
    icon = "repeat"
    kind = NodeKind.CONTAINER
    effect = Effect.PURE

    class Config(Settings):
        items: list[Any] = setting(
            title="Items",
            description="The list to go through. Inside the frame each one is called item.",
            widget="list",
            examples=[{"$expr": "parse.attachments"}],
        )
        concurrency: int = setting(
            4,
            title="Items at the same time",
            description="How many items are worked on side by side.",
            widget="number",
            literal=True,
            ge=1,
            le=100,
        )
        on_item_error: Literal["stop", "drop", "collect"] = setting(
            "stop",
            title="If an item fails",
            description="Stop ends the whole step, drop leaves the item out, collect keeps its problem in the list.",
            widget="choice",
            literal=True,
        )

    class Output(RootModel[list[Any]]):
        """The results of the items, in the order of the items."""
