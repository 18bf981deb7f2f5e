"""Uploaded scikit-learn models in skops files: rows of numbers in, named outputs out, as if they were tensors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from orchestrator.assets.errors import ArtifactUnfit, ArtifactUnsafe
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.skops_files import Estimator, load_chain
from orchestrator.assets.runtimes.tensors import Mapped, Slot, answer_of, tensors_of
from orchestrator.connectors.inference import Tensor
from orchestrator.engine.errors import ErrorCategory, Rejected

TASKS = ("predict", "score", "detect")
CLASSIFIERS = ("LogisticRegression", "RandomForestClassifier", "GradientBoostingClassifier")
REGRESSORS = ("LinearRegression", "Ridge", "RandomForestRegressor", "GradientBoostingRegressor")
UNUSUAL = ("IsolationForest",)
PREPARING = ("SimpleImputer", "StandardScaler", "MinMaxScaler")
LARGEST_FILE = 100_000_000
MOST_LABELS = 10_000
ROW, LABEL, SHARES, VALUE, SCORE = "row", "label", "scores", "value", "score"


class SkopsConfig(Mapped):
    """Config of a version."""

    file: str = ""
    """The digest of its file; entered when it is uploaded."""


@dataclass(frozen=True, kw_only=True)
class SkopsFacts:
    inputs: tuple[Slot, ...]
    outputs: tuple[Slot, ...]
    fields: tuple[str, ...]
    """What the columns were called where it was trained; empty: nobody said."""
    labels: tuple[str, ...]
    """In the order of the shares."""


class SkopsModel:
    """Config: `SkopsConfig`. The file is found by its digest. What it answers depends on the task it is loaded for."""

    def __init__(self, config: dict[str, Any], digest: str, files: ModelFiles, task: str = "predict") -> None:
        try:
            mapped = SkopsConfig.model_validate(config)
        except ValidationError as error:
            raise ArtifactUnfit("The settings of this version do not say how to use its file.") from error
        self._task = task
        self._inputs, self._outputs = mapped.inputs, mapped.outputs
        self._model, self._last = _opened(files.checked(digest, digest))
        facts = _facts(self._model, self._last)
        if problems := mapped.problems(facts.inputs, facts.outputs):
            raise ArtifactUnfit(" ".join(problems))
        self._labels = facts.labels

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The answer of the task, see `assets/calls.py`."""
        import numpy as np

        (given,) = tensors_of(self._inputs, payload)
        row = np.array(list(given.data), dtype=float).reshape(given.shape)
        try:
            outputs = self._asked(row)
        # Arrays of a file that do not fit each other fail in any of these ways.
        except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError) as error:
            message = "The model could not calculate with what it was given."
            hint = "Compare its inputs with the settings of this version."
            reason = str(error)[:500]
            raise Rejected(ErrorCategory.REJECTED, "model_failed", message, hint=hint, reason=reason) from error
        return answer_of(self._task, self._outputs, outputs)

    def _asked(self, row: Any) -> dict[str, Tensor]:
        if self._labels:
            shares = self._model.predict_proba(row)[0].tolist()
            best = self._labels[max(range(len(shares)), key=shares.__getitem__)]
            return {
                SHARES: Tensor(name=SHARES, datatype="FP64", shape=(1, len(shares)), data=shares),
                LABEL: Tensor(name=LABEL, datatype="BYTES", shape=(1,), data=[best]),
            }
        if type(self._last).__name__ in UNUSUAL:
            # Liu, Ting and Zhou 2008: near 1 unusual, well below 0.5 not.
            score = -float(self._model.score_samples(row)[0])
            return {SCORE: Tensor(name=SCORE, datatype="FP64", shape=(1,), data=[score])}
        value = float(self._model.predict(row).ravel()[0])
        return {VALUE: Tensor(name=VALUE, datatype="FP64", shape=(1,), data=[value])}


def look_at(path: Path) -> SkopsFacts:
    """What an uploaded file holds. Raises `ArtifactUnsafe` for anything that must not be opened."""
    return _facts(*_opened(path))


def _opened(path: Path) -> tuple[Estimator, Estimator]:
    if path.stat().st_size > LARGEST_FILE:
        raise ArtifactUnsafe(f"The model file is too large: at most {LARGEST_FILE // 1_000_000} MB can be used.")
    return load_chain(path, (*CLASSIFIERS, *REGRESSORS, *UNUSUAL), PREPARING)


def _facts(model: Estimator, last: Estimator) -> SkopsFacts:
    try:
        width = int(model.n_features_in_)
        fields = tuple(str(name) for name in getattr(model, "feature_names_in_", ()))
        known = last.classes_ if type(last).__name__ in CLASSIFIERS else ()
        labels = tuple(str(label) for label in known)
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        raise ArtifactUnsafe("The model in the file was not trained.") from error
    if len(labels) > MOST_LABELS or (fields and len(fields) != width):
        raise ArtifactUnsafe("The model in the file does not fit its own columns or labels.")
    if labels:
        outputs = [
            Slot(name=SHARES, kind="FP64", shape=(None, len(labels))),
            Slot(name=LABEL, kind="BYTES", shape=(None,)),
        ]
    else:
        name = SCORE if type(last).__name__ in UNUSUAL else VALUE
        outputs = [Slot(name=name, kind="FP64", shape=(None,))]
    row = Slot(name=ROW, kind="FP64", shape=(None, width))
    return SkopsFacts(inputs=(row,), outputs=tuple(outputs), fields=fields, labels=labels)
