from __future__ import annotations

import json
import time
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.assets.tools.schemas import schema_problem
from orchestrator.connectors import openapi
from orchestrator.connectors.openapi import Described, DocumentRefused, Interface, read_openapi
from orchestrator.connectors.operation import build_request

ORDER = {
    "type": "object",
    "required": ["id", "item"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "item": {"type": "string", "nullable": True},
        "parent": {"$ref": "#/components/schemas/Order"},
    },
}


def document(paths: dict[str, Any], **more: Any) -> bytes:
    base = {
        "openapi": "3.0.3",
        "info": {"title": "Orders", "version": "1"},
        "servers": [{"url": "https://{region}.example.com/v2", "variables": {"region": {"default": "eu"}}}],
        "paths": paths,
        "components": {
            "schemas": {"Order": ORDER},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        },
    }
    return json.dumps(base | more).encode()


def only(interface: Interface) -> Described:
    assert interface.left_out == []
    (described,) = interface.operations
    return described


POST = {
    "operationId": "create order!",
    "summary": "Creates an order.",
    "security": [{"key": []}],
    "parameters": [{"name": "dry", "in": "query", "schema": {"type": "boolean"}, "description": "Only check."}],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
    },
    "responses": {"201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}},
}


def test_an_operation_becomes_a_tool_with_schemas_and_a_request() -> None:
    described = only(read_openapi(document({"/shops/{shop}/orders": {
        "parameters": [{"name": "shop", "in": "path", "required": True, "schema": {"type": "string"}}],
        "post": POST,
    }})))  # fmt: skip
    assert (described.name, described.description) == ("create_order", "Creates an order.")
    assert described.effect == "write"
    assert described.security[0].field == "X-Key"
    schema = described.input_schema
    assert schema["required"] == ["shop", "body"]
    assert schema["properties"]["dry"] == {"type": "boolean", "description": "Only check."}
    assert schema["properties"]["body"]["required"] == ["item"]
    assert schema["properties"]["body"]["properties"]["item"] == {"type": ["string", "null"]}
    request = build_request(described.operation, {"shop": "7", "dry": True, "body": {"item": None}})
    assert request.url == "https://eu.example.com/v2/shops/7/orders?dry=true"


def test_what_is_only_told_is_not_asked_for_and_the_other_way_round() -> None:
    described = only(read_openapi(document({"/orders": {"post": POST}})))
    assert "id" not in described.input_schema["properties"]["body"]["properties"]
    assert described.output_schema is not None
    assert described.output_schema["properties"]["id"] == {"type": "integer"}


def test_a_circle_is_cut() -> None:
    described = only(read_openapi(document({"/orders": {"post": POST}})))
    assert described.input_schema["properties"]["body"]["properties"]["parent"] == {}


@pytest.mark.parametrize(("method", "effect"), [("get", "read"), ("delete", "write"), ("put", "write")])
def test_what_it_does_to_the_world_follows_from_the_method(method: str, effect: str) -> None:
    assert only(read_openapi(document({"/orders": {method: {}}}))).effect == effect


