"""Text classification: sentence embeddings and a logistic regression, or words and a linear SVM as the small way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from pydantic import Field
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.svm import LinearSVC

from orchestrator.assets.confidence import best_temperature, logits_of, outside_below, softmax
from orchestrator.assets.drift import traits
from orchestrator.assets.errors import TrainingRefused
from orchestrator.assets.evaluation.classification import Labelled, classification
from orchestrator.assets.evaluation.report import Report
from orchestrator.assets.pipelines.findings import Finding, check_labels, contradictions, judged
from orchestrator.assets.pipelines.report import training_card
from orchestrator.assets.pipelines.split import Split, split_by_label, split_by_time
from orchestrator.assets.pipelines.trained import Embedding, Parameters, Trained, Watch
from orchestrator.assets.runtimes.onnx import opening
from orchestrator.assets.runtimes.skops_files import dump
from orchestrator.assets.tables import Column, Table, date_of, shown
from orchestrator.assets.words import WordVectors

AT_ONCE = 256
"""Texts embedded between two looks at whether somebody cancelled."""
MOST_TEXTS = 50_000
"""Read by meaning; a thousand take some two to four seconds of CPU."""
EXCERPT = 200
"""Characters of a text in the list of worst cases."""


class TextParameters(Parameters):
    text: str | None = None
    """The column that is read; None: the one text column."""
    method: Literal["meaning", "words"] = "meaning"
    strength: float = Field(10.0, ge=0.01, le=100)
    """Inverse regularisation: larger trusts the examples more."""
    outside: str | None = None
    """The label of rows that fit no label: never answered, used to find the confidence below which nothing fits."""
    time: str | None = None
    gap_days: int = Field(0, ge=0, le=365)


class Reader(Protocol):
    """Turns rows of the table into vectors."""

    def learn(self, rows: Sequence[int]) -> None: ...

    def of(self, rows: Sequence[int]) -> Any: ...


class Meaning:
    """Embeddings, made once for all rows."""

    def __init__(self, texts: Sequence[str], embedding: Embedding, watch: Watch) -> None:
        parts = []
        for start in range(0, len(texts), AT_ONCE):
            watch.tell(0.05 + 0.6 * start / len(texts), "Reading the texts")
            parts.append(embedding.embed([opening(text) for text in texts[start : start + AT_ONCE]]))
        self._vectors = np.concatenate(parts)

    def learn(self, rows: Sequence[int]) -> None:
        """It learned elsewhere."""

    def of(self, rows: Sequence[int]) -> Any:
        return self._vectors[list(rows)]


class Words:
    def __init__(self, texts: Sequence[str], labels: int) -> None:
        self._texts = texts
        self._labels = labels
        self.vectors: WordVectors | None = None

    def learn(self, rows: Sequence[int]) -> None:
        try:
            self.vectors = WordVectors.learn([opening(self._texts[row]) for row in rows], self._labels)
        except ValueError as error:
            raise TrainingRefused("The texts hold no words to learn from. Choose another column.") from error

    def of(self, rows: Sequence[int]) -> Any:
        assert self.vectors is not None
        return self.vectors.of([opening(self._texts[row]) for row in rows])


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Texts with their labels, and texts known to fit none."""

    texts: list[str]
    labels: list[str]
    outside: list[str]
    rows: list[int]
    """Of the table, one per text."""
    found: list[Finding]


@dataclass(frozen=True, kw_only=True)
class Measured:
    report: Report
    temperature: float
    outside_below: float
    reference: traits.Reference


