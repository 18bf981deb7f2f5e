"""Small ONNX files, as people would upload them."""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import TensorProto, helper

from orchestrator.assets.runtimes.files import ModelFiles, sha256_of

FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
ROW = [{"tensor": "x", "datatype": "FP32", "fields": ["a", "b"]}]
SHARES = {"inputs": ROW, "outputs": {"scores": {"tensor": "p"}, "labels": ["no", "yes"]}}


def value(name: str, kind: int, *shape: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, list(shape))


def model(
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    *weights: onnx.TensorProto,
    opset: int = 17,
) -> onnx.ModelProto:
    graph = helper.make_graph(nodes, "graph", inputs, outputs, initializer=list(weights))
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def weights() -> onnx.TensorProto:
    return helper.make_tensor("w", FLOAT, [2, 2], [0.0, 1.0, 0.0, -1.0])


def softmax() -> onnx.ModelProto:
    """Says "yes" the more, the more `a` is above `b`."""
    nodes = [helper.make_node("MatMul", ["x", "w"], ["z"]), helper.make_node("Softmax", ["z"], ["p"])]
    return model(nodes, [value("x", FLOAT, "n", 2)], [value("p", FLOAT, "n", 2)], weights())


def kept(made: onnx.ModelProto | bytes, folder: Path) -> tuple[str, ModelFiles]:
    draft = folder / "draft"
    draft.write_bytes(made if isinstance(made, bytes) else made.SerializeToString())
    digest = sha256_of(draft)
    draft.rename(folder / digest)
    return digest, ModelFiles(folder=folder)


def foreign() -> onnx.ModelProto:
    made = model(
        [helper.make_node("Evil", ["x"], ["p"], domain="evil")], [value("x", FLOAT, 1)], [value("p", FLOAT, 1)]
    )
    made.opset_import.append(helper.make_opsetid("evil", 1))
    return made
