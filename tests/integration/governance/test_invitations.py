from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from orchestrator.governance.models import AuditEvent, Invitation, Membership, User, Workspace
from tests.integration.governance.people import PASSWORD, Browser

NEW = {"email": "Ada@Example.com", "roles": ["builder", "publisher"]}


def invited(admin: Browser, workspace, **changes) -> tuple[dict, str]:
    answer = admin.post(f"workspaces/{workspace.id}/invitations", {**NEW, **changes})
    assert answer.status_code == 201, answer.json()
    return answer.json(), answer.json()["link"].partition("#")[2]


def accept(token: str, browser: Browser | None = None):
    return (browser or Browser()).post("invitations/accept", {"token": token, "name": "Ada", "password": PASSWORD})


def test_an_invited_person_sets_name_and_password_and_is_in(browser_of, workspace):
    _, token = invited(browser_of("admin"), workspace)
    guest = Browser()
    offer = guest.post("invitations/look", {"token": token}).json()
    assert (offer["email"], offer["workspace"], offer["roles"]) == ("ada@example.com", "Harbour", NEW["roles"])
    session = accept(token, guest).json()
    assert session["user"]["name"] == "Ada"
    assert session["workspaces"][0]["roles"] == ["builder", "publisher"]
    assert guest.get(f"workspaces/{workspace.id}").status_code == 200


def test_a_workspace_that_asks_for_a_second_factor_is_still_shut_to_whoever_comes_in(browser_of, workspace):
    _, token = invited(browser_of("admin"), workspace)
    Workspace.objects.filter(id=workspace.id).update(second_factor_required=True)
    session = accept(token).json()
    assert (session["workspaces"], [one["name"] for one in session["shut"]]) == ([], [workspace.name])


def test_an_invitation_works_once(browser_of, workspace):
    _, token = invited(browser_of("admin"), workspace)
    assert accept(token).status_code == 200
    again = accept(token)
    assert (again.status_code, again.json()["code"]) == (404, "link_unusable")
    assert Browser().post("invitations/look", {"token": token}).status_code == 404
    assert Membership.objects.filter(user__email="ada@example.com").count() == 1


def test_expired_revoked_and_made_up_links_get_the_same_answer(browser_of, workspace):
    admin = browser_of("admin")
    revoked, revoked_token = invited(admin, workspace)
    assert admin.delete(f"invitations/{revoked['id']}").status_code == 204
    _, expired_token = invited(admin, workspace)
    Invitation.objects.filter(revoked_at=None).update(expires_at=timezone.now())
    bodies = [accept(token).json() for token in (revoked_token, expired_token, "made-up")]
    assert len({(body["status"], body["code"], body["detail"]) for body in bodies}) == 1
    assert not User.objects.filter(email="ada@example.com").exists()


def test_the_link_is_shown_once_and_only_its_hash_is_kept(browser_of, workspace):
    admin = browser_of("admin")
    _, token = invited(admin, workspace)
    listed = admin.get(f"workspaces/{workspace.id}/invitations")
    assert token not in listed.content.decode()
    assert listed.json()["results"][0]["state"] == "pending"
    assert token.encode() not in bytes(Invitation.objects.get().token_hash)


def test_an_address_has_one_open_invitation(browser_of, workspace):
    admin = browser_of("admin")
    invited(admin, workspace)
    again = admin.post(f"workspaces/{workspace.id}/invitations", NEW)
    assert (again.status_code, again.json()["code"]) == (409, "already_invited")
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    invited(admin, workspace)


def test_a_member_is_not_invited_again(browser_of, workspace, person):
    member = person("viewer")
    answer = browser_of("admin").post(f"workspaces/{workspace.id}/invitations", {**NEW, "email": member.email})
    assert (answer.status_code, answer.json()["code"]) == (409, "already_member")


def test_whoever_has_an_account_signs_in_first(browser_of, person, workspace, other_workspace):
    ada = person("viewer", at=other_workspace)
    _, token = invited(browser_of("admin"), workspace, email=ada.email)
    stranger = accept(token)
    assert (stranger.status_code, stranger.json()["code"]) == (409, "sign_in_first")
    own = Browser(ada)
    assert own.post("invitations/accept", {"token": token}).status_code == 200
    assert {entry["id"] for entry in own.get("session").json()["workspaces"]} == {
        str(workspace.id),
        str(other_workspace.id),
    }


def test_only_an_owner_invites_owners(browser_of, workspace):
    path = f"workspaces/{workspace.id}/invitations"
    assert browser_of("admin").post(path, {**NEW, "roles": ["owner"]}).status_code == 403
    assert browser_of("owner").post(path, {**NEW, "roles": ["owner"]}).status_code == 201


def test_what_nobody_can_set_is_ignored(browser_of, workspace, other_workspace):
    wanted = {**NEW, "workspace": str(other_workspace.id), "state": "accepted", "id": str(other_workspace.id)}
    made = browser_of("admin").post(f"workspaces/{workspace.id}/invitations", wanted).json()
    row = Invitation.objects.get(id=made["id"])
    assert (row.workspace_id, row.state) == (workspace.id, "pending")


def test_a_mail_is_sent_where_mail_is_set_up(
    browser_of, workspace, settings, mailoutbox, django_capture_on_commit_callbacks
):
    settings.EMAIL_URL = "smtp://mail.example.com"
    with django_capture_on_commit_callbacks(execute=True):
        _, token = invited(browser_of("admin"), workspace)
    assert mailoutbox[0].to == ["ada@example.com"]
    assert f"{settings.PUBLIC_URL}/invitation#{token}" in mailoutbox[0].body


def test_invitations_stand_in_the_trail_without_their_links(browser_of, workspace):
    admin = browser_of("admin")
    _, token = invited(admin, workspace)
    accept(token)
    events = AuditEvent.objects.filter(workspace_id=workspace.id).order_by("seq")
    assert [event.action for event in events] == ["invitation.created", "invitation.accepted", "session.signed_in"]
    assert all(token not in str(vars(event)) for event in events)
