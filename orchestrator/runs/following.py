"""Following runs from the terminal: told by the live view, and looking by itself each second in case it was not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import redis.asyncio
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings

from orchestrator.runs.models import Run, RunStatus
from orchestrator.runs.snapshots import events_json
from orchestrator.runs.stream import run_group
from orchestrator.runs.watching import watch

LOOK_SECONDS = 1.0
RESTING = (RunStatus.WAITING, RunStatus.PAUSED, RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED)


def _resting(runs: Sequence[UUID]) -> set[UUID]:
    """Those that have ended or wait for somebody."""
    return set(Run.objects.filter(id__in=runs, status__in=RESTING, owner__isnull=True).values_list("id", flat=True))


async def follow(runs: Sequence[UUID]) -> AsyncIterator[tuple[UUID, dict[str, Any]]]:
    """The events of `runs` as they are committed, until each has ended or waits for a person."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    broker = redis.asyncio.Redis.from_url(settings.REDIS_URL)
    seen = dict.fromkeys(runs, 0)
    open_runs = set(runs)
    for run in runs:
        await layer.group_add(run_group(run), channel)
    try:
        while open_runs:
            for run in open_runs:
                await watch(broker, str(run))
            resting = await sync_to_async(_resting)(list(open_runs))
            for run in sorted(open_runs):
                for event in await sync_to_async(events_json)(run, seen[run]):
                    seen[run] = event["seq"]
                    yield run, event
            open_runs -= resting
            if open_runs:
                await _heard(layer, channel)
    finally:
        for run in runs:
            await layer.group_discard(run_group(run), channel)
        await broker.aclose()


async def _heard(layer: Any, channel: str) -> None:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await layer.receive(channel)
    except TimeoutError:
        return
