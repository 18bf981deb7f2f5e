"""Who has a workflow open, and that a newer copy of it is told to all of them."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings

from builder.models import Workflow
from orchestrator.governance.models import Membership, Workspace
from orchestrator.runs import consumers, presence
from tests.integration.authoring import MAKER, Browser, join, sound
from tests.integration.runs.test_sockets import close_code, opened


@pytest.fixture
def bea(workspace: Workspace) -> Browser:
    return join(workspace, *MAKER, name="Bea")


@pytest.fixture
def ben(workspace: Workspace) -> Browser:
    return join(workspace, *MAKER, name="Ben")


@pytest.fixture
def workflow(committed: None, workspace: Workspace, bea: Browser) -> Workflow:
    return bea.make(workspace)


def address(workflow: Workflow) -> str:
    return f"/ws/workflows/{workflow.pk}"


async def hear(socket: Any, kind: str) -> dict[str, Any]:
    """The next message of this kind."""
    while True:
        message: dict[str, Any] = await socket.hear()
        if message["type"] == kind:
            return message


async def people(socket: Any, *names: str) -> None:
    """Waits until exactly these are told to be here."""
    while [one["name"] for one in (await hear(socket, "here"))["people"]] != list(names):
        pass


@pytest.mark.ux(60)
async def test_people_see_who_comes_and_who_goes(workflow: Workflow, bea: Browser, ben: Browser) -> None:
    async with opened(address(workflow), bea) as first:
        await people(first, "Bea")
        async with opened(address(workflow), ben) as second:
            await people(second, "Bea", "Ben")
            await people(first, "Bea", "Ben")
        await people(first, "Bea")


@pytest.mark.ux(60)
async def test_a_person_with_two_windows_is_here_once(workflow: Workflow, bea: Browser, ben: Browser) -> None:
    async with opened(address(workflow), bea) as first:
        await people(first, "Bea")
        async with opened(address(workflow), ben) as second, opened(address(workflow), ben):
            await people(second, "Bea", "Ben")
            told = await hear(first, "here")
            assert [one["name"] for one in told["people"]] == ["Bea", "Ben"]
        await people(first, "Bea")


@pytest.mark.ux(60)
async def test_whose_server_died_is_not_here_for_long(
    workflow: Workflow, bea: Browser, ben: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "RENEW_SECONDS", 0.2)
    monkeypatch.setattr(consumers, "LOOK_SECONDS", 0.05)
    broker = consumers.redis.asyncio.Redis.from_url(settings.REDIS_URL)
    monkeypatch.setattr(presence, "SECONDS", 1)
    principal = await sync_to_async(lambda: ben.principal)()
    await presence.come(broker, workflow.pk, principal, "a socket of a server that died")
    await broker.aclose()
    async with opened(address(workflow), bea) as socket:
        await people(socket, "Bea", "Ben")
        await people(socket, "Bea")


@pytest.mark.ux(60)
async def test_everybody_hears_of_a_newer_copy_by_whom_it_is(workflow: Workflow, bea: Browser, ben: Browser) -> None:
    async with opened(address(workflow), bea) as socket:
        begun = await hear(socket, "saved")
        saved = await sync_to_async(ben.save)(workflow, sound())
        told = await hear(socket, "saved")
        assert told == {
            "type": "saved",
            "by": {"id": str(ben.user.pk), "name": "Ben"},
            "token": saved.json()["token"],
        }
        assert begun["token"] != told["token"]
        again = await sync_to_async(ben.save)(workflow, sound())
        assert again.json()["token"] == told["token"], "the same content is no newer copy"
        different = await sync_to_async(ben.save)(workflow, sound("bye"))
        assert (await hear(socket, "saved"))["token"] == different.json()["token"]


async def test_the_door_is_that_of_the_workflow(workflow: Workflow, bea: Browser, stranger: Browser) -> None:
    assert await close_code(address(workflow), None) == 4401
    assert await close_code(address(workflow), stranger) == 4404
    await sync_to_async(Workflow.objects.filter(pk=workflow.pk).update)(access="restricted")
    assert await close_code(address(workflow), await sync_to_async(join)(bea_workspace(workflow), "viewer")) == 4404


async def test_who_loses_the_right_is_put_out(
    workflow: Workflow, ben: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(consumers, "RIGHTS_SECONDS", 0.1)
    async with opened(address(workflow), ben) as socket:
        await people(socket, "Ben")
        await sync_to_async(Membership.objects.filter(user=ben.user).delete)()
        while (message := await socket.receive_output(10))["type"] != "websocket.close":
            pass
        assert message["code"] == 4404


def bea_workspace(workflow: Workflow) -> Workspace:
    return Workspace(pk=workflow.workspace_id)
