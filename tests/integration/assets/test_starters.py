from __future__ import annotations

import pytest

from orchestrator.assets import actions
from orchestrator.assets.errors import ArtifactMissing
from orchestrator.assets.models import Asset, AssetVersion
from orchestrator.assets.starters.build import build_all, read_built
from orchestrator.assets.starters.load import load_starter_assets
from orchestrator.governance.models import AuditEvent
from orchestrator.governance.principal import system


def live(asset: Asset) -> AssetVersion:
    return asset.aliases.get(name="live").version


def test_the_starters_are_live_and_say_which_are_samples(starters, workspace):
    assert {asset.name: (asset.task, asset.sample, live(asset).number) for asset in starters()} == {
        "document-type": ("classify", False, 1),
        "document-type-trained": ("classify", True, 1),
        "document-fields": ("extract", False, 1),
        "risk-score": ("score", True, 1),
    }
    assert Asset.objects.filter(workspace=workspace).count() == 4


def test_loading_them_again_changes_nothing(starters, workspace):
    starters()
    events = AuditEvent.objects.filter(workspace_id=workspace.id).count()
    starters()
    assert AuditEvent.objects.filter(workspace_id=workspace.id).count() == events
    assert AssetVersion.objects.filter(asset__workspace=workspace).count() == 4


def test_loading_them_again_keeps_the_version_that_a_person_chose(starters):
    asset = next(asset for asset in starters() if asset.name == "document-fields")
    own = actions.register_version(system("test"), asset, runtime="patterns", config={"own": True})
    actions.move_alias(system("test"), own)
    starters()
    assert live(asset) == own


def test_without_built_models_the_command_is_named(workspace, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with pytest.raises(ArtifactMissing, match="build_models"):
        load_starter_assets(workspace, system("set-up"))


def test_building_again_builds_only_what_is_missing(data_folder):
    folder = data_folder / "models"
    built = read_built(folder)
    said: list[str] = []
    build_all(folder, said.append)
    assert said == [f"{name}: ready" for name in built]
    (folder / built["document-type-trained"]["file"]).unlink()
    said.clear()
    build_all(folder, said.append)
    assert [line.split(",")[0] for line in said] == [
        "embedding: ready",
        "document-type-trained: built",
        "risk-score: ready",
    ]
