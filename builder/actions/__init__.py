"""The verbs of authoring. Each one: permission, write, audit, announcement, in one transaction."""

from __future__ import annotations

from builder.actions.drafts import Saved, freeze_draft, restore_version_as_draft, save_draft
from builder.actions.publishing import publish, unpublish
from builder.actions.workflows import archive_workflow, create_workflow, describe_workflow, restore_workflow

__all__ = [
    "Saved",
    "archive_workflow",
    "create_workflow",
    "describe_workflow",
    "freeze_draft",
    "publish",
    "restore_version_as_draft",
    "restore_workflow",
    "save_draft",
    "unpublish",
]
