"""A model that answers as its version says: for tests of what happens around models."""

from __future__ import annotations

import time
from typing import Any

from orchestrator.assets import actions
from orchestrator.assets.models import Asset, AssetVersion
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system

KEY = ("patterns", "classify")
"""Under which it stands among the loaders."""


class Parrot:
    """config: {says: {text: label}, else: label, fails: bool, slow_s: number}."""

    def __init__(self, config: dict[str, Any], digest: str, files: ModelFiles) -> None:
        self._config = config

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        time.sleep(self._config.get("slow_s", 0))
        if self._config.get("fails"):
            raise StepFailed(ErrorCategory.UNAVAILABLE, "parrot_silent", "It says nothing.", retryable=True)
        label = self._config.get("says", {}).get(payload["text"], self._config.get("else", "other"))
        return {"label": label, "confidence": 0.9, "scores": [{"label": label, "score": 0.9}]}


def parrot(workspace: Workspace, name: str = "kinds", **config: Any) -> Asset:
    """With its first version live."""
    asset = actions.create_asset(system("test"), workspace.id, name=name, task="classify", title=name.title())
    actions.move_alias(system("test"), version(asset, **config))
    return asset


def version(asset: Asset, **config: Any) -> AssetVersion:
    return actions.register_version(system("test"), asset, runtime="patterns", config=config)
