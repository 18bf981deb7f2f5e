"""What models reach that were trained in the product: `python -m tests.bench.training`."""

from __future__ import annotations

import csv
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from orchestrator.assets import minilm
from orchestrator.assets.evaluation.evaluate import evaluate
from orchestrator.assets.evaluation.forecasting import smape
from orchestrator.assets.evaluation.report import Case, Given
from orchestrator.assets.pipelines.catalogue import train
from orchestrator.assets.pipelines.trained import Embedding, Trained
from orchestrator.assets.runtimes.files import ModelFiles, sha256_of
from orchestrator.assets.runtimes.forecast import Forecast
from orchestrator.assets.runtimes.onnx import embedder
from orchestrator.assets.runtimes.predictor import Predictor
from orchestrator.assets.runtimes.skops import TextClassifier
from orchestrator.assets.tables import Table, read_table, table_of
from tests.bench import transactions

Say = Callable[[str], None]
Row = Mapping[str, Any]
MONTHS_AHEAD = 12


class Shop:
    """Trains, keeps what was trained in a folder, and makes it answer."""

    def __init__(self, folder: Path) -> None:
        self.files = ModelFiles(folder=folder)
        minilm.build(folder / minilm.FILE)
        digest = sha256_of(folder / minilm.FILE)
        embed = embedder(self.files, minilm.FILE, digest).embed
        self._embedding = Embedding(file=minilm.FILE, digest=digest, embed=embed)

    def train(self, pipeline: str, table: Table, target: str, **parameters: Any) -> tuple[Trained, float]:
        """And the seconds it took."""
        began = time.monotonic()
        trained = train(
            pipeline, table, target, parameters, progress=lambda share, doing: None, cancelled=lambda: False,
            embedding=self._embedding,
        )  # fmt: skip
        return trained, time.monotonic() - began

    def load(self, runtime: Callable[..., Any], trained: Trained) -> Any:
        digest = hashlib.sha256(trained.model).hexdigest()
        (self.files.folder / f"{digest}.skops").write_bytes(trained.model)
        return runtime({**trained.config, "file": f"{digest}.skops"}, digest, self.files)


def measure(say: Say) -> dict[str, Any] | None:
    data = Path(os.environ.get("BENCH_DATA", ""))
    if "BENCH_DATA" not in os.environ or not data.is_dir():
        say("training: not measured (set BENCH_DATA to a folder with banking77, clinc150 and others)")
        return None
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder))
        for name, measured in {
            "banking77": banking,
            "clinc150": clinc,
            "transactions-synth": fraud,
            "forecast-series": forecasts,
        }.items():
            if (data / name).is_dir():
                figures[name] = measured(shop, data / name, say)
            else:
                say(f"training {name}: not measured (BENCH_DATA has no such folder)")
    return figures


def banking(shop: Shop, data: Path, say: Say) -> dict[str, Any]:
    table, tests = read_table((data / "train.csv").read_bytes()), read_rows(data / "test.csv")
    figures = {}
    for method in ("meaning", "words"):
        trained, seconds = shop.train("text", table, "category", method=method)
        classifier = shop.load(TextClassifier, trained)
        accuracy, each_ms = asked(classifier, tests, "category")
        figures[method] = {"accuracy": accuracy, "trained_s": seconds, "call_ms": each_ms}
        goal = " (goal 0.92)" if method == "meaning" else ""
        say(
            f"training banking77 by {method}: accuracy {accuracy:.4f}{goal}, in {seconds:.0f} s, "
            f"{each_ms:.1f} ms a call"
        )
    return figures


def clinc(shop: Shop, data: Path, say: Say) -> dict[str, Any]:
    table = table_of([*read_rows(data / "train.csv"), *read_rows(data / "oos_train.csv")])
    trained, seconds = shop.train("text", table, "intent", outside="oos")
    classifier = shop.load(TextClassifier, trained)
    known, strangers = read_rows(data / "val.csv"), read_rows(data / "oos_val.csv")
    accuracy, _ = asked(classifier, known, "intent")
    cases = [
        Case(id=str(place), expected={"unusual": row["intent"] == "oos"})
        for place, row in enumerate([*known, *strangers])
    ]
    answers = []
    for case, row in zip(cases, [*known, *strangers], strict=True):
        answer = classifier.answer({"text": row["text"]})
        doubt = {"score": 1 - answer["confidence"], "unusual": not answer["in_scope"]}
        answers.append(Given(id=case.id, value=doubt))
    apart = evaluate("detect", cases, answers).figures["auroc"]
    say(
        f"training clinc150: accuracy {accuracy:.4f} (goal 0.92), none of these AUROC {apart:.4f} (goal 0.92), "
        f"in {seconds:.0f} s"
    )
    return {"accuracy": accuracy, "outside_auroc": apart, "trained_s": seconds}


