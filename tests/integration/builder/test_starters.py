from __future__ import annotations

import pytest

from builder.models import SampleFile, Status, Workflow
from builder.starters.load import Starter, load_starter, starters
from orchestrator.api.errors import NotFound
from orchestrator.artifacts.actions import read_file
from orchestrator.assets.models import Asset
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from tests.integration.authoring import Browser


@pytest.fixture
def starter(workspace: Workspace) -> Starter:
    """The one with sample files, in a workspace that has the assets it calls."""
    found = next(each for each in starters() if each.inbox)
    for node in found.graph.nodes:
        if isinstance(name := node.config.get("asset"), str):
            Asset.objects.get_or_create(workspace=workspace, name=name, defaults={"kind": "model", "title": name})
    return found


def test_every_starter_is_offered_as_a_template(maria: Browser, workspace: Workspace) -> None:
    offered = maria.get(f"workspaces/{workspace.pk}/templates").json()
    assert [item["key"] for item in offered] == [starter.key for starter in starters()]
    assert all(item["name"] and item["description"] for item in offered)


def test_a_loaded_starter_is_live_with_its_sample_files(workspace: Workspace, starter: Starter, maria: Browser) -> None:
    workflow = load_starter(starter.key, workspace, maria.principal)
    assert (workflow.starter, workflow.name) == (starter.key, starter.name)
    assert Workflow.objects.get(pk=workflow.pk).status == Status.LIVE
    shown = maria.get(f"workspaces/{workspace.pk}/sample-files").json()
    assert [item["name"] for item in shown] == [file.name for file in starter.inbox]
    first = SampleFile.objects.get(workspace=workspace, name=starter.inbox[0].name)
    assert read_file(workspace.pk, first.artifact_id) == starter.inbox[0].path.read_bytes()
    assert shown[0]["file"]["file_id"] == str(first.artifact_id)


def test_loading_twice_changes_nothing(workspace: Workspace, starter: Starter) -> None:
    first = load_starter(starter.key, workspace, system("test"))
    again = load_starter(starter.key, workspace, system("test"))
    assert again.pk == first.pk
    assert first.versions.count() == 1
    assert SampleFile.objects.filter(workspace=workspace).count() == len(starter.inbox)


def test_an_unknown_starter_is_not_loaded(workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        load_starter("no_such_starter", workspace, system("test"))


def test_sample_files_of_another_workspace_do_not_show(
    workspace: Workspace, starter: Starter, stranger: Browser
) -> None:
    load_starter(starter.key, workspace, system("test"))
    own = next(iter(stranger.principal.workspaces()))
    assert stranger.get(f"workspaces/{own}/sample-files").json() == []


def test_the_catalogue_has_every_start_with_its_settings(maria: Browser) -> None:
    types = {item["key"]: item for item in maria.get("node-types").json()["results"]}
    assert {"start_manual", "start_file", "start_link"} <= types.keys()
    assert types["start_link"]["kind"] == "start"
    assert "access" in types["start_link"]["config_schema"]["properties"]
    assert types["switch"]["dynamic_ports"] is True