def train(
    table: Table, target: str, parameters: TextParameters, watch: Watch, embedding: Embedding | None = None
) -> Trained:
    """Measured on the rows held out, then trained on all of them. Raises `TrainingRefused`."""
    column = _text_column(table, target, parameters)
    examples = _examples(column, table.column(target), parameters)
    split = _split(table, examples, parameters)
    texts = [*examples.texts, *examples.outside]
    reader = _reader(texts, len(set(examples.labels)), parameters, embedding, watch)
    watch.tell(0.7, "Learning from the examples")
    measured = _measure(reader, examples, split, parameters)
    watch.tell(0.85, "Learning from all rows")
    everything = range(len(examples.texts))
    reader.learn(everything)
    model = _fit(reader.of(everything), examples.labels, parameters)
    watch.tell(0.97, "Writing the model")
    kept: object = model
    if isinstance(reader, Words):
        assert reader.vectors is not None
        kept = {"model": model, **reader.vectors.parts()}
    labels = sorted(set(examples.labels))
    baseline = _baseline(examples, split)
    card = training_card(
        "text",
        table=table,
        target=target,
        columns=[column.name],
        parameters=parameters,
        split=split.as_json(),
        report=measured.report,
        baseline=baseline,
        findings=[*examples.found, *judged(measured.report, baseline)],
        reference=measured.reference,
        chosen={"temperature": measured.temperature, "outside_below": measured.outside_below},
    )
    return Trained(
        model=dump(kept),
        task="classify",
        runtime="skops",
        config=_config(parameters, measured, embedding),
        inputs={"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}},
        outputs={"type": "object", "properties": {"label": {"enum": labels}, "confidence": {"type": "number"}}},
        card=card,
    )


def _text_column(table: Table, target: str, parameters: TextParameters) -> Column:
    if parameters.text is not None:
        return table.column(parameters.text)
    texts = [column for column in table.columns if column.name != target and column.kind in ("text", "choice")]
    wordy = [column for column in texts if column.kind == "text"] or texts
    if len(wordy) != 1:
        raise TrainingRefused("Say which column holds the text to read.")
    return wordy[0]


def _examples(column: Column, target: Column, parameters: TextParameters) -> Examples:
    if column.name == target.name:
        raise TrainingRefused("The text and the target must be two columns.")
    read = [
        (row, shown(text), None if label is None else shown(label))
        for row, (text, label) in enumerate(zip(column.values, target.values, strict=True))
        if text is not None
    ]
    outside = [text for _, text, label in read if label == parameters.outside and label is not None]
    inside = [entry for entry in read if entry[2] is None or entry[2] != parameters.outside]
    kept, found = check_labels([label for _, _, label in inside])
    texts = [inside[place][1] for place in kept]
    labels = [str(inside[place][2]) for place in kept]
    return Examples(
        texts=texts,
        labels=labels,
        outside=outside,
        rows=[inside[place][0] for place in kept],
        found=[*found, *contradictions(texts, labels)],
    )


def _split(table: Table, examples: Examples, parameters: TextParameters) -> Split:
    if parameters.time is None:
        return split_by_label(examples.labels, held_out=parameters.held_out, seed=parameters.seed)
    times = table.column(parameters.time).values
    split = split_by_time(
        [date_of(times[row]) for row in examples.rows], held_out=parameters.held_out, gap_days=parameters.gap_days
    )
    if len({examples.labels[place] for place in split.train}) < 2:
        raise TrainingRefused("The earlier rows hold one label only. Choose no time column.")
    return split


def _reader(
    texts: list[str], labels: int, parameters: TextParameters, embedding: Embedding | None, watch: Watch
) -> Reader:
    if parameters.method == "words":
        watch.tell(0.05, "Reading the texts")
        return Words(texts, labels)
    if embedding is None:
        raise TrainingRefused("There is no embedding model to read texts with. Choose the method words.")
    if len(texts) > MOST_TEXTS:
        raise TrainingRefused(
            f"{len(texts):,} texts take too long to read by meaning; at most {MOST_TEXTS:,} can be. "
            "Take a part of them, or choose the method words."
        )
    return Meaning(texts, embedding, watch)


def _fit(vectors: Any, labels: Sequence[str], parameters: TextParameters) -> Any:
    if parameters.method == "words":
        model = LinearSVC(C=parameters.strength / 10, random_state=parameters.seed, max_iter=5_000)
        model.fit(vectors, list(labels))
        # Half the memory and the file, and no other answers: margins differ in the seventh digit.
        model.coef_ = model.coef_.astype(np.float32)
        return model
    return LogisticRegression(C=parameters.strength, max_iter=1_000).fit(vectors, list(labels))


def _measure(reader: Reader, examples: Examples, split: Split, parameters: TextParameters) -> Measured:
    train, test = [int(row) for row in split.train], [int(row) for row in split.test]
    reader.learn(train)
    model = _fit(reader.of(train), [examples.labels[row] for row in train], parameters)
    vectors, expected = reader.of(test), [examples.labels[row] for row in test]
    logits, places = logits_of(model, vectors), {str(label): place for place, label in enumerate(model.classes_)}
    known = [row for row, label in enumerate(expected) if label in places]
    temperature = best_temperature(logits[known], [places[expected[row]] for row in known])
    shares = softmax(logits, temperature)
    confidence, given = shares.max(axis=1), shares.argmax(axis=1)
    rows = [
        Labelled(
            id=f"row {examples.rows[row] + 1}",
            expected=expected[place],
            given=str(model.classes_[given[place]]),
            confidence=float(confidence[place]),
            why=examples.texts[row][:EXCERPT],
        )
        for place, row in enumerate(test)
    ]
    report, strangers = classification("classify", rows), None
    if examples.outside:
        outside = reader.of(range(len(examples.texts), len(examples.texts) + len(examples.outside)))
        strangers = softmax(logits_of(model, outside), temperature).max(axis=1)
        truth = [1] * len(confidence) + [0] * len(strangers)
        apart = float(roc_auc_score(truth, np.concatenate([confidence, strangers])))
        report = report.model_copy(update={"figures": {**report.figures, "outside_auroc": round(apart, 6)}})
    lengths = [len(examples.texts[row]) for row in test]
    reference = traits.text_rows(vectors, list(confidence), lengths, list(given))
    return Measured(
        report=report,
        temperature=temperature,
        outside_below=outside_below(confidence, strangers),
        reference=traits.Reference(traits=traits.TEXT, rows=traits.drawn(reference, parameters.seed)),
    )


def _baseline(examples: Examples, split: Split) -> dict[str, float]:
    """Always the most frequent label."""
    learned = [examples.labels[row] for row in split.train]
    most = max(sorted(set(learned)), key=learned.count)
    return {"accuracy": sum(examples.labels[row] == most for row in split.test) / len(split.test)}


def _config(parameters: TextParameters, measured: Measured, embedding: Embedding | None) -> dict[str, Any]:
    config: dict[str, Any] = {
        "method": parameters.method,
        "temperature": measured.temperature,
        "outside_below": measured.outside_below,
    }
    if parameters.method == "meaning" and embedding is not None:
        config |= {"embedding": embedding.file, "embedding_digest": embedding.digest}
    return config
