"""Sharing a folder: whoever is named for it is named for every workflow in it, and in the folders in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from orchestrator.governance.grants import Grant, GrantQuerySet, named_for
from orchestrator.governance.sharing import WORKFLOWS, Level

if TYPE_CHECKING:
    from orchestrator.governance.principal import Principal

REACHED = """
WITH RECURSIVE reached(id) AS (
    ({named}) UNION SELECT below.id FROM builder_folder below JOIN reached ON below.parent_id = reached.id
) SELECT id FROM reached
"""
"""The folders of some grants, and all folders in them."""


class FolderGrant(Grant):
    """One folder shared with a person or a team of its workspace."""

    folder = models.ForeignKey("builder.Folder", models.CASCADE, related_name="grants")
    level = models.CharField(max_length=4, choices=[(level.value, level.value) for level in WORKFLOWS.gives])

    objects = GrantQuerySet["FolderGrant"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=True) ^ Q(team__isnull=True), name="a_folder_grant_names_one"
            ),
            models.UniqueConstraint(fields=["folder", "member"], name="one_folder_grant_a_person"),
            models.UniqueConstraint(fields=["folder", "team"], name="one_folder_grant_a_team"),
        ]

    @property
    def through(self) -> str:
        return self.folder.name

    def __str__(self) -> str:
        return f"{self.level} of {self.folder_id}"


def reached_by(principal: Principal, *levels: Level) -> RawSQL:
    """The ids of the folders that the principal is named for, with all below them: for `folder_id__in`."""
    named = named_for(FolderGrant, "folder_id", principal, *levels)
    return RawSQL(REACHED.format(named=named.sql), named.params)  # noqa: S611  the statement is ours, what it asks for is bound
