from __future__ import annotations

from orchestrator.engine.node_spec import NodeKind
from orchestrator.nodes.for_each import ForEach
from orchestrator.nodes.registry import catalogue


def test_it_is_a_container_that_gives_a_list() -> None:
    spec = catalogue()["for_each", 1]
    assert spec.kind is NodeKind.CONTAINER
    assert spec.output_schema is not None
    assert spec.output_schema["type"] == "array"


def test_by_itself_it_works_on_four_items_and_stops_at_the_first_problem() -> None:
    config = ForEach.Config(items=[1, 2])
    assert (config.concurrency, config.on_item_error) == (4, "stop")
