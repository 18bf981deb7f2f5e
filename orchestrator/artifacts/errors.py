"""The error tree of artifacts.

ArtifactError
├── ArtifactMissing    no such file in this workspace, or its content is gone from the storage
├── ArtifactDamaged    the stored content is not what was stored
└── StoreUnavailable   the store does not answer, or cannot take more; is a ProblemError (503) too
"""

from __future__ import annotations

from http import HTTPStatus

from orchestrator.api.errors import ProblemError


class ArtifactError(Exception):
    """Base of every error of stored files."""


class ArtifactMissing(ArtifactError):
    """The file is not in this workspace any more; upload it again."""


class ArtifactDamaged(ArtifactError):
    """The stored content differs from what was stored; upload the file again."""


class StoreUnavailable(ArtifactError, ProblemError):
    """Nothing is known to be stored, or read; try again. `cause` is for the log, not for people."""

    def __init__(self, cause: str) -> None:
        detail = "The store of files does not answer. Try again in a minute."
        super().__init__(HTTPStatus.SERVICE_UNAVAILABLE, "store_unavailable", detail)
        self.cause = cause
