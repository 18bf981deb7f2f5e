"""The error tree of artifacts.

ArtifactError
├── ArtifactMissing    no such file in this workspace, or its content is gone from the storage
└── ArtifactDamaged    the stored content is not what was stored
"""

from __future__ import annotations


class ArtifactError(Exception):
    """Base of every error of stored files."""


class ArtifactMissing(ArtifactError):
    """The file is not in this workspace any more; upload it again."""


class ArtifactDamaged(ArtifactError):
    """The stored content differs from what was stored; upload the file again."""
