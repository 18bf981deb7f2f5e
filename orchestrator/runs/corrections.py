"""What people make of the answers of models: a form that was filled in with one, and sent as it was or put right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from orchestrator.artifacts.errors import ArtifactError
from orchestrator.assets.models import AssetVersion, Judgement
from orchestrator.engine.errors import ExpressionError
from orchestrator.engine.expressions import compile_template
from orchestrator.governance.principal import Principal
from orchestrator.runs.models import HumanTask, Run, Step
from orchestrator.runs.values import read_value

ASKING = {"classify_text": "text", "predict_table": "features", "find_unusual": "features"}
"""The steps whose answers people put right, and the setting that says what the model was asked."""
_FORMULA = re.compile(r"\s*(\w+)\.(label|value|unusual)\s*")
_TEXT = re.compile(r"\s*\{\{\s*(\w+)\.(label|value|unusual)\s*\}\}\s*")
LONGEST = 200


def judge(principal: Principal, task: HumanTask, values: Mapping[str, Any]) -> None:
    """Keeps a judgement for each question that was filled in with what a model answered."""
    run = Run.objects.select_related("version").get(pk=task.run_id)
    asked = Step.objects.filter(run_id=run.pk, step=task.step).first()
    nodes: dict[str, Any] = {node["key"]: node for node in run.version.graph["nodes"]}
    if asked is None or asked.node not in nodes:
        return
    filled_in = nodes[asked.node].get("config", {}).get("values") or {}
    for question, formula in filled_in.items():
        source = _source(formula)
        if source is None or values.get(question) in (None, "") or source[0] not in nodes:
            continue
        model = nodes[source[0]]
        if model["type"] in ASKING:
            _keep(principal, run, asked, question, source, model, values[question])


def _source(formula: Any) -> tuple[str, str] | None:
    """The step and the member that a setting is filled in with, where it is nothing else."""
    given = formula if isinstance(formula, dict) else {}
    found = _FORMULA.fullmatch(str(given.get("$expr", ""))) or _TEXT.fullmatch(str(given.get("$text", "")))
    return (found[1], found[2]) if found else None


def _keep(
    principal: Principal, run: Run, asked: Step, question: str, source: tuple[str, str], model: Any, right: Any
) -> None:
    step = _seen_from(run, asked.scope, source[0])
    answered = _output(run, step)
    version = AssetVersion.objects.filter(id=(step.facts or {}).get("version_id")).first() if step else None
    if version is None or not isinstance(answered, Mapping) or source[1] not in answered:
        return
    given = answered[source[1]]
    Judgement.objects.bulk_create(
        [
            Judgement(
                asset_id=version.asset_id,
                version=version,
                run=run.pk,
                step=asked.step,
                question=question,
                answered=_said(given),
                right=_said(right),
                agreed=_said(given) == _said(right),
                inputs=_inputs(run, asked.scope, model),
                by_id=principal.id,
            )
        ],
        ignore_conflicts=True,
    )


def _inputs(run: Run, scope: str, model: Any) -> dict[str, Any] | None:
    """What the model was asked, by name of the column. None where that cannot be said any more."""
    setting = ASKING[model["type"]]
    try:
        template = compile_template(model["config"][setting])
        names = {name: _value(run, scope, name) for name in template.names}
        if any(value is None for value in names.values()):
            return None
        found = template.resolve(names)
    except (ExpressionError, ArtifactError):
        return None
    return {setting: found} if isinstance(found, str) else dict(found) if isinstance(found, Mapping) else None


def _value(run: Run, scope: str, name: str) -> Any:
    if name == "trigger":
        return read_value(run.pk, run.workspace_id, 0)
    return _output(run, _seen_from(run, scope, name))


def _seen_from(run: Run, scope: str, node: str) -> Step | None:
    """The step of this key that stands in the same round of the same loops, or around them."""
    found = Step.objects.filter(run_id=run.pk, node=node, value_id__isnull=False)
    around = [step for step in found if step.scope == "" or f"{scope}/".startswith(f"{step.scope}/")]
    return max(around, key=lambda step: (len(step.scope), step.step), default=None)


def _output(run: Run, step: Step | None) -> Any:
    if step is None or step.value_id is None:
        return None
    try:
        return read_value(run.pk, run.workspace_id, step.value_id)
    except ArtifactError:
        return None


def _said(value: Any) -> str:
    """As people write it: 1.0 is "1", true is "true"."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:LONGEST]
