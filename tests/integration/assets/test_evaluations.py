"""Measuring versions by data sets: asked through the doors, done away from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orchestrator.api.errors import Invalid
from orchestrator.artifacts.actions import read_file, save_file
from orchestrator.assets import actions, calls
from orchestrator.assets.actions.evaluations import ask_evaluation, begin_again
from orchestrator.assets.evaluations import Evaluation, EvaluationState
from orchestrator.assets.measuring import measure, outcomes_of
from orchestrator.assets.models import Asset, AssetCall, Kind
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from tests.integration.assets.parrot import KEY, Parrot, parrot, version
from tests.integration.governance.people import Browser

BrowserOf = Callable[..., Browser]
ROWS = b"text,kind\nMy card is gone for good,cards\nWhere is all my money,transfers\nIt was stolen last night,cards\n"
RIGHT = {"My card is gone for good": "cards", "Where is all my money": "transfers", "It was stolen last night": "cards"}


QUESTIONS = b"prompt,answer\nWhere is my parcel today?,It is on its way\nWho are you and why?,An assistant\n"


class Writer:
    """A language model that says what its version says, and grades others by `grades`."""

    def __init__(self, config: dict[str, Any], digest: str, files: ModelFiles) -> None:
        self._config = config

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        if "schema" not in payload:
            return {"text": self._config["says"], "json": None}
        if "grades" not in self._config:
            raise StepFailed(ErrorCategory.UNAVAILABLE, "judge_away", "The judge is away.")
        return {"text": "", "json": self._config["grades"]}


def writer(workspace: Workspace, name: str, **config: Any) -> Asset:
    asset = actions.create_asset(system("test"), workspace.id, name=name, task="chat", title=name.title())
    actions.move_alias(system("test"), version(asset, **config))
    return asset


def graded_rows(workspace: Workspace, judge: str) -> Asset:
    file = save_file(system("test"), workspace.id, "questions.csv", "text/csv", QUESTIONS)
    config = {"target": "answer", "text": "prompt", "rubric": ["It is kind", "It is short"], "judge": judge}
    about = {"name": "questions", "kind": Kind.DATA_SET, "title": "Questions"}
    return actions.register_asset(
        system("test"), workspace.id, **about, version={"config": config, "artifact": file.id}
    )


@pytest.fixture(autouse=True)
def speaking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(calls.LOADERS, KEY, Parrot)
    monkeypatch.setitem(calls.LOADERS, ("patterns", "chat"), Writer)


def rows(workspace: Workspace, data: bytes = ROWS) -> Asset:
    file = save_file(system("test"), workspace.id, "tickets.csv", "text/csv", data)
    about = {"name": "tickets", "kind": Kind.DATA_SET, "title": "Tickets"}
    return actions.register_asset(system("test"), workspace.id, **about, version={"config": {}, "artifact": file.id})


@pytest.fixture
def asset(workspace: Workspace) -> Asset:
    return parrot(workspace, says={"My card is gone for good": "cards"})


def test_a_data_set_says_what_its_file_holds(workspace: Workspace, browser_of: BrowserOf) -> None:
    steward, made = browser_of("steward"), rows(workspace)
    live = steward.get(f"assets/{made.id}").json()["live"]["id"]
    config = steward.get(f"asset-versions/{live}").json()["config"]
    assert (config["rows"], config["target"], config["text"]) == (3, "kind", "text")
    bad = save_file(system("test"), workspace.id, "x.csv", "text/csv", b"a,a\n1,2\n")
    answer = steward.post(f"assets/{made.id}/versions", {"config": {}, "artifact": str(bad.id)})
    assert (answer.status_code, answer.json()["code"]) == (422, "table_unusable")


def test_a_judge_has_to_be_a_language_model_with_a_version(workspace: Workspace, asset: Asset) -> None:
    with pytest.raises(Invalid, match="is no language model that you may use"):
        graded_rows(workspace, asset.name)
    actions.create_asset(system("test"), workspace.id, name="empty", task="chat", title="Empty")
    with pytest.raises(Invalid) as refused:
        graded_rows(workspace, "empty")
    assert refused.value.code == "judge_missing"


def test_who_may_add_versions_has_them_measured(workspace: Workspace, asset: Asset, browser_of: BrowserOf) -> None:
    steward, address = browser_of("steward"), f"assets/{asset.id}/evaluations"
    assert steward.post(address, {"version": 1}).json()["code"] == "no_data_set"
    assert steward.patch(f"assets/{asset.id}", {"evaluation_set": str(rows(workspace).id)}).status_code == 200
    assert browser_of("builder").post(address, {"version": 1}).status_code == 403
    made = steward.post(address, {"version": 1})
    assert (made.status_code, made.json()["state"]) == (201, "queued")
    assert steward.post(address, {"version": 1}).json()["id"] == made.json()["id"]  # the same is not measured twice
    stopped = steward.post(f"evaluations/{made.json()['id']}/stop")
    assert stopped.json()["state"] == "stopped"
    assert steward.post(f"evaluations/{made.json()['id']}/stop").json()["code"] == "evaluation_ended"
    assert [item["state"] for item in browser_of("viewer").get(address).json()["results"]] == ["stopped"]


def test_what_a_lost_worker_left_behind_is_begun_again_but_not_for_ever(workspace: Workspace, asset: Asset) -> None:
    evaluation = ask_evaluation(system("test"), asset.versions.get(), rows(workspace))
    long_ago = timezone.now() - timedelta(minutes=5)
    mine = Evaluation.objects.filter(id=evaluation.id)
    mine.update(state=EvaluationState.RUNNING, alive_at=long_ago, tries=1)
    assert [one.id for one in begin_again()] == [evaluation.id]
    assert begin_again() == []
    mine.update(state=EvaluationState.RUNNING, alive_at=long_ago, tries=3)
    assert begin_again() == []
    assert mine.get().state == EvaluationState.FAILED


class TestDone:
    """Workers read the database from threads of their own, so these commit what they write."""

    @pytest.fixture
    def workspace(self, django_db_setup: None, django_db_blocker: Any) -> Iterator[Workspace]:
        with django_db_blocker.unblock():
            made = Workspace.objects.create(name="Committed")
            yield made
            Evaluation.objects.filter(asset__workspace=made).delete()
            made.delete()

    def done(self, asset: Asset, number: int, cases: Asset) -> Evaluation:
        evaluation = ask_evaluation(system("test"), asset.versions.get(number=number), cases)
        measure(evaluation.id)
        return Evaluation.objects.select_related("asset").get(id=evaluation.id)

    def test_the_report_and_every_answer_are_kept(self, workspace: Workspace, asset: Asset) -> None:
        evaluation = self.done(asset, 1, rows(workspace))
        assert (evaluation.state, evaluation.cases, evaluation.asked) == ("done", 3, 3)
        report = evaluation.known_report
        assert report is not None
        assert report.figures["accuracy"] == pytest.approx(1 / 3, abs=1e-5)
        assert outcomes_of(evaluation) == {"1": 1.0, "2": 0.0, "3": 0.0}
        assert evaluation.rows_id is not None
        assert b'"given":{"label":"other"' in read_file(workspace.id, evaluation.rows_id)
        assert not AssetCall.objects.filter(workspace=workspace).exists()  # nobody was answered

    def test_a_version_that_does_not_answer_gets_a_report_that_says_so(self, workspace: Workspace) -> None:
        report = self.done(parrot(workspace, "silent", fails=True), 1, rows(workspace)).known_report
        assert report is not None
        assert (report.answered, report.errors) == (0, {"parrot_silent": 3})

    def test_rows_that_cannot_be_used_leave_a_reason(self, workspace: Workspace, asset: Asset) -> None:
        evaluation = self.done(asset, 1, rows(workspace, b"text,kind\nHello there my friend,\n"))
        assert evaluation.state == EvaluationState.FAILED
        assert "No row of the data set has a known answer" in evaluation.error

    def test_two_versions_are_compared_case_by_case(
        self, workspace: Workspace, asset: Asset, browser_of: BrowserOf
    ) -> None:
        version(asset, says=RIGHT)
        cases = rows(workspace)
        before, after = self.done(asset, 1, cases), self.done(asset, 2, cases)
        viewer = browser_of("viewer")
        told = viewer.get(f"evaluations/{after.id}/compare", before=before.id).json()
        assert (told["better"], told["worse"], told["verdict"]) == (2, 0, "equal")  # three cases are not enough
        shown = viewer.get(f"evaluations/{after.id}").json()
        assert (shown["report"]["figures"]["accuracy"], shown["rows_hidden"], shown["report"]["worst"]) == (1, True, [])

    def test_what_a_language_model_writes_is_graded_by_another(self, workspace: Workspace) -> None:
        judge = writer(workspace, "strict", says="", grades={"criterion_1": 4, "criterion_2": 2})
        cases = graded_rows(workspace, "strict")
        actions.move_alias(system("test"), version(judge, says=""))  # grades of another version would not compare
        report = self.done(writer(workspace, "chatty", says="It is on its way"), 1, cases).known_report
        assert report is not None
        figures = report.figures
        assert (figures["rubric: It is kind"], figures["rubric: It is short"]) == (1.0, 0.5)

    def test_without_its_judge_there_is_no_report(self, workspace: Workspace) -> None:
        writer(workspace, "away", says="")
        evaluation = self.done(writer(workspace, "chatty", says="Well"), 1, graded_rows(workspace, "away"))
        assert (evaluation.state, evaluation.error) == (EvaluationState.FAILED, "The judge is away.")
