"""What people change about themselves."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from orchestrator.governance import audit
from orchestrator.governance.models import User
from orchestrator.governance.principal import Principal


def change_profile(principal: Principal, *, name: str | None = None, preferences: dict[str, Any] | None = None) -> User:
    """A new name is told in the trail of each workspace; preferences concern nobody else and are laid over the old."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=principal.id)
        user.preferences |= json.loads(json.dumps(preferences or {}, cls=DjangoJSONEncoder))
        before, user.name = user.name, name or user.name
        user.save(update_fields=["name", "preferences"])
        if user.name != before:
            audit.record_everywhere(
                principal,
                "person.renamed",
                object_type="person",
                object_id=user.id,
                object_name=user.name,
                before={"name": before},
                after={"name": user.name},
            )
    return user
