"""Sentence embeddings by an ONNX model: texts become unit vectors of 384 floats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from orchestrator.assets.minilm import TOKENIZER_SHA256, packaged
from orchestrator.assets.runtimes.files import ModelFiles

if TYPE_CHECKING:
    import numpy as np

TOKENS = 256
CHUNK = 900
"""Characters that fit into 256 tokens in the languages we read."""


class Embedder:
    """One thread a call: the callers' pool decides how many calls run at once."""

    def __init__(self, files: ModelFiles, name: str, digest: str) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        model = files.checked(name, digest)
        tokenizer = packaged("tokenizer.json")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(
            str(ModelFiles(folder=tokenizer.parent).checked(tokenizer.name, TOKENIZER_SHA256))
        )
        self._tokenizer.enable_truncation(TOKENS)
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str], batch: int = 32) -> np.ndarray[Any, Any]:
        """One row per text, in the order given; each text counts up to its first 256 tokens."""
        import numpy as np

        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        rows: list[Any] = [None] * len(texts)
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            encoded = self._tokenizer.encode_batch([texts[index] for index in part])
            ids = np.array([entry.ids for entry in encoded], np.int64)
            mask = np.array([entry.attention_mask for entry in encoded], np.int64)
            for index, row in zip(part, self._session.run(None, {"ids": ids, "mask": mask})[0], strict=True):
                rows[index] = row
        return np.stack(rows)


@lru_cache(maxsize=2)
def embedder(files: ModelFiles, name: str, digest: str) -> Embedder:
    """Loaded once a process: several assets share it."""
    return Embedder(files, name, digest)


def opening(text: str) -> str:
    """The part of a document that says what it is: its beginning, without runs of white space."""
    return re.sub(r"\s+", " ", text[: CHUNK * 4]).strip()[: CHUNK * 2]
