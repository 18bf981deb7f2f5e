"""Publishing by two: one asks, another agrees to exactly this content, and it runs as somebody who accepted that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from builder.models import Version, Workflow
from orchestrator.governance.models import AuditEvent, Credential, FourEyes, Membership, Request, Workspace
from tests.integration.authoring import Browser, edge, graph, join, node, sound


@pytest.fixture
def strict(workspace: Workspace) -> Workspace:
    """A second person is demanded."""
    workspace.four_eyes = FourEyes.REQUIRED
    workspace.save()
    return workspace


@pytest.fixture
def draft(strict: Workspace, maria: Browser, workflow: Workflow) -> Workflow:
    """Written by Maria."""
    assert maria.save(workflow, sound()).status_code == 200
    return workflow


def ask(browser: Browser, workflow: Workflow, **more: Any) -> Any:
    return browser.post(f"workflows/{workflow.pk}/publishing-requests", {"note": "New greeting", **more})


def asked(browser: Browser, workflow: Workflow, **more: Any) -> str:
    answer = ask(browser, workflow, **more)
    assert answer.status_code == 201, answer.json()
    return str(answer.json()["request"])


def decide(browser: Browser, request: str, *, approve: bool = True, reason: str = "Looks right") -> Any:
    shown = browser.get(f"requests/{request}")
    assert shown.status_code == 200, shown.json()
    body = {"approve": approve, "reason": reason, "content_hash": shown.json()["content_hash"]}
    return browser.post(f"requests/{request}/decide", body)


def state(request: str) -> str:
    return str(Request.objects.get(pk=request).standing)


def test_one_asks_another_agrees_and_what_both_saw_is_live(maria: Browser, ben: Browser, draft: Workflow) -> None:
    request = asked(maria, draft)
    assert maria.get(f"workflows/{draft.pk}").json()["publishing_request"] == request
    assert Version.objects.filter(workflow=draft).count() == 0
    answer = decide(ben, request)
    assert (answer.status_code, answer.json()["state"]) == (200, "done")
    [version] = maria.get(f"workflows/{draft.pk}/versions").json()["results"]
    names = [version[field]["name"] for field in ("published_by", "authored_by", "approved_by")]
    assert (names, version["note"], version["request"]) == (["Maria", "Maria", "Ben"], "New greeting", request)
    assert version["runs_as"] == {"id": str(maria.user.pk), "name": "Maria", "scopes": []}
    assert maria.get(f"workflows/{draft.pk}").json()["publishing_request"] is None
    event = AuditEvent.objects.get(workspace_id=draft.workspace_id, action="workflow.published")
    assert (event.actor_id, event.detail["asked_by"], event.detail["request"]) == (ben.user.pk, "Maria", request)


def test_neither_asker_nor_last_author_agrees_and_each_try_is_in_the_trail(
    maria: Browser, ben: Browser, draft: Workflow
) -> None:
    request = asked(ben, draft)
    for one in (maria, ben):
        assert one.get(f"requests/{request}").json()["may"]["decide"] is False
        answer = decide(one, request)
        assert (answer.status_code, answer.json()["code"]) == (403, "second_person")
        refused = AuditEvent.objects.filter(workspace_id=draft.workspace_id, actor_id=one.user.pk, result="denied")
        assert refused.exists()
    assert state(request) == "open"
    assert not Version.objects.filter(workflow=draft).exists()


def test_a_change_after_asking_makes_the_request_void(maria: Browser, ben: Browser, draft: Workflow) -> None:
    request = asked(maria, draft)
    maria.save(draft, sound("something else"))
    assert state(request) == "void"
    answer = decide(ben, request)
    assert (answer.status_code, answer.json()["code"]) == (409, "request_settled")
    assert not Version.objects.filter(workflow=draft).exists()
    voided = AuditEvent.objects.get(workspace_id=draft.workspace_id, action="request.voided")
    assert voided.actor_id == maria.user.pk
    assert asked(maria, draft) != request


def test_nobody_agrees_after_a_week_nor_to_something_else(maria: Browser, ben: Browser, draft: Workflow) -> None:
    request = asked(maria, draft)
    body = {"approve": True, "reason": "", "content_hash": "00" * 32}
    answer = ben.post(f"requests/{request}/decide", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "request_changed")
    Request.objects.filter(pk=request).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert decide(ben, request).json()["code"] == "request_settled"


def test_it_is_asked_for_once_and_can_be_declined_and_taken_back(maria: Browser, ben: Browser, draft: Workflow) -> None:
    request = asked(maria, draft)
    assert ask(ben, draft).json()["code"] == "request_open"
    assert decide(ben, request, approve=False, reason="").json()["code"] == "reason_missing"
    assert decide(ben, request, approve=False, reason="Not now").json()["state"] == "declined"
    second = asked(maria, draft)
    assert ben.post(f"requests/{second}/withdraw").json()["code"] == "not_yours"
    assert maria.post(f"requests/{second}/withdraw").json()["state"] == "withdrawn"
    assert ask(maria, draft, note="").status_code == 422


def test_who_does_not_publish_asks_and_does_not_decide(
    strict: Workspace, workspace: Workspace, maria: Browser, ben: Browser
) -> None:
    builder, other = join(workspace, "builder", name="Bea"), join(workspace, "builder", name="Otto")
    workflow = builder.make(workspace)
    builder.save(workflow, sound())
    request = asked(builder, workflow)
    answer = decide(other, request)
    assert (answer.status_code, answer.json()["code"]) == (403, "denied")
    assert decide(maria, request).status_code == 200
    assert Version.objects.get(workflow=workflow).run_as_id == builder.user.pk


def test_a_request_about_a_hidden_workflow_is_hidden(
    strict: Workspace, workspace: Workspace, maria: Browser, ben: Browser, stranger: Browser, draft: Workflow
) -> None:
    request = asked(maria, draft)
    Workflow.objects.filter(pk=draft.pk).update(access="restricted")
    for one in (ben, stranger):
        assert one.get(f"requests/{request}").status_code == 404
        assert one.post(f"requests/{request}/decide", {"approve": True, "content_hash": "00"}).status_code == 404
    assert ben.get(f"workspaces/{workspace.pk}/requests", show="open").json()["count"] == 0
    assert stranger.get(f"workspaces/{workspace.pk}/requests").status_code == 404
    assert maria.get(f"workspaces/{workspace.pk}/requests", show="open").json()["count"] == 1


def test_bringing_an_old_version_back_takes_a_second_person_too(maria: Browser, ben: Browser, draft: Workflow) -> None:
    decide(ben, asked(maria, draft))
    maria.save(draft, sound("two"))
    decide(ben, asked(maria, draft))
    first = Version.objects.get(workflow=draft, number=1)
    token = maria.get(f"workflows/{draft.pk}/draft").json()["token"]
    maria.post(f"versions/{first.pk}/restore", if_match=f'"{token}"')
    assert maria.publish(draft, "Back").status_code == 403
    decide(ben, asked(maria, draft))
    live = Version.objects.get(workflow=draft, number=3)
    assert bytes(live.content_hash) == bytes(first.content_hash)


def test_where_one_person_is_enough_their_reason_is_listed(
    workspace: Workspace, maria: Browser, workflow: Workflow
) -> None:
    auditor = join(workspace, "auditor", name="Anna")
    maria.save(workflow, sound())
    request = asked(maria, workflow)
    assert maria.get(f"requests/{request}").json()["may"] == {"decide": True, "needs_reason": True, "withdraw": True}
    assert decide(maria, request, reason=" ").json()["code"] == "reason_missing"
    assert decide(maria, request, reason="I am alone today").status_code == 200
    maria.save(workflow, sound("two"))
    assert maria.publish(workflow, "Typing error").status_code == 200
    listed = [row["cells"] for row in auditor.get(f"workspaces/{workspace.pk}/reports/separation").json()["results"]]
    assert [(one["why"], one["reason"]) for one in listed] == [
        ("own_draft", "Typing error"),
        ("own_draft", "New greeting"),
        ("own_request", "I am alone today"),
    ]


def test_what_two_people_did_is_not_listed_as_done_alone(maria: Browser, ben: Browser, draft: Workflow) -> None:
    auditor = join(Workspace.objects.get(pk=draft.workspace_id), "auditor", name="Anna")
    decide(ben, asked(maria, draft))
    listed = auditor.get(f"workspaces/{draft.workspace_id}/reports/separation").json()
    assert listed["results"] == []


@pytest.fixture
def calling(maria: Browser, workspace: Workspace, workflow: Workflow) -> Workflow:
    """A draft that uses a connection."""
    crm = Credential.objects.create(workspace=workspace, name="CRM", kind="bearer", hosts=["a.example.com"], key="k")
    config = {"method": "GET", "url": "https://a.example.com", "credential": str(crm.pk)}
    steps = (node("start", "start_manual"), node("call", "http_request", config=config))
    saved = maria.save(workflow, graph(*steps, edges=(edge("start", "call"),)))
    assert saved.json()["problems"] == []
    return workflow


def facts(browser: Browser, workflow: Workflow) -> dict[str, Any]:
    return dict(browser.get(f"workflows/{workflow.pk}/publishing").json())


def test_the_dialog_says_what_publishing_takes_and_what_is_used(
    workspace: Workspace, maria: Browser, ben: Browser, calling: Workflow
) -> None:
    publisher = join(workspace, "publisher", name="Paul")
    known = facts(maria, calling)
    assert (known["rule"], known["scopes"]) == ("alone_with_reason", ["credential:use"])
    assert known["uses"] == [{"kind": "credential", "name": "CRM"}]
    assert [one["name"] for one in known["choices"]] == ["Ben"]  # whose roles give all of it
    assert facts(ben, calling)["rule"] == "alone"
    workspace.four_eyes = FourEyes.REQUIRED
    workspace.save()
    assert facts(maria, calling)["rule"] == "ask"
    assert facts(join(workspace, "builder"), calling)["rule"] == "ask"
    assert facts(publisher, calling)["rule"] == "alone"


def test_what_one_does_not_see_has_no_name_there(
    maria: Browser, ben: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    maria.save(workflow, sound())
    assert maria.publish(workflow).status_code == 200
    caller = sound()
    caller["nodes"][1] = node("greet", "run_workflow", config={"workflow": str(workflow.pk)})
    calling = maria.make(workspace, "Calls")
    assert maria.save(calling, caller).status_code == 200
    assert facts(ben, calling)["uses"] == [{"kind": "workflow", "name": "Invoices"}]
    assert maria.put(f"workflows/{workflow.pk}/access", {"access": "restricted"}).status_code == 200
    assert facts(ben, calling)["uses"] == []
    assert facts(maria, calling)["uses"] == [{"kind": "workflow", "name": "Invoices"}]


def test_once_somebody_is_erased_the_trail_names_them_in_no_request(
    maria: Browser, ben: Browser, draft: Workflow
) -> None:
    assert decide(ben, asked(maria, draft)).json()["state"] == "done"
    Membership.objects.filter(user=maria.user).delete()
    join(draft.workspace, "admin", name="Ada").post(
        f"workspaces/{draft.workspace_id}/erasures", {"person": str(maria.user.pk), "reason": "Their wish"}
    )
    told = AuditEvent.objects.filter(workspace_id=draft.workspace_id, action="request.asked").get().detail["payload"]
    assert (told["author"], told["run_as"]["name"]) == ("[erased]", "[erased]")


def test_it_runs_as_somebody_who_accepted_exactly_this_content(maria: Browser, ben: Browser, calling: Workflow) -> None:
    body = {"note": "As Ben", "run_as": str(ben.user.pk)}
    refused = maria.post(f"workflows/{calling.pk}/publish", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_accepted")
    offer = maria.post(f"workflows/{calling.pk}/run-as-offers", {"user": str(ben.user.pk), "reason": "Yours"})
    request = offer.json()["request"]
    shown = ben.get(f"requests/{request}").json()
    assert shown["payload"]["scopes"] == ["credential:use"]
    assert facts(maria, calling)["choices"][0] == {
        "id": str(ben.user.pk),
        "name": "Ben",
        "accepted": False,
        "asked": True,
    }
    assert decide(maria, request, reason="Me instead").status_code == 403
    assert decide(ben, request).json()["state"] == "done"
    published = maria.post(f"workflows/{calling.pk}/publish", body)
    assert published.json()["runs_as"] == {"id": str(ben.user.pk), "name": "Ben", "scopes": ["credential:use"]}


def test_an_acceptance_ends_with_the_next_change(maria: Browser, ben: Browser, calling: Workflow) -> None:
    offer = maria.post(f"workflows/{calling.pk}/run-as-offers", {"user": str(ben.user.pk), "reason": "Yours"})
    decide(ben, offer.json()["request"])
    changed = maria.get(f"workflows/{calling.pk}/draft").json()["graph"]
    changed["nodes"][1]["config"]["url"] = "https://a.example.com/delete-all"
    maria.save(calling, changed)
    answer = maria.post(f"workflows/{calling.pk}/publish", {"note": "As Ben", "run_as": str(ben.user.pk)})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_accepted")


def test_an_unanswered_offer_is_void_after_a_change(maria: Browser, ben: Browser, calling: Workflow) -> None:
    offer = maria.post(f"workflows/{calling.pk}/run-as-offers", {"user": str(ben.user.pk), "reason": "Yours"}).json()
    maria.save(calling, sound())
    assert state(offer["request"]) == "void"


def test_nobody_lends_rights_that_they_do_not_have(workspace: Workspace, maria: Browser, calling: Workflow) -> None:
    publisher = join(workspace, "publisher", name="Paul")
    answer = maria.post(f"workflows/{calling.pk}/run-as-offers", {"user": str(publisher.user.pk), "reason": "You"})
    assert (answer.status_code, answer.json()["code"]) == (422, "run_as_lacks")
    own = publisher.publish(calling, "By myself")
    assert (own.status_code, own.json()["code"]) == (422, "not_publishable")
    assert [one["code"] for one in own.json()["problems"]] == ["credential_unknown"]


def test_as_whom_it_runs_can_change_without_a_change_of_its_content(
    maria: Browser, ben: Browser, calling: Workflow
) -> None:
    maria.publish(calling, "First")
    assert maria.publish(calling, "Again").json()["code"] == "up_to_date"
    offer = maria.post(f"workflows/{calling.pk}/run-as-offers", {"user": str(ben.user.pk), "reason": "I leave"})
    decide(ben, offer.json()["request"])
    second = maria.post(f"workflows/{calling.pk}/publish", {"note": "I leave", "run_as": str(ben.user.pk)})
    assert (second.json()["number"], second.json()["runs_as"]["name"]) == (2, "Ben")


def test_the_asker_who_left_publishes_nothing(maria: Browser, ben: Browser, draft: Workflow) -> None:
    request = asked(maria, draft)
    Membership.objects.filter(user=maria.user).delete()
    answer = decide(ben, request)
    assert answer.status_code in (403, 409)
    assert not Version.objects.filter(workflow=draft).exists()


@pytest.mark.parametrize("field", ["published_by", "request", "approved_by", "authored_by", "hash", "id", "number"])
def test_what_is_not_offered_is_not_read(maria: Browser, ben: Browser, workflow: Workflow, field: str) -> None:
    maria.save(workflow, sound())
    value = str(ben.user.pk)
    answer = maria.post(f"workflows/{workflow.pk}/publish", {"note": "Mine", field: value})
    assert answer.status_code == 200
    version = Version.objects.get(workflow=workflow)
    assert (version.published_by_id, version.approved_by_id, version.request) == (maria.user.pk, None, None)


def test_what_runs_as_somebody_who_left_can_be_published_as_it_is(
    maria: Browser, ben: Browser, workflow: Workflow
) -> None:
    maria.save(workflow, sound())
    maria.publish(workflow, "First")
    Membership.objects.get(user=maria.user).delete()
    second = ben.publish(workflow, "")
    assert second.status_code == 200, second.json()
    assert (second.json()["number"], second.json()["runs_as"]["name"]) == (2, "Ben")
    assert ben.publish(workflow, "").json()["code"] == "up_to_date"


def test_a_paused_one_that_ran_as_somebody_who_left_goes_live_as_whoever_publishes_it(
    maria: Browser, ben: Browser, workflow: Workflow
) -> None:
    maria.save(workflow, sound())
    maria.publish(workflow, "First")
    assert ben.post(f"workflows/{workflow.pk}/unpublish").status_code == 200
    Membership.objects.get(user=maria.user).delete()
    assert ben.publish(workflow, "").json()["runs_as"]["name"] == "Ben"


def test_what_was_paused_goes_live_again_as_whom_it_ran_whoever_publishes_it(
    workspace: Workspace, maria: Browser, calling: Workflow
) -> None:
    maria.publish(calling, "First")
    publisher = join(workspace, "publisher", name="Paul")
    assert publisher.post(f"workflows/{calling.pk}/unpublish").status_code == 200
    again = publisher.publish(calling, "")
    assert again.status_code == 200, again.json()
    assert (again.json()["number"], again.json()["runs_as"]["name"]) == (1, "Maria")


def test_sharing_more_widely_takes_a_second_person_and_less_does_not(
    strict: Workspace, workspace: Workspace, maria: Browser, viewer: Browser, workflow: Workflow
) -> None:
    admin, other = join(workspace, "admin", name="Ada"), join(workspace, "admin", name="Amir")
    wish = {"user": str(viewer.user.pk), "level": "use"}
    assert maria.post(f"workflows/{workflow.pk}/grants", wish).json()["code"] == "reason_missing"
    answer = maria.post(f"workflows/{workflow.pk}/grants", {**wish, "reason": "She runs it"})
    assert answer.status_code == 202
    assert workflow.grants.count() == 0
    assert decide(maria, answer.json()["request"]).status_code == 403
    assert decide(admin, answer.json()["request"], reason="").json()["state"] == "done"
    grant = workflow.grants.get()
    more = maria.patch(f"grants/{grant.pk}", {"level": "edit", "reason": "She mends it"})
    assert (more.status_code, workflow.grants.get().level) == (202, "use")
    decide(other, more.json()["request"])
    assert workflow.grants.get().level == "edit"
    assert maria.patch(f"grants/{grant.pk}", {"level": "use"}).status_code == 200
    assert maria.put(f"workflows/{workflow.pk}/access", {"access": "restricted"}).status_code == 200
    opened = maria.put(f"workflows/{workflow.pk}/access", {"access": "workspace", "reason": "For all"})
    assert opened.status_code == 202
    decide(admin, opened.json()["request"])
    workflow.refresh_from_db()
    assert workflow.access == "workspace"
