"""Who has a workflow open, kept in the broker for as long as their sockets say so, and that somebody saved it.

Nothing depends on it: without the broker nobody is shown, and whoever saves an old copy is still refused by its token.
"""

from __future__ import annotations

import logging
import time
from typing import Any
from uuid import UUID

import orjson
import redis
import redis.asyncio
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from builder.models import Draft
from orchestrator.governance.principal import Principal

log = logging.getLogger(__name__)

SECONDS = 30
"""A socket that has said nothing for so long is gone, however it went."""
RENEW_SECONDS = 10

Person = dict[str, str]


def workflow_group(workflow: UUID | str) -> str:
    return f"workflow.{workflow}"


def _key(workflow: UUID | str) -> str:
    return f"here:{workflow}"


def _member(principal: Principal, socket: str) -> bytes:
    return orjson.dumps({"id": str(principal.id), "name": principal.name, "socket": socket})


async def come(broker: redis.asyncio.Redis, workflow: UUID, principal: Principal, socket: str) -> None:
    """Say that the person looks at the workflow for the next 30 seconds."""
    await broker.zadd(_key(workflow), {_member(principal, socket): time.time() + SECONDS})
    await broker.expire(_key(workflow), SECONDS * 2)


async def leave(broker: redis.asyncio.Redis, workflow: UUID, principal: Principal, socket: str) -> None:
    await broker.zrem(_key(workflow), _member(principal, socket))


async def people(broker: redis.asyncio.Redis, workflow: UUID) -> list[Person]:
    """Each person once, however many windows they have open, by name."""
    members = await broker.zrangebyscore(_key(workflow), time.time(), "+inf")
    found = {each["id"]: {"id": each["id"], "name": each["name"]} for each in map(orjson.loads, members)}
    return sorted(found.values(), key=lambda one: (one["name"], one["id"]))


def draft_state(workflow: UUID) -> dict[str, Any]:
    """The message of who saved the draft last, and of the token that names this copy."""
    draft = Draft.objects.select_related("changed_by").get(workflow_id=workflow)
    author = draft.changed_by
    by = {"id": str(author.pk), "name": author.name} if author else None
    return {"type": "saved", "by": by, "token": str(draft.token)}


def tell_saved(*, workflow: UUID) -> None:
    """Subscriber of `draft.saved`: those who have the workflow open hear of it once it is durable."""
    transaction.on_commit(lambda: _tell_saved(workflow))


def _tell_saved(workflow: UUID) -> None:
    try:
        async_to_sync(get_channel_layer().group_send)(workflow_group(workflow), {"type": "workflow.saved"})
    except (redis.RedisError, OSError) as error:
        log.warning("Those who look at workflow %s were not told that it was saved: %s", workflow, error)
