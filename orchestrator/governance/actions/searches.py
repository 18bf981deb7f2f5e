"""Searches that people keep for themselves. Nobody else sees them, so the trail does not tell of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from orchestrator.api.errors import Conflict
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import SavedSearch, User
from orchestrator.governance.principal import Principal

MOST = 50


def save_search(
    principal: Principal, workspace_id: UUID, *, page: str, name: str, query: dict[str, Any]
) -> SavedSearch:
    """Keep it; under a name that is taken it replaces what was kept. Programs keep none in a person's name."""
    if principal.token is not None:
        raise Denied("workflow:read", workspace_id=workspace_id, object_type="search")
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=principal.id)
        kept = SavedSearch.objects.visible_to(principal).filter(workspace_id=workspace_id, page=page)
        if kept.exclude(name=name).count() >= MOST:
            raise Conflict("too_many_searches", f"{MOST} searches are the most for one list. Delete some first.")
        search, _ = kept.update_or_create(
            name=name,
            defaults={"query": query},
            create_defaults={
                "workspace_id": workspace_id,
                "user_id": principal.id,
                "page": page,
                "name": name,
                "query": query,
            },
        )
    return search
