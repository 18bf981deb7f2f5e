from __future__ import annotations

import json
import time
from typing import Any

import pytest

from orchestrator.assets.tools.schemas import value_problems
from orchestrator.assets.tools.tool import from_openapi, read_tool, tool_problems
from orchestrator.connectors.openapi import read_openapi
from orchestrator.connectors.schemas import SchemaRefused, write_out

WORKFLOW = {
    "type": "workflow",
    "name": "ship_order",
    "description": "Ships an order.",
    "input_schema": {"type": "object", "properties": {}},
    "workflow": "0190b3a0-0000-7000-8000-000000000000",
}
MCP = {
    **{name: WORKFLOW[name] for name in ("name", "description", "input_schema")},
    "type": "mcp",
    "url": "https://mcp.example.com/mcp",
    "tool": "t",
    "pin": "0" * 64,
}


@pytest.mark.parametrize(
    ("effect", "approval", "needed"),
    [
        ("read", "writes", False),
        ("write", "writes", True),
        ("keyed", "writes", True),
        ("write", "never", False),
        ("pure", "always", True),
    ],
)
def test_a_person_is_asked_by_the_rule_of_the_tool(effect: str, approval: str, needed: bool) -> None:
    assert read_tool({**WORKFLOW, "effect": effect, "approval": approval}).needs_approval is needed


def test_a_tool_that_says_nothing_about_itself_counts_as_one_that_changes_something() -> None:
    assert read_tool(WORKFLOW).needs_approval


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "shell"}, "config"),
        ({"name": "no spaces"}, "config.name"),
        ({"description": ""}, "config.description"),
        ({"command": "rm"}, "config.command"),
        ({"rights": ["everything"]}, "config.rights.0"),
        ({"input_schema": {"type": "string"}}, "config.input_schema"),
        ({"input_schema": {"type": "nonsense"}}, "config.input_schema"),
        ({"input_schema": {"$ref": "https://evil.example/x.json"}}, "config.input_schema"),
        ({"input_schema": {"type": "object", "properties": {"a": {"$ref": "#"}}}}, "config.input_schema"),
        ({"output_schema": {"type": 7}}, "config.output_schema"),
    ],
)
def test_what_is_wrong_with_a_tool_is_named(change: dict[str, Any], field: str) -> None:
    (problem,) = tool_problems({**WORKFLOW, **change})
    assert problem.field == field
    assert problem.hint


def test_a_good_tool_has_no_problems() -> None:
    assert tool_problems(WORKFLOW) == []
    assert tool_problems(MCP) == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "https://a@b.example/", "mcp.example.com", "http://a\\b/"])
def test_an_address_is_read_strictly(url: str) -> None:
    (problem,) = tool_problems({**MCP, "url": url})
    assert problem.field == "config.url"


def test_a_description_has_a_limit() -> None:
    (problem,) = tool_problems({**WORKFLOW, "input_schema": {"type": "object", "x": "y" * 300_000}})
    assert problem.code == "tool_too_large"


def test_an_imported_operation_is_a_tool_without_problems() -> None:
    document = {
        "openapi": "3.1.0",
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/orders": {"get": {"operationId": "7_orders", "parameters": [{"name": "n", "in": "query"}]}}},
    }
    (described,) = read_openapi(json.dumps(document).encode()).operations
    tool = from_openapi(described, credential="c1")
    assert (tool.name, tool.needs_approval, tool.credential) == ("call_7_orders", False, "c1")
    assert tool_problems(tool.model_dump(mode="json")) == []


def test_patterns_of_strangers_do_not_run() -> None:
    evil = {
        "type": "object",
        "properties": {"a": {"type": "string", "pattern": "^(a+)+$"}},
        "patternProperties": {"^(a+)+$": {}},
        "additionalProperties": False,
    }
    began = time.monotonic()
    assert value_problems(evil, {"a": "a" * 40 + "!", "a" * 40 + "!": 1}) == []
    assert time.monotonic() - began < 1


def test_a_schema_is_written_out_and_circles_are_cut() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}
    written = write_out({"$defs": {"node": node}, "$ref": "#/$defs/node"})
    assert "$ref" not in json.dumps(written)
    assert written["properties"]["next"] in ({}, {"type": "object", "properties": {"next": {}}})
    with pytest.raises(SchemaRefused):
        write_out({"$ref": "https://evil.example/x.json"})


def test_a_value_that_does_not_fit_is_named_by_its_place() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "integer"}}}}
    assert value_problems(schema, {"a": [1, "x"]}) == ["a.1: 'x' is not of type 'integer'"]
