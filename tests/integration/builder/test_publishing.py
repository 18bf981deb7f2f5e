from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from builder.actions import freeze_draft, publish
from builder.models import Version, Workflow
from orchestrator.governance import audit
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import AuditEvent, FourEyes, Workspace
from tests.integration.authoring import Browser, edge, graph, join, node, sound


@pytest.fixture
def live(maria: Browser, workflow: Workflow) -> Workflow:
    maria.save(workflow, sound("one"))
    assert maria.publish(workflow, "First version").status_code == 200
    return workflow


def test_publishing_makes_version_one_live_with_note_and_publisher(maria: Browser, live: Workflow) -> None:
    shown = maria.get(f"workflows/{live.pk}").json()
    assert (shown["status"], shown["version"], shown["has_changes"]) == ("live", 1, False)
    assert shown["live_version"]["note"] == "First version"
    listed = maria.get(f"workflows/{live.pk}/versions").json()["results"]
    assert [(item["number"], item["live"], item["published_by"]["name"]) for item in listed] == [(1, True, "Maria")]


def test_the_trail_names_the_published_content_and_the_reason(maria: Browser, live: Workflow) -> None:
    event = AuditEvent.objects.get(workspace_id=live.workspace_id, action="workflow.published")
    version = Version.objects.get(workflow=live)
    assert event.after == {"version": 1, "content_hash": bytes(version.content_hash).hex()}
    assert (event.actor_id, event.reason) == (maria.user.pk, "First version")
    assert audit.verify(live.workspace_id).whole


def test_draft_edits_never_change_what_is_live(maria: Browser, live: Workflow) -> None:
    maria.save(live, sound("two"))
    shown = maria.get(f"workflows/{live.pk}").json()
    assert (shown["version"], shown["has_changes"]) == (1, True)
    version = maria.get(f"versions/{shown['live_version']['id']}").json()
    assert version["graph"]["nodes"][1]["config"]["fields"][0]["value"] == "one"
    assert maria.publish(live, "Second").json()["number"] == 2
    assert [item["number"] for item in maria.get(f"workflows/{live.pk}/versions").json()["results"]] == [2, 1]


def test_publishing_without_changes_says_that_it_is_up_to_date(maria: Browser, live: Workflow) -> None:
    answer = maria.publish(live)
    assert answer.status_code == 409
    assert answer.json()["code"] == "up_to_date"
    assert Version.objects.filter(workflow=live).count() == 1


def test_a_paused_workflow_goes_live_again_as_it_was(maria: Browser, live: Workflow) -> None:
    assert maria.post(f"workflows/{live.pk}/unpublish").json()["status"] == "paused"
    assert maria.post(f"workflows/{live.pk}/unpublish").status_code == 409
    assert maria.publish(live).json()["number"] == 1
    assert maria.get(f"workflows/{live.pk}").json()["status"] == "live"


def test_publishing_is_blocked_with_every_problem_at_once(maria: Browser, workflow: Workflow) -> None:
    faulty = graph(
        node("start", "start_manual"),
        node("classify", "classify_text", config={"asset": "gone", "text": "hello"}),
        node("decide", "condition"),
        edges=(edge("start", "classify"), edge("classify", "decide")),
    )
    maria.save(workflow, faulty)
    answer = maria.publish(workflow)
    assert answer.status_code == 422
    assert answer.json()["code"] == "not_publishable"
    assert {"classify", "decide"} <= {problem["node"] for problem in answer.json()["problems"]}
    assert not Version.objects.filter(workflow=workflow).exists()


def test_an_empty_draft_cannot_go_live(maria: Browser, workflow: Workflow) -> None:
    answer = maria.publish(workflow)
    assert answer.status_code == 422
    assert answer.json()["problems"]


def test_switching_the_faulty_step_off_unblocks_publishing(maria: Browser, workflow: Workflow) -> None:
    faulty = sound()
    faulty["nodes"].append(node("decide", "condition", off=True))
    faulty["edges"].append(edge("greet", "decide"))
    maria.save(workflow, faulty)
    assert maria.publish(workflow).status_code == 200


