"""Reads an OpenAPI 3.0 or 3.1 document (JSON) into operations that can be called.

The document is somebody else's text: it is read within limits, never followed to another address, and what cannot be
called safely is left out with a reason.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from urllib.parse import urljoin, urlsplit

from pydantic import ValidationError

from orchestrator.connectors.egress import read_url
from orchestrator.connectors.operation import Operation, Parameter, is_free_header
from orchestrator.connectors.schemas import TooLarge, Writer, dig
from orchestrator.engine.errors import StepFailed

LARGEST_DOCUMENT = 5_000_000
MOST_OPERATIONS = 500
_METHODS = ("get", "head", "post", "put", "patch", "delete")
_READING = ("GET", "HEAD")
_IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
_BODIES = ("application/json", "application/x-www-form-urlencoded")
_KEY_HEADER = "idempotency-key"

Effect = Literal["read", "write", "keyed"]


class DocumentRefused(ValueError):
    """This is no document that operations can be read from; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Security:
    """What the other system wants to see, so that a person can choose the right connection."""

    name: str
    kind: str
    """apiKey | http | oauth2 | openIdConnect | mutualTLS"""
    place: str = ""
    """Of an apiKey: header | query | cookie; of http: the scheme, e.g. bearer."""
    field: str = ""
    """Of an apiKey: the name of the header or parameter."""


@dataclass(frozen=True, kw_only=True)
class Described:
    """One operation with what a model and a person need to know of it."""

    name: str
    """Letters, digits, `_` and `-`; unique in the document."""
    description: str
    operation: Operation
    input_schema: dict[str, Any]
    output_schema: dict[str, Any] | None
    effect: Effect
    security: list[Security] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    operation: str
    """`POST /orders`"""
    reason: str


@dataclass(frozen=True, kw_only=True)
class Interface:
    title: str
    operations: list[Described]
    left_out: list[LeftOut]


def read_openapi(data: bytes, source_url: str = "") -> Interface:
    """Raises `DocumentRefused`. `source_url` is where the document came from: its servers may be relative to it."""
    document = _document(data)
    found = list(_operations(document))
    if len(found) > MOST_OPERATIONS:
        raise DocumentRefused(f"It describes {len(found)} operations; the most that can be read is {MOST_OPERATIONS}.")
    operations: list[Described] = []
    left_out: list[LeftOut] = []
    names: Counter[str] = Counter()
    for method, path, item, described in found:
        try:
            operation = _Reading(document, source_url, method, path, item, described).described()
        except (DocumentRefused, TooLarge) as error:
            left_out.append(LeftOut(operation=f"{method} {path}"[:200], reason=str(error)))
            continue
        names[operation.name] += 1
        if names[operation.name] > 1:
            operation = _renamed(operation, names[operation.name])
        operations.append(operation)
    return Interface(title=_line(dig(document, "info", "title"), 200), operations=operations, left_out=left_out)


