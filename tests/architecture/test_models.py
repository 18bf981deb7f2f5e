"""Tables and migrations say the same."""

from __future__ import annotations

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import MigrationQuestioner
from django.db.migrations.state import ProjectState
from pytest_django import Settings

OURS = {config.label for config in apps.get_app_configs() if config.name.startswith(("orchestrator.", "builder"))}


def test_no_migration_is_missing(settings: Settings) -> None:
    settings.MIGRATION_MODULES = {}  # also where the other tests run without migrations
    loader = MigrationLoader(None)
    questioner = MigrationQuestioner(specified_apps=OURS, dry_run=True)
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps), questioner)
    found = changes.changes(graph=loader.graph, trim_to_apps=OURS)
    assert {app: [str(op) for step in steps for op in step.operations] for app, steps in found.items()} == {}
