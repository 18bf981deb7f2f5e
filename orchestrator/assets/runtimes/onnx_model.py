"""Uploaded ONNX files: looked at before they are opened, and run with limits of memory and time."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from orchestrator.assets.errors import ArtifactUnfit, ArtifactUnsafe
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.tensors import Mapped, Outputs, Slot, answer_of, tensors_of
from orchestrator.connectors.inference import Datatype, Tensor
from orchestrator.engine.errors import ErrorCategory, Rejected, StepFailed

if TYPE_CHECKING:
    import onnx
    import onnxruntime

LARGEST_FILE = 100_000_000
MOST_NODES = 100_000
MOST_MEMORY = 512_000_000
"""Bytes that all uploaded models of a process may work with at once, beside their weights."""
LONGEST_RUN_S = 10.0
DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml"})
"""Operators of the standard and of classical machine learning: all of them are part of the runtime."""
OLDEST_OPSET = 7
TASKS = ("classify", "predict", "score", "detect", "embed")

_KINDS: dict[str, Datatype] = {
    "tensor(float)": "FP32",
    "tensor(double)": "FP64",
    "tensor(int64)": "INT64",
    "tensor(int32)": "INT32",
    "tensor(bool)": "BOOL",
    "tensor(string)": "BYTES",
}
_DTYPES: dict[Datatype, str] = {
    "BOOL": "bool",
    "INT32": "int32",
    "INT64": "int64",
    "FP32": "float32",
    "FP64": "float64",
    "BYTES": "object",
}


class OnnxConfig(Mapped):
    """Config of a version."""

    file: str = ""
    """The digest of its file; entered when it is uploaded."""


@dataclass(frozen=True, kw_only=True)
class OnnxFacts:
    inputs: tuple[Slot, ...]
    outputs: tuple[Slot, ...]
    opset: int
    operators: tuple[str, ...]


class OnnxModel:
    """Config: `OnnxConfig`. The file is found by its digest. What it answers depends on the task it is loaded for."""

    def __init__(self, config: dict[str, Any], digest: str, files: ModelFiles, task: str = "predict") -> None:
        try:
            mapped = OnnxConfig.model_validate(config)
        except ValidationError as error:
            raise ArtifactUnfit("The settings of this version do not say how to use its file.") from error
        self._task = task
        self._inputs, self._outputs, self._wanted = mapped.inputs, mapped.outputs, mapped.wanted()
        path = files.checked(digest, digest)
        self._session = _opened(path)
        facts = facts_of(path, self._session)
        if problems := mapped.problems(facts.inputs, facts.outputs):
            raise ArtifactUnfit(" ".join(problems))

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The answer of the task, see `assets/calls.py`."""
        import numpy as np

        given = {
            tensor.name: np.array(list(tensor.data), dtype=_DTYPES[tensor.datatype]).reshape(tensor.shape)
            for tensor in tensors_of(self._inputs, payload)
        }
        values = dict(zip(self._wanted, self._run(given), strict=True))
        outputs, tensors = _tensors(self._outputs, values)
        return answer_of(self._task, outputs, tensors)

    def _run(self, given: Mapping[str, Any]) -> list[Any]:
        import onnxruntime

        options = onnxruntime.RunOptions()
        overdue = threading.Event()

        def stop() -> None:
            overdue.set()
            options.terminate = True

        _sweep()
        timer = threading.Timer(LONGEST_RUN_S, stop)
        timer.start()
        try:
            return list(self._session.run(self._wanted, given, options))
        except _runtime_errors() as error:
            if overdue.is_set():
                message = f"The model was stopped: it calculated for more than {LONGEST_RUN_S:g} seconds."
                hint = "Use a smaller model."
                raise StepFailed(
                    ErrorCategory.TIMEOUT, "model_too_slow", message, hint=hint, retryable=False
                ) from error
            message = "The model could not calculate with what it was given."
            hint = "Compare its inputs with the settings of this version."
            reason = str(error)[:500]
            raise Rejected(ErrorCategory.REJECTED, "model_failed", message, hint=hint, reason=reason) from error
        finally:
            timer.cancel()


def look_at(path: Path) -> OnnxFacts:
    """What an uploaded file holds. Raises `ArtifactUnsafe` for anything that must not be opened."""
    return facts_of(path, _opened(path))


def facts_of(path: Path, session: onnxruntime.InferenceSession) -> OnnxFacts:
    model = _read(path)
    return OnnxFacts(
        inputs=tuple(map(_slot, session.get_inputs())),
        outputs=tuple(map(_slot, session.get_outputs())),
        opset=max(entry.version for entry in model.opset_import),
        operators=tuple(sorted({node.op_type for node in _nodes(model.graph)})),
    )


def _slot(value: onnxruntime.NodeArg) -> Slot:
    shape = tuple(length if isinstance(length, int) else None for length in value.shape or ())
    return Slot(name=value.name, kind=_KINDS.get(value.type, value.type), shape=shape)


def _opened(path: Path) -> onnxruntime.InferenceSession:
    _check(path, _read(path))
    try:
        return _session(path.read_bytes())
    except _runtime_errors() as error:
        raise ArtifactUnsafe(f"The model file cannot be opened: {str(error)[:300]}") from error


