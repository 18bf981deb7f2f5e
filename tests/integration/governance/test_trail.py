from __future__ import annotations

import pytest

from orchestrator.governance import audit
from orchestrator.governance.models import AuditEvent
from orchestrator.governance.principal import person as principal_of_person
from tests.integration.governance.people import Browser


@pytest.fixture
def auditor(browser_of, workspace) -> Browser:
    """Reads a trail in which an admin changed two things and a viewer was refused."""
    admin = browser_of("admin", name="Maria")
    admin.patch(f"workspaces/{workspace.id}", {"name": "Pier"})
    admin.post(f"workspaces/{workspace.id}/invitations", {"email": "ada@example.com", "roles": ["viewer"]})
    browser_of("viewer", name="Vera").get(f"workspaces/{workspace.id}/members")
    return browser_of("auditor", name="Otto")


def sentences(answer) -> list[str]:
    return [event["sentence"] for event in answer.json()["results"]]


@pytest.mark.ux(150, 153)
def test_the_trail_is_read_newest_first_one_sentence_each(auditor: Browser, workspace):
    assert sentences(auditor.get(f"workspaces/{workspace.id}/audit-events")) == [
        "Vera was refused: See who works here",
        "Maria invited “ada@example.com”",
        "Maria changed the settings of the workspace",
    ]


def test_an_action_without_its_own_sentence_still_reads_well(auditor: Browser, workspace, person):
    maria = principal_of_person(person("publisher", name="Maria"))
    audit.record(
        maria,
        "tree.planted",
        workspace_id=workspace.id,
        object_type="tree",
        object_id=None,
        object_name="Oak",
    )
    assert "Maria planted tree “Oak”" in sentences(auditor.get(f"workspaces/{workspace.id}/audit-events"))


@pytest.mark.ux(151)
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"action": "workspace.changed"}, 1),
        ({"result": "denied"}, 1),
        ({"object_type": "invitation"}, 1),
        ({"object_type": "invitation", "result": "denied"}, 0),
        ({"since": "2000-01-01T00:00:00Z"}, 3),
        ({"until": "2000-01-01T00:00:00Z"}, 0),
        ({"actor_id__isnull": "1", "ordering": "hash", "ip": "x"}, 3),
    ],
)
def test_the_trail_is_filtered_by_what_is_listed_and_nothing_else(auditor: Browser, workspace, query: dict, count: int):
    assert auditor.get(f"workspaces/{workspace.id}/audit-events", **query).json()["count"] == count


def test_the_trail_is_filtered_by_person(auditor: Browser, workspace):
    maria = AuditEvent.objects.get(action="workspace.changed").actor_id
    answer = auditor.get(f"workspaces/{workspace.id}/audit-events", actor=str(maria))
    assert {event["actor"]["name"] for event in answer.json()["results"]} == {"Maria"}


@pytest.mark.parametrize("query", [{"actor": "x"}, {"result": "maybe"}, {"since": "yesterday"}])
def test_a_filter_that_cannot_be_used_is_refused(auditor: Browser, workspace, query: dict):
    answer = auditor.get(f"workspaces/{workspace.id}/audit-events", **query)
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["problems"]] == list(query)


def test_pages_of_the_trail_follow_each_other(auditor: Browser, workspace):
    path = f"workspaces/{workspace.id}/audit-events"
    first = auditor.get(path, page_size=2).json()
    second = auditor.get(path, page_size=2, cursor=first["next"]).json()
    numbers = [event["seq"] for event in first["results"] + second["results"]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == len(set(numbers))


def test_reading_the_trail_is_itself_told_once_a_minute(auditor: Browser, workspace):
    path = f"workspaces/{workspace.id}/audit-events"
    for query in ({}, {}, {"result": "denied"}):
        auditor.get(path, **query)
    readings = AuditEvent.objects.filter(action="audit.read").order_by("seq")
    assert [event.detail for event in readings] == [{"filters": {}}, {"filters": {"result": "denied"}}]


def test_facets_name_what_can_be_chosen(auditor: Browser, workspace):
    facets = auditor.get(f"workspaces/{workspace.id}/audit-facets").json()
    assert [actor["name"] for actor in facets["actors"]] == ["Maria", "Vera"]
    assert facets["actions"] == ["attempt.denied", "invitation.created", "workspace.changed"]
    assert facets["object_types"] == ["invitation", "workspace"]


def test_a_trail_shows_nothing_of_another_workspace(auditor: Browser, browser_of, workspace, other_workspace):
    browser_of("admin", at=other_workspace).patch(f"workspaces/{other_workspace.id}", {"name": "Secret"})
    assert "Secret" not in auditor.get(f"workspaces/{workspace.id}/audit-events").content.decode()
    assert auditor.get(f"workspaces/{other_workspace.id}/audit-events").status_code == 404
