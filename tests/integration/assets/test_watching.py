"""The latest calls of a model are looked at; what is wrong is told once, to people and to workflows."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from uuid_utils.compat import uuid7

from orchestrator.assets import actions
from orchestrator.assets.drift.traits import TEXT
from orchestrator.assets.models import Alert, Asset, AssetCall, AssetVersion, Check, Judgement, Watch
from orchestrator.assets.watching import look_at, new_corrections
from orchestrator.governance.models import AuditEvent, Membership, Policy, Workspace
from orchestrator.governance.principal import system
from tests.integration.authoring import Browser, join

TRAITS = Path(__file__).parents[2] / "data" / "banking77" / "traits.csv"


def traits(which: str) -> list[list[float]]:
    with TRAITS.open(encoding="utf-8") as lines:
        rows: Iterator[dict[str, str]] = csv.DictReader(lines)
        return [[float(row[trait.name]) for trait in TEXT] for row in rows if row["set"] == which]


@pytest.fixture(scope="module")
def known() -> dict[str, list[list[float]]]:
    return {which: traits(which) for which in ("reference", "calls", "elsewhere")}


@pytest.fixture
def steward(workspace: Workspace) -> Browser:
    return join(workspace, "steward", name="Stella")


@pytest.fixture
def intents(workspace: Workspace, known: dict[str, list[list[float]]]) -> Asset:
    """Trained on the real thing: it knows what its calls looked like then."""
    by = system("test")
    asset = actions.create_asset(by, workspace.id, name="intents", task="classify", title="Intents")
    card = {"traits": [trait.as_json() for trait in TEXT], "traits_reference": known["reference"]}
    version = actions.register_version(
        by, asset, runtime="skops", config={"method": "words"}, card=card, metrics={"accuracy": 0.93}
    )
    actions.move_alias(by, version)
    return asset


def version_of(asset: Asset) -> AssetVersion:
    return asset.versions.select_related("asset").get()


def ask(asset: Asset, rows: Sequence[list[float]], **more: Any) -> None:
    version, began = version_of(asset), timezone.now()
    given: dict[str, Any] = {"code": "", "ms": 12.0, "confidence": 0.9, **more}
    AssetCall.objects.bulk_create(
        AssetCall(
            workspace_id=asset.workspace_id,
            asset=asset,
            version=version,
            alias="live",
            arm="live",
            task="classify",
            run=uuid7(),
            workflow=uuid7(),
            step=2,
            node="sort",
            attempt=1,
            at=began + timedelta(microseconds=place),
            traits=row,
            **given,
        )
        for place, row in enumerate(rows)
    )


def judge(asset: Asset, *, agreed: int, corrected: int) -> None:
    for place in range(agreed + corrected):
        right = place < agreed
        Judgement.objects.create(
            asset=asset,
            version=version_of(asset),
            run=uuid7(),
            step=3,
            question="kind",
            answered="refund",
            right="refund" if right else "card_arrival",
            agreed=right,
            inputs={"text": f"Where is my card {place}?"},
        )


def look(asset: Asset) -> Check:
    check = look_at(asset.id)
    assert check is not None
    return check


def test_calls_like_those_of_the_training_raise_no_alert(intents: Asset, known: dict[str, Any]) -> None:
    ask(intents, known["calls"][:500])
    check = look(intents)
    assert (check.calls, check.drifted, check.error_rate) == (500, False, 0.0)
    assert not Alert.objects.exists()


def test_a_drift_is_found_within_five_hundred_calls_and_told_once(
    intents: Asset, known: dict[str, Any], steward: Browser
) -> None:
    ask(intents, known["calls"][:350])
    ask(intents, known["elsewhere"][:150])
    assert look(intents).drifted
    alert = Alert.objects.get()
    assert (alert.kind, alert.version, alert.seen_at) == ("drift_output", version_of(intents), None)
    assert alert.words["traits"] == ["confidence"]
    assert AuditEvent.objects.get(action="asset.alerted").actor_name == "watch"
    ask(intents, known["elsewhere"][150:200])
    assert look(intents).drifted
    assert Alert.objects.count() == 1
    steward.post(f"alerts/{alert.pk}/see")
    ask(intents, known["elsewhere"][200:250])
    look(intents)
    assert Alert.objects.count() == 1, "who has seen it is not told the same again"
    ask(intents, known["calls"][500:1000])
    assert not look(intents).drifted
    ask(intents, known["elsewhere"][:250])
    look(intents)
    assert Alert.objects.count() == 2


def test_nothing_new_is_not_looked_at_again_unless_somebody_wants_it(
    intents: Asset, known: dict[str, Any], steward: Browser
) -> None:
    ask(intents, known["calls"][:120])
    look(intents)
    assert look_at(intents.id) is None
    assert steward.post(f"assets/{intents.pk}/watch/now").status_code == 202
    assert Watch.objects.get().next_at <= timezone.now()
    look(intents)
    assert look_at(intents.id) is None


def test_a_version_that_was_not_trained_here_is_watched_all_the_same(workspace: Workspace) -> None:
    by = system("test")
    asset = actions.create_asset(by, workspace.id, name="chat", task="chat", title="Chat")
    assert look_at(asset.id) is None
    actions.move_alias(by, actions.register_version(by, asset, runtime="labels", config={}))
    ask(asset, [[]] * 30, ms=800.0)
    check = look(asset)
    assert (check.drift, check.score, check.p95_ms) == (None, None, 800.0)


@pytest.mark.parametrize(
    ("limits", "kind", "value"),
    [
        ({"errors_at_most": 0.1}, "errors", 0.5),
        ({"p95_at_most_ms": 10}, "latency", 12.0),
        ({"agreement_at_least": 0.9}, "quality", 0.75),
    ],
)
def test_a_limit_that_is_passed_raises_an_alert_of_its_kind(
    intents: Asset, known: dict[str, Any], steward: Browser, limits: dict[str, float], kind: str, value: float
) -> None:
    ask(intents, known["calls"][:60])
    ask(intents, known["calls"][:60], code="model_down")
    judge(intents, agreed=30, corrected=10)
    look(intents)
    assert not Alert.objects.exists()
    assert steward.patch(f"assets/{intents.pk}/watch", limits).status_code == 200
    assert steward.post(f"assets/{intents.pk}/watch/now").status_code == 202
    look(intents)  # the same calls as at the last look, but nobody has been told
    alert = Alert.objects.get()
    assert (alert.kind, alert.value, alert.limit) == (kind, value, next(iter(limits.values())))


def test_the_page_tells_what_was_found_and_what_raises_an_alert(
    workspace: Workspace, intents: Asset, known: dict[str, Any], steward: Browser
) -> None:
    ask(intents, known["calls"][:100])
    ask(intents, known["elsewhere"][:150])
    judge(intents, agreed=3, corrected=2)
    look(intents)
    told = steward.get(f"assets/{intents.pk}/watch").json()
    assert told["limits"] == {
        "drift": True, "agreement_at_least": None, "errors_at_most": None, "p95_at_most_ms": None
    }  # fmt: skip
    assert (told["last"]["drifted"], told["last"]["comparable"], told["new_corrections"]) == (True, True, 2)
    assert told["last"]["traits"][0]["drifted"]
    assert (told["last"]["agreed"], told["last"]["judged"], len(told["checks"])) == (3, 5, 1)
    [alert] = steward.get(f"workspaces/{workspace.pk}/alerts").json()["results"]
    assert (alert["asset_title"], alert["kind"], alert["version"]) == ("Intents", "drift_input", 1)
    assert steward.post(f"alerts/{alert['id']}/see").status_code == 204
    assert steward.get(f"workspaces/{workspace.pk}/alerts").json()["results"] == []
    [seen] = steward.get(f"assets/{intents.pk}/alerts").json()["results"]
    assert seen["seen_by"]["name"] == "Stella"


def test_who_may_not_add_versions_changes_no_limit_and_sees_no_alert_of_others(
    workspace: Workspace, intents: Asset, known: dict[str, Any]
) -> None:
    ask(intents, known["elsewhere"][:300])
    look(intents)
    viewer = join(workspace, "viewer", name="Vera")
    assert viewer.get(f"assets/{intents.pk}/watch").status_code == 200
    assert viewer.get(f"workspaces/{workspace.pk}/alerts").json()["results"] == []
    assert viewer.patch(f"assets/{intents.pk}/watch", {"drift": False}).status_code == 403
    assert viewer.post(f"assets/{intents.pk}/watch/now").status_code == 403
    assert viewer.post(f"alerts/{Alert.objects.get().pk}/see").status_code == 403
    Asset.objects.filter(pk=intents.pk).update(owner=viewer.user)
    assert len(viewer.get(f"workspaces/{workspace.pk}/alerts").json()["results"]) == 1
    elsewhere = join(Workspace.objects.create(name="Elsewhere"), "steward", name="Sam")
    assert elsewhere.get(f"assets/{intents.pk}/watch").status_code == 404
    assert elsewhere.post(f"alerts/{Alert.objects.get().pk}/see").status_code == 404


def test_what_a_rule_takes_out_of_sight_rings_for_nobody_it_is_against(
    workspace: Workspace, intents: Asset, known: dict[str, Any], steward: Browser
) -> None:
    ask(intents, known["elsewhere"][:300])
    look(intents)
    member = Membership.objects.get(user=steward.user)
    Policy.objects.create(workspace=workspace, member=member, verbs=["asset:read"], object_id=intents.pk)
    assert steward.get(f"workspaces/{workspace.pk}/alerts").json()["results"] == []


def test_corrections_count_until_a_version_has_learned_from_them(intents: Asset) -> None:
    judge(intents, agreed=2, corrected=3)
    assert new_corrections(intents) == 3
    version = actions.register_version(system("test"), intents, runtime="skops", config={"method": "words"})
    actions.move_alias(system("test"), version)
    assert new_corrections(intents) == 0


def test_a_drift_that_nobody_wants_to_hear_of_is_only_shown(
    intents: Asset, known: dict[str, Any], steward: Browser
) -> None:
    steward.patch(f"assets/{intents.pk}/watch", {"drift": False})
    change = AuditEvent.objects.get(action="asset.watch_changed")
    assert (change.before, change.after) == ({"drift": True}, {"drift": False})
    ask(intents, known["elsewhere"][:300])
    assert look(intents).drifted
    assert not Alert.objects.exists()


def test_a_model_is_found_by_the_sweep_and_looked_at_once_in_a_while(
    intents: Asset, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestrator.operations import watching

    rung: list[tuple[str, UUID]] = []
    monkeypatch.setattr(watching, "ring_chore", lambda name, id: rung.append((name, id)))
    watching.watch_due()
    watching.watch_due()
    assert rung == [("look_at_asset", intents.id)]
