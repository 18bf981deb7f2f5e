"""The error tree of assets. Every message tells a person what to do.

AssetError
├── ArtifactMissing     a model file that a version points at is not there
├── ArtifactUnfit       it is not what the settings of its version say
├── ArtifactAltered     its digest is not the one that was recorded: it must not be loaded
├── ArtifactUnsafe      it holds something that is not on the allow-list
├── WeightsUnknown      the packaged weights are not the ones this product was built for
├── RuntimeMissing      this product has nothing that makes such a version answer
├── ReferenceInvalid    a text that names no asset
├── TableUnusable       a table that cannot be read, or is larger than what is read
├── TrainingRefused     the table, the target or a setting does not allow training
├── TrainingStopped     somebody cancelled it
└── EvaluationRefused   cases and answers that cannot be compared
"""

from __future__ import annotations


class AssetError(Exception):
    """Base of the errors of this room."""


class ArtifactMissing(AssetError):
    """Run `manage.py build_models`."""


class ArtifactUnfit(AssetError):
    """Compare the inputs and outputs of the file with the settings."""


class ArtifactAltered(AssetError):
    """Somebody or something changed the file; the administrator must look."""


class ArtifactUnsafe(AssetError):
    """Make the model again with a recipe of this product."""


class RuntimeMissing(AssetError):
    """Choose a version that this release can run."""


class ReferenceInvalid(AssetError):
    """Choose an asset from the list."""


class WeightsUnknown(AssetError):
    """Install the locked requirements again."""


class TableUnusable(AssetError):
    """Save the table as CSV or JSON lines, or make it smaller."""


class TrainingRefused(AssetError):
    """Choose another target, other columns or other settings; the message says which."""


class TrainingStopped(AssetError):
    """Nothing was kept; start it again."""


class EvaluationRefused(AssetError):
    """Give cases and answers of the same task, under the same ids."""
