"""The people of a workspace in whose scripted history an auditor looks for answers."""

from __future__ import annotations

import pytest

from orchestrator.governance.models import Workspace
from tests.integration.authoring import Browser, join
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
