"""What auditors ask about models: what they are made of and by whom, who let them answer, and whom they answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builder.models import Workflow
from orchestrator.assets.models import Asset
from orchestrator.governance.models import Workspace
from orchestrator.runs.models import Run, RunStatus
from tests.integration.assets.parrot import version
from tests.integration.authoring import Browser, join
from tests.integration.questions.asking import entries, manifest, trail
from tests.integration.questions.histories import sorting, writing
from tests.integration.runs.test_training import BANKING, do_the_work, upload

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


@pytest.fixture
def stella(workspace: Workspace) -> Browser:
    """Looks after models and data sets."""
    return join(workspace, "steward", name="Stella")


@pytest.fixture
def jan(workspace: Workspace) -> Browser:
    """Agrees to what others ask for."""
    return join(workspace, "admin", name="Jan")


def replace(kinds: Asset, number: int, asker: Browser, decider: Browser) -> None:
    """One asks for another version, a second person agrees, and it answers from then on."""
    wanted = {"version": number, "plan": {"how": "at_once"}, "reason": "It sorts better"}
    asked = asker.post(f"assets/{kinds.pk}/replacements", wanted).json()
    agreed = {"approve": True, "reason": "Measured", "content_hash": asked["request"]["content_hash"]}
    assert decider.post(f"replacements/{asked['id']}/decide", agreed).status_code == 200


def moves(otto: Browser, asset: Asset) -> list[dict[str, Any]]:
    """What changed about which version answers, oldest first."""
    answer = otto.get(f"assets/{asset.pk}/moves")
    assert answer.status_code == 200, answer.json()
    return list(reversed(answer.json()["results"]))


def calls(otto: Browser, workspace: Workspace, asset: Asset) -> list[dict[str, Any]]:
    """Every question to it, oldest first."""
    answer = otto.get(f"workspaces/{workspace.pk}/usage/calls", asset=str(asset.pk), days=366, page_size=100)
    assert answer.status_code == 200, answer.json()
    return list(reversed(answer.json()["results"]))


def test_q05_a_call_to_a_provider_says_which_model_where_with_which_settings_and_what_it_called_itself(
    writer: Asset, otto: Browser, maria: Browser, publish: Publish, start: Start, drive: Drive
) -> None:
    run = drive(start(publish(writing())))
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    told = manifest(otto, run)
    [asset] = told["assets"]
    assert (asset["asset"]["name"], asset["version"], asset["varies"]) == ("Writer", 1, True)
    assert asset["asked"] == {"host": "127.0.0.1", "model": "writer-2", "parameters": {"temperature": 0.2}}
    assert [(one["host"], one["kind"], one["node"]) for one in told["outside"]] == [("127.0.0.1", "model", "write")]
    facts = otto.get(f"runs/{run.pk}").json()["steps"][1]["facts"]
    assert (facts["asset"], facts["version"], facts["reported"]) == ("writer", 1, "writer-2-2026-03-01")
    [same] = manifest(maria, run)["assets"]
    assert same["asked"] is None, "who only uses it does not learn what it is made of"


def test_q05_a_model_that_answers_here_is_known_by_its_version_and_digest(
    kinds: Asset, otto: Browser, publish: Publish, start: Start, drive: Drive
) -> None:
    run = drive(start(publish(sorting()), input={"customer": "Ada"}))
    step = otto.get(f"runs/{run.pk}").json()["steps"][1]
    assert (step["facts"]["asset"], step["facts"]["version"]) == ("kinds", 1)
    [asset] = manifest(otto, run)["assets"]
    assert (asset["node"], asset["version"], asset["varies"], asset["asked"]) == ("sort", 1, False, None)
    version_shown = otto.get(f"asset-versions/{step['facts']['version_id']}").json()
    assert (version_shown["content_hash"], version_shown["intact"]) == (asset["content_hash"], True)


def test_q21_a_model_says_which_workflows_depend_on_it(kinds: Asset, otto: Browser, publish: Publish) -> None:
    workflow = publish(sorting())
    [user] = otto.get(f"assets/{kinds.pk}/uses").json()["workflows"]
    assert (user["id"], user["places"], user["nodes"]) == (str(workflow.pk), ["draft", "live"], ["sort"])


def test_q22_and_q08_a_trained_version_says_who_trained_it_on_which_rows_how_and_how_well(
    stella: Browser, otto: Browser, workspace: Workspace, drive: Drive, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    letters = made(stella, workspace, "letters", kind="data_set")
    first = {
        "config": {"target": "category", "text": "text"},
        "artifact": upload(stella, workspace, BANKING.read_bytes()),
    }
    assert stella.post(f"assets/{letters['id']}/versions", first).status_code == 201
    assert stella.put(f"assets/{letters['id']}/aliases/live", {"version": 1}).status_code == 200
    intents = Asset.objects.get(pk=made(stella, workspace, "intents", kind="model", task="classify")["id"])
    wanted = {"data_set": letters["id"], "target": "category", "parameters": {"text": "text", "method": "words"}}
    asked = stella.post(f"assets/{intents.pk}/trainings", wanted)
    assert asked.status_code == 201, asked.json()
    run = do_the_work(Run.objects.get(pk=asked.json()["run"]), drive)
    assert RunStatus(run.status) is RunStatus.DONE, run.error

    [done] = otto.get(f"assets/{intents.pk}/trainings").json()["results"]
    assert (done["by"]["name"], done["run"], done["version"]) == ("Stella", str(run.pk), 1)
    shown = otto.get(f"asset-versions/{done['version_id']}").json()
    card = shown["card"]
    assert (shown["created_by"]["name"], card["made_by_run"]) == ("Stella", str(run.pk))
    assert (card["pipeline"], card["parameters"]["method"], card["seed"]) == (
        "text",
        "words",
        card["parameters"]["seed"],
    )
    assert card["code_version"]
    assert (card["data"]["source"], card["data"]["rows"], card["data"]["target"]) == (
        "Letters, version 1",
        320,
        "category",
    )
    assert shown["metrics"]["accuracy"] > card["baseline"]["accuracy"]
    assert shown["intact"]
    [trained] = entries(otto, workspace, action="asset.trained")
    assert (trained["actor"]["name"], trained["detail"]["run"]) == ("Stella", str(run.pk))
    assert trained["after"] == {"version": 1, "rows": 320, "data": card["data"]["digest"]}
    rows = otto.get(f"assets/{letters['id']}").json()["live"]["id"]
    assert otto.get(f"asset-versions/{rows}").json()["digest"] == hashlib.sha256(BANKING.read_bytes()).hexdigest()


def made(stella: Browser, workspace: Workspace, name: str, **about: str) -> dict[str, Any]:
    answer = stella.post(f"workspaces/{workspace.pk}/assets", {"name": name, "title": name.capitalize(), **about})
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def test_q23_a_replacement_says_who_asked_who_agreed_and_why(
    kinds: Asset, stella: Browser, jan: Browser, otto: Browser, workspace: Workspace
) -> None:
    version(kinds, **{"else": "praise"})
    replace(kinds, 2, stella, jan)
    told = {one["action"]: one for one in entries(otto, workspace, object_type="asset", object_id=str(kinds.pk))}
    assert (told["request.asked"]["actor"]["name"], told["request.asked"]["reason"]) == ("Stella", "It sorts better")
    assert (told["request.approved"]["actor"]["name"], told["request.approved"]["reason"]) == ("Jan", "Measured")
    assert json.dumps(moves(otto, kinds)).count("It sorts better") >= 1


def test_q24_between_promotion_and_roll_back_each_run_that_the_version_answered_is_listed(
    kinds: Asset,
    stella: Browser,
    jan: Browser,
    otto: Browser,
    workspace: Workspace,
    publish: Publish,
    start: Start,
    drive: Drive,
) -> None:
    workflow = publish(sorting())

    def run() -> Run:
        return drive(start(workflow, input={"customer": "Ada"}))

    version(kinds, **{"else": "praise"})
    before = run()
    replace(kinds, 2, stella, jan)
    between = [run(), run()]
    back = stella.post(f"assets/{kinds.pk}/aliases/live/roll-back", {"reason": "It praises everybody"})
    assert back.status_code == 200, back.json()
    after = run()

    promoted, rolled_back = moves(otto, kinds)[-2:]
    assert (promoted["before"], promoted["after"], promoted["reason"]) == (1, 2, "It sorts better")
    assert (rolled_back["before"], rolled_back["after"], rolled_back["by"]["name"]) == (2, 1, "Stella")
    assert rolled_back["reason"] == "It praises everybody"
    used = calls(otto, workspace, kinds)
    assert [(one["run"], one["version"]) for one in used] == [
        (str(before.pk), 1),
        *((str(one.pk), 2) for one in between),
        (str(after.pk), 1),
    ]
    assert [one["run"] for one in used if promoted["at"] < one["at"] < rolled_back["at"]] == [
        str(one.pk) for one in between
    ]
    assert [(one["version"], one["arm"]) for one in manifest(otto, between[0])["assets"]] == [(2, "live")]
    back_again, promotion, _ = entries(otto, workspace, action="asset.alias_moved", object_id=str(kinds.pk))
    assert (promotion["before"]["version"], promotion["after"]["version"]) == (1, 2)
    assert (back_again["before"]["version"], back_again["after"]["version"]) == (2, 1)
    request = otto.get(f"requests/{promotion['after']['request']}").json()
    assert (request["requester"]["name"], request["decider"]["name"]) == ("Stella", "Jan")
    assert (request["reason"], request["decision_reason"]) == ("It sorts better", "Measured")
    assert "Stella changed which version of “Kinds” answers" in trail(otto, workspace, topic="privileged")
