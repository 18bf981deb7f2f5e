"""The verbs of authoring. Each one: permission, write, audit, announcement, in one transaction."""

from __future__ import annotations

from builder.actions.asking import ask_publishing
from builder.actions.bulk import change_workflows
from builder.actions.copying import copy_workflow
from builder.actions.drafts import Saved, freeze_draft, restore_version_as_draft, save_draft
from builder.actions.exchanging import Incoming, export_workflow, import_workflow, read_document
from builder.actions.folders import change_folder, create_folder, delete_folder
from builder.actions.offering import offer_as_tool
from builder.actions.publishing import pause_failing, publish, unpublish
from builder.actions.running_as import offer_run_as
from builder.actions.templates import delete_template, save_template
from builder.actions.workflows import (
    archive_workflow,
    create_workflow,
    delete_workflow,
    describe_workflow,
    restore_workflow,
)

__all__ = [
    "Incoming",
    "Saved",
    "archive_workflow",
    "ask_publishing",
    "change_folder",
    "change_workflows",
    "copy_workflow",
    "create_folder",
    "create_workflow",
    "delete_folder",
    "delete_template",
    "delete_workflow",
    "describe_workflow",
    "export_workflow",
    "freeze_draft",
    "import_workflow",
    "offer_as_tool",
    "offer_run_as",
    "pause_failing",
    "publish",
    "read_document",
    "restore_version_as_draft",
    "restore_workflow",
    "save_draft",
    "save_template",
    "unpublish",
]
