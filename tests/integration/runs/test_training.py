"""A model is trained from the product: a run of one step that leaves a candidate, and never a live version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from builder import actions as authoring
from builder.models import Workflow
from orchestrator.assets import actions
from orchestrator.assets.models import Asset, AssetAlias, Training, TrainingState
from orchestrator.governance.models import AuditEvent, Membership, Workspace
from orchestrator.governance.principal import system
from orchestrator.runs import remote
from orchestrator.runs.models import Run, RunStatus, StepTask
from orchestrator.runs.trainings import close_left
from tests.integration.authoring import Browser, join
from tests.integration.runs.graphs import graph, line, node

Drive = Callable[[Run], Run]
BANKING = Path(__file__).parents[2] / "data" / "banking77" / "texts.csv"
PARAMETERS = {"text": "text", "method": "words"}


@pytest.fixture(autouse=True)
def _own_data_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def steward(workspace: Workspace) -> Browser:
    """Looks after models, and after nothing else."""
    return join(workspace, "steward", name="Stella")


@pytest.fixture
def intents(workspace: Workspace) -> Asset:
    return actions.create_asset(system("test"), workspace.id, name="intents", task="classify", title="Intents")


def upload(browser: Browser, workspace: Workspace, data: bytes, name: str = "letters.csv") -> str:
    sent = {"file": SimpleUploadedFile(name, data, "text/csv")}
    answer = browser.client.post(f"/api/workspaces/{workspace.pk}/artifacts", sent)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["file_id"])


def train(browser: Browser, asset: Asset, file: str, **more: Any) -> Any:
    wanted = {"file": file, "target": "category", "parameters": PARAMETERS, **more}
    return browser.post(f"assets/{asset.pk}/trainings", wanted)


def do_the_work(run: Run, drive: Drive) -> Run:
    drive(run)
    task = StepTask.objects.get(run_id=run.pk, state=0)
    remote.work(task.run_id, task.step, task.attempt)
    return drive(run)


def told(browser: Browser, asset: Asset) -> list[dict[str, Any]]:
    return list(browser.get(f"assets/{asset.pk}/trainings").json()["results"])


def test_a_table_tells_its_columns_before_anything_is_learned(
    workspace: Workspace, steward: Browser, intents: Asset, viewer: Browser
) -> None:
    file = upload(steward, workspace, BANKING.read_bytes())
    found = steward.post(f"assets/{intents.pk}/table", {"file": file}).json()
    assert (found["source"], found["rows"]) == ("letters.csv", 320)
    assert [(one["name"], one["kind"], one["different"]) for one in found["columns"]] == [
        ("text", "text", 320),
        ("category", "choice", 8),
    ]
    broken = upload(steward, workspace, b"a,a\n1,2\n")
    refused = steward.post(f"assets/{intents.pk}/table", {"file": broken})
    assert (refused.status_code, refused.json()["code"]) == (422, "table_unusable")
    assert viewer.post(f"assets/{intents.pk}/table", {"file": file}).status_code == 403


def test_a_steward_trains_a_candidate_with_an_honest_card(
    workspace: Workspace, steward: Browser, intents: Asset, drive: Drive
) -> None:
    asked = train(steward, intents, upload(steward, workspace, BANKING.read_bytes())).json()
    assert (asked["state"], asked["source"], asked["own_run"]) == ("queued", "letters.csv", True)
    run = do_the_work(Run.objects.get(pk=asked["run"]), drive)
    [done] = told(steward, intents)
    assert (done["state"], done["version"], done["rows"], done["share"]) == ("done", 1, 320, 1.0)
    assert done["by"]["name"] == "Stella"
    names = dict(AssetAlias.objects.filter(asset=intents).values_list("name", "version__number"))
    assert names == {"candidate": 1}
    version = intents.versions.get()
    assert version.is_intact
    assert version.card["made_by_run"] == str(run.pk)
    assert version.card["data"]["source"] == "letters.csv"
    assert version.metrics["accuracy"] > 0.7 > version.card["baseline"]["accuracy"]
    assert version.created_by == steward.user
    card = steward.get(f"asset-versions/{version.pk}").json()["card"]
    assert card["report"]["confusion"]["labels"]
    assert card["report"]["worst"][0]["why"]
    assert "traits_reference" not in card
    viewer = join(workspace, "viewer", name="Vera")
    assert viewer.get(f"asset-versions/{version.pk}").json()["card"]["report"]["worst"] == []
    trail = AuditEvent.objects.filter(action__startswith="asset.tr").order_by("seq").values_list("action", "actor_id")
    assert list(trail) == [("asset.training_asked", steward.user.pk), ("asset.trained", steward.user.pk)]


def test_the_work_is_no_workflow_that_anybody_edits(
    workspace: Workspace, steward: Browser, maria: Browser, intents: Asset, committed: None
) -> None:
    train(steward, intents, upload(steward, workspace, BANKING.read_bytes()))
    inner = Workflow.objects.get()
    assert maria.get(f"workspaces/{workspace.pk}/workflows").json()["results"] == []
    assert maria.get(f"workflows/{inner.pk}").status_code == 404
    [run] = maria.get(f"workspaces/{workspace.pk}/runs").json()["results"]
    assert (run["how"], run["title"]) == ("training", "Intents")
    Run.objects.update(status=RunStatus.FAILED)
    assert not maria.get(f"runs/{run['id']}").json()["may"]["repeat"]
    for again in (maria.post(f"runs/{run['id']}/repeat", {"version": "latest"}), maria.post(f"runs/{run['id']}/load")):
        assert again.json()["code"] == "inner_run"


def test_a_target_that_cannot_be_learned_says_so_and_leaves_nothing(
    workspace: Workspace, steward: Browser, intents: Asset, drive: Drive
) -> None:
    one_label = b"text,category\n" + b"".join(b"this is letter %d,same\n" % number for number in range(60))
    asked = train(steward, intents, upload(steward, workspace, one_label)).json()
    do_the_work(Run.objects.get(pk=asked["run"]), drive)
    [failed] = told(steward, intents)
    assert (failed["state"], failed["code"]) == ("failed", "training_refused")
    assert "at least two labels" in failed["message"]
    assert not intents.versions.exists()


def test_a_stopped_training_keeps_nothing(
    workspace: Workspace, steward: Browser, intents: Asset, drive: Drive, viewer: Browser
) -> None:
    asked = train(steward, intents, upload(steward, workspace, BANKING.read_bytes())).json()
    run = drive(Run.objects.get(pk=asked["run"]))
    assert viewer.post(f"trainings/{asked['id']}/stop").status_code == 403
    assert steward.post(f"trainings/{asked['id']}/stop").status_code == 204
    assert steward.post(f"trainings/{asked['id']}/stop").json()["code"] == "training_ended"
    assert told(steward, intents)[0]["state"] == "stopped"
    drive(run)
    assert not StepTask.objects.filter(run_id=run.pk, state=0).exists()
    assert not intents.versions.exists()


def test_an_attempt_that_begins_again_gives_the_version_that_is_there(
    workspace: Workspace, steward: Browser, intents: Asset, drive: Drive
) -> None:
    asked = train(steward, intents, upload(steward, workspace, BANKING.read_bytes())).json()
    run = drive(Run.objects.get(pk=asked["run"]))
    task = StepTask.objects.get(run_id=run.pk, state=0)
    remote.work(task.run_id, task.step, task.attempt)
    StepTask.objects.filter(run_id=run.pk).update(state=0, owner=None, body=task.body)
    remote.work(task.run_id, task.step, task.attempt)
    assert intents.versions.count() == 1


@pytest.mark.parametrize(
    ("status", "error", "state", "message"),
    [
        (RunStatus.CANCELLED, None, "stopped", ""),
        (RunStatus.FAILED, {"code": "time_limit", "message": "It took too long."}, "failed", "It took too long."),
    ],
)
def test_a_training_whose_run_ended_without_it_ends_too(
    workspace: Workspace,
    steward: Browser,
    intents: Asset,
    committed: None,
    status: int,
    error: Any,
    state: str,
    message: str,
) -> None:
    asked = train(steward, intents, upload(steward, workspace, BANKING.read_bytes())).json()
    close_left()
    assert told(steward, intents)[0]["state"] == "queued"
    Run.objects.filter(pk=asked["run"]).update(status=status, error=error)
    close_left()
    [ended] = told(steward, intents)
    assert (ended["state"], ended["message"]) == (state, message)


def test_a_workspace_trains_so_much_at_once_and_in_a_day(
    workspace: Workspace, steward: Browser, intents: Asset, settings: Any, db: None
) -> None:
    file = upload(steward, workspace, BANKING.read_bytes())
    for _ in range(5):
        assert train(steward, intents, file).status_code == 201
    full = train(steward, intents, file)
    assert (full.status_code, full.json()["code"]) == (429, "trainings_full")
    now = timezone.now()
    Training.objects.update(state=TrainingState.DONE, started_at=now - timedelta(minutes=3), ended_at=now)
    settings.TRAINING_MINUTES_A_DAY = 15
    assert train(steward, intents, file).json()["code"] == "training_quota"
    settings.TRAINING_MINUTES_A_DAY = 16
    assert train(steward, intents, file).status_code == 201


def test_only_who_may_add_versions_trains(
    workspace: Workspace, steward: Browser, maria: Browser, stranger: Browser, intents: Asset, db: None
) -> None:
    file = upload(steward, workspace, BANKING.read_bytes())
    assert train(maria, intents, file).status_code == 403
    assert train(stranger, intents, file).status_code == 404
    assert train(steward, intents, "0191b3c0-0000-7000-8000-000000000000").json()["code"] == "training_rows"
    embeds = actions.create_asset(system("test"), workspace.id, name="vectors", task="embed", title="Vectors")
    assert train(steward, embeds, file).json()["code"] == "training_refused"


def test_a_step_trains_with_the_rights_of_who_published_its_workflow(
    workspace: Workspace, maria: Browser, steward: Browser, intents: Asset, publish: Any, start: Any, drive: Drive
) -> None:
    rows = maria.client.post(
        f"/api/workspaces/{workspace.pk}/artifacts", {"file": SimpleUploadedFile("b.csv", BANKING.read_bytes())}
    ).json()
    config = {"asset": "intents", "file": rows, "target": "category", "method": "words"}
    workflow = publish(
        graph([node("start", "start_manual"), node("train", "train_model", config)], [line("start", "train")])
    )
    run = do_the_work(start(workflow, input={}), drive)
    assert (run.error or {}).get("code") == "not_allowed"
    Membership.objects.filter(user=steward.user).update(roles=["steward", "publisher"])
    authoring.publish(steward.principal, workflow, note="Trains", run_as=steward.user.pk)
    workflow.refresh_from_db()
    done = do_the_work(start(workflow, input={}), drive)
    assert done.error is None
    assert intents.versions.get().created_by == steward.user
    assert [one["own_run"] for one in told(steward, intents)] == [False]
