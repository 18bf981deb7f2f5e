"""skops files: never pickle, nothing that is not on a fixed list, no tree that points outside itself.

Every type that a file names is compared with the list before anything is loaded, the ones skops trusts included.
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from orchestrator.assets.errors import ArtifactUnsafe

Estimator = Any
"""scikit-learn ships no types."""

MOST_UNPACKED = 512 * 1024 * 1024
MOST_ENTRIES = 50_000
TRUSTED = (
    "numpy.dtype",
    "sklearn.tree._tree.Tree",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
)
"""Beyond what skops trusts by itself. Trees index memory unchecked, hence `_check_trees`."""
_HIST = "sklearn.ensemble._hist_gradient_boosting"
KNOWN = frozenset(
    {
        *(f"builtins.{name}" for name in ("dict", "list", "tuple", "str", "int", "float", "bool", "slice")),
        *(
            f"numpy.{name}"
            for name in ("ndarray", "float64", "float32", "int64", "int32", "uint64", "str_", "bool", "dtype")
        ),
        "numpy.random.mtrand.RandomState",
        "sklearn.pipeline.Pipeline",
        "sklearn.impute._base.SimpleImputer",
        *(f"sklearn.preprocessing._data.{name}" for name in ("StandardScaler", "MinMaxScaler")),
        "sklearn.linear_model._base.LinearRegression",
        "sklearn.linear_model._ridge.Ridge",
        "sklearn.linear_model._logistic.LogisticRegression",
        "sklearn.svm._classes.LinearSVC",
        *(f"sklearn.ensemble._forest.RandomForest{name}" for name in ("Classifier", "Regressor")),
        *(f"sklearn.ensemble._gb.GradientBoosting{name}" for name in ("Classifier", "Regressor")),
        "sklearn.ensemble._iforest.IsolationForest",
        *(f"sklearn.tree._classes.DecisionTree{name}" for name in ("Classifier", "Regressor")),
        "sklearn.tree._classes.ExtraTreeRegressor",
        "sklearn.tree._tree.Tree",
        *(f"sklearn.dummy.Dummy{name}" for name in ("Classifier", "Regressor")),
        "sklearn.preprocessing._label.LabelEncoder",
        f"{_HIST}.gradient_boosting.HistGradientBoostingClassifier",
        f"{_HIST}.gradient_boosting.HistGradientBoostingRegressor",
        f"{_HIST}.binning._BinMapper",
        f"{_HIST}.predictor.TreePredictor",
        *(f"sklearn._loss.loss.{name}" for name in ("HalfBinomialLoss", "HalfMultinomialLoss", "HalfSquaredError")),
        *(f"sklearn._loss._loss.Cy{name}" for name in ("HalfBinomialLoss", "HalfMultinomialLoss", "HalfSquaredError")),
        *(f"sklearn._loss.link.{name}" for name in ("LogitLink", "MultinomialLogit", "IdentityLink", "Interval")),
    }
)

LOADERS = frozenset(
    {
        *("JsonNode", "TypeNode", "DictNode", "ListNode", "TupleNode", "SliceNode", "CachedNode"),
        *("NdArrayNode", "DTypeNode", "RandomStateNode", "ObjectNode", "TreeNode", "LossNode"),
    }
)
"""How skops makes parts: none of these calls a function that the file names."""


def load(path: Path, allowed: Collection[str], features: int | None = None) -> Estimator:
    """The one estimator in the file, of an allowed class and for so many features.

    Raises `ArtifactUnsafe` for any type or tree that must not be run, and for a model that is made for something else.
    """
    return _checked(_read(path), path, allowed, features)


def load_parts(path: Path, names: Collection[str], allowed: Collection[str]) -> dict[str, Any]:
    """A `model` and the texts and arrays with it, under exactly these names; the model is checked as in `load`."""
    parts = _read(path)
    if not isinstance(parts, dict) or set(parts) != set(names) | {"model"}:
        raise ArtifactUnsafe(f"The model file {path.name} does not hold the parts of a model.")
    _checked(parts["model"], path, allowed, None)
    return parts


def load_chain(path: Path, allowed: Collection[str], preparing: Collection[str]) -> tuple[Estimator, Estimator]:
    """What is asked, and the estimator in it, which may stand behind steps that prepare numbers.

    Raises `ArtifactUnsafe` for any class that is not among `allowed`, or for a step that is not among `preparing`.
    """
    model = _read(path)
    steps = getattr(model, "steps", None) if type(model).__name__ == "Pipeline" else [("", model)]
    if not isinstance(steps, list) or not steps or not all(isinstance(one, tuple) and len(one) == 2 for one in steps):
        raise ArtifactUnsafe(f"The model file {path.name} holds a row of steps that cannot be read.")
    parts = [part for _, part in steps]
    for part in parts[:-1]:
        if type(part).__name__ not in preparing:
            named = type(part).__name__
            raise ArtifactUnsafe(f"The model file {path.name} holds a {named}, which is not allowed as a step.")
    last = _checked(parts[-1], path, allowed, None)
    if hasattr(last, "n_jobs"):
        last.n_jobs = None  # a file does not choose how many processors it gets
    return model, last


def _checked(model: Any, path: Path, allowed: Collection[str], features: int | None) -> Estimator:
    if type(model).__name__ not in allowed:
        raise ArtifactUnsafe(f"The model file {path.name} holds a {type(model).__name__}, which is not allowed here.")
    try:
        fits = features in (None, model.n_features_in_)
        _check_trees(model, path)
    # What a file puts into a model can be anything.
    except (AttributeError, TypeError, ValueError, LookupError) as error:
        raise ArtifactUnsafe(
            f"The model file {path.name} holds a model that lacks parts or was not trained."
        ) from error
    if not fits:
        raise ArtifactUnsafe(f"The model file {path.name} does not fit the columns that its version names.")
    return model


def dump(model: object) -> bytes:
    """The same model gives the same bytes: skops names parts by their place in memory and writes the time of day."""
    import skops.io

    with ZipFile(io.BytesIO(skops.io.dumps(model))) as file:
        schema = json.loads(file.read("schema.json"))
        content = {name: file.read(name) for name in file.namelist() if name != "schema.json"}
    places: dict[int, int] = {}
    names: dict[str, str] = {}
    for node in _nodes(schema):
        if "__id__" in node:
            node["__id__"] = places.setdefault(node["__id__"], len(places) + 1)
        if isinstance(node.get("file"), str) and node["file"] in content:
            node["file"] = names.setdefault(node["file"], f"{len(names) + 1}{Path(node['file']).suffix}")
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as file:
        for old, new in names.items():
            file.writestr(_entry(new), content[old])
        file.writestr(_entry("schema.json"), json.dumps(schema))
    return written.getvalue()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = ZIP_DEFLATED
    return entry


def _read(path: Path) -> Any:
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        _check_types(path)
        return skops.io.load(path, trusted=list(TRUSTED))
    except UntrustedTypesFoundException as error:
        raise ArtifactUnsafe(f"The model file {path.name} holds types that are not allowed and is not used.") from error
    except (
        *(BadZipFile, ValueError, TypeError, KeyError, OSError, RuntimeError),
        *(AttributeError, RecursionError, NotImplementedError, ImportError),
    ) as error:
        raise ArtifactUnsafe(f"The model file {path.name} is not a skops file that can be read.") from error


def _check_types(path: Path) -> None:
    with ZipFile(path) as file:
        entries = file.infolist()
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise ArtifactUnsafe(f"The model file {path.name} is too large when unpacked and is not used.")
        schema = json.loads(file.read("schema.json"))
    for node in _nodes(schema):
        if "__class__" not in node and "__loader__" not in node:
            continue
        known = f"{node.get('__module__')}.{node.get('__class__')}" in KNOWN
        if not known or node.get("__loader__") not in LOADERS:
            named = str(node.get("__class__"))[:60]
            raise ArtifactUnsafe(f"The model file {path.name} holds a {named}, a type that is not allowed here.")


def _nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object of the schema, without recursion: a file must not choose how deep we go."""
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(reversed(node.values()))
        elif isinstance(node, list):
            waiting.extend(reversed(node))


