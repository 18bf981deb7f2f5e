"""Classification and regression of table rows by histogram gradient boosting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from pydantic import Field

from orchestrator.assets.drift import traits
from orchestrator.assets.drift.traits import Reference, Trait
from orchestrator.assets.errors import TrainingRefused
from orchestrator.assets.evaluation.classification import Labelled, classification
from orchestrator.assets.evaluation.regression import Numbered, regression
from orchestrator.assets.evaluation.report import Report
from orchestrator.assets.features import Feature, Matrix, coded, matrix_of, trait_values, traits_of
from orchestrator.assets.pipelines.boosting import Task, boosted, enough_iterations
from orchestrator.assets.pipelines.columns import alone, usable
from orchestrator.assets.pipelines.findings import Finding, check_enough, check_labels, judged, missing_target
from orchestrator.assets.pipelines.report import training_card
from orchestrator.assets.pipelines.split import Split, split_by_chance, split_by_label, split_by_time
from orchestrator.assets.pipelines.trained import Parameters, Trained, Watch
from orchestrator.assets.runtimes.skops_files import dump
from orchestrator.assets.tables import Column, Table, date_of, shown

MOST_LABELS = 100
MOST_TREES = 20_000
"""Labels times iterations: every iteration grows a tree per label."""
NUMBERS_OF_LABELS = 20
"""Different numbers up to which a target of numbers is taken for labels."""
LEVEL = 0.8
"""Share of the rows held out whose value lies inside the interval given."""
LOOKED_AT = 13
"""Features whose values become traits, beside confidence and label."""


class TableParameters(Parameters):
    task: Literal["auto", "classification", "regression"] = "auto"
    columns: list[str] | None = Field(None, min_length=1, max_length=300)
    """None: all that can be learned from."""
    time: str | None = None
    gap_days: int = Field(0, ge=0, le=365)
    iterations: int = Field(300, ge=10, le=500)
    """At most so many; how many help is found out on rows of their own."""
    learning_rate: float = Field(0.06, ge=0.01, le=0.5)
    leaves: int = Field(31, ge=4, le=63)
    rows_per_leaf: int = Field(20, ge=5, le=500)
    regularisation: float = Field(1.0, ge=0, le=100)


@dataclass(frozen=True, kw_only=True)
class Examples:
    rows: list[int]
    """Of the table."""
    target: np.ndarray[Any, Any]
    """Numbers for a regression, else labels; one per row."""
    found: list[Finding]

    @property
    def numeric(self) -> bool:
        return bool(self.target.dtype.kind == "f")


@dataclass(frozen=True, kw_only=True)
class Measured:
    report: Report
    baseline: dict[str, float]
    config: dict[str, Any]
    reference: Reference
    found: list[Finding]
    iterations: int


def train(table: Table, target: str, parameters: TableParameters, watch: Watch) -> Trained:
    """Measured on the rows held out, then trained on all of them. Raises `TrainingRefused`."""
    columns, found = usable(table, target, parameters.columns, [parameters.time])
    # Boosting looks at choices first; see `boosting.boosted`.
    columns = sorted(columns, key=lambda column: column.kind != "choice")
    examples = _examples(table.column(target), parameters)
    split = _split(table, examples, parameters)
    measured = _measure(table, columns, examples, split, parameters, watch)
    features = [feature for column in columns for feature in coded(_part(column, examples.rows))]
    matrix = _matrix(features, columns, examples.rows)
    task = _task(features, examples, parameters)
    model = boosted(task, matrix, examples.target, measured.iterations, watch, (0.6, 0.95), "Learning from all rows")
    watch.tell(0.97, "Writing the model")
    card = training_card(
        "table",
        table=table,
        target=target,
        columns=[column.name for column in columns],
        parameters=parameters,
        split=split.as_json(),
        report=measured.report,
        baseline=measured.baseline,
        findings=[*examples.found, *found, *measured.found, *judged(measured.report, measured.baseline)],
        reference=measured.reference,
        chosen={"iterations": measured.iterations},
    )
    return Trained(
        model=dump(model),
        task="predict",
        runtime="skops",
        config={"features": features, **measured.config},
        inputs=_inputs(features),
        outputs=_outputs(examples),
        card=card,
    )


def _examples(target: Column, parameters: TableParameters) -> Examples:
    numbers = sorted({value for value in target.values if isinstance(value, float)})
    numeric = target.kind == "number" and (
        parameters.task == "regression" or (parameters.task == "auto" and len(numbers) > NUMBERS_OF_LABELS)
    )
    if parameters.task == "regression" and not numeric:
        raise TrainingRefused(f"{target.name} holds no numbers. Choose classification, or another target.")
    if numeric:
        rows = [row for row, value in enumerate(target.values) if value is not None]
        check_enough(len(rows))
        if len(numbers) < 2:
            raise TrainingRefused(f"{target.name} is always the same. Choose another target.")
        values = np.array([target.values[row] for row in rows], float)
        return Examples(rows=rows, target=values, found=missing_target(len(target.values) - len(rows)))
    labels = [None if value is None else shown(value) for value in target.values]
    rows, found = check_labels(labels)
    kept = np.array([labels[row] for row in rows])
    different = len(set(kept))
    if different > MOST_LABELS or different * parameters.iterations > MOST_TREES:
        raise TrainingRefused(
            f"{target.name} has {different} labels. At most {MOST_LABELS} can be learned from a table, and "
            f"{MOST_TREES // parameters.iterations} with {parameters.iterations} iterations."
        )
    return Examples(rows=rows, target=kept, found=found)


def _split(table: Table, examples: Examples, parameters: TableParameters) -> Split:
    if parameters.time is not None:
        times = table.column(parameters.time).values
        split = split_by_time(
            [date_of(times[row]) for row in examples.rows], held_out=parameters.held_out, gap_days=parameters.gap_days
        )
        if len(set(examples.target[split.train])) < 2:
            raise TrainingRefused("The target is always the same in the earlier rows. Choose no time column.")
        return split
    if examples.numeric:
        return split_by_chance(len(examples.rows), held_out=parameters.held_out, seed=parameters.seed)
    return split_by_label(list(examples.target), held_out=parameters.held_out, seed=parameters.seed)


def _measure(
    table: Table, columns: Sequence[Column], examples: Examples, split: Split, parameters: TableParameters, watch: Watch
) -> Measured:
    learned = [examples.rows[place] for place in split.train]
    features = [feature for column in columns for feature in coded(_part(column, learned))]
    matrix = _matrix(features, columns, examples.rows)
    watch.tell(0.05, "Looking at each column alone")
    strengths, found = alone(features, matrix[split.train], examples.target[split.train], parameters.seed)
    task = _task(features, examples, parameters)
    iterations = _iterations(task, table, matrix, examples, split, parameters, watch)
    learn, target = matrix[split.train], examples.target[split.train]
    model = boosted(task, learn, target, iterations, watch, (0.25, 0.6), "Learning")
    looked_at = sorted(sorted(range(len(features)), key=lambda place: -strengths[place])[:LOOKED_AT])
    held_out = matrix[split.test]
    expected = examples.target[split.test]
    ids = [f"row {examples.rows[place] + 1}" for place in split.test]
    if examples.numeric:
        given = model.predict(held_out)
        spread = float(np.quantile(np.abs(expected - given), LEVEL))
        report = regression("predict", _numbered(ids, expected, given, spread))
        mean = float(examples.target[split.train].mean())
        baseline = regression("predict", _numbered(ids, expected, np.full(len(ids), mean), spread)).figures
        baseline = {name: baseline[name] for name in ("mae", "rmse", "r2")}
        config: dict[str, Any] = {"spread": round(spread, 6), "level": LEVEL}
        tail: list[list[float]] = [[float(value)] for value in given]
        tail_traits: tuple[Trait, ...] = (Trait(name="value"),)
    else:
        shares, labels = model.predict_proba(held_out), [str(label) for label in model.classes_]
        report = _classified(ids, expected, shares, labels, examples)
        baseline = _baseline(examples, split, report)
        config = {}
        tail = [[float(row.max()), float(row.argmax())] for row in shares]
        tail_traits = (Trait(name="confidence"), Trait(name="label", kind="choice"))
    rows = [[*trait_values(row), *end] for row, end in zip(held_out[:, looked_at], tail, strict=True)]
    reference = Reference(
        traits=(*traits_of([features[place] for place in looked_at]), *tail_traits),
        rows=traits.drawn(traits.kept(rows), parameters.seed),
    )
    return Measured(
        report=report,
        baseline=baseline,
        config={**config, "looked_at": looked_at},
        reference=reference,
        found=found,
        iterations=iterations,
    )


def _part(column: Column, rows: Sequence[int]) -> Column:
    return Column(name=column.name, kind=column.kind, values=tuple(column.values[row] for row in rows))


def _matrix(features: Sequence[Feature], columns: Sequence[Column], rows: Sequence[int]) -> Matrix:
    values = {column.name: [column.values[row] for row in rows] for column in columns}
    return matrix_of(features, values, len(rows))


def _task(features: Sequence[Feature], examples: Examples, parameters: TableParameters) -> Task:
    return Task(
        choices=sum(feature["kind"] == "choice" for feature in features),
        numeric=examples.numeric,
        settings={
            "learning_rate": parameters.learning_rate,
            "max_leaf_nodes": parameters.leaves,
            "min_samples_leaf": parameters.rows_per_leaf,
            "l2_regularization": parameters.regularisation,
            "random_state": parameters.seed,
        },
    )


def _iterations(
    task: Task,
    table: Table,
    matrix: Matrix,
    examples: Examples,
    split: Split,
    parameters: TableParameters,
    watch: Watch,
) -> int:
    """Found within the rows learned from, so that those held out stay unseen."""
    inner = replace(examples, rows=[examples.rows[place] for place in split.train], target=examples.target[split.train])
    try:
        parts = _split(table, inner, parameters)
    except (TrainingRefused, ValueError):
        # Too few rows for a second split; the limit of rows per leaf still holds.
        return min(parameters.iterations, 50)
    learned, judged_on = split.train[parts.train], split.train[parts.test]
    return enough_iterations(
        task,
        (matrix[learned], examples.target[learned]),
        (matrix[judged_on], examples.target[judged_on]),
        parameters.iterations,
        watch,
    )


def _classified(
    ids: Sequence[str], expected: Any, shares: np.ndarray[Any, Any], labels: list[str], examples: Examples
) -> Report:
    positive = rarer(examples) if len(labels) == 2 else None
    rows = [
        Labelled(
            id=name,
            expected=str(label),
            given=labels[int(row.argmax())],
            confidence=float(row.max()),
            positive=None if positive is None else float(row[labels.index(positive)]),
        )
        for name, label, row in zip(ids, expected, shares, strict=True)
    ]
    return classification("predict", rows, positive=positive)


def rarer(examples: Examples) -> str:
    """Of two labels the one that is looked for."""
    labels = [str(label) for label in examples.target]
    return min(sorted(set(labels)), key=labels.count)


def _baseline(examples: Examples, split: Split, report: Report) -> dict[str, float]:
    """Always the most frequent label; of two, a score that knows nothing."""
    learned, held_out = list(examples.target[split.train]), examples.target[split.test]
    most = max(sorted(set(learned)), key=learned.count)
    baseline = {"accuracy": float(np.mean(held_out == most))}
    if "average_precision" in report.figures:
        baseline |= {"average_precision": float(np.mean(held_out == rarer(examples))), "auroc": 0.5}
    return baseline


def _numbered(ids: Sequence[str], expected: Any, given: Any, spread: float) -> list[Numbered]:
    return [
        Numbered(
            id=name, expected=float(one), given=float(other), low=float(other) - spread, high=float(other) + spread
        )
        for name, one, other in zip(ids, expected, given, strict=True)
    ]


def _inputs(features: Sequence[Feature]) -> dict[str, Any]:
    kinds = {"number": {"type": ["number", "null"]}, "date": {"type": ["string", "null"], "format": "date-time"}}
    other = {"type": ["string", "number", "boolean", "null"]}
    properties = {feature["name"]: kinds.get(feature["kind"], other) for feature in features}
    inner = {"type": "object", "properties": properties}
    return {"type": "object", "required": ["features"], "properties": {"features": inner}}


def _outputs(examples: Examples) -> dict[str, Any]:
    if examples.numeric:
        numbers = {name: {"type": "number"} for name in ("value", "low", "high")}
        return {"type": "object", "properties": numbers}
    labels = sorted({str(label) for label in examples.target})
    return {"type": "object", "properties": {"label": {"enum": labels}, "confidence": {"type": "number"}}}
