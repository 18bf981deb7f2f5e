"""Puts the starter assets into a workspace."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from orchestrator.assets import actions
from orchestrator.assets.errors import ArtifactMissing
from orchestrator.assets.models import Asset, AssetVersion, Runtime
from orchestrator.assets.starters.build import CLASSIFIER, EMBEDDING, SCORE, Built, read_built, risk_config
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import Principal

CLASSIFIED = {"label": "text", "confidence": "number", "scores": "list"}


@dataclass(frozen=True, kw_only=True)
class Starter:
    """An asset with the version it shall have."""

    name: str
    task: str
    title: str
    description: str
    purpose: str
    runtime: str
    sample: bool = False
    config: dict[str, Any] = field(default_factory=dict)
    digest: str = ""
    metrics: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)


def load_starter_assets(workspace: Workspace, by: Principal) -> list[Asset]:
    """Make them, or bring their live versions up to date; raises `ArtifactMissing` before `build_models` has run."""
    built = read_built(Path(settings.DATA_DIR) / "models")
    if not {EMBEDDING, CLASSIFIER, SCORE} <= built.keys():
        raise ArtifactMissing("The models of the starters are not built yet. Run `manage.py build_models` first.")
    with transaction.atomic():
        Workspace.objects.select_for_update(no_key=True).get(id=workspace.id)
        return [_load(starter, workspace, by) for starter in _starters(built)]


def _load(starter: Starter, workspace: Workspace, by: Principal) -> Asset:
    asset = Asset.objects.filter(workspace=workspace, name=starter.name).first() or actions.create_asset(
        by,
        workspace.id,
        name=starter.name,
        task=starter.task,
        title=starter.title,
        description=starter.description,
        purpose=starter.purpose,
        sample=starter.sample,
    )
    wanted = AssetVersion(
        asset=asset,
        runtime=starter.runtime,
        config=starter.config,
        digest=starter.digest,
        inputs=starter.inputs,
        outputs=starter.outputs,
    )
    if asset.versions.filter(content_hash=wanted.computed_hash()).exists():
        # Whoever moved the alias since then keeps the last word.
        return asset
    version = actions.register_version(
        by,
        asset,
        runtime=starter.runtime,
        config=starter.config,
        digest=starter.digest,
        metrics=starter.metrics,
        inputs=starter.inputs,
        outputs=starter.outputs,
    )
    actions.move_alias(by, version)
    return asset


def _starters(built: dict[str, Built]) -> tuple[Starter, ...]:
    embedding, classifier, score = built[EMBEDDING], built[CLASSIFIER], built[SCORE]
    labels = json.loads(Path(__file__).with_name("document-type.json").read_text(encoding="utf-8"))["labels"]
    risk = risk_config()
    return (
        Starter(
            name="document-type",
            task="classify",
            title="Document type",
            description="Tells invoices, disputed payments, claims, complaints and account requests apart.",
            purpose="Sorting incoming documents in English, German and Spanish. Below its sure mark a person decides.",
            runtime=Runtime.LABELS,
            config={"labels": labels, "embedding": embedding["file"]},
            digest=embedding["sha256"],
            inputs={"text": "text"},
            outputs=CLASSIFIED,
        ),
        Starter(
            name=CLASSIFIER,
            task="classify",
            title="Document type, trained",
            description="The same six types, learned from generated letters.",
            purpose="Shows a trained model. Train it on your own letters before you rely on it.",
            sample=True,
            runtime=Runtime.SKOPS,
            config={
                "file": classifier["file"],
                "embedding": embedding["file"],
                "embedding_digest": embedding["sha256"],
            },
            digest=classifier["sha256"],
            metrics=classifier["metrics"],
            inputs={"text": "text"},
            outputs=CLASSIFIED,
        ),
        Starter(
            name="document-fields",
            task="extract",
            title="Document fields",
            description="Finds parties, amounts, dates, references and bank accounts by the words beside them.",
            purpose="Invoices and letters in English, German, Spanish, Dutch and French.",
            runtime=Runtime.PATTERNS,
            inputs={"text": "text", "tables": "list"},
            outputs={"total": "money", "date": "date", "references": "list", "confidence": "number"},
        ),
        Starter(
            name=SCORE,
            task="score",
            title="Risk score",
            description="Estimates how likely a person has to step in, and says why.",
            purpose="Shows scoring with reasons. It learned from invented cases: replace it before you rely on it.",
            sample=True,
            runtime=Runtime.SKOPS,
            config={"file": score["file"], **risk},
            digest=score["sha256"],
            metrics=score["metrics"],
            inputs={feature["name"]: feature["kind"] for feature in risk["features"]},
            outputs={"score": "number", "level": "text", "reasons": "list"},
        ),
    )
