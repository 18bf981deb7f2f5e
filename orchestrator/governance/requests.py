"""The kinds of requests: what the room that a kind belongs to says about who sees such a request, and who decides it.

The table is `REQUEST_KINDS` in the settings, because rooms stand above this one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from orchestrator.governance.models import Request, RequestQuerySet
from orchestrator.governance.principal import Principal


@dataclass(frozen=True, kw_only=True)
class RequestKind:
    """What a room knows about its requests."""

    verb: str
    """What deciding is called in the trail when it is refused."""
    seen: Callable[[Principal, UUID], Q]
    """Which of these requests of a workspace the principal sees."""
    decides: Callable[[Principal, Request], bool]
    """Whether the principal holds the right that deciding this one takes."""


def kind_of(request: Request) -> RequestKind:
    kind = import_string(settings.REQUEST_KINDS[request.kind])
    assert isinstance(kind, RequestKind)
    return kind


def seen_by(principal: Principal, workspace_id: UUID) -> RequestQuerySet:
    """What the principal asked for, or a program they answer for, and what their rights let them see."""
    shown = Q(requester_id=principal.id) | Q(person=principal.id) if principal.id else Q()
    for name, place in settings.REQUEST_KINDS.items():
        shown |= Q(kind=name) & import_string(place).seen(principal, workspace_id)
    return Request.objects.visible_to(principal).filter(shown, workspace_id=workspace_id)


def holds_right(principal: Principal, request: Request) -> bool:
    return principal.may("request:decide", request.workspace_id) and kind_of(request).decides(principal, request)
