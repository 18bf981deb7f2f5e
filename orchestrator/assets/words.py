"""Texts as counts of their words and pieces of words: the small way to read texts, without an embedding model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer

MOST_WORDS, MOST_PIECES = 20_000, 30_000
PARTS = ("words", "words_weight", "pieces", "pieces_weight")
MOST_WEIGHTS = 12_000_000
"""Labels times words and pieces: what the model is made of."""
OFTEN = 200
"""Texts from which a word has to stand in two of them to count."""


class WordVectors:
    """TF-IDF of words and pairs of words, beside that of pieces of two to five letters."""

    def __init__(self, words: TfidfVectorizer, pieces: TfidfVectorizer) -> None:
        self._words = words
        self._pieces = pieces

    @classmethod
    def learn(cls, texts: Sequence[str], labels: int) -> Self:
        """For a model of so many labels. Raises ValueError where no text holds a word."""
        room = min(1.0, MOST_WEIGHTS / labels / (MOST_WORDS + MOST_PIECES))
        rarest = 2 if len(texts) >= OFTEN else 1
        return cls(
            _words(max_features=int(MOST_WORDS * room), min_df=rarest).fit(texts),
            _pieces(max_features=int(MOST_PIECES * room), min_df=rarest).fit(texts),
        )

    @classmethod
    def of_parts(cls, parts: Mapping[str, Any]) -> Self:
        """The inverse of `parts`."""
        return cls(
            _fixed(_words, parts["words"], parts["words_weight"]),
            _fixed(_pieces, parts["pieces"], parts["pieces_weight"]),
        )

    def parts(self) -> dict[str, Any]:
        """What has to be kept: texts and arrays."""
        return {
            "words": "\n".join(self._words.get_feature_names_out()),
            "words_weight": self._words.idf_,
            "pieces": "\n".join(self._pieces.get_feature_names_out()),
            "pieces_weight": self._pieces.idf_,
        }

    def of(self, texts: Sequence[str]) -> Any:
        """A sparse row per text."""
        return hstack([self._words.transform(texts), self._pieces.transform(texts)], format="csr")


def _words(**limits: Any) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), **limits)


def _pieces(**limits: Any) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 5), **limits)


def _fixed(make: Any, names: str, weights: Any) -> TfidfVectorizer:
    vectorizer = make(vocabulary=names.split("\n"))
    vectorizer.idf_ = np.asarray(weights, float)
    return vectorizer
