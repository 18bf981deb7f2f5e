from __future__ import annotations

import numpy as np
import pytest

from orchestrator.assets import words
from orchestrator.assets.words import WordVectors

TEXTS = ["I lost my card", "my card was stolen\nyesterday", "Übertrag  doppelt\tgebucht", "top up failed again"] * 60


def test_what_was_kept_reads_texts_as_what_was_learned() -> None:
    learned = WordVectors.learn(TEXTS, labels=3)
    kept = WordVectors.of_parts(learned.parts())
    asked = ["my card failed", "übertrag\n\nfailed", "", "日本"]
    assert np.allclose(learned.of(asked).toarray(), kept.of(asked).toarray())


def test_a_model_of_many_labels_looks_at_fewer_words(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = WordVectors.learn(TEXTS, labels=2).of(["card"]).shape[1]
    monkeypatch.setattr(words, "MOST_WEIGHTS", 100_000)
    narrow = WordVectors.learn(TEXTS, labels=1_000).of(["card"]).shape[1]
    assert narrow <= 100 < wide