def fraud(shop: Shop, data: Path, say: Say) -> dict[str, Any]:
    """Judged on the latest three tenths; the seven days before, in which frauds are not known yet, are left out."""
    table = table_of(transactions.rows(data / "transactions.csv"))
    trained, seconds = shop.train("table", table, "fraud", time="at", gap_days=7, held_out=0.3)
    precision, auroc = (trained.card["metrics"][name] for name in ("average_precision", "auroc"))
    unusual, _ = shop.train("anomaly", table, "fraud", time="at", held_out=0.3)
    blind = unusual.card["metrics"]["average_precision"]
    model = shop.load(Predictor, trained)
    began = time.monotonic()
    for place in range(200):
        model.answer({"features": {"amount": float(place), "hour": 3, "category": "fuel"}})
    each_ms = (time.monotonic() - began) * 5
    say(
        f"training transactions: average precision {precision:.3f} (goal 0.33), AUROC {auroc:.3f}, without labels "
        f"{blind:.3f}, in {seconds:.0f} s, {each_ms:.1f} ms a call"
    )
    return {"average_precision": precision, "auroc": auroc, "anomaly_average_precision": blind, "trained_s": seconds}


def forecasts(shop: Shop, data: Path, say: Say) -> dict[str, Any]:
    """The last year of each series, by the version trained on the years before and by the bare library."""
    import numpy as np
    from statsforecast.models import AutoTheta

    rows = [
        {"name": row["series_id"], "at": month(int(row["t"])), "value": float(row["value"])}
        for row in read_rows(data / "series.csv")
        # Percentage errors mean nothing at and below zero.
        if float(row["value"]) > 0
    ]
    names = sorted({row["name"] for row in rows})
    series = {name: [row for row in rows if row["name"] == name] for name in names}
    past = table_of([row for name in names for row in series[name][:-MONTHS_AHEAD]])
    trained, seconds = shop.train("forecast", past, "value", time="at", series="name")
    model = Forecast(trained.config, "", shop.files)
    ours, bare, naive = [], [], []
    for name in names:
        known = [{"at": row["at"], "value": row["value"]} for row in series[name][:-MONTHS_AHEAD]]
        ahead = [row["value"] for row in series[name][-MONTHS_AHEAD:]]
        answer = model.answer({"series": known, "periods": MONTHS_AHEAD})
        ours.append(smape(ahead, [entry["value"] for entry in answer["values"]]))
        naive.append(smape(ahead, [entry["value"] for entry in answer["baseline"]]))
        values = np.array([entry["value"] for entry in known])
        bare.append(smape(ahead, AutoTheta(season_length=12).forecast(values, MONTHS_AHEAD)["mean"]))
    means = {"ours": float(np.mean(ours)), "auto_theta": float(np.mean(bare)), "seasonal_naive": float(np.mean(naive))}
    say(
        f"training forecast: sMAPE {means['ours']:.1f}, AutoTheta {means['auto_theta']:.1f} = "
        f"{means['ours'] / means['auto_theta']:.2f} times (goal 1.05), last season {means['seasonal_naive']:.1f}"
    )
    return {**means, "trained_s": seconds}


def month(number: int) -> str:
    return f"{2000 + number // 12}-{number % 12 + 1:02}-01"


def asked(classifier: Any, rows: Iterable[Row], target: str) -> tuple[float, float]:
    """Share of texts labelled right, and milliseconds a text."""
    began = time.monotonic()
    right = [classifier.answer({"text": row["text"]})["label"] == row[target] for row in rows]
    return sum(right) / len(right), (time.monotonic() - began) * 1_000 / len(right)


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    measure(print)
