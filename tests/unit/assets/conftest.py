from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator.assets import minilm
from orchestrator.assets.runtimes.files import ModelFiles, sha256_of


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    """A folder with the embedding model, built as the product builds it."""
    folder: Path = tmp_path_factory.mktemp("models")
    minilm.build(folder / minilm.FILE)
    return ModelFiles(folder=folder)


@pytest.fixture(scope="session")
def digest(models: ModelFiles) -> str:
    return sha256_of(models.folder / minilm.FILE)
