"""What is wrong with the settings of a version that is about to be registered, beyond what its shape can say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from orchestrator.assets import remote
from orchestrator.assets.agents.agent import agent_problems
from orchestrator.assets.agents.prompt import prompt_problems
from orchestrator.assets.errors import AssetError
from orchestrator.assets.judging import rubric_problems
from orchestrator.assets.runtimes import onnx_model, skops_model
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.onnx_model import OnnxConfig, OnnxModel
from orchestrator.assets.runtimes.skops_model import SkopsConfig, SkopsModel
from orchestrator.assets.tools.tool import tool_problems
from orchestrator.engine.errors import Problem

CONFIGS: dict[str, type[BaseModel]] = {**remote.CONFIGS, "onnx_model": OnnxConfig, "skops_model": SkopsConfig}
"""The runtimes whose settings people write; those of the others are made by the product."""
TASKS: dict[str, tuple[str, ...]] = {
    **remote.TASKS,
    "onnx_model": onnx_model.TASKS,
    "skops_model": skops_model.TASKS,
}

KINDS: dict[str, Callable[[dict[str, Any]], list[Problem]]] = {
    "tool": tool_problems,
    "agent": agent_problems,
    "prompt": prompt_problems,
    "data_set": rubric_problems,
}
"""What can be wrong with the settings of an asset that is no model."""

OPENED: dict[str, Callable[..., object]] = {"onnx_model": OnnxModel, "skops_model": SkopsModel}
"""The runtimes whose files are opened before they are registered, as they will be to answer."""


def config_problems(runtime: str, task: str, config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(Where, what is wrong), none when the settings can be used. The place is a path like `config.inputs.0.tensor`."""
    shape = CONFIGS.get(runtime)
    if shape is None:
        return []
    if task not in TASKS[runtime]:
        return [("runtime", f"A model of this kind is made to {', '.join(TASKS[runtime])}, not to {task}.")]
    try:
        shape.model_validate(config)
    except ValidationError as error:
        return [(".".join(["config", *map(str, one["loc"])]), one["msg"]) for one in error.errors()]
    return []


def kind_problems(kind: str, config: Mapping[str, Any]) -> list[Problem]:
    """The same for what is no model; models have runtimes instead."""
    looks = KINDS.get(kind)
    return looks(dict(config)) if looks else []


def file_problem(runtime: str, task: str, config: Mapping[str, Any], path: Path, digest: str) -> str:
    """Why the file cannot be used with these settings, or nothing. The file is opened, but not asked."""
    opening = OPENED.get(runtime)
    if opening is None:
        return ""
    try:
        partial(opening, task=task)(dict(config), digest, ModelFiles(folder=path.parent))
    except AssetError as error:
        return str(error)
    return ""
