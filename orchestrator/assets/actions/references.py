"""What a new version of an agent names: it is there, it is what it has to be, and its maker may use it."""

from __future__ import annotations

from typing import Any

from orchestrator.api.errors import Invalid
from orchestrator.assets.models import Asset, Kind
from orchestrator.assets.where_used import asset_names, known_references
from orchestrator.governance.principal import Principal

NAMED = {"model": Kind.MODEL, "prompt": Kind.PROMPT, "tools": Kind.TOOL}
"""The settings of an agent that name other assets, and of which kind those are."""
SAYS = {
    "model": "is no language model that you may use.",
    "prompt": "is no prompt that you may use.",
    "tools": "is no tool that you may use.",
}


def refuse_unfit_references(principal: Principal, asset: Asset, config: dict[str, Any]) -> None:
    """Raises `Invalid`, which names each. Only agents name others by kind."""
    if asset.kind != Kind.AGENT:
        return
    wrong = [(field, text) for field, kind in NAMED.items() for text in _unfit(principal, asset, config, field, kind)]
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