def test_a_key_header_is_filled_by_the_product() -> None:
    header = {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string"}}
    described = only(read_openapi(document({"/orders": {"post": {"parameters": [header]}}})))
    assert (described.effect, described.input_schema["properties"]) == ("keyed", {})
    assert build_request(described.operation, {}, key="k7").headers["Idempotency-Key"] == "k7"


@pytest.mark.parametrize(
    "operation",
    [
        {"requestBody": {"required": True, "content": {"application/xml": {}}}},
        {"requestBody": {"$ref": "https://evil.example/body.json"}},
        {"requestBody": {"$ref": "#/components/nothing"}},
        {"parameters": [{"name": "s", "in": "cookie", "required": True}]},
        {"parameters": [{"name": "Host", "in": "header", "required": True}]},
        {"parameters": [{"$ref": "#/paths/~1x~1{id}/get/parameters/0"}]},
        {},
        {"servers": [{"url": "file:///etc/passwd"}]},
        {"servers": [{"url": "https://user@evil.example"}]},
    ],
)
def test_what_cannot_be_called_is_left_out_with_a_reason(operation: dict[str, Any]) -> None:
    interface = read_openapi(document({"/x/{id}": {"get": operation}}))
    assert interface.operations == []
    assert interface.left_out[0].operation == "GET /x/{id}"
    assert interface.left_out[0].reason.endswith(".")


def test_schemas_that_double_at_every_step_are_left_out_quickly() -> None:
    each = {f"S{n}": {"allOf": [{"$ref": f"#/components/schemas/S{n + 1}"}] * 2} for n in range(40)}
    schemas = {"components": {"schemas": {**each, "S40": {"type": "string"}}}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}}
    began = time.monotonic()
    interface = read_openapi(document({"/x": {"post": {"requestBody": body}}}, **schemas))
    assert "too large" in interface.left_out[0].reason
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("keyword", ["enum", "items", "x-more"])
def test_a_schema_that_is_nested_without_end_breaks_nothing(keyword: str) -> None:
    nested: Any = {}
    for _ in range(450):
        nested = {keyword: [nested]} if keyword == "enum" else {keyword: nested}
    body = {"content": {"application/json": {"schema": nested}}}
    interface = read_openapi(document({"/x": {"post": {"requestBody": body}}, "/y": {"get": {}}}))
    assert "get_y" in [one.name for one in interface.operations]


@pytest.mark.parametrize(
    "data",
    [b"openapi: 3.0.0", b"[]", b'{"swagger": "2.0"}', b'{"openapi": "4.0"}', b"[" * 100_000, b'{"openapi": 3}'],
)
def test_what_is_no_document_is_called_so(data: bytes) -> None:
    with pytest.raises(DocumentRefused):
        read_openapi(data)


def test_a_document_has_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openapi, "MOST_OPERATIONS", 1)
    with pytest.raises(DocumentRefused, match="2 operations"):
        read_openapi(document({"/a": {"get": {}, "put": {}}}))
    monkeypatch.setattr(openapi, "LARGEST_DOCUMENT", 10)
    with pytest.raises(DocumentRefused, match="larger"):
        read_openapi(document({}))


def test_operations_with_one_name_are_told_apart() -> None:
    interface = read_openapi(document({"/a": {"get": {"operationId": "x"}}, "/b": {"get": {"operationId": "x"}}}))
    assert [one.name for one in interface.operations] == ["x", "x_2"]


def test_a_server_can_be_given_relative_to_the_document() -> None:
    data = document({"/a": {"get": {}}}, servers=[{"url": "/api"}])
    assert only(read_openapi(data, "https://shop.example.com/docs/openapi.json")).operation.base_url == (
        "https://shop.example.com/api"
    )
    assert read_openapi(data).operations == []


def test_two_parameters_of_one_name_get_two_arguments() -> None:
    both = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "id", "in": "query", "schema": {"type": "string"}},
    ]
    described = only(read_openapi(document({"/x/{id}": {"get": {"parameters": both}}})))
    assert build_request(described.operation, {"id": "a", "id_query": "b"}).url.endswith("/x/a?id=b")


JUNK = st.sampled_from([None, True, 7, "x", "", [], [1], {}, {"$ref": "#/paths"}, {"$ref": 7}, "http://[", "{a}", [[]]])


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


@given(st.data())
def test_whatever_stands_anywhere_in_a_document_it_is_read_or_refused_in_words(data: st.DataObject) -> None:
    whole = json.loads(document({"/shops/{shop}/orders": {
        "servers": [{"url": "https://a.example/{b}", "variables": {"b": {"default": "c"}}}],
        "parameters": [{"name": "shop", "in": "path", "required": True, "schema": {"type": "string"}}],
        "post": POST,
    }}))  # fmt: skip
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(whole))))
        target = whole
        for key in path[:-1]:
            target = target[key]
        target[path[-1]] = deepcopy(data.draw(JUNK))
    try:
        interface = read_openapi(json.dumps(whole).encode(), "https://docs.example/openapi.json")
    except DocumentRefused:
        return
    for one in interface.operations:
        assert schema_problem(one.input_schema) is None or "is not valid" in str(schema_problem(one.input_schema))
