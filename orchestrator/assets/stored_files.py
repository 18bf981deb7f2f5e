"""Model files that were uploaded or trained here: brought from the store of files to where runtimes open them."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

from orchestrator.artifacts.actions import read_file
from orchestrator.artifacts.errors import ArtifactDamaged, StoreUnavailable
from orchestrator.artifacts.errors import ArtifactMissing as FileGone
from orchestrator.assets.errors import ArtifactAltered, ArtifactMissing
from orchestrator.assets.runtimes.files import ModelFiles, sha256_of
from orchestrator.engine.errors import ErrorCategory, StepFailed


def keep_here(files: ModelFiles, workspace_id: UUID, artifact_id: UUID, digest: str) -> Path:
    """The file by its digest, in the folder of model files; read from the store where it is not there yet.

    Raises `ArtifactMissing` and `ArtifactAltered`; `StepFailed` (unavailable) while the store is away.
    """
    path = files.folder / digest
    if path.is_file() and sha256_of(path) == digest:
        return path
    try:
        data = read_file(workspace_id, artifact_id)
    except FileGone as error:
        raise ArtifactMissing(str(error)) from error
    except ArtifactDamaged as error:
        raise ArtifactAltered(str(error)) from error
    except StoreUnavailable as error:
        raise StepFailed(
            ErrorCategory.UNAVAILABLE, "store_unavailable", str(error), hint="Try again later.", retryable=True
        ) from error
    files.folder.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{digest}.{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(path)  # whole or not at all, also for other processes
    return path