def _document(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST_DOCUMENT:
        raise DocumentRefused(f"The document is larger than {LARGEST_DOCUMENT // 1_000_000} MB.")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DocumentRefused("The document is not JSON. Save it as JSON and try again.") from error
    version = document.get("openapi") if isinstance(document, dict) else None
    if not isinstance(version, str) or not re.match(r"3\.[01](\.|$)", version):
        raise DocumentRefused("This is no OpenAPI document of version 3.0 or 3.1.")
    return cast("dict[str, Any]", document)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if isinstance(item, dict):
            for method in _METHODS:
                if isinstance(item.get(method), dict):
                    yield method.upper(), path, item, item[method]


class _Reading:
    """One operation being read."""

    def __init__(
        self,
        document: dict[str, Any],
        source_url: str,
        method: str,
        path: str,
        item: dict[str, Any],
        described: dict[str, Any],
    ) -> None:
        self._document = document
        self._source_url = source_url
        self._method = method
        self._path = path
        self._item = item
        self._described = described
        self._write = Writer(document, DocumentRefused)
        self._properties: dict[str, Any] = {}
        self._required: list[str] = []
        self._key_header: str | None = None

    def described(self) -> Described:
        try:
            parameters = self._parameters()
            body, body_type = self._body()
            operation = Operation(
                method=cast("Any", self._method),
                base_url=self._base_url(),
                path=self._path,
                parameters=tuple(parameters),
                body=body,
                body_type=body_type,
                key_header=self._key_header,
            )
        except ValidationError as error:
            raise DocumentRefused("Its path or one of its parameters is not written as it should be.") from error
        return Described(
            name=self._name(),
            description=self._description(),
            operation=operation,
            input_schema={
                "type": "object",
                "properties": self._properties,
                "required": self._required,
                "additionalProperties": False,
            },
            output_schema=self._output(),
            effect=self._effect(),
            security=self._security(),
        )

    def _parameters(self) -> list[Parameter]:
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for source in (self._item, self._described):
            listed = source.get("parameters")
            for each in listed if isinstance(listed, list) else []:
                parameter = self._write.target(each)
                found[str(parameter.get("in")), str(parameter.get("name"))] = parameter
        gaps = set(re.findall(r"{([^{}]+)}", self._path))
        named = {name for place, name in found if place == "path"}
        if gaps - named:
            raise DocumentRefused(f"Its path has a gap that it does not describe: {min(gaps - named)}.")
        read = [self._parameter(place, name, each) for (place, name), each in found.items()]
        return [parameter for parameter in read if parameter is not None and self._has_place(parameter, gaps)]

    def _has_place(self, parameter: Parameter, gaps: set[str]) -> bool:
        if parameter.place == "path" and parameter.name not in gaps:
            self._properties.pop(parameter.argument)
            self._required.remove(parameter.argument)
            return False
        return True

    def _parameter(self, place: str, name: str, described: dict[str, Any]) -> Parameter | None:
        if place == "header" and name.lower() == _KEY_HEADER:
            self._key_header = name
            return None
        if place == "header" and name.lower() in _IGNORED_HEADERS:  # these say nothing, by the specification
            return None
        required = place == "path" or described.get("required") is True
        style = self._style(place, described)
        if style is None or (place == "header" and not is_free_header(name)):
            if required:
                raise DocumentRefused(f"It needs {name!r} in a place or form that is not supported.")
            return None
        argument = self._free(name, place)
        schema = self._write.schema(described.get("schema") or {}, drop="readOnly")
        text = _line(described.get("description"), 1000)
        self._properties[argument] = {**schema, **({"description": text} if text else {})}
        if required:
            self._required.append(argument)
        return Parameter(name=name, argument=argument, place=cast("Any", place), style=style)

    def _free(self, name: str, place: str) -> str:
        """A name that no argument has yet."""
        if name in self._properties:
            name = f"{name}_{place}"
        while name in self._properties:
            name += "_"
        return name

    def _style(self, place: str, described: dict[str, Any]) -> Literal["plain", "repeated", "joined", "deep"] | None:
        style, explode = described.get("style"), described.get("explode")
        if "content" in described and "schema" not in described:
            return None
        if place in ("path", "header"):
            return "plain" if style in (None, "simple") else None
        if place != "query":
            return None
        if style == "deepObject":
            return "deep"
        if style not in (None, "form"):
            return None
        return "joined" if explode is False else "repeated"

    def _body(self) -> tuple[str | None, Literal["application/json", "application/x-www-form-urlencoded"]]:
        described = self._described.get("requestBody")
        if described is None:
            return None, "application/json"
        described = self._write.target(described)
        content = described.get("content")
        content = content if isinstance(content, dict) else {}
        known = {str(name).partition(";")[0].strip().lower(): one for name, one in content.items()}
        for media_type in _BODIES:
            if isinstance(known.get(media_type), dict):
                argument = self._free("body", "sent")
                self._properties[argument] = self._write.schema(known[media_type].get("schema") or {}, drop="readOnly")
                if described.get("required") is True:
                    self._required.append(argument)
                return argument, cast("Any", media_type)
        if described.get("required") is True:
            raise DocumentRefused("What it wants to be sent is neither JSON nor a simple form.")
        return None, "application/json"

    def _output(self) -> dict[str, Any] | None:
        """The form of the first good answer, if that is JSON."""
        responses = self._described.get("responses")
        for status, response in sorted(responses.items()) if isinstance(responses, dict) else ():
            if not str(status).startswith("2"):
                continue
            schema = dig(self._write.target(response), "content", "application/json", "schema")
            return self._write.schema(schema, drop="writeOnly") if isinstance(schema, dict) else None
        return None

    def _base_url(self) -> str:
        listed = self._described.get("servers") or self._item.get("servers") or self._document.get("servers")
        server = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
        url = str(server.get("url") or "/")
        variables = server.get("variables")
        for name, variable in variables.items() if isinstance(variables, dict) else ():
            url = url.replace("{" + str(name) + "}", str(dig(variable, "default") or ""))
        try:
            url = urljoin(self._source_url, url) if self._source_url else url
            if "{" in url or urlsplit(url).query or urlsplit(url).fragment:
                raise DocumentRefused("The address of its server has gaps, or parts that no address of a server has.")
            return str(read_url(url)).rstrip("/")
        except (StepFailed, ValueError) as error:
            if isinstance(error, DocumentRefused):
                raise
            raise DocumentRefused("It does not say at which address its server is.") from error

    def _name(self) -> str:
        given = self._described.get("operationId") or f"{self._method.lower()}_{self._path}"
        return re.sub(r"[^A-Za-z0-9-]+", "_", str(given)).strip("_")[:60] or self._method.lower()

    def _description(self) -> str:
        parts = [_line(self._described.get(name), 2000) for name in ("summary", "description")]
        return "\n".join(dict.fromkeys(part for part in parts if part)) or f"{self._method} {self._path}"

    def _effect(self) -> Effect:
        if self._method in _READING:
            return "read"
        return "keyed" if self._key_header else "write"

    def _security(self) -> list[Security]:
        demanded = self._described.get("security", self._document.get("security"))
        names = [
            name for one in (demanded if isinstance(demanded, list) else []) if isinstance(one, dict) for name in one
        ]
        schemes = dig(self._document, "components", "securitySchemes")
        found = []
        for name in dict.fromkeys(names):
            scheme = self._write.target(dig(schemes, name) or {})
            place = scheme.get("in") or scheme.get("scheme") or ""
            kind, wanted = str(scheme.get("type") or ""), str(scheme.get("name") or "")
            found.append(Security(name=str(name), kind=kind, place=str(place), field=wanted))
        return found


def _renamed(described: Described, number: int) -> Described:
    values = {name: getattr(described, name) for name in described.__dataclass_fields__}
    return Described(**{**values, "name": f"{described.name[:56]}_{number}"})


def _line(text: Any, most: int) -> str:
    """Printable text; line breaks stay."""
    if not isinstance(text, str):
        return ""
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n").strip()[:most]
