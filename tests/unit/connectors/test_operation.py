from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.connectors.egress import read_url
from orchestrator.connectors.operation import ArgumentsRefused, Operation, Parameter, build_request


def operation(**given: Any) -> Operation:
    parameters = [
        Parameter(name="id", argument="id", place="path"),
        Parameter(name="tag", argument="tags", place="query", style="repeated"),
        Parameter(name="X-Team", argument="team", place="header"),
    ]
    shape = {
        "method": "POST",
        "base_url": "https://api.example.com/v2",
        "path": "/orders/{id}/lines",
        "parameters": parameters,
        "body": "body",
    }
    return Operation.model_validate(shape | given)


def test_every_argument_goes_to_its_place() -> None:
    request = build_request(operation(), {"id": "A 7", "tags": ["new", "a&b"], "team": "x", "body": {"n": 1}})
    assert request.url == "https://api.example.com/v2/orders/A%207/lines?tag=new&tag=a%26b"
    assert request.headers["X-Team"] == "x"
    assert (request.method, request.content) == ("POST", b'{"n": 1}')
    assert request.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "value",
    [
        "..",
        ".",
        "",
        "../admin",
        "..%2fadmin",
        "..%252fadmin",
        "a/b",
        "a\\b",
        "%2e%2e",
        "a\r\nHost: evil",
        "a\0",
        None,
        {},
    ],
)
def test_a_value_never_becomes_more_than_one_segment_of_the_path(value: Any) -> None:
    with pytest.raises(ArgumentsRefused, match="id"):
        build_request(operation(), {"id": value})


@given(st.text(min_size=1, max_size=40))
def test_whatever_the_value_the_address_keeps_its_host_and_its_segments(value: str) -> None:
    try:
        request = build_request(operation(), {"id": value})
    except ArgumentsRefused:
        return
    target = read_url(request.url)
    assert target.host == "api.example.com"
    assert target.path.count("/") == 4
    assert "?" not in target.path


@pytest.mark.parametrize("value", ["a\r\nX-Admin: 1", "a\nb", "ü", "\0"])
def test_a_header_stays_one_line(value: str) -> None:
    with pytest.raises(ArgumentsRefused, match="team"):
        build_request(operation(), {"id": "7", "team": value})


def test_arguments_that_the_operation_does_not_name_go_nowhere() -> None:
    request = build_request(operation(), {"id": "7", "host": "evil.example", "X-Admin": "1"})
    assert "evil" not in request.url
    assert set(request.headers) == {"Accept"}


def test_a_group_is_written_the_way_the_operation_says() -> None:
    deep = Parameter(name="f", argument="f", place="query", style="deep")
    joined = Parameter(name="c", argument="c", place="query", style="joined")
    request = build_request(operation(path="/", parameters=[deep, joined]), {"f": {"a": 1, "b": True}, "c": ["x", "y"]})
    assert request.url.endswith("/?f%5Ba%5D=1&f%5Bb%5D=true&c=x%2Cy")


def test_a_form_is_sent_as_one() -> None:
    sent = build_request(
        operation(body_type="application/x-www-form-urlencoded"), {"id": "7", "body": {"a": "x y", "b": None}}
    )
    assert sent.content == b"a=x+y"


def test_the_key_of_the_call_is_sent_where_the_other_side_knows_keys() -> None:
    assert (
        build_request(operation(key_header="Idempotency-Key"), {"id": "7"}, key="k").headers["Idempotency-Key"] == "k"
    )
    assert "Idempotency-Key" not in build_request(operation(), {"id": "7"}, key="k").headers


def test_what_json_cannot_carry_is_refused() -> None:
    with pytest.raises(ArgumentsRefused):
        build_request(operation(), {"id": "7", "body": float("nan")})


@pytest.mark.parametrize("name", ["Authorization", "cookie", "Host", "Content-Length", "X\r\nA", "a b"])
def test_headers_that_say_who_calls_what_are_not_for_arguments(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be filled"):
        Parameter(name=name, argument="a", place="header")
