"""The verbs of authoring. Each one: permission, write, audit, announcement, in one transaction."""

from __future__ import annotations

from builder.actions.bulk import change_workflows
from builder.actions.copying import copy_workflow
from builder.actions.drafts import Saved, freeze_draft, restore_version_as_draft, save_draft
from builder.actions.folders import change_folder, create_folder, delete_folder
from builder.actions.publishing import pause_failing, publish, unpublish
from builder.actions.workflows import (
    archive_workflow,
    create_workflow,
    delete_workflow,
    describe_workflow,
    restore_workflow,
)

__all__ = [
    "Saved",
    "archive_workflow",
    "change_folder",
    "change_workflows",
    "copy_workflow",
    "create_folder",
    "create_workflow",
    "delete_folder",
    "delete_workflow",
    "describe_workflow",
    "freeze_draft",
    "pause_failing",
    "publish",
    "restore_version_as_draft",
    "restore_workflow",
    "save_draft",
    "unpublish",
]