def _session(content: bytes) -> onnxruntime.InferenceSession:
    import onnxruntime

    _limit_memory()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.use_env_allocators", "1")
    options.add_session_config_entry("session.use_device_allocator_for_initializers", "1")
    # Folding would calculate parts of the model while it is opened, where no limit of time holds.
    return onnxruntime.InferenceSession(
        content, options, providers=["CPUExecutionProvider"], disabled_optimizers=["ConstantFolding"]
    )


@cache
def _limit_memory() -> None:
    import onnxruntime

    memory = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    limits = {"max_mem": MOST_MEMORY, "arena_extend_strategy": 1, "initial_chunk_size_bytes": -1}
    onnxruntime.create_and_register_allocator(
        memory, onnxruntime.OrtArenaCfg({**limits, "max_dead_bytes_per_chunk": -1})
    )


def _sweep() -> None:
    """Gives back what earlier runs took; else it would be missing for all other models of the process.

    A run cannot do that for itself, because its own outputs still lie where it calculated.
    """
    import numpy as np
    import onnxruntime

    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    _nothing().run(None, {"x": np.zeros(1, np.float32)}, options)


@cache
def _nothing() -> onnxruntime.InferenceSession:
    """A model that gives back what it is given."""
    from onnx import TensorProto, helper

    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "nothing", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return _session(model.SerializeToString())


@cache
def _runtime_errors() -> tuple[type[Exception], ...]:
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    named = ("EPFail", "Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoModel", "NoSuchFile")
    return (*(getattr(state, name) for name in (*named, "NotImplemented", "RuntimeException")), ValueError)


def _read(path: Path) -> onnx.ModelProto:
    import onnx
    from google.protobuf.message import DecodeError

    if path.stat().st_size > LARGEST_FILE:
        raise ArtifactUnsafe(f"The model file is too large: at most {LARGEST_FILE // 1_000_000} MB can be used.")
    try:
        model = onnx.load_model_from_string(path.read_bytes())
    except DecodeError as error:
        raise ArtifactUnsafe("The file is no ONNX model.") from error
    if not model.ir_version or not model.opset_import or not model.graph.node:
        raise ArtifactUnsafe("The file is no ONNX model.")
    return model


def _check(path: Path, model: onnx.ModelProto) -> None:
    import onnx

    nodes = list(_nodes(model.graph))
    if len(nodes) > MOST_NODES:
        raise ArtifactUnsafe(f"The model has {len(nodes):,} operations; at most {MOST_NODES:,} can be used.")
    if foreign := sorted({node.domain for node in nodes if node.domain not in DOMAINS}):
        raise ArtifactUnsafe(f"The model needs operations from outside the standard ({foreign[0][:100]}).")
    if model.functions or model.training_info:
        raise ArtifactUnsafe("The model brings operations or training steps of its own. Export it without them.")
    if any(tensor.external_data or tensor.data_location for tensor in _tensors_in(model.graph)):
        raise ArtifactUnsafe("The model keeps its weights in another file. Export it as one file.")
    newest = onnx.defs.onnx_opset_version()
    opsets = [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")]
    if any(not OLDEST_OPSET <= version <= newest for version in opsets):
        raise ArtifactUnsafe(f"The model must be exported for opset {OLDEST_OPSET} to {newest}, not {max(opsets)}.")
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        raise ArtifactUnsafe(f"The model is damaged: {str(error)[:300]}") from error


def _nodes(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    """Also of the graphs inside: branches and loops."""
    for node in graph.node:
        yield node
        for inner in _graphs_in(node):
            yield from _nodes(inner)


def _graphs_in(node: onnx.NodeProto) -> Iterator[onnx.GraphProto]:
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.g
        yield from attribute.graphs


def _tensors_in(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
            if attribute.HasField("sparse_tensor"):
                yield from (attribute.sparse_tensor.values, attribute.sparse_tensor.indices)
            for sparse in attribute.sparse_tensors:
                yield from (sparse.values, sparse.indices)
        for inner in _graphs_in(node):
            yield from _tensors_in(inner)


def _tensors(outputs: Outputs, values: Mapping[str, Any]) -> tuple[Outputs, dict[str, Tensor]]:
    """As tensors. Converters of scikit-learn give the scores as one dictionary a row: its keys are the labels."""
    tensors: dict[str, Tensor] = {}
    for name, value in values.items():
        if isinstance(value, list):
            labels, rows = _from_dictionaries(value, outputs.labels)
            outputs = outputs.model_copy(update={"labels": labels})
            tensors[name] = Tensor(name=name, datatype="FP64", shape=(len(value), len(labels)), data=rows)
        else:
            kind: Datatype = "BYTES" if value.dtype.kind in "OU" else "INT64" if value.dtype.kind in "iub" else "FP64"
            data = [str(one) for one in value.ravel()] if kind == "BYTES" else value.ravel().tolist()
            tensors[name] = Tensor(name=name, datatype=kind, shape=tuple(value.shape), data=data)
    return outputs, tensors


def _from_dictionaries(rows: Sequence[Any], labels: Sequence[str]) -> tuple[list[str], list[float]]:
    first = {str(label): float(share) for label, share in rows[0].items()} if rows else {}
    names = list(first)
    if labels and set(labels) == set(names):
        names = list(labels)
    return names, [float(share) for row in rows for share in _in_order(row, names)]


def _in_order(row: Mapping[Any, float], names: Sequence[str]) -> list[float]:
    shares = {str(label): share for label, share in row.items()}
    return [shares.get(name, math.nan) for name in names]