def _check_trees(model: Estimator, path: Path) -> None:
    """Every node points forward inside its tree and at a feature that exists."""
    if getattr(model, "_max_features", None) not in (None, model.n_features_in_):
        raise ArtifactUnsafe(f"The model file {path.name} holds trees of some of the columns, which is not allowed.")
    trees = [_check_tree(tree, model.n_features_in_) for tree in _plain_trees(model)]
    trees += [_check_predictor(one, model) for stage in getattr(model, "_predictors", ()) for one in stage]
    if not all(trees):
        raise ArtifactUnsafe(f"The model file {path.name} holds a tree that points outside itself.")
    if getattr(model, "_preprocessor", None) is not None:
        raise ArtifactUnsafe(f"The model file {path.name} holds a preparation step, which is not allowed.")


def _plain_trees(model: Estimator) -> Iterator[Any]:
    for stage in getattr(model, "estimators_", ()):
        # Boosting keeps an array of trees a stage, a forest one tree.
        for one in stage if hasattr(stage, "__iter__") else [stage]:
            yield one.tree_


def _check_tree(tree: Any, features: int) -> bool:
    import numpy as np

    left, right = np.asarray(tree.children_left), np.asarray(tree.children_right)
    if not len(left) == len(right) == len(tree.feature) == tree.node_count:
        return False
    return _forward(left, right, (left == -1) & (right == -1)) and _known(
        np.asarray(tree.feature), (left == -1) & (right == -1), features
    )


def _check_predictor(predictor: Any, model: Estimator) -> bool:
    import numpy as np
    from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE

    nodes, bitsets = predictor.nodes, predictor.raw_left_cat_bitsets
    if not isinstance(nodes, np.ndarray) or nodes.dtype != PREDICTOR_RECORD_DTYPE or nodes.ndim != 1 or not len(nodes):
        return False
    if not isinstance(bitsets, np.ndarray) or bitsets.dtype != np.uint32 or bitsets.shape[1:] != (8,):
        return False
    leaf = nodes["is_leaf"].astype(bool)
    categorical = nodes["is_categorical"].astype(bool) & ~leaf
    columns = np.asarray(model._bin_mapper.is_categorical_).astype(bool)
    if len(columns) != model.n_features_in_ or not _known(nodes["feature_idx"], leaf, model.n_features_in_):
        return False
    if not all(_are_codes(model._bin_mapper.bin_thresholds_[place]) for place in np.flatnonzero(columns)):
        return False
    inside = bool((nodes["bitset_idx"][categorical] < len(bitsets)).all())
    meant = bool(columns[nodes["feature_idx"][categorical]].all())
    return inside and meant and _forward(nodes["left"].astype(np.int64), nodes["right"].astype(np.int64), leaf)


def _are_codes(thresholds: Any) -> bool:
    """Places in a set of 256 bits."""
    return bool(((thresholds >= 0) & (thresholds < 256)).all())


def _forward(left: Any, right: Any, leaf: Any) -> bool:
    import numpy as np

    place = np.arange(len(left))
    return bool((leaf | ((left > place) & (right > place) & (left < len(left)) & (right < len(left)))).all())


def _known(feature: Any, leaf: Any, features: int) -> bool:
    return bool((leaf | ((feature >= 0) & (feature < features))).all())
