from __future__ import annotations

from typing import Any

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from orchestrator.api import pages
from orchestrator.api.errors import Invalid
from orchestrator.api.pages import Cursor
from orchestrator.governance.models import Workspace

pytestmark = pytest.mark.django_db


class ByName(APIView):
    ordering = ("name", "id")


def page(view: APIView | None = None, **parameters: Any) -> dict[str, Any]:
    request = Request(APIRequestFactory().get("/api/things", parameters))
    cursor = Cursor()
    rows = cursor.paginate_queryset(Workspace.objects.all(), request, view or APIView())
    return cursor.get_paginated_response([row.name for row in rows]).data


@pytest.fixture
def names() -> list[str]:
    """Of more rows than a page holds, oldest first."""
    names = [f"w{number:02}" for number in range(30)]
    for name in names:
        Workspace.objects.create(name=name)
    return names


def test_the_first_page_holds_the_newest_25(names: list[str]) -> None:
    first = page()
    assert first["results"] == names[:4:-1]
    assert first["count"] == 30
    assert first["previous"] is None


def test_the_cursor_leads_to_the_rest_and_back(names: list[str]) -> None:
    first = page()
    second = page(cursor=first["next"])
    assert second["results"] == names[4::-1]
    assert second["next"] is None
    assert page(cursor=second["previous"])["results"] == first["results"]


def test_rows_added_meanwhile_do_not_shift_the_next_page(names: list[str]) -> None:
    first = page()
    Workspace.objects.create(name="new")
    assert page(cursor=first["next"])["results"] == names[4::-1]


def test_a_page_holds_at_most_100(names: list[str]) -> None:
    for number in range(80):
        Workspace.objects.create(name=f"more {number}")
    assert len(page(page_size=1000)["results"]) == 100


def test_a_view_may_choose_another_order(names: list[str]) -> None:
    assert page(ByName(), page_size=3)["results"] == names[:3]


def test_a_long_list_is_not_counted_to_its_end(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "COUNTED_UP_TO", 29)
    assert page()["count"] == "29+"
    monkeypatch.setattr(pages, "COUNTED_UP_TO", 30)
    assert page()["count"] == 30


@pytest.mark.parametrize("cursor", ["cD1ub3R1dWlk", "cD0lMDA="])
def test_a_made_up_cursor_is_refused_in_words(names: list[str], cursor: str) -> None:
    with pytest.raises(Invalid, match="Open the list again"):
        page(cursor=cursor)
