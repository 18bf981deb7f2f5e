"""While somebody listens, a test call becomes the sample of the start; readable addresses belong to one start."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from builder.models import StepSample, Workflow
from orchestrator.governance.models import Workspace
from orchestrator.runs.models import Run
from orchestrator.triggers.models import Listening
from tests.integration.authoring import MAKER, Browser, edge, graph, join, node
from tests.integration.triggers.test_links import call, link_of, listening, put_live


@pytest.fixture
def drafted(maria: Browser, workflow: Workflow) -> str:
    """The test address of a link in the draft; it asks for a signature."""
    maria.save(workflow, listening("secret"))
    return str(link_of(maria, workflow)["test_address"])


def door(workflow: Workflow) -> str:
    return f"workflows/{workflow.pk}/links/call/listening"


def test_nobody_listens_before_they_say_so(maria: Browser, workflow: Workflow, drafted: str) -> None:
    assert maria.get(door(workflow)).status_code == 404
    assert call(drafted, {"id": 1}).status_code == 401
    assert not StepSample.objects.exists()


@pytest.mark.ux(113)
def test_the_first_call_that_is_heard_is_the_sample_and_starts_nothing(
    maria: Browser, workflow: Workflow, drafted: str
) -> None:
    assert maria.post(door(workflow)).json()["caught_at"] is None
    answer = call(f"{drafted}?page=2", {"id": 1})
    assert (answer.status_code, answer.json()) == (200, {"caught": True})
    assert maria.get(door(workflow)).json()["caught_at"]
    kept = StepSample.objects.get(workflow=workflow, node="call").output
    assert (kept["body"], kept["query"]) == ({"id": 1}, {"page": "2"})
    assert not Run.objects.exists()
    assert call(drafted, {"id": 2}).status_code == 401
    assert StepSample.objects.get().output["body"] == {"id": 1}


def test_listening_ends_by_itself_and_by_hand(maria: Browser, workflow: Workflow, drafted: str) -> None:
    maria.post(door(workflow))
    Listening.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert call(drafted, {}).status_code == 401
    maria.post(door(workflow))
    assert maria.client.delete(f"/api/{door(workflow)}").status_code == 204
    assert call(drafted, {}).status_code == 401


def test_only_who_may_edit_listens(viewer: Browser, workflow: Workflow, drafted: str) -> None:
    assert viewer.post(door(workflow)).status_code == 403
    assert not Listening.objects.exists()


# -- readable addresses --------------------------------------------------------------------------------------------


def named(path: str, key: str = "call") -> dict[str, Any]:
    document = listening("public", key=key)
    document["nodes"][0]["config"]["path"] = path
    return document


@pytest.mark.ux(114)
def test_a_path_of_ones_own_is_a_second_address_that_follows_what_is_live(
    maria: Browser, workflow: Workflow, workspace: Workspace
) -> None:
    put_live(maria, workflow, named("orders/new"))
    link = link_of(maria, workflow)
    assert link["path_address"].endswith(f"/hooks/in/{workspace.pk}/orders/new")
    assert call(link["path_address"], {"id": 1}).status_code == 202
    assert call(link["address"], {"id": 2}).status_code == 202
    put_live(maria, workflow, named("orders/changed"))
    assert call(link["path_address"], {}).status_code == 404
    assert call(link_of(maria, workflow)["path_address"], {}).status_code == 202
    put_live(maria, workflow, listening())
    assert link_of(maria, workflow)["path_address"] is None


@pytest.mark.ux(114)
def test_a_path_that_another_start_has_is_refused(maria: Browser, workflow: Workflow, workspace: Workspace) -> None:
    put_live(maria, workflow, named("orders"))
    other = maria.make(workspace, "Other")
    maria.save(other, named("orders"))

    def free(path: str) -> bool:
        return bool(maria.get(f"workflows/{other.pk}/links/call/path", path=path).json()["free"])

    assert (free("orders"), free("claims")) == (False, True)
    refused = maria.publish(other)
    assert (refused.status_code, refused.json()["code"]) == (422, "path_taken")
    assert refused.json()["problems"][0]["field"] == "config.path"
    other.refresh_from_db()
    assert other.live_version is None
    put_live(maria, workflow, named("elsewhere"))
    assert maria.publish(other).status_code == 200


def test_two_starts_of_one_workflow_do_not_share_a_path(maria: Browser, workflow: Workflow) -> None:
    starts = [node(key, "start_link", config={"access": "public", "path": "orders"}) for key in ("one", "two")]
    greet = node("greet", "set_fields", config={"fields": [{"name": "greeting", "value": "hello"}]})
    maria.save(workflow, graph(*starts, greet, edges=(edge("one", "greet"), edge("two", "greet"))))
    assert maria.get(f"workflows/{workflow.pk}/links/two/path", path="orders").json()["free"] is False
    assert maria.publish(workflow).json()["code"] == "path_taken"


def test_workspaces_do_not_meet_in_their_paths(maria: Browser, workflow: Workflow) -> None:
    put_live(maria, workflow, named("orders"))
    elsewhere = Workspace.objects.create(name="Elsewhere")
    sam = join(elsewhere, *MAKER, name="Sam")
    put_live(sam, sam.make(elsewhere), named("orders"))


@pytest.mark.parametrize("path", ["/orders", "orders/", "Orders", "a b", "../x", "a//b"])
def test_a_path_has_plain_words_only(maria: Browser, workflow: Workflow, path: str) -> None:
    problems = maria.save(workflow, named(path)).json()["problems"]
    assert [one["field"] for one in problems] == ["config.path"]
