"""Searches that people keep for themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from orchestrator.governance.models import Membership, SavedSearch, Workspace
from tests.integration.governance.people import Browser


def keep(browser: Browser, workspace: Workspace, name: str, query: Any, page: str = "runs") -> Any:
    return browser.post(f"workspaces/{workspace.pk}/saved-searches", {"page": page, "name": name, "query": query})


def kept(browser: Browser, workspace: Workspace, page: str = "runs") -> list[tuple[str, dict[str, Any]]]:
    found = browser.get(f"workspaces/{workspace.pk}/saved-searches", page=page).json()
    return [(one["name"], one["query"]) for one in found]


@pytest.mark.ux(23)
def test_a_search_is_kept_under_a_name_replaced_and_forgotten(
    browser_of: Callable[..., Browser], workspace: Workspace
) -> None:
    browser = browser_of("viewer")
    first = keep(browser, workspace, "Failed", {"status": "failed", "dead": True})
    assert first.status_code == 201
    keep(browser, workspace, "Drafts", {"status": "draft"}, page="workflows")
    assert kept(browser, workspace) == [("Failed", {"status": "failed", "dead": True})]
    assert kept(browser, workspace, "workflows") == [("Drafts", {"status": "draft"})]
    again = keep(browser, workspace, "Failed", {"status": "failed"})
    assert again.json()["id"] == first.json()["id"]
    assert kept(browser, workspace) == [("Failed", {"status": "failed"})]
    assert browser.delete(f"saved-searches/{first.json()['id']}").status_code == 204
    assert kept(browser, workspace) == []


@pytest.mark.ux(23)
def test_it_belongs_to_one_person_in_one_workspace(
    browser_of: Callable[..., Browser], workspace: Workspace, other_workspace: Workspace
) -> None:
    mine, other = browser_of("builder", "owner"), browser_of("builder", "owner")
    assert mine.user is not None
    Membership.objects.create(workspace=other_workspace, user=mine.user, roles=["builder"])
    search = keep(mine, workspace, "Failed", {"status": "failed"}).json()["id"]
    assert kept(mine, other_workspace) == kept(other, workspace) == []
    assert other.delete(f"saved-searches/{search}").status_code == 404
    assert SavedSearch.objects.filter(pk=search).exists()
    assert other.get(f"workspaces/{other_workspace.pk}/saved-searches", page="runs").status_code == 404


@pytest.mark.parametrize(
    "query", ["status=failed", {"status": ["failed"]}, {"status": {"not": "done"}}, {"search": "x" * 5000}]
)
def test_what_is_no_search_is_refused(browser_of: Callable[..., Browser], workspace: Workspace, query: Any) -> None:
    answer = keep(browser_of("viewer"), workspace, "Failed", query)
    assert (answer.status_code, answer.json()["problems"][0]["field"]) == (422, "query")


def test_there_is_room_for_fifty(browser_of: Callable[..., Browser], workspace: Workspace) -> None:
    browser = browser_of("viewer")
    for number in range(50):
        assert keep(browser, workspace, f"Search {number}", {}).status_code == 201
    assert keep(browser, workspace, "One more", {}).json()["code"] == "too_many_searches"
    assert keep(browser, workspace, "Search 3", {"status": "failed"}).status_code == 201
