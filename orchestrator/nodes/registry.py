"""Which node types there are. A type is checked at the door: a declaration with a gap never gets in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pydantic import BaseModel

from orchestrator.engine.errors import Problem
from orchestrator.engine.graph import Node
from orchestrator.engine.node_spec import Catalogue, Effect, NodeKind, NodeSpec
from orchestrator.nodes.approval import Approval
from orchestrator.nodes.ask_model import AskModel
from orchestrator.nodes.ask_person import AskPerson
from orchestrator.nodes.base import NodeType, Settings, StartType
from orchestrator.nodes.build_data_set import BuildDataSet
from orchestrator.nodes.call_tool import CallTool
from orchestrator.nodes.cancel_steps import CancelSteps
from orchestrator.nodes.check_drift import CheckDrift
from orchestrator.nodes.classify_text import ClassifyText
from orchestrator.nodes.compose_message import ComposeMessage
from orchestrator.nodes.condition import Condition
from orchestrator.nodes.demo_mail import DemoMail
from orchestrator.nodes.end_run import EndRun
from orchestrator.nodes.evaluate_asset import EvaluateAsset
from orchestrator.nodes.extract_fields import ExtractFields
from orchestrator.nodes.find_unusual import FindUnusual
from orchestrator.nodes.for_each import ForEach
from orchestrator.nodes.forecast_series import ForecastSeries
from orchestrator.nodes.http_request import HttpRequest
from orchestrator.nodes.parse_document import ParseDocument
from orchestrator.nodes.predict_table import PredictTable
from orchestrator.nodes.request_replacement import RequestReplacement
from orchestrator.nodes.run_agent import RunAgent
from orchestrator.nodes.run_code import RunCode
from orchestrator.nodes.run_workflow import RunWorkflow
from orchestrator.nodes.score_risk import ScoreRisk
from orchestrator.nodes.send_mail import SendMail
from orchestrator.nodes.send_message import SendMessage
from orchestrator.nodes.set_fields import SetFields
from orchestrator.nodes.settings_check import check_settings, plain_schema
from orchestrator.nodes.start_alert import StartAlert
from orchestrator.nodes.start_file import StartFile
from orchestrator.nodes.start_form import StartForm
from orchestrator.nodes.start_link import StartLink
from orchestrator.nodes.start_manual import StartManual
from orchestrator.nodes.start_message import StartMessage
from orchestrator.nodes.start_schedule import StartSchedule
from orchestrator.nodes.stop_with_error import StopWithError
from orchestrator.nodes.switch import Switch
from orchestrator.nodes.train_model import TrainModel
from orchestrator.nodes.wait import Wait
from orchestrator.nodes.wait_call import WaitCall
from orchestrator.nodes.wait_message import WaitMessage

PLUG_INS = "orchestrator.nodes"
"""The entry-point group: each entry names one `NodeType` subclass."""

NODE_TYPES: tuple[type[NodeType], ...] = (
    StartManual,
    StartFile,
    StartLink,
    StartMessage,
    StartSchedule,
    StartForm,
    StartAlert,
    ParseDocument,
    ClassifyText,
    ExtractFields,
    ScoreRisk,
    PredictTable,
    FindUnusual,
    ForecastSeries,
    AskModel,
    RunAgent,
    CallTool,
    EvaluateAsset,
    RequestReplacement,
    TrainModel,
    BuildDataSet,
    CheckDrift,
    Condition,
    Switch,
    ForEach,
    RunWorkflow,
    StopWithError,
    EndRun,
    CancelSteps,
    Wait,
    WaitCall,
    WaitMessage,
    SetFields,
    RunCode,
    Approval,
    AskPerson,
    ComposeMessage,
    SendMail,
    SendMessage,
    HttpRequest,
    DemoMail,
)


class UnknownNodeType(LookupError):
    """There is no node type with this key and version; install the plug-in it came with."""


@dataclass(frozen=True, kw_only=True)
class Registry:
    types: Mapping[tuple[str, int], NodeType]
    catalogue: Catalogue


def build_registry(types: Iterable[Any]) -> Registry:
    """All of them or none: raises TypeError that names the type and what its declaration lacks."""
    instances: dict[tuple[str, int], NodeType] = {}
    for candidate in types:
        checked = _checked(candidate)
        identity = (checked.key, checked.version)
        if identity in instances:
            raise TypeError(f"Two node types have the key {checked.key!r} and version {checked.version}.")
        instances[identity] = checked()
    specs = {identity: _spec(type(instance)) for identity, instance in instances.items()}
    return Registry(types=instances, catalogue=specs)


def load_plug_ins(entries: Iterable[EntryPoint]) -> list[Any]:
    """What the entries name; raises TypeError for one that cannot be loaded."""
    loaded = []
    for entry in entries:
        try:
            loaded.append(entry.load())
        except (ImportError, AttributeError) as error:
            raise TypeError(f"The plug-in {entry.name!r} ({entry.value}) cannot be loaded: {error}") from error
    return loaded


@cache
def registry() -> Registry:
    return build_registry([*NODE_TYPES, *load_plug_ins(entry_points(group=PLUG_INS))])


def node_type(key: str, version: int = 1) -> NodeType:
    """Raises UnknownNodeType."""
    try:
        return registry().types[key, version]
    except KeyError as error:
        raise UnknownNodeType(f"There is no step type {key!r} in version {version}.") from error


def catalogue() -> Catalogue:
    return registry().catalogue


def check_config(node: Node) -> list[Problem]:
    """What is wrong with the settings of this node, formulas aside. A node of unknown type is the engine's to name."""
    spec = catalogue().get((node.type, node.type_version))
    if spec is None:
        return []
    known = type(node_type(node.type, node.type_version))
    return [
        Problem(code=one.code, message=one.message, hint=one.hint, field=one.field, node=node.key)
        for one in check_settings(known, spec.config_schema, node.config)
    ]


