from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestrator.assets.models import Asset
from orchestrator.assets.starters.build import build_all
from orchestrator.assets.starters.load import load_starter_assets
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from tests.integration.governance.people import browser_of, other_workspace, person, workspace

__all__ = ["browser_of", "other_workspace", "person", "workspace"]


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with every model of the starters."""
    folder = tmp_path_factory.mktemp("data")
    build_all(folder / "models", lambda _: None)
    return folder


@pytest.fixture
def starters(workspace: Workspace, data_folder: Path, settings: pytest.FixtureRequest) -> Callable[[], list[Asset]]:
    """Loads the starter assets into `workspace`, as often as it is called."""
    settings.DATA_DIR = data_folder
    return lambda: load_starter_assets(workspace, system("set-up"))