def test_publishing_ones_own_work_needs_a_reason(maria: Browser, ben: Browser, workflow: Workflow) -> None:
    maria.save(workflow, sound())
    own = maria.publish(workflow, "  ")
    assert own.status_code == 422
    assert (own.json()["code"], own.json()["problems"][0]["field"]) == ("reason_required", "note")
    assert ben.publish(workflow, "").status_code == 200


def test_where_a_second_person_is_required_the_last_author_cannot_publish(
    maria: Browser, ben: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    workspace.four_eyes = FourEyes.REQUIRED
    workspace.save()
    maria.save(workflow, sound())
    refused = maria.publish(workflow, "I am in a hurry")
    assert refused.status_code == 403
    assert "somebody else" in refused.json()["detail"]
    assert AuditEvent.objects.filter(workspace_id=workspace.pk, actor_id=maria.user.pk, result="denied").exists()
    ben.save(workflow, sound())
    assert maria.publish(workflow, "Ben looked at it").status_code == 403
    assert ben.publish(workflow, "").json()["number"] == 1


def test_a_builder_alone_does_not_publish(workspace: Workspace, workflow: Workflow, maria: Browser) -> None:
    builder = join(workspace, "builder")
    maria.save(workflow, sound())
    assert builder.publish(workflow).status_code == 403
    with pytest.raises(Denied):
        publish(builder.principal, workflow, note="by the back door")


def test_restoring_a_version_changes_the_draft_and_not_what_is_live(maria: Browser, live: Workflow) -> None:
    first = maria.get(f"workflows/{live.pk}").json()["live_version"]["id"]
    maria.save(live, sound("two"))
    maria.publish(live, "Second")
    token = maria.get(f"workflows/{live.pk}/draft").json()["token"]
    restored = maria.post(f"versions/{first}/restore", if_match=f'"{token}"')
    assert restored.status_code == 200
    assert restored.json()["token"] != token
    draft = maria.get(f"workflows/{live.pk}/draft").json()
    assert draft["graph"]["nodes"][1]["config"]["fields"][0]["value"] == "one"
    shown = maria.get(f"workflows/{live.pk}").json()
    assert (shown["version"], shown["has_changes"]) == (2, True)
    assert maria.post(f"versions/{first}/restore", if_match=f'"{token}"').status_code == 409
    event = AuditEvent.objects.get(workspace_id=live.workspace_id, action="version.restored")
    assert event.detail == {"version": 1}


def test_a_frozen_draft_has_no_number_and_is_made_once_for_the_same_content(maria: Browser, live: Workflow) -> None:
    first = freeze_draft(live, maria.principal)
    assert first.number is None
    assert freeze_draft(live, maria.principal).pk == first.pk
    maria.save(live, sound("two"))
    assert freeze_draft(live, maria.principal).pk != first.pk
    assert [item["number"] for item in maria.get(f"workflows/{live.pk}/versions").json()["results"]] == [1]


def test_a_viewer_freezes_nothing(viewer: Browser, live: Workflow) -> None:
    with pytest.raises(Denied):
        freeze_draft(live, viewer.principal)


@pytest.mark.parametrize(
    "change", ["graph = '{}'", "content_hash = ''", "number = 7", "note = 'other'", "published_at = now()"]
)
def test_the_database_refuses_to_change_a_version(live: Workflow, change: str) -> None:
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE builder_version SET {change} WHERE workflow_id = %s", [live.pk])  # noqa: S608  (above)


def test_the_database_refuses_to_give_a_version_another_publisher(live: Workflow, ben: Browser) -> None:
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Version.objects.filter(workflow=live).update(published_by=ben.user)


def test_the_database_keeps_versions_as_long_as_their_workflow(live: Workflow) -> None:
    Workflow.objects.filter(pk=live.pk).update(live_version=None)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="kept as long"), transaction.atomic():
        Version.objects.filter(workflow=live).delete()


def test_versions_go_with_their_workflow(live: Workflow) -> None:
    live.delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Version.objects.filter(workflow_id=live.pk).exists()


def test_versions_stay_when_the_person_who_published_them_goes(live: Workflow, maria: Browser) -> None:
    maria.user.delete()
    assert Version.objects.get(workflow=live).published_by is None
