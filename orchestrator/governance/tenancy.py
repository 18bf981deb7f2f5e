"""The door to tenant-owned rows: nothing is read but through `visible_to`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar
from uuid import UUID

from django.db import models

from orchestrator.api.errors import NotFound

if TYPE_CHECKING:
    from orchestrator.governance.principal import Principal

Row = TypeVar("Row", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[Row]):
    """Rows that carry a `workspace`. What a principal cannot see does not exist for them."""

    def visible_to(self, principal: Principal) -> Self:
        return self if principal.is_system else self.filter(workspace_id__in=principal.workspaces())

    def find(self, principal: Principal, id: UUID) -> Row:
        """The row. Raises `NotFound`, with the same answer for a foreign id as for one that was made up."""
        row = self.visible_to(principal).filter(id=id).first()
        if row is None:
            raise NotFound()
        return row
