"""One operation of an HTTP interface, and the request that a set of arguments makes of it.

Arguments may come from a language model. They can fill the places that the operation names and no others: a segment
of the path stays one segment, a header stays one line, and the host is never an argument.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self
from urllib.parse import quote, unquote, urlencode

from pydantic import BaseModel, ConfigDict, Field, model_validator

from orchestrator.connectors.egress import LONGEST_URL

LARGEST_BODY = 1_000_000
_MOST_UNQUOTING = 3
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}")
_OWN_HEADERS = frozenset(
    {"authorization", "cookie", "host", "content-length", "content-type", "transfer-encoding", "connection", "upgrade"}
    | {"te", "trailer", "proxy-authorization", "accept-encoding"}
)


class ArgumentsRefused(ValueError):
    """These arguments make no request; the message names the argument and says what is wrong with it."""


def is_free_header(name: str) -> bool:
    """Whether an argument may fill it: not where the account, the connection and the body speak."""
    return bool(_HEADER_NAME.fullmatch(name)) and name.lower() not in _OWN_HEADERS


class Parameter(BaseModel):
    """Where one argument goes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    """As the other system calls it."""
    argument: str = Field(min_length=1, max_length=200)
    """As the tool calls it."""
    place: Literal["path", "query", "header"]
    style: Literal["plain", "repeated", "joined", "deep"] = "plain"
    """Of lists and groups in a query: `a=1&a=2`, `a=1,2`, or `a[x]=1`."""

    @model_validator(mode="after")
    def _keep_headers_free(self) -> Self:
        if self.place == "header" and not is_free_header(self.name):
            raise ValueError(f"the header {self.name!r} cannot be filled by an argument")
        return self


class Operation(BaseModel):
    """JSON-able: part of the version of a tool."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    base_url: str = Field(min_length=1, max_length=2000)
    """`https://host[:port][/path]`, without a query."""
    path: str = Field(max_length=2000, pattern="^/")
    """With its gaps: `/orders/{id}`."""
    parameters: tuple[Parameter, ...] = Field(default=(), max_length=100)
    body: str | None = None
    """The argument that is sent as the body."""
    body_type: Literal["application/json", "application/x-www-form-urlencoded"] = "application/json"
    key_header: str | None = Field(default=None, pattern=f"^{_HEADER_NAME.pattern}$")
    """The header by which the other side drops repeats."""


@dataclass(frozen=True, kw_only=True)
class Request:
    method: str
    url: str
    headers: dict[str, str]
    content: bytes | None


def build_request(operation: Operation, arguments: Mapping[str, Any], *, key: str = "") -> Request:
    """Raises `ArgumentsRefused`. `key` goes into the operation's key header, where it has one."""
    path, headers = operation.path, {"Accept": "application/json"}
    query: list[tuple[str, str]] = []
    for parameter in operation.parameters:
        value = arguments.get(parameter.argument)
        if parameter.place == "path":
            path = path.replace("{" + parameter.name + "}", _segment(parameter.argument, value))
        elif value is None:
            continue
        elif parameter.place == "query":
            query += _pairs(parameter, value)
        else:
            headers[parameter.name] = _header_value(parameter.argument, value)
    if "{" in path:
        raise ArgumentsRefused("The address has a gap that no argument fills.")
    url = operation.base_url.rstrip("/") + path + (f"?{urlencode(query, quote_via=quote)}" if query else "")
    if len(url) > LONGEST_URL:
        raise ArgumentsRefused(f"The address would be longer than {LONGEST_URL} characters.")
    content = _content(operation, arguments)
    if content is not None:
        headers["Content-Type"] = operation.body_type
    if operation.key_header and key:
        headers[operation.key_header] = key
    return Request(method=operation.method, url=url, headers=headers, content=content)


def _segment(argument: str, value: Any) -> str:
    """One segment of a path. What some server between here and there could take for several is refused."""
    if value is None:
        raise ArgumentsRefused(f"{argument} is missing.")
    if isinstance(value, list):
        return ",".join(_segment(argument, one) for one in value)
    text = _text(argument, value)
    read = text
    for _ in range(_MOST_UNQUOTING):
        if read in ("", ".", "..") or any(sign in "/\\" or not sign.isprintable() for sign in read):
            message = f"{argument} stands in an address and cannot be {text[:60]!r}: use one plain name or number."
            raise ArgumentsRefused(message)
        read = unquote(read)
    return quote(text, safe="")


def _pairs(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    name, argument = parameter.name, parameter.argument
    if isinstance(value, dict):
        if parameter.style == "deep":
            return [(f"{name}[{key}]", _text(argument, one)) for key, one in value.items() if one is not None]
        if parameter.style == "joined":
            return [(name, ",".join(f"{key},{_text(argument, one)}" for key, one in value.items()))]
        return [(str(key), _text(argument, one)) for key, one in value.items() if one is not None]
    if isinstance(value, list):
        texts = [_text(argument, one) for one in value]
        return [(name, ",".join(texts))] if parameter.style == "joined" else [(name, text) for text in texts]
    return [(name, _text(argument, value))]


def _header_value(argument: str, value: Any) -> str:
    text = ",".join(_text(argument, one) for one in value) if isinstance(value, list) else _text(argument, value)
    if not text.isascii() or not text.isprintable():
        raise ArgumentsRefused(
            f"{argument} is sent as a header: it must be one line of plain letters, digits and signs."
        )
    return text


def _text(argument: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise ArgumentsRefused(f"{argument} must be a text, a number, or yes or no.")


def _content(operation: Operation, arguments: Mapping[str, Any]) -> bytes | None:
    if operation.body is None or operation.body not in arguments:
        return None
    value = arguments[operation.body]
    if operation.body_type == "application/json":
        try:
            content = json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        except (ValueError, TypeError, RecursionError) as error:
            raise ArgumentsRefused(f"{operation.body} holds something that cannot be sent.") from error
    elif isinstance(value, dict):
        fields = [(str(name), _text(operation.body, one)) for name, one in value.items() if one is not None]
        content = urlencode(fields).encode()
    else:
        raise ArgumentsRefused(f"{operation.body} must be a group of values.")
    if len(content) > LARGEST_BODY:
        raise ArgumentsRefused(f"{operation.body} is larger than {LARGEST_BODY // 1_000_000} MB.")
    return content
