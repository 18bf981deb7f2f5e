from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from orchestrator.assets.runtimes.tensors import Input, Mapped, Outputs, answer_of, tensors_of
from orchestrator.connectors.inference import Tensor
from orchestrator.engine.errors import NotSent, Rejected


def numbers(name: str, *values: float, shape: tuple[int, ...] | None = None) -> dict[str, Tensor]:
    return {name: Tensor(name=name, datatype="FP64", shape=shape or (1, len(values)), data=values)}


def texts(name: str, *values: str) -> dict[str, Tensor]:
    return {name: Tensor(name=name, datatype="BYTES", shape=(len(values),), data=values)}


def read(task: str, given: dict[str, Tensor], **outputs: Any) -> dict[str, Any]:
    return answer_of(task, Outputs.model_validate(outputs), given)


def test_features_become_one_row() -> None:
    one = Input(tensor="x", datatype="FP32", fields=["amount", "age", "old"], missing=-1)
    (tensor,) = tensors_of([one], {"features": {"amount": "12.5", "age": 3, "more": 7}})
    assert (tensor.shape, list(tensor.data)) == ((1, 3), [12.5, 3.0, -1.0])


def test_columns_can_be_tensors_of_their_own() -> None:
    inputs = [
        Input(tensor="amount", datatype="FP64", fields=["amount"]),
        Input(tensor="country", datatype="BYTES", fields=["country"], missing="?"),
        Input(tensor="new", datatype="BOOL", fields=["new"]),
        Input(tensor="count", datatype="INT64", fields=["count"], flat=True),
    ]
    tensors = tensors_of(inputs, {"features": {"amount": 1, "country": "", "new": True, "count": 2.0}})
    assert [(list(tensor.data), tensor.shape) for tensor in tensors] == [
        ([1.0], (1, 1)), (["?"], (1, 1)), ([True], (1, 1)), ([2], (1,)),
    ]  # fmt: skip


def test_a_text_and_many_texts_become_rows() -> None:
    flat = Input(tensor="t", datatype="BYTES", fields=["text"], flat=True)
    assert tensors_of([flat], {"text": "a"})[0].shape == (1,)
    many = Input(tensor="t", datatype="BYTES", fields=["texts"])
    assert tensors_of([many], {"texts": ["a", "b", "c"]})[0].shape == (3, 1)


@pytest.mark.parametrize(
    ("datatype", "value"),
    [
        ("FP32", None),
        ("FP32", ""),
        ("FP32", "many"),
        ("FP32", float("inf")),
        ("INT64", [1]),
        ("BOOL", "yes"),
        ("FP64", {}),
    ],
)
def test_a_value_that_does_not_fit_is_named(datatype: Any, value: Any) -> None:
    one = Input(tensor="x", datatype=datatype, fields=["amount", "b"])
    with pytest.raises(NotSent, match="“amount”") as failed:
        tensors_of([one], {"features": {"amount": value}})
    assert failed.value.error.code == "value_unfit"


def test_shares_make_a_classification() -> None:
    said = read("classify", numbers("p", 0.2, 0.7, 0.1), scores={"tensor": "p"}, labels=["a", "b", "c"])
    assert (said["label"], said["confidence"]) == ("b", 0.7)
    assert [entry["label"] for entry in said["scores"]] == ["b", "a", "c"]


def test_logits_become_shares_without_overflow() -> None:
    said = read("classify", numbers("z", 1000, 1000), scores={"tensor": "z"}, labels=["a", "b"], logits=True)
    assert [entry["score"] for entry in said["scores"]] == [0.5, 0.5]


def test_one_share_of_two_labels_is_the_seconds() -> None:
    said = read("predict", numbers("p", 0.9), scores={"tensor": "p"}, labels=["no", "yes"])
    assert (said["label"], said["confidence"]) == ("yes", 0.9)


def test_the_models_own_label_wins_over_the_highest_share() -> None:
    given = {**numbers("p", 0.6, 0.4), **texts("label", "b")}
    said = read("classify", given, scores={"tensor": "p"}, labels=["a", "b"], label={"tensor": "label"})
    assert (said["label"], said["confidence"]) == ("b", 0.4)


def test_a_label_told_as_a_number_has_a_name() -> None:
    given = {"label": Tensor(name="label", datatype="INT64", shape=(1,), data=[1])}
    assert read("classify", given, label={"tensor": "label"}, labels=["a", "b"])["label"] == "b"
    assert read("classify", given, label={"tensor": "label"}) == {"label": "1", "confidence": None, "scores": []}


def test_other_tasks_read_their_numbers() -> None:
    assert read("predict", numbers("v", 7), value={"tensor": "v"}) == {"value": 7, "low": None, "high": None}
    given = numbers("v", 5, 7, 9)
    outputs = {name: {"tensor": "v", "column": place} for place, name in enumerate(("low", "value", "high"))}
    assert read("predict", given, **outputs) == {"value": 7, "low": 5, "high": 9}
    assert read("score", numbers("p", 0.3, 0.7), score={"tensor": "p", "column": 1})["level"] == "high"
    assert read("detect", numbers("p", 0.4), score={"tensor": "p"}) == {"score": 0.4, "unusual": False}
    assert read("detect", numbers("p", 0.4), score={"tensor": "p"}, unusual_from=0.4)["unusual"]
    vectors = read("embed", numbers("e", 1, 2, 3, 4, shape=(2, 2)), vectors={"tensor": "e"})
    assert vectors == {"vectors": [[1, 2], [3, 4]]}


@pytest.mark.parametrize(
    ("task", "given", "outputs"),
    [
        ("classify", numbers("p", 0.2, 0.8), {"scores": {"tensor": "p"}, "labels": ["a", "b", "c"]}),
        ("classify", numbers("p", 2, 8), {"scores": {"tensor": "p"}}),
        ("classify", numbers("p", shape=(1, 0)), {"scores": {"tensor": "p"}}),
        ("classify", numbers("p", 0.2), {}),
        ("classify", texts("p", "a"), {"scores": {"tensor": "p"}}),
        ("classify", numbers("l", 7), {"label": {"tensor": "l"}, "labels": ["a"]}),
        ("predict", numbers("v", 1, 2), {"value": {"tensor": "v"}}),
        ("predict", numbers("v", float("nan")), {"value": {"tensor": "v"}}),
        ("score", numbers("v", 1.2), {"score": {"tensor": "v"}}),
        ("embed", numbers("v", 1.2, shape=(1,)), {"vectors": {"tensor": "v"}}),
        ("extract", numbers("v", 1), {}),
    ],
)
def test_tensors_that_make_no_answer_are_refused(task: str, given: dict[str, Tensor], outputs: dict[str, Any]) -> None:
    with pytest.raises(Rejected) as failed:
        read(task, given, **outputs)
    assert failed.value.error.code == "output_unfit"


@pytest.mark.parametrize(
    "config",
    [
        {"inputs": [], "outputs": {}},
        {"inputs": [{"tensor": "x", "datatype": "FP8", "fields": ["a"]}], "outputs": {}},
        {"inputs": [{"tensor": "x", "datatype": "FP32", "fields": ["a", "b"], "flat": True}], "outputs": {}},
        {"inputs": [{"tensor": "x", "datatype": "FP32", "fields": ["a"], "path": "/etc"}], "outputs": {}},
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Mapped.model_validate(config)
