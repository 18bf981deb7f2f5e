"""Calls while a new version is tried: who is asked, whose answer counts, and what is kept of it.

They read the database from threads of their own, so these tests commit what they write.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync
from uuid_utils.compat import uuid7

from orchestrator.assets import calls
from orchestrator.assets.actions.replacement import ask_replacement, begin, take_back
from orchestrator.assets.models import Asset, Replacement
from orchestrator.assets.pins import Pins
from orchestrator.assets.records import CallRecord
from orchestrator.assets.replacements import Plan
from orchestrator.governance.models import Request, Workspace
from orchestrator.governance.principal import system
from orchestrator.nodes.base import Answer
from tests.integration.assets.parrot import KEY, Parrot, parrot, version


@pytest.fixture
def workspace(django_db_setup: None, django_db_blocker: Any) -> Iterator[Workspace]:
    with django_db_blocker.unblock():
        made = Workspace.objects.create(name="Committed")
        yield made
        made.delete()


@pytest.fixture(autouse=True)
def speaking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(calls.LOADERS, KEY, Parrot)


@pytest.fixture
def asset(workspace: Workspace) -> Asset:
    return parrot(workspace, **{"else": "old"})


def tried(asset: Asset, how: str, percent: int = 50, **config: Any) -> Replacement:
    """A second version that is tried."""
    plan = Plan(how=how, percent=percent)  # type: ignore[arg-type]
    replacement = ask_replacement(version(asset, **config), "live", plan, "Better", system("test"))
    Request.objects.filter(id=replacement.id).update(state="approved")
    begin(replacement.request_id)
    replacement.refresh_from_db()
    return replacement


def ask(asset: Asset, pins: Pins, told: list[CallRecord] | None = None) -> Answer:
    heard: list[CallRecord] = [] if told is None else told
    return async_to_sync(calls.call)(
        asset.workspace_id, asset.name, "classify", {"text": "Hi"}, None, pins=pins, told=heard.append
    )


def said(asset: Asset, run: UUID, told: list[CallRecord] | None = None) -> str:
    return str(ask(asset, Pins(run), told).value["label"])


def sides(asset: Asset) -> dict[str, UUID]:
    """A run that is answered by each version."""
    found: dict[str, UUID] = {}
    while len(found) < 2:
        run = uuid7()
        found.setdefault(said(asset, run), run)
    return found


def test_a_canary_answers_its_share_of_the_runs_and_each_run_keeps_its_side(asset: Asset) -> None:
    tried(asset, "canary", percent=30, **{"else": "new"})
    runs = [uuid7() for _ in range(300)]
    first = [said(asset, run) for run in runs]
    assert 0.2 < first.count("new") / len(runs) < 0.4
    assert first == [said(asset, run) for run in runs]


def test_calls_say_by_which_arm_they_were_answered(asset: Asset) -> None:
    tried(asset, "canary", **{"else": "new"})
    for label, run in sides(asset).items():
        told: list[CallRecord] = []
        said(asset, run, told)
        assert [(record.arm, record.version) for record in told] == [
            ("candidate", 2) if label == "new" else ("live", 1)
        ]


def test_a_canary_that_fails_costs_no_run_its_answer(asset: Asset) -> None:
    tried(asset, "canary", percent=90, fails=True)
    records: list[CallRecord] = []
    assert {said(asset, uuid7(), records) for _ in range(30)} == {"old"}
    failed = [record for record in records if record.code]
    assert {(record.arm, record.code) for record in failed} == {("candidate", "parrot_silent")}
    assert len(failed) > 15


def test_a_run_goes_on_with_the_version_it_asked_after_the_trial_is_taken_back(asset: Asset) -> None:
    replacement = tried(asset, "canary", **{"else": "new"})
    pins = Pins(sides(asset)["new"])
    assert ask(asset, pins).value["label"] == "new"
    take_back(system("test"), replacement)
    assert ask(asset, pins).value["label"] == "new"
    assert {said(asset, uuid7()) for _ in range(30)} == {"old"}


def test_a_shadow_is_asked_beside_and_its_answer_is_only_compared(asset: Asset) -> None:
    tried(asset, "shadow", **{"else": "new"})
    told: list[CallRecord] = []
    assert said(asset, uuid7(), told) == "old"
    assert {(record.arm, record.label, record.agrees) for record in told} == {
        ("live", "old", None),
        ("shadow", "new", False),
    }
    assert json.dumps([record.as_json() for record in told])  # it fits into an event


def test_a_shadow_that_fails_or_is_slow_harms_nobody(asset: Asset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "SHORTEST_PATIENCE", 0.1)
    replacement = tried(asset, "shadow", slow_s=3, **{"else": "new"})
    told: list[CallRecord] = []

    async def timed() -> float:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await calls.call(
            asset.workspace_id, asset.name, "classify", {"text": "Hi"}, None, pins=Pins(uuid7()), told=told.append
        )
        return loop.time() - began

    assert async_to_sync(timed)() < 2
    assert [(record.arm, record.code) for record in told] == [("live", ""), ("shadow", "interrupted")]
    take_back(system("test"), replacement)
    tried(asset, "shadow", fails=True)
    told.clear()
    assert said(asset, uuid7(), told) == "old"
    assert {(record.arm, record.code) for record in told} == {("live", ""), ("shadow", "parrot_silent")}
