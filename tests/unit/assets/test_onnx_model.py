from __future__ import annotations

import pickle
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import TensorProto, helper

from orchestrator.assets.errors import ArtifactAltered, ArtifactUnfit, ArtifactUnsafe
from orchestrator.assets.runtimes import onnx_model
from orchestrator.assets.runtimes.onnx_model import OnnxModel, look_at
from orchestrator.engine.errors import Rejected, StepFailed
from tests.unit.assets.onnx_files import BOOL, FLOAT, INT64, ROW, SHARES, foreign, kept, model, softmax, value


def loaded(made: onnx.ModelProto, folder: Path, config: dict[str, Any], task: str = "predict") -> OnnxModel:
    return OnnxModel(config, *kept(made, folder), task)


def looked_at(made: onnx.ModelProto | bytes, folder: Path) -> onnx_model.OnnxFacts:
    digest, files = kept(made, folder)
    return look_at(files.folder / digest)


def test_an_uploaded_model_answers(tmp_path: Path) -> None:
    classifier = loaded(softmax(), tmp_path, SHARES)
    said = classifier.answer({"features": {"a": 3, "b": 1}})
    assert (said["label"], said["confidence"]) == ("yes", 0.8808)
    assert classifier.answer({"features": {"a": 1, "b": 3}})["label"] == "no"


def test_it_answers_the_task_it_is_loaded_for(tmp_path: Path) -> None:
    config = {**SHARES, "outputs": {"score": {"tensor": "p", "column": 1}}}
    said = loaded(softmax(), tmp_path, config, "detect").answer({"features": {"a": 3, "b": 1}})
    assert said == {"score": 0.8808, "unusual": True}


def test_scores_by_label_as_converters_of_scikit_learn_give_them_are_read(tmp_path: Path) -> None:
    linear = helper.make_node(
        "LinearClassifier", ["x"], ["label", "raw"], domain="ai.onnx.ml", coefficients=[-1.0, 1.0, 1.0, -1.0],
        intercepts=[0.0, 0.0], classlabels_strings=["no", "yes"], post_transform="SOFTMAX",
    )  # fmt: skip
    named = helper.make_node("ZipMap", ["raw"], ["p"], domain="ai.onnx.ml", classlabels_strings=["no", "yes"])
    kind = helper.make_sequence_type_proto(
        helper.make_map_type_proto(TensorProto.STRING, helper.make_tensor_type_proto(FLOAT, []))
    )
    outputs = [value("label", TensorProto.STRING, "n"), helper.make_value_info("p", kind)]
    made = model([linear, named], [value("x", FLOAT, "n", 2)], outputs)
    config = {"inputs": ROW, "outputs": {"scores": {"tensor": "p"}, "label": {"tensor": "label"}}}
    said = loaded(made, tmp_path, config).answer({"features": {"a": 0, "b": 2}})
    assert said["label"] == "no"
    assert {entry["label"] for entry in said["scores"]} == {"no", "yes"}
    assert said["confidence"] > 0.9


def test_what_a_file_holds_is_told(tmp_path: Path) -> None:
    facts = looked_at(softmax(), tmp_path)
    assert [(slot.name, slot.kind, slot.shape) for slot in facts.inputs] == [("x", "FP32", (None, 2))]
    assert [slot.name for slot in facts.outputs] == ["p"]
    assert (facts.opset, facts.operators) == (17, ("MatMul", "Softmax"))


def hidden() -> onnx.ModelProto:
    """The foreign operation stands in a branch."""
    branch = helper.make_graph([helper.make_node("Evil", ["x"], ["y"], domain="evil")], "b", [], [value("y", FLOAT, 1)])
    node = helper.make_node("If", ["c"], ["p"], then_branch=branch, else_branch=branch)
    return model([node], [value("x", FLOAT, 1), value("c", BOOL)], [value("p", FLOAT, 1)])


def elsewhere() -> onnx.ModelProto:
    made = softmax()
    tensor = made.graph.initializer[0]
    tensor.ClearField("float_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../../etc/passwd")
    return made


def elsewhere_in_a_constant() -> onnx.ModelProto:
    tensor = helper.make_tensor("c", FLOAT, [1], [1.0])
    tensor.ClearField("float_data")
    tensor.external_data.add(key="location", value="/etc/passwd")
    nodes = [helper.make_node("Constant", [], ["c"], value=tensor), helper.make_node("Add", ["x", "c"], ["p"])]
    return model(nodes, [value("x", FLOAT, 1)], [value("p", FLOAT, 1)])


def own_function() -> onnx.ModelProto:
    made = softmax()
    made.functions.append(
        helper.make_function("own", "F", ["a"], ["b"], [helper.make_node("Abs", ["a"], ["b"])], made.opset_import)
    )
    return made


def damaged() -> onnx.ModelProto:
    made = softmax()
    made.graph.node[0].input[0] = "nowhere"
    return made


def from_the_future() -> onnx.ModelProto:
    made = softmax()
    made.opset_import[0].version = 99
    return made


