from __future__ import annotations

from orchestrator.nodes.extract_fields import ExtractFields
from tests.unit.nodes.context import MemoryAssets, MemoryContext, result_of


async def test_what_was_found_is_the_output_and_what_was_not_is_empty() -> None:
    found = {
        "parties": ["Acme"],
        "amounts": [{"value": 12.5, "currency": "EUR", "label": "Total"}],
        "total": {"value": 12.5, "currency": "EUR"},
        "invoice_number": "7",
        "confidence": 0.8,
    }
    world = MemoryContext(assets=MemoryAssets(answers={"document-fields": found}))
    tables = [{"page": 1, "rows": [["Total", "12.50"]]}]
    config = {"asset": "document-fields", "text": "Total 12.50 EUR", "tables": tables}
    result = await result_of(ExtractFields, config, world)
    assert world.assets.asked == [("document-fields", "extract", {"text": "Total 12.50 EUR", "tables": tables})]
    assert found.items() <= result.output.items()
    assert (result.output["due_date"], result.output["ibans"]) == (None, [])
    assert result.facts["version"] == 3
