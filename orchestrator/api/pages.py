"""Long lists, a page at a time."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.errors import Invalid
from orchestrator.engine.reading import storable

COUNTED_UP_TO = 10_000
NOT_A_PAGE = ("cursor_invalid", "This page address is not valid. Open the list again.")


LONGEST_SEARCH = 200


def asked_text(request: Request, name: str = "search", longest: int = LONGEST_SEARCH) -> str:
    """A text that stands in the address, without the characters that nothing in the database can hold."""
    text = request.query_params.get(name, "")[:longest]
    return "".join(letter for letter in text if storable(letter))


class Cursor(CursorPagination):
    """Newest first. A view chooses another order by an `ordering` attribute, e.g. `("name", "id")`.

    Answers `{"results": [...], "next": cursor | null, "previous": cursor | null, "count": 12 | "10,000+"}`;
    a cursor is sent back as `?cursor=`. Time-ordered ids keep pages stable while rows are added.
    """

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100
    ordering = ("-id",)

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: APIView | None = None) -> list[Any] | None:
        self.count = queryset.order_by()[: COUNTED_UP_TO + 1].count()
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError) as error:
            raise Invalid(*NOT_A_PAGE) from error

    def decode_cursor(self, request: Request) -> Any:
        found = super().decode_cursor(request)
        if found is not None and found.position and not storable(found.position):
            raise Invalid(*NOT_A_PAGE)
        return found

    def get_ordering(self, request: Request, queryset: QuerySet, view: APIView) -> tuple[str, ...]:
        return tuple(getattr(view, "ordering", self.ordering))

    def get_paginated_response(self, data: list[Any]) -> Response:
        return Response(
            {
                "results": data,
                "next": _cursor_in(self.get_next_link()),
                "previous": _cursor_in(self.get_previous_link()),
                "count": self.count if self.count <= COUNTED_UP_TO else f"{COUNTED_UP_TO:,}+",
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        cursor = {"type": ["string", "null"]}
        count = {"oneOf": [{"type": "integer"}, {"type": "string", "const": f"{COUNTED_UP_TO:,}+"}]}
        return {
            "type": "object",
            "required": ["results", "next", "previous", "count"],
            "properties": {
                "results": schema,
                "next": cursor,
                "previous": cursor,
                "count": count,
            },
        }


def _cursor_in(link: str | None) -> str | None:
    return parse_qs(urlsplit(link).query)["cursor"][0] if link else None
