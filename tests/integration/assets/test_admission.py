"""Budgets and limits where they bite: before a model is asked.

Calls read the database from a thread of their own, so these tests commit what they write, each in its own workspace.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from uuid_utils.compat import uuid7

from orchestrator.assets import admission, spending
from orchestrator.assets.admission import Asker
from orchestrator.assets.models import AssetCall, Budget, CallLimit
from orchestrator.engine.errors import StepFailed
from orchestrator.governance.models import Workspace
from orchestrator.nodes.base import Answer
from tests.integration.assets.test_remote_calls import PRICE, ask, live
from tests.peers.apart import apart
from tests.peers.scripted import openai_said
from tests.unit.connectors.servers import Served, serving

COST = Decimal("0.000075")


@pytest.fixture
def workspace(django_db_setup, django_db_blocker) -> Iterator[Workspace]:
    with django_db_blocker.unblock():
        made = Workspace.objects.create(name="Committed")
        yield made
        AssetCall.objects.filter(workspace=made).delete()
        made.delete()


@pytest.fixture
def served() -> Iterator[Served]:
    with apart(serving(lambda request: openai_said("Yes."))) as server:
        yield server


def budget(workspace: Workspace, amount: str, at_limit: str, **more: Any) -> Budget:
    return Budget.objects.create(workspace=workspace, amount=amount, at_limit=at_limit, period="month", **more)


def spend(workspace: Workspace, asset: Any, cost: str, **more: Any) -> None:
    AssetCall.objects.create(
        workspace=workspace,
        asset=asset,
        version=asset.versions.get(),
        alias="live",
        arm="live",
        task="chat",
        at=timezone.now(),
        ms=1,
        cost=cost,
        **more,
    )


def refused(served: Served, workspace: Workspace, **more: Any) -> Any:
    with pytest.raises(StepFailed) as failed:
        ask(served, workspace, "writer", "chat", {"prompt": "Well?"}, **more)
    return failed.value.error


def test_a_used_up_budget_stops_before_the_model_is_asked(workspace: Workspace, served: Served) -> None:
    writer = live(workspace, "writer", "chat", "chat", base_url=served.url("/v1"), model="a", price=PRICE)
    spend(workspace, writer, "10")
    budget(workspace, "10.00", "stop")
    error = refused(served, workspace)
    assert (error.code, error.retryable, error.postponed, error.not_sent) == ("budget_used_up", False, False, True)
    assert served.requests == []


def test_where_approval_is_awaited_the_step_is_postponed_until_more_is_allowed(
    workspace: Workspace, served: Served
) -> None:
    writer = live(workspace, "writer", "chat", "chat", base_url=served.url("/v1"), model="a", price=PRICE)
    spend(workspace, writer, "10")
    kept = budget(workspace, "10.00", "pause", asset=writer)
    error = refused(served, workspace)
    assert (error.code, error.postponed, error.retry_after_s) == ("budget_paused", True, 120)
    Budget.objects.update(extra="5", extra_from=kept.starts(spending.today()))
    admission.forget(workspace.id)
    assert ask(served, workspace, "writer", "chat", {"prompt": "Well?"}).value["text"] == "Yes."


def test_a_budget_that_only_tells_holds_nothing_up(workspace: Workspace, served: Served) -> None:
    writer = live(workspace, "writer", "chat", "chat", base_url=served.url("/v1"), model="a", price=PRICE)
    spend(workspace, writer, "10")
    budget(workspace, "1.00", "warn")
    assert isinstance(ask(served, workspace, "writer", "chat", {"prompt": "Well?"}), Answer)


def test_what_this_process_spends_counts_at_once(workspace: Workspace, served: Served) -> None:
    price = {"input": "500000", "output": "0", "currency": "EUR"}
    live(workspace, "writer", "chat", "chat", base_url=served.url("/v1"), model="a", price=price)
    budget(workspace, "9.00", "stop")
    for _ in range(2):
        ask(served, workspace, "writer", "chat", {"prompt": "Well?"})
    assert refused(served, workspace).code == "budget_used_up"
    assert len(served.requests) == 2


def test_a_budget_of_a_workflow_is_no_other_workflows_affair(workspace: Workspace, served: Served) -> None:
    writer = live(workspace, "writer", "chat", "chat", base_url=served.url("/v1"), model="a", price=PRICE)
    one, other = uuid7(), uuid7()
    spend(workspace, writer, "3", workflow=one, run=uuid7())
    budget(workspace, "2.00", "stop", workflow=one)
    assert refused(served, workspace, asker=lambda: Asker(workflow=one)).code == "budget_used_up"
    ask(served, workspace, "writer", "chat", {"prompt": "Well?"}, asker=lambda: Asker(workflow=other))
    ask(served, workspace, "writer", "chat", {"prompt": "Well?"})


@pytest.mark.parametrize("each_person", [False, True])
def test_calls_beyond_a_limit_wait_for_the_next_minute(
    workspace: Workspace, served: Served, each_person: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission.time, "time", lambda: 1_800_000_045.0)
    writer = live(workspace, "writer", "chat", "chat", base_url=served.url("/v1"), model="a", price=PRICE)
    CallLimit.objects.create(workspace=workspace, asset=writer, each_person=each_person, per_minute=2)
    ada, ben = uuid7(), uuid7()
    for _ in range(2):
        ask(served, workspace, "writer", "chat", {"prompt": "Well?"}, asker=lambda: Asker(person=ada))
    error = refused(served, workspace, asker=lambda: Asker(person=ada))
    assert (error.category, error.code, error.postponed) == ("rate_limited", "calls_limited", True)
    assert 15 <= (error.retry_after_s or 0) <= 20
    if each_person:
        ask(served, workspace, "writer", "chat", {"prompt": "Well?"}, asker=lambda: Asker(person=ben))
    else:
        assert refused(served, workspace, asker=lambda: Asker(person=ben)).code == "calls_limited"
    monkeypatch.setattr(admission.time, "time", lambda: 1_800_000_065.0)
    ask(served, workspace, "writer", "chat", {"prompt": "Well?"}, asker=lambda: Asker(person=ada))
