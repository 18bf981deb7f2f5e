from __future__ import annotations

from orchestrator.nodes.set_fields import SetFields
from tests.unit.nodes.context import result_of


async def test_the_fields_are_the_output() -> None:
    fields = [{"name": "amount", "value": 12.5}, {"name": "lines", "value": [{"a": None}]}]
    result = await result_of(SetFields, {"fields": fields})
    assert result.output == {"amount": 12.5, "lines": [{"a": None}]}


def test_two_fields_with_one_name_are_a_problem() -> None:
    found = SetFields.problems({"fields": [{"name": "a", "value": 1}, {"name": "b"}, {"name": "a", "value": 2}]})
    assert [problem.field for problem in found] == ["config.fields.0.name", "config.fields.2.name"]