def zipped() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("data.pkl", pickle.dumps({"a": 1}))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (foreign, "outside the standard"),
        (hidden, "outside the standard"),
        (elsewhere, "another file"),
        (elsewhere_in_a_constant, "another file"),
        (own_function, "of its own"),
        (damaged, "damaged"),
        (from_the_future, "opset"),
        (lambda: pickle.dumps({"a": [1, 2, 3]}), "no ONNX"),
        (zipped, "no ONNX"),
        (lambda: b"", "no ONNX"),
        (lambda: b"\x08\x08", "no ONNX"),
        (lambda: softmax().SerializeToString()[:-20], "no ONNX"),
    ],
)
def test_a_file_that_must_not_be_opened_is_refused(made: Any, why: str, tmp_path: Path) -> None:
    with pytest.raises(ArtifactUnsafe, match=why):
        looked_at(made(), tmp_path)


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_model, "LARGEST_FILE", 10)
    with pytest.raises(ArtifactUnsafe, match="too large"):
        looked_at(softmax(), tmp_path)


def test_a_file_that_was_changed_is_not_used(tmp_path: Path) -> None:
    digest, files = kept(softmax(), tmp_path)
    (tmp_path / digest).write_bytes(foreign().SerializeToString())
    with pytest.raises(ArtifactAltered):
        OnnxModel(SHARES, digest, files)


def bomb(elements: int = 1_000_000_000) -> onnx.ModelProto:
    """A few bytes that ask for four for each element."""
    one = helper.make_tensor("one", FLOAT, [1], [1.0])
    nodes = [
        helper.make_node("ConstantOfShape", ["size"], ["huge"], value=one),
        helper.make_node("ReduceSum", ["huge"], ["sum"], keepdims=0),
        helper.make_node("Add", ["sum", "x"], ["p"]),
    ]
    size = helper.make_tensor("size", INT64, [1], [elements])
    return model(nodes, [value("x", FLOAT, 1, 2)], [value("p", FLOAT, 1, 2)], size)


def endless() -> onnx.ModelProto:
    body = helper.make_graph(
        [helper.make_node("Identity", ["c"], ["c_out"]), helper.make_node("Add", ["v", "v"], ["v_out"])],
        "body",
        [value("i", INT64), value("c", BOOL), value("v", FLOAT, 1, 2)],
        [value("c_out", BOOL), value("v_out", FLOAT, 1, 2)],
    )
    true = helper.make_tensor("true", BOOL, [], [True])
    loop = helper.make_node("Loop", ["", "true", "x"], ["p"], body=body)
    return model([loop], [value("x", FLOAT, 1, 2)], [value("p", FLOAT, 1, 2)], true)


def test_a_model_that_wants_all_memory_gets_none(tmp_path: Path) -> None:
    greedy = loaded(bomb(), tmp_path, SHARES)
    with pytest.raises(Rejected) as failed:
        greedy.answer({"features": {"a": 1, "b": 2}})
    assert failed.value.error.code == "model_failed"


def test_the_memory_that_one_model_took_is_there_for_the_next(tmp_path: Path) -> None:
    for elements in (70_000_000, 75_000_000):
        config = {"inputs": ROW, "outputs": {"value": {"tensor": "p", "column": 0}}}
        said = loaded(bomb(elements), tmp_path, config).answer({"features": {"a": 0, "b": 0}})
        assert said["value"] == pytest.approx(elements, rel=0.01)


def test_a_model_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_model, "LONGEST_RUN_S", 0.1)
    with pytest.raises(StepFailed) as failed:
        loaded(endless(), tmp_path, SHARES).answer({"features": {"a": 1, "b": 2}})
    assert (failed.value.error.code, failed.value.error.retryable) == ("model_too_slow", False)


@pytest.mark.parametrize(
    ("inputs", "outputs", "problem"),
    [
        ([{"tensor": "y", "datatype": "FP32", "fields": ["a"]}], {"scores": {"tensor": "p"}}, "no input “y”"),
        ([{**ROW[0], "datatype": "FP64"}], {"scores": {"tensor": "p"}}, "is FP32, not FP64"),
        ([{**ROW[0], "fields": ["a"]}], {"scores": {"tensor": "p"}}, "does not take 1 fields"),
        ([{**ROW[0], "fields": ["a"], "flat": True}], {"scores": {"tensor": "p"}}, "does not take"),
        (ROW, {"scores": {"tensor": "q"}}, "no output “q”"),
        (ROW, {}, "name no output"),
    ],
)
def test_settings_that_do_not_fit_the_file_are_said_to(inputs: Any, outputs: Any, problem: str, tmp_path: Path) -> None:
    config = {"inputs": inputs, "outputs": outputs}
    with pytest.raises(ArtifactUnfit, match=problem):
        loaded(softmax(), tmp_path, config)


def test_settings_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactUnfit):
        loaded(softmax(), tmp_path, {"labels": []})
