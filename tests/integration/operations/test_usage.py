"""What models and tools cost: sums by day, workflow, model and person, and the calls behind each of them."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from uuid_utils.compat import uuid7

from builder.models import Workflow
from orchestrator.assets import actions
from orchestrator.assets.models import Arm, Asset, AssetCall
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.governance.principal import system
from tests.integration.authoring import MAKER, Browser, join


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Harbour Tools")


@pytest.fixture
def olga(workspace: Workspace) -> Browser:
    return join(workspace, "admin", "builder", name="Olga")


@pytest.fixture
def maria(workspace: Workspace) -> Browser:
    return join(workspace, *MAKER, name="Maria")


@pytest.fixture
def asset(workspace: Workspace) -> Asset:
    return made(workspace, "writer", "Writer")


def made(workspace: Workspace, name: str, title: str) -> Asset:
    asset = actions.create_asset(system("test"), workspace.id, name=name, task="chat", title=title)
    config = {"base_url": "https://models.example/v1", "model": "small"}
    actions.move_alias(system("test"), actions.register_version(system("test"), asset, runtime="chat", config=config))
    return asset


def called(asset: Asset, workflow: Workflow | None, person: Browser | None = None, **more: Any) -> AssetCall:
    at: datetime = timezone.now() - timedelta(days=more.pop("days_ago", 0))
    given = {
        "workspace_id": asset.workspace_id,
        "asset": asset,
        "version": asset.versions.get(),
        "alias": "live",
        "arm": Arm.LIVE,
        "task": "chat",
        "run": uuid7() if workflow else None,
        "workflow": workflow.pk if workflow else None,
        "step": 2 if workflow else None,
        "node": "ask" if workflow else "",
        "by": person.user if person else None,
        "at": at,
        "ms": 12.5,
        "prompt_tokens": 10,
        "completion_tokens": 4,
        "cost": Decimal("0.5"),
    }
    return AssetCall.objects.create(**{**given, **more})


def usage(person: Browser, workspace: Workspace, **asked: Any) -> dict[str, Any]:
    answer = person.get(f"workspaces/{workspace.pk}/usage", **asked)
    assert answer.status_code == 200, answer.json()
    return dict(answer.json())


def test_it_is_summed_up_by_whatever_is_asked_the_dearest_first(
    olga: Browser, maria: Browser, workspace: Workspace, asset: Asset
) -> None:
    invoices, claims = maria.make(workspace, "Invoices"), maria.make(workspace, "Claims")
    called(asset, invoices, maria)
    called(asset, invoices, maria, cost=None, code="timeout", prompt_tokens=None, completion_tokens=None)
    called(asset, claims, cost=Decimal("2"))
    called(made(workspace, "reader", "Reader"), None, maria, cost=Decimal("0.1"))
    called(asset, claims, days_ago=40)
    told = usage(olga, workspace, by="workflow")
    assert (told["currency"], told["count"]) == ("EUR", 3)
    assert {name: told["total"][name] for name in ("calls", "errors", "prompt_tokens", "completion_tokens")} == {
        "calls": 4,
        "errors": 1,
        "prompt_tokens": 30,
        "completion_tokens": 12,
    }
    assert Decimal(told["total"]["cost"]) == Decimal("2.6")
    assert [(row["name"], row["calls"], row["errors"]) for row in told["rows"]] == [
        ("Claims", 1, 0),
        ("Invoices", 2, 1),
        ("", 1, 0),
    ]
    assert told["rows"][2]["key"] is None
    assert [row["name"] for row in usage(olga, workspace, by="asset")["rows"]] == ["Writer", "Reader"]
    people = usage(olga, workspace, by="person")["rows"]
    assert [(row["name"], row["calls"]) for row in people] == [("", 1), ("Maria", 3)]
    assert [row["calls"] for row in usage(olga, workspace, by="day", days=90)["rows"]] == [4, 1]


@pytest.mark.ux(174)
def test_every_figure_is_the_count_of_the_calls_behind_it(
    olga: Browser, maria: Browser, workspace: Workspace, asset: Asset
) -> None:
    invoices = maria.make(workspace, "Invoices")
    for days_ago in (0, 0, 3):
        called(asset, invoices, maria, days_ago=days_ago)
    called(asset, None, maria)
    called(asset, invoices, code="timeout", days_ago=3)

    def listed(**filters: Any) -> int:
        answer = olga.get(f"workspaces/{workspace.pk}/usage/calls", **filters).json()
        assert len(answer["results"]) == answer["count"]
        return int(answer["count"])

    for by in ("day", "workflow", "person", "asset"):
        for row in usage(olga, workspace, by=by)["rows"]:
            assert row["calls"] == listed(**{by: row["key"] or "none"}), (by, row)
    assert usage(olga, workspace)["total"]["errors"] == listed(failed="true") == 1
    newest = olga.get(f"workspaces/{workspace.pk}/usage/calls", workflow="none").json()["results"][0]
    assert (newest["asset"]["name"], newest["workflow"], newest["run"], newest["person"]["name"]) == (
        "Writer",
        None,
        None,
        "Maria",
    )


def test_the_file_holds_the_same_and_no_cell_begins_like_a_formula(
    olga: Browser, maria: Browser, workspace: Workspace, asset: Asset
) -> None:
    called(asset, maria.make(workspace, "=cmd|' /C calc'!A0"), maria)
    answer = olga.get(f"workspaces/{workspace.pk}/usage/export", by="workflow")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0][:3] == ["workflow", "id", "calls"]
    assert rows[1][0].startswith("'=cmd")
    calls = b"".join(olga.get(f"workspaces/{workspace.pk}/usage/export").streaming_content).decode("utf-8-sig")
    (call,) = csv.DictReader(io.StringIO(calls))
    assert (call["asset"], call["person"], Decimal(call["cost"])) == ("Writer", "Maria", Decimal("0.5"))
    assert AuditEvent.objects.filter(workspace_id=workspace.pk, action="usage.exported").count() == 2


def test_what_others_spend_is_for_those_who_answer_for_it(
    maria: Browser, olga: Browser, workspace: Workspace, asset: Asset
) -> None:
    called(asset, None, maria)
    assert maria.get(f"workspaces/{workspace.pk}/usage").status_code == 403
    elsewhere = Workspace.objects.create(name="Elsewhere")
    assert olga.get(f"workspaces/{elsewhere.pk}/usage").status_code == 404
    sam = join(elsewhere, "admin", name="Sam")
    assert usage(sam, elsewhere)["total"]["calls"] == 0
    assert usage(sam, elsewhere, asset=str(asset.id))["total"]["calls"] == 0


def test_the_name_of_a_workflow_stays_with_those_who_may_see_it(
    maria: Browser, workspace: Workspace, asset: Asset
) -> None:
    secret = maria.make(workspace, "Secret")
    Workflow.objects.filter(pk=secret.pk).update(access="restricted")
    called(asset, secret)
    sven = join(workspace, "steward", name="Sven")
    (row,) = usage(sven, workspace, by="workflow")["rows"]
    assert (row["key"], row["name"], row["calls"]) == (str(secret.pk), "", 1)
