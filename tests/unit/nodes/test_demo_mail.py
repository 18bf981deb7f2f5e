from __future__ import annotations

from orchestrator.nodes.demo_mail import DemoMail
from tests.unit.nodes.context import MemoryContext, result_of

MAIL = {"account": "c1", "to": "ann@example.com", "subject": "Hello", "body": "Text"}


async def test_a_demo_mail_never_leaves_the_outbox() -> None:
    world = MemoryContext()
    result = await result_of(DemoMail, MAIL, world)
    assert result.output == {"message_id": "<1@example.com>", "to": ["ann@example.com"], "subject": "Hello"}
    assert [mail["outbox_only"] for mail in world.mail.sent] == [True]


def test_it_asks_for_an_account_as_a_real_mailbox_does() -> None:
    settings = DemoMail.Config.model_json_schema()
    assert settings["properties"]["account"]["x-widget"] == "credential"
    assert "account" in settings["required"]
