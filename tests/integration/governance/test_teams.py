from __future__ import annotations

import pytest

from orchestrator.governance.actions import teams
from orchestrator.governance.matrix import VERBS
from orchestrator.governance.models import AuditEvent, Membership, Team


def member_id(user) -> str:
    return str(Membership.objects.get(user=user).id)


@pytest.mark.ux(146)
def test_a_team_is_made_changed_and_deleted_and_each_is_told(browser_of, person, workspace):
    admin, ada, ben = browser_of("admin"), person("viewer", name="Ada"), person("builder", name="Ben")
    wanted = {"name": "Buying", "members": [member_id(ada)], "reason": "For the fair"}
    made = admin.post(f"workspaces/{workspace.id}/teams", wanted)
    assert made.status_code == 201
    team = made.json()["id"]
    changed = admin.patch(f"teams/{team}", {"members": [member_id(ben)]}).json()
    assert [one["user"]["name"] for one in changed["members"]] == ["Ben"]
    assert admin.delete(f"teams/{team}").status_code == 204
    told = AuditEvent.objects.filter(object_type="team").order_by("seq")
    assert [event.action for event in told] == ["team.created", "team.changed", "team.deleted"]
    assert told[0].reason == "For the fair"
    assert (told[1].before["members"], told[1].after["members"]) == (["Ada"], ["Ben"])


def test_a_team_holds_members_of_its_workspace_only(browser_of, person, workspace, other_workspace):
    admin, stranger = browser_of("admin"), person("viewer", at=other_workspace)
    body = {"name": "Buying", "members": [member_id(stranger)]}
    assert admin.post(f"workspaces/{workspace.id}/teams", body).status_code == 422
    assert not Team.objects.exists()


def test_two_teams_do_not_have_one_name(browser_of, workspace):
    admin = browser_of("admin")
    admin.post(f"workspaces/{workspace.id}/teams", {"name": "Buying"})
    assert admin.post(f"workspaces/{workspace.id}/teams", {"name": "Buying"}).json()["code"] == "name_taken"


def test_of_two_who_choose_one_name_at_once_the_second_is_told(browser_of, workspace, monkeypatch):
    """Neither sees what the other has not saved yet."""
    monkeypatch.setattr(teams, "_refuse_taken", lambda *_: None)
    admin = browser_of("admin")
    admin.post(f"workspaces/{workspace.id}/teams", {"name": "Buying"})
    other = admin.post(f"workspaces/{workspace.id}/teams", {"name": "Selling"}).json()["id"]
    answer = admin.patch(f"teams/{other}", {"name": "Buying"})
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")


def test_who_leaves_the_workspace_leaves_its_teams(browser_of, person, workspace):
    admin, ada = browser_of("admin"), person("viewer")
    admin.post(f"workspaces/{workspace.id}/teams", {"name": "Buying", "members": [member_id(ada)]})
    assert admin.delete(f"members/{member_id(ada)}").status_code == 204
    assert Team.objects.get().members.count() == 0


@pytest.mark.ux(146)
def test_the_table_of_who_can_what_is_the_matrix_itself(browser_of, workspace):
    rows = browser_of("auditor").get(f"workspaces/{workspace.id}/matrix").json()
    assert {row["verb"]: set(row["roles"]) for row in rows} == {verb: set(roles) for verb, roles in VERBS.items()}
    levels = {row["verb"]: row["levels"] for row in rows}
    assert (levels["workflow:run"], levels["workflow:edit"]) == (["use", "edit"], ["edit"])
    assert levels["workflow:publish"] == []


@pytest.mark.ux(143)
def test_people_are_found_by_name_and_address_and_role(browser_of, person, workspace):
    admin = browser_of("admin", name="Admin")
    ada = person("viewer", name="Ada Lovelace")
    person("builder", name="Ben")

    def names(**query: str) -> list[str]:
        answer = admin.get(f"workspaces/{workspace.id}/members", **query)
        return [one["user"]["name"] for one in answer.json()["results"]]

    assert names(search="lovel") == ["Ada Lovelace"]
    assert names(search=ada.email[:10]) == ["Ada Lovelace"]
    assert names(role="builder") == ["Ben"]
    assert names(search="nobody") == []


@pytest.mark.ux(143)
def test_who_has_the_application_open_was_seen(browser_of, workspace):
    admin, ada = browser_of("admin", name="Admin"), browser_of("viewer", name="Ada")
    Membership.objects.get(user=ada.user).user.__class__.objects.update(last_login=None, last_seen_at=None)

    def seen() -> dict[str, str | None]:
        answer = admin.get(f"workspaces/{workspace.id}/members").json()["results"]
        return {one["user"]["name"]: one["last_seen_at"] for one in answer}

    assert seen() == {"Admin": None, "Ada": None}
    ada.get("session")
    assert seen()["Ada"] is not None
    assert seen()["Admin"] is None
