"""Forms that people fill in at an address of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from uuid_utils.compat import uuid7

from builder.models import Workflow
from orchestrator.artifacts.models import Artifact
from orchestrator.governance.models import Workspace
from orchestrator.runs.models import Run
from orchestrator.runs.values import read_value
from tests.integration.authoring import Browser, edge, graph, node
from tests.integration.governance.people import fresh_address
from tests.integration.runs.conftest import limit
from tests.integration.triggers.test_links import put_live

QUESTIONS = [
    {"key": "name", "label": "Your name", "required": True},
    {"key": "amount", "label": "Amount", "type": "number"},
    {"key": "urgent", "label": "Is it urgent?", "type": "switch"},
    {"key": "paper", "label": "Your paper", "type": "file"},
]
LONG_NAMES = [f'{{"name": "Ann", "{"x" * 5000}": 1}}']
Live = Callable[..., str]


def asking(**config: Any) -> dict[str, Any]:
    given = {"title": "Claims", "text": "Tell us.", "fields": QUESTIONS, "thanks": "We will write to you.", **config}
    step = node("greet", "set_fields", config={"fields": [{"name": "greeting", "value": "hello"}]})
    return graph(node("form", "start_form", config=given), step, edges=(edge("form", "greet"),))


@pytest.fixture
def live(maria: Browser, workflow: Workflow) -> Live:
    def live(**config: Any) -> str:
        """The path of the form's door."""
        put_live(maria, workflow, asking(**config))
        [shown] = maria.get(f"workflows/{workflow.pk}/forms").json()
        return f"/api{urlsplit(shown['address']).path}"

    return live


@pytest.fixture
def somebody() -> Client:
    """Signed in nowhere."""
    return Client(REMOTE_ADDR=fresh_address())


def paper(name: str = "claim.txt", data: bytes = b"My umbrella was lost on the train.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/x-lie")


def sent_as_json(client: Client, path: str, body: Any) -> Any:
    return client.post(path, body, content_type="application/json")


def test_a_form_shows_its_questions_and_nothing_of_the_workspace(live: Live, somebody: Client) -> None:
    shown = somebody.get(live()).json()
    assert set(shown) == {"title", "text", "sender", "colour", "fields", "max_mb"}
    assert [question["key"] for question in shown["fields"]] == ["name", "amount", "urgent", "paper"]
    assert set(shown["fields"][0]) == {"key", "label", "type", "required", "choices", "help"}


def test_answers_start_a_run_of_the_live_version(live: Live, workflow: Workflow, somebody: Client) -> None:
    answer = somebody.post(live(), {"name": "Ann", "amount": "12.5", "urgent": "on", "paper": paper()})
    assert (answer.status_code, answer.json()) == (202, {"message": "We will write to you."})
    run = Run.objects.get()
    workflow.refresh_from_db()
    assert (run.how, run.version_id, run.started_by_id) == ("form", workflow.live_version_id, None)
    taken = read_value(run.pk, run.workspace_id, 0)
    file = taken.pop("paper")
    assert taken == {"name": "Ann", "amount": 12.5, "urgent": True}
    kept = Artifact.objects.get(pk=file["file_id"])
    assert (kept.workspace_id, kept.name, kept.media_type) == (run.workspace_id, "claim.txt", "text/plain")
    assert run.title == "claim.txt"


def test_answers_may_be_json(live: Live, somebody: Client) -> None:
    assert sent_as_json(somebody, live(), {"name": "Ann", "urgent": False}).status_code == 202
    run = Run.objects.get()
    assert read_value(run.pk, run.workspace_id, 0)["urgent"] is False


def test_a_form_sent_twice_is_one_run(live: Live, somebody: Client) -> None:
    path = live()
    for key in ("page-1", "page-1", "page-2", ""):
        answer = somebody.post(path, {"name": "Ann", "_key": key, "paper": paper()})
        assert answer.json() == {"message": "We will write to you."}
    assert Run.objects.count() == 3
    assert Artifact.objects.count() == 3


def test_programs_that_fill_in_everything_start_nothing(live: Live, somebody: Client) -> None:
    answer = somebody.post(live(), {"name": "Ann", "_homepage": "http://spam.example", "paper": paper()})
    assert (answer.status_code, answer.json()) == (202, {"message": "We will write to you."})
    assert not Run.objects.exists()
    assert not Artifact.objects.exists()


@pytest.mark.parametrize(
    ("answers", "fields"),
    [
        ({}, {"name"}),
        ({"name": "x" * 10_001}, {"name"}),
        ({"name": "Ann", "amount": "much", "colour": "red"}, {"amount", "colour"}),
        ({"name": "Ann", "urgent": "perhaps"}, {"urgent"}),
        ({"name": "Ann", "paper": "claim.txt"}, {"paper"}),
    ],
)
def test_wrong_answers_are_named_and_nothing_is_kept(
    live: Live, somebody: Client, answers: dict[str, Any], fields: set[str]
) -> None:
    with_file = {**answers} if "paper" in answers else {**answers, "paper": paper()}
    refused = somebody.post(live(), with_file)
    assert refused.status_code == 422
    assert {problem["field"] for problem in refused.json()["problems"]} == fields
    assert {problem["node"] for problem in refused.json()["problems"]} == {None}
    assert not Run.objects.exists()
    assert not Artifact.objects.exists()


