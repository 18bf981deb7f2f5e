"""What a new version names: it is there, it is what it has to be, and its maker may use it."""

from __future__ import annotations

from typing import Any

from orchestrator.api.errors import Invalid
from orchestrator.assets.models import Asset, AssetAlias, Kind
from orchestrator.assets.references import read_reference
from orchestrator.assets.where_used import asset_names, known_references
from orchestrator.governance.principal import Principal

NAMED: dict[str, dict[str, Kind]] = {
    Kind.AGENT: {"model": Kind.MODEL, "prompt": Kind.PROMPT, "tools": Kind.TOOL},
    Kind.DATA_SET: {"judge": Kind.MODEL},
}
"""The settings of agents and data sets that name other assets, and of which kind those are."""
SAYS = {
    "judge": "is no language model that you may use.",
    "model": "is no language model that you may use.",
    "prompt": "is no prompt that you may use.",
    "tools": "is no tool that you may use.",
}


def refuse_unfit_references(principal: Principal, asset: Asset, config: dict[str, Any]) -> None:
    """Raises `Invalid`, which names each."""
    named = NAMED.get(asset.kind, {})
    wrong = [(field, text) for field, kind in named.items() for text in _unfit(principal, asset, config, field, kind)]
    if not wrong:
        return
    told = [
        {
            "code": "reference_unfit",
            "node": None,
            "field": f"config.{field}",
            "message": f"{text!r} {SAYS[field]}",
            "hint": "Choose another one from the list, or ask its owner to share it with you.",
        }
        for field, text in wrong
    ]
    raise Invalid("reference_unfit", f"{wrong[0][1]!r} {SAYS[wrong[0][0]]}", told)


def _unfit(principal: Principal, asset: Asset, config: dict[str, Any], field: str, kind: str) -> list[str]:
    value = config.get(field)
    texts = value if isinstance(value, list) else [value] if value else []
    known = known_references(texts, asset.workspace_id, principal)
    fitting = Asset.objects.filter(workspace_id=asset.workspace_id, kind=kind, name__in=asset_names(known))
    if kind == Kind.MODEL:
        fitting = fitting.filter(task="chat")
    names = set(fitting.values_list("name", flat=True))
    return [text for text in texts if text not in known or not asset_names([text]) <= names]


def with_judge(asset: Asset, config: dict[str, Any]) -> dict[str, Any]:
    """The config of a data set with the version that its judge means now. Raises `Invalid` where it means none."""
    if asset.kind != Kind.DATA_SET or not config.get("judge"):
        return config
    reference = read_reference(config["judge"])
    aliases = AssetAlias.objects.select_related("version").filter(asset__workspace_id=asset.workspace_id)
    alias = aliases.filter(asset__name=reference.name, name=reference.alias).first()
    if alias is None:
        raise Invalid("judge_missing", "The language model that is to grade has no version yet. Choose another one.")
    return {**config, "judged_by": {"version": str(alias.version_id), "number": alias.version.number}}
