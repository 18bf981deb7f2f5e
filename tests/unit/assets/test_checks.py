from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestrator.assets.checks import config_problems, file_problem
from tests.unit.assets.onnx_files import SHARES, foreign, kept, softmax

CHAT = {"base_url": "https://models.example.com/v1", "model": "small"}


@pytest.mark.parametrize(
    ("runtime", "task", "config"),
    [
        ("chat", "chat", {**CHAT, "credential": None, "price": {"input": "3", "output": "15", "currency": "EUR"}}),
        ("anthropic", "chat", {**CHAT, "fallbacks": ["other@live"], "parameters": {"temperature": None}}),
        ("embeddings", "embed", CHAT),
        ("inference", "predict", {**CHAT, **SHARES}),
        ("onnx_model", "classify", {**SHARES, "file": "0" * 64}),
        ("patterns", "extract", {"whatever": 1}),
    ],
)
def test_settings_that_can_be_used_have_no_problems(runtime: str, task: str, config: dict[str, Any]) -> None:
    assert config_problems(runtime, task, config) == []


@pytest.mark.parametrize(
    ("runtime", "task", "config", "places"),
    [
        ("chat", "chat", {}, {"config.base_url", "config.model"}),
        ("chat", "classify", CHAT, {"runtime"}),
        ("inference", "predict", {**CHAT, "inputs": [{"tensor": "x"}]},
         {"config.inputs.0.datatype", "config.inputs.0.fields", "config.outputs"}),
        ("onnx_model", "predict", {**SHARES, "path": "/etc"}, {"config.path"}),
        ("onnx_model", "chat", SHARES, {"runtime"}),
    ],
)  # fmt: skip
def test_each_problem_is_said_where_it_is(runtime: str, task: str, config: dict[str, Any], places: set[str]) -> None:
    problems = config_problems(runtime, task, config)
    assert {place for place, _ in problems} == places
    assert all(sentence for _, sentence in problems)


def test_a_file_is_opened_with_its_settings_before_it_is_registered(tmp_path: Path) -> None:
    digest, files = kept(softmax(), tmp_path)
    path = files.folder / digest
    assert file_problem("onnx_model", "classify", SHARES, path, digest) == ""
    assert "no output" in file_problem(
        "onnx_model", "classify", {**SHARES, "outputs": {"label": {"tensor": "q"}}}, path, digest
    )
    assert file_problem("skops", "classify", {}, path, digest) == ""
    digest, files = kept(foreign(), tmp_path)
    assert "outside the standard" in file_problem("onnx_model", "classify", SHARES, files.folder / digest, digest)