def describe() -> list[dict[str, Any]]:
    """Every node type as the editor needs it, in the order of the step library."""
    return [
        {
            "key": instance.key,
            "version": instance.version,
            "title": instance.title,
            "description": instance.description,
            "category": instance.category,
            "icon": instance.icon,
            "kind": instance.kind.value,
            "ports": [{"key": port.key, "label": port.label} for port in spec.ports_for({})],
            "dynamic_ports": spec.ports_of is not None,
            "config_schema": spec.config_schema,
            "output_schema": spec.output_schema,
            "effect": spec.effect.value,
        }
        for instance, spec in zip(registry().types.values(), catalogue().values(), strict=True)
    ]


def _checked(candidate: Any) -> type[NodeType]:
    if not (isinstance(candidate, type) and issubclass(candidate, NodeType)):
        raise TypeError(f"{candidate!r} is no subclass of NodeType.")
    lacking = _lacking(candidate)
    if lacking:
        raise TypeError(f"The node type {candidate.__name__} is not declared in full: {'; '.join(lacking)}.")
    return candidate


def _lacking(declared: type[NodeType]) -> list[str]:
    lacking = [
        f"{name} must be a text"
        for name in ("key", "title", "description", "category", "icon")
        if not isinstance(getattr(declared, name, None), str) or not getattr(declared, name).strip()
    ]
    if not lacking and not re.fullmatch("[a-z][a-z0-9_]*", declared.key):
        lacking.append("key must be in snake_case")
    if not isinstance(getattr(declared, "effect", None), Effect):
        lacking.append("effect must be one of Effect")
    if not _is_model(getattr(declared, "Config", None), Settings):
        lacking.append("Config must be a subclass of Settings")
    if declared.Output is not None and not _is_model(declared.Output, BaseModel):
        lacking.append("Output must be a pydantic model")
    if (declared.kind is NodeKind.START) != issubclass(declared, StartType):
        lacking.append("a start must be a subclass of StartType, and only a start")
    if declared.kind is NodeKind.STEP and declared.run is NodeType.run:
        lacking.append("a step must define run")
    if issubclass(declared, StartType) and declared.accept is StartType.accept:
        lacking.append("a start must define accept")
    return lacking


def _is_model(candidate: Any, base: type[BaseModel]) -> bool:
    return isinstance(candidate, type) and issubclass(candidate, base)


def _spec(declared: type[NodeType]) -> NodeSpec:
    own_ports = declared.ports_of.__func__ is not NodeType.ports_of.__func__  # type: ignore[attr-defined]
    cancels = declared.cancels_of.__func__ is not NodeType.cancels_of.__func__  # type: ignore[attr-defined]
    own_effect = declared.effect_of.__func__ is not NodeType.effect_of.__func__  # type: ignore[attr-defined]
    return NodeSpec(
        type=declared.key,
        version=declared.version,
        kind=declared.kind,
        ports=declared.ports,
        ports_of=declared.ports_of if own_ports else None,
        effect=declared.effect,
        effect_of=declared.effect_of if own_effect else None,
        queue=declared.queue,
        config_schema=plain_schema(declared.Config),
        output_schema=plain_schema(declared.Output, "serialization") if declared.Output else None,
        needs_input=declared.kind is not NodeKind.START,
        ends_run=declared.ends_run,
        cancels_of=declared.cancels_of if cancels else None,
    )
