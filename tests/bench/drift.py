"""Is drift found soon, and is nothing cried that is none? `python -m tests.bench.drift`.

A classifier is trained on most of banking77 and asked about the rest. Undrifted windows are drawn from those calls;
drift is injected by mixing in texts about other things, by another mix of intents, and by cutting texts short.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from orchestrator.assets.drift.check import check_drift
from orchestrator.assets.drift.traits import Reference, reference_of
from orchestrator.assets.runtimes.skops import TextClassifier
from orchestrator.assets.tables import table_of
from tests.bench.training import Say, Shop, read_rows

SEED = 7
LEARNED = 10_003
WINDOW, WINDOWS = 500, 20
LOOKS = (100, 200, 300, 400, 500)
Rows = list[list[float]]


def measure(say: Say) -> dict[str, Any] | None:
    data = Path(os.environ.get("BENCH_DATA", ""))
    if "BENCH_DATA" not in os.environ or not (data / "banking77").is_dir() or not (data / "clinc150").is_dir():
        say("drift: not measured (set BENCH_DATA to a folder with banking77 and clinc150)")
        return None
    random = Random(SEED)
    texts = [*read_rows(data / "banking77" / "train.csv"), *read_rows(data / "banking77" / "test.csv")]
    random.shuffle(texts)
    others = random.sample(read_rows(data / "clinc150" / "val.csv"), WINDOW)
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder))
        trained, _ = shop.train("text", table_of(texts[:LEARNED]), "category")
        classifier = shop.load(TextClassifier, trained)
        calls = texts[LEARNED:]
        traits = traits_of(classifier, [row["text"] for row in calls])
        elsewhere = traits_of(classifier, [row["text"] for row in others])
        short = traits_of(classifier, [" ".join(row["text"].split()[:5]) for row in calls[:WINDOW]])
    reference = reference_of(trained.card)
    assert reference is not None
    few = set(sorted({row["category"] for row in calls})[:10])
    weights = [6.0 if row["category"] in few else 1.0 for row in calls]
    mixed = [
        row for _, row in sorted(zip((random.random() ** (1 / weight) for weight in weights), traits, strict=True))
    ]
    injected: dict[str, Callable[[int], Rows]] = {
        "30% about other things": lambda size: [
            *random.sample(traits, size - 3 * size // 10), *random.sample(elsewhere, 3 * size // 10)
        ],
        "ten intents six times as often": lambda size: mixed[-size:],
        "texts cut short": lambda size: random.sample(short, size),
    }  # fmt: skip
    alarms = sum(check_drift(reference, random.sample(traits, WINDOW)).found for _ in range(WINDOWS))
    say(f"drift banking77: {alarms} false alarms in {WINDOWS} windows of {WINDOW} calls (goal at most 1)")
    found = {name: found_after(reference, window) for name, window in injected.items()}
    for name, after in found.items():
        say(f"drift banking77: {name}: {f'found after {after} calls' if after else 'NOT FOUND'} (goal {WINDOW})")
    return {"false_alarms": alarms, "windows": WINDOWS, "found_after": found}


def found_after(reference: Reference, window: Callable[[int], Rows]) -> int | None:
    """Of the looks the first from which on drift was found each time."""
    found = [check_drift(reference, window(size)).found for size in LOOKS]
    missed = max((place for place, one in enumerate(found) if not one), default=-1)
    return LOOKS[missed + 1] if missed + 1 < len(LOOKS) else None


def traits_of(classifier: Any, texts: Sequence[str]) -> Rows:
    return [classifier.answer({"text": text})["traits"] for text in texts]


if __name__ == "__main__":
    measure(print)
