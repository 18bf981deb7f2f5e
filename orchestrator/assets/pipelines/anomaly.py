"""Unusual rows by an isolation forest: nobody has to say beforehand what unusual is."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field
from sklearn.ensemble import IsolationForest

from orchestrator.assets.drift import traits
from orchestrator.assets.drift.traits import Reference, Trait
from orchestrator.assets.errors import TrainingRefused
from orchestrator.assets.evaluation.classification import Labelled, classification
from orchestrator.assets.evaluation.report import Report
from orchestrator.assets.features import Matrix, matrix_of, trait_values, traits_of, weighed
from orchestrator.assets.pipelines.columns import usable
from orchestrator.assets.pipelines.findings import Finding, check_enough, judged
from orchestrator.assets.pipelines.report import training_card
from orchestrator.assets.pipelines.split import Split, split_by_chance, split_by_time
from orchestrator.assets.pipelines.trained import Parameters, Trained, Watch
from orchestrator.assets.runtimes.predictor import share_below
from orchestrator.assets.runtimes.skops_files import dump
from orchestrator.assets.tables import Column, Table, date_of, shown

AT_ONCE = 25
"""Trees grown between two looks at whether somebody cancelled."""
STEPS = 100
"""Parts that the scores of the rows held out are divided into, to say what share a row is more unusual than."""
LOOKED_AT = 14
UNUSUAL, USUAL = "unusual", "usual"


class AnomalyParameters(Parameters):
    columns: list[str] | None = Field(None, min_length=1, max_length=300)
    time: str | None = None
    trees: int = Field(100, ge=25, le=300)
    share: float = Field(0.02, ge=0.001, le=0.2)
    """Of the rows that shall count as unusual."""


def train(table: Table, target: str, parameters: AnomalyParameters, watch: Watch) -> Trained:
    """`target` may be empty, or a column of two labels by which the model is judged, but from which it never learns."""
    check_enough(table.rows)
    columns, found = usable(table, target, parameters.columns, [parameters.time])
    outcomes = _outcomes(table.column(target)) if target else None
    features = [feature for column in columns for feature in weighed(column)]
    matrix = matrix_of(features, {column.name: column.values for column in columns}, table.rows)
    split = _split(table, parameters)
    scores = _scores(_forest(matrix[split.train], parameters, watch, (0.1, 0.5)), matrix[split.test])
    threshold = float(np.quantile(scores, 1 - parameters.share))
    report, baseline, judgement = _report(scores, threshold, split, outcomes, parameters)
    model = _forest(matrix, parameters, watch, (0.5, 0.9))
    watch.tell(0.95, "Writing the model")
    scale = [round(float(value), 6) for value in np.quantile(scores, np.linspace(0, 1, STEPS + 1))]
    card = training_card(
        "anomaly",
        table=table,
        target=target,
        columns=[column.name for column in columns],
        parameters=parameters,
        split=split.as_json(),
        report=report,
        baseline=baseline,
        findings=[*found, *judgement],
        reference=Reference(
            traits=(*traits_of(features[:LOOKED_AT]), Trait(name="score")),
            rows=traits.drawn(
                traits.kept(
                    [*trait_values(row), share_below(scale, score)]
                    for row, score in zip(matrix[split.test][:, :LOOKED_AT], scores, strict=True)
                ),
                parameters.seed,
            ),
        ),
    )
    return Trained(
        model=dump(model),
        task="detect",
        runtime="skops",
        config={"features": features, "threshold": threshold, "scale": scale, "looked_at": LOOKED_AT},
        inputs={"type": "object", "required": ["features"], "properties": {"features": {"type": "object"}}},
        outputs={"type": "object", "properties": {"score": {"type": "number"}, "unusual": {"type": "boolean"}}},
        card=card,
    )


def _outcomes(target: Column) -> np.ndarray[Any, Any]:
    """True where the rarer of two labels stands. Raises `TrainingRefused`."""
    labels = [None if value is None else shown(value) for value in target.values]
    known = sorted({label for label in labels if label is not None})
    if len(known) != 2 or None in labels:
        raise TrainingRefused(f"{target.name} must hold one of two labels in every row to judge by, or be left out.")
    rare = min(known, key=labels.count)
    return np.array([label == rare for label in labels])


def _split(table: Table, parameters: AnomalyParameters) -> Split:
    if parameters.time is None:
        return split_by_chance(table.rows, held_out=parameters.held_out, seed=parameters.seed)
    times = [date_of(value) for value in table.column(parameters.time).values]
    return split_by_time(times, held_out=parameters.held_out, gap_days=0)


def _forest(matrix: Matrix, parameters: AnomalyParameters, watch: Watch, span: tuple[float, float]) -> IsolationForest:
    model = IsolationForest(n_estimators=1, random_state=parameters.seed, warm_start=True)
    for trees in [*range(AT_ONCE, parameters.trees, AT_ONCE), parameters.trees]:
        watch.tell(span[0] + (span[1] - span[0]) * trees / parameters.trees, "Growing trees")
        model.set_params(n_estimators=trees).fit(matrix)
    return model


def _scores(model: IsolationForest, matrix: Matrix) -> np.ndarray[Any, Any]:
    return np.asarray(-model.score_samples(matrix))


def _report(
    scores: np.ndarray[Any, Any],
    threshold: float,
    split: Split,
    outcomes: np.ndarray[Any, Any] | None,
    parameters: AnomalyParameters,
) -> tuple[Report, dict[str, float], list[Finding]]:
    share = round(float((scores >= threshold).mean()), 6)
    if outcomes is None or len(set(outcomes[split.test])) < 2:
        text = "Nothing says which rows were really unusual: look at the rows it finds before you rely on it."
        report = Report(
            task="detect", main="unusual_share", cases=len(scores), answered=len(scores),
            figures={"unusual_share": share},
        )  # fmt: skip
        return report, {"unusual_share": parameters.share}, [Finding(code="no_outcomes", text=text)]
    rows = [
        Labelled(
            id=f"row {row + 1}",
            expected=UNUSUAL if outcomes[row] else USUAL,
            given=UNUSUAL if score >= threshold else USUAL,
            positive=float(score),
        )
        for row, score in zip(split.test, scores, strict=True)
    ]
    report = classification("detect", rows, positive=UNUSUAL)
    report = report.model_copy(update={"figures": {**report.figures, "unusual_share": share}})
    baseline = {"average_precision": float(outcomes[split.test].mean()), "auroc": 0.5}
    return report, baseline, judged(report, baseline)
