"""What a store cannot keep is refused with a sentence; what it can keep is kept as it is."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.runs.steps import LARGEST_VALUE, stored_bytes


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("a\0b", "NUL"),
        ({"a\0": 1}, "NUL"),
        (["\\\0"], "NUL"),
        (float("nan"), "not a number or not finite"),
        ({"a": [1, {"b": float("-inf")}]}, "not a number or not finite"),
        ("\ud800", "half of a character"),
        ({"\udfff": 1}, "half of a character"),
        (nested(10_000), "nested too deep"),
        (2**64, "more than 64 bits"),
        ({1: 2}, "a key that is no text"),
        ({"a": {1}}, "no text, number, list or object"),
        (object(), "no text, number, list or object"),
    ],
)
def test_what_no_store_keeps_is_refused_with_a_sentence(value: Any, said: str) -> None:
    with pytest.raises(StepFailed, match=said) as refused:
        stored_bytes(value)
    assert (refused.value.error.category, refused.value.error.code) == (ErrorCategory.INPUT, "not_storable")


def test_more_than_20_mb_is_refused() -> None:
    assert len(stored_bytes("a" * (LARGEST_VALUE - 2))) == LARGEST_VALUE
    with pytest.raises(StepFailed) as refused:
        stored_bytes("a" * 50_000_000)
    assert refused.value.error.code == "too_large"
    assert refused.value.error.message == "The step's result is 47 MB; the most that can be passed on is 20 MB."


@pytest.mark.parametrize("text", ["\\u0000", "a\\\\u0000", "null", "", "Größe ñ 漢字 \U0001f600 \u202e", "\x01\x7f"])
def test_a_text_that_only_looks_bad_is_kept(text: str) -> None:
    assert orjson.loads(stored_bytes({"text": text, "nothing": None})) == {"text": text, "nothing": None}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(json_values)
def test_what_is_kept_is_read_again_as_it_was(value: Any) -> None:
    try:
        body = stored_bytes(value)
    except StepFailed:
        return
    assert orjson.loads(body) == value
