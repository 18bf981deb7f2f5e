"""The people of a workspace in whose scripted history an auditor looks for answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from orchestrator.assets import actions, calls
from orchestrator.assets.models import Asset
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from tests.integration.assets.parrot import KEY, Parrot, parrot
from tests.integration.authoring import Browser, join
from tests.integration.questions.histories import PRICE
from tests.integration.runs.conftest import (
    adam,
    anna,
    committed,
    drive,
    host,
    maria,
    outside,
    publish,
    start,
    viewer,
    workspace,
)
from tests.integration.runs.test_agents import clerk, peer
from tests.peers.apart import apart
from tests.peers.scripted import openai_said
from tests.unit.connectors.servers import Served, serving

__all__ = ["adam", "anna", "clerk", "committed", "drive", "host", "maria", "outside", "peer", "publish", "start"]
__all__ += ["viewer", "workspace"]


@pytest.fixture
def otto(workspace: Workspace) -> Browser:
    """Audits, and does nothing else."""
    return join(workspace, "auditor", name="Otto")


@pytest.fixture
def olga(workspace: Workspace) -> Browser:
    """Owns the workspace."""
    return join(workspace, "owner", name="Olga")


@pytest.fixture
def kinds(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Asset:
    """A model of our own that sorts letters."""
    monkeypatch.setitem(calls.LOADERS, KEY, Parrot)
    return parrot(workspace, **{"else": "complaint"})


@pytest.fixture
def served(workspace: Workspace) -> Iterator[Served]:
    """A provider of language models."""
    with apart(serving(lambda request: openai_said("Yes.", model="writer-2-2026-03-01"))) as server:
        Workspace.objects.filter(pk=workspace.pk).update(allowed_hosts=[server.host])
        yield server


@pytest.fixture
def writer(workspace: Workspace, served: Served) -> Asset:
    """A language model of that provider."""
    asset = actions.create_asset(system("test"), workspace.pk, name="writer", task="chat", title="Writer")
    config = {"base_url": served.url("/v1"), "model": "writer-2", "price": PRICE, "parameters": {"temperature": 0.2}}
    actions.move_alias(system("test"), actions.register_version(system("test"), asset, runtime="chat", config=config))
    return asset