def test_nobody_names_a_file_they_did_not_send(maria: Browser, live: Live, somebody: Client) -> None:
    foreign = {"file_id": str(uuid7()), "name": "a", "media_type": "text/plain", "size": 1, "sha256": "0"}
    assert sent_as_json(somebody, live(), {"name": "Ann", "paper": foreign}).status_code == 422


@pytest.mark.parametrize(
    "body", [*LONG_NAMES, "[]", '"x"', "{", '{"name": "\\u0000"}', '{"name": {"a": 1}}', '{"name": "Ann", "_key": 7}']
)
def test_what_is_no_answer_at_all_is_refused(live: Live, somebody: Client, body: str) -> None:
    assert sent_as_json(somebody, live(), body).status_code in (400, 422)
    assert not Run.objects.exists()


def test_files_above_the_limit_of_the_form_are_refused(live: Live, somebody: Client) -> None:
    large = paper(data=b"x" * 1_000_001)
    refused = somebody.post(live(max_mb=1), {"name": "Ann", "paper": large})
    assert (refused.status_code, refused.json()["problems"][0]["field"]) == (422, "paper")


@pytest.mark.parametrize("length", [250, 900, 5000])
def test_a_file_with_an_endless_name_is_taken_under_a_shorter_one_or_refused(
    live: Live, somebody: Client, length: int
) -> None:
    answer = somebody.post(live(), {"name": "Ann", "paper": paper(f"{'x' * length}.txt")})
    kept = [artifact.name for artifact in Artifact.objects.all()]
    assert (answer.status_code, len(kept)) in ((202, 1), (400, 0))
    assert all(name.endswith(".txt") and len(name) <= 255 for name in kept)


def test_more_than_the_product_takes_is_refused_before_it_is_read(live: Live, somebody: Client) -> None:
    refused = somebody.post(live(), {"name": "Ann"}, headers={"Content-Length": str(10**9)})
    assert refused.status_code == 413


def test_unknown_paused_and_switched_off_forms_answer_alike(
    maria: Browser, workflow: Workflow, live: Live, somebody: Client
) -> None:
    path = live()

    def seen(address: str) -> list[tuple[int, dict[str, Any]]]:
        answers = (somebody.get(address), somebody.post(address, {"name": "Ann"}))
        return [(answer.status_code, {**answer.json(), "trace": ""}) for answer in answers]

    unknown = seen("/api/forms/nothing-here")
    assert unknown[0][0] == unknown[1][0] == 404
    off = asking()
    off["nodes"][0]["off"] = True
    off["nodes"].append(node("start", "start_manual"))
    off["edges"].append(edge("start", "greet"))
    put_live(maria, workflow, off)
    assert seen(path) == unknown
    assert live() == path
    for verb in ("unpublish", "archive"):
        maria.post(f"workflows/{workflow.pk}/{verb}")
        assert seen(path) == unknown
    assert not Run.objects.exists()


def test_the_address_stays_and_is_shown_to_those_of_the_workspace(
    maria: Browser, viewer: Browser, stranger: Browser, workflow: Workflow, live: Live
) -> None:
    maria.save(workflow, asking())
    assert maria.get(f"workflows/{workflow.pk}/forms").json() == [{"node": "form", "address": None, "who": "public"}]
    path = live()
    assert live(title="Complaints") == path
    assert len(path.rpartition("/")[2]) >= 22
    assert viewer.get(f"workflows/{workflow.pk}/forms").status_code == 200
    assert stranger.get(f"workflows/{workflow.pk}/forms").status_code == 404


def test_a_form_for_the_people_of_a_workspace(live: Live, viewer: Browser, stranger: Browser, somebody: Client) -> None:
    path = live(who="workspace")
    assert (somebody.get(path).status_code, somebody.post(path, {"name": "Ann"}).status_code) == (401, 401)
    assert (stranger.client.get(path).status_code, stranger.client.post(path, {}).status_code) == (404, 404)
    assert viewer.client.get(path).status_code == 200
    assert viewer.client.post(path, {"name": "Vera"}).status_code == 202
    assert Run.objects.get().started_by_id == viewer.user.pk


def test_one_address_sends_so_many_a_minute(live: Live, somebody: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestrator.triggers.actions.forms.A_MINUTE_FROM_ONE_ADDRESS", 2)
    path = live()
    answers = [somebody.post(path, {"name": "Ann"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2]["Retry-After"] == "60"
    assert Client(REMOTE_ADDR=fresh_address()).post(path, {"name": "Ann"}).status_code == 202


def test_one_form_takes_so_many_a_minute(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestrator.triggers.actions.forms.A_MINUTE", 2)
    path = live()
    answers = [Client(REMOTE_ADDR=fresh_address()).post(path, {"name": "Ann"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]


def test_a_full_backlog_asks_to_come_back_later(live: Live, workspace: Workspace, somebody: Client) -> None:
    limit(workspace, max_open=0)
    answer = somebody.post(live(), {"name": "Ann"})
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (429, "backlog_full", "30")


def test_another_page_cannot_send_the_form_in_a_persons_name(live: Live, viewer: Browser) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(viewer.user)
    assert strict.post(live(who="workspace"), {"name": "Vera"}).status_code == 403
