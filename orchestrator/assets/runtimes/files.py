"""Model files on disk: opened only when they are what their version says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from orchestrator.assets.errors import ArtifactAltered, ArtifactMissing


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, kw_only=True)
class ModelFiles:
    folder: Path

    def checked(self, name: str, digest: str) -> Path:
        """The file's path. Raises `ArtifactMissing`, or `ArtifactAltered` when its SHA-256 is not `digest`."""
        path = self.folder / Path(name).name
        if not path.is_file():
            raise ArtifactMissing(f"The model file {name} is not there. Run `manage.py build_models`.")
        if sha256_of(path) != digest:
            raise ArtifactAltered(f"The model file {name} was changed since it was registered and is not used.")
        return path
