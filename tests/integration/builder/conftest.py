from __future__ import annotations

import pytest

from builder.models import Workflow
from orchestrator.governance.models import Workspace
from tests.integration.authoring import MAKER, Browser, join


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Harbour Tools")


@pytest.fixture
def maria(workspace: Workspace) -> Browser:
    """Builds and publishes."""
    return join(workspace, *MAKER, name="Maria")


@pytest.fixture
def ben(workspace: Workspace) -> Browser:
    """Builds and publishes too."""
    return join(workspace, *MAKER, name="Ben")


@pytest.fixture
def viewer(workspace: Workspace) -> Browser:
    return join(workspace, "viewer", name="Vera")


@pytest.fixture
def stranger(db: None) -> Browser:
    """Builds and publishes, in a workspace of their own."""
    return join(Workspace.objects.create(name="Elsewhere"), *MAKER, name="Sam")


@pytest.fixture
def workflow(maria: Browser, workspace: Workspace) -> Workflow:
    return maria.make(workspace)
