from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.nodes.send_mail import SendMail
from tests.unit.nodes.context import MemoryContext, file_ref, result_of

MAIL: dict[str, Any] = {"to": "ann@example.com", "subject": "Hello", "body": "Line one\r\nline two"}


async def test_a_mail_goes_to_every_address_once() -> None:
    world = MemoryContext()
    file = file_ref("a.pdf")
    config = {
        **MAIL,
        "to": 'ann@example.com; "Bee, Bob" <bob@example.org>, ann@example.com',
        "reply_to": "Desk <desk@example.com>",
        "attachments": file.model_dump(),
    }
    result = await result_of(SendMail, config, world)
    assert result.output == {
        "message_id": "<1@example.com>",
        "delivery": "outbox",
        "to": ["ann@example.com", "bob@example.org"],
    }
    assert world.mail.sent == [
        {
            "to": ["ann@example.com", "bob@example.org"],
            "subject": "Hello",
            "body": "Line one\r\nline two",
            "reply_to": "desk@example.com",
            "attachments": [file],
        }
    ]


async def test_a_list_of_addresses_from_an_earlier_step_is_fine() -> None:
    result = await result_of(SendMail, {**MAIL, "to": ["a@example.com", "b@example.com"], "attachments": None})
    assert result.output["to"] == ["a@example.com", "b@example.com"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", "ann@example.com\r\nBcc: eve@example.com"),
        ("to", "ann@example.com\0"),
        ("subject", "Hello\nBcc: eve@example.com"),
        ("subject", "Hello\rX: y"),
        ("subject", "Hello\u2028there"),
        ("reply_to", "desk@example.com\nBcc: eve@example.com"),
    ],
)
async def test_no_value_can_add_a_header_or_a_recipient(field: str, value: str) -> None:
    world = MemoryContext()
    with pytest.raises(StepFailed) as failed:
        await result_of(SendMail, {**MAIL, field: value}, world)
    assert (failed.value.error.category, failed.value.error.code) == (ErrorCategory.INPUT, "line_break")
    assert world.mail.sent == []


@pytest.mark.parametrize(
    "to",
    ["ann", "ann@", "@example.com", "ann@example", "ann@exa mple.com", "ann@-example.com", "a..b@example.com", "Ann <>",
     "ann@example.com, nobody", "ann@[127.0.0.1]"],
)  # fmt: skip
async def test_what_is_no_address_is_named(to: str) -> None:
    with pytest.raises(StepFailed) as failed:
        await result_of(SendMail, {**MAIL, "to": to})
    assert failed.value.error.code == "invalid_address"
    assert failed.value.error.message.startswith("To: ")


async def test_at_most_fifty_people_get_one_mail() -> None:
    addresses = [f"a{number}@example.com" for number in range(51)]
    with pytest.raises(StepFailed, match="at most 50"):
        await result_of(SendMail, {**MAIL, "to": addresses})
    assert len((await result_of(SendMail, {**MAIL, "to": addresses[:50]})).output["to"]) == 50


@pytest.mark.parametrize("to", [" ", ",;"])
async def test_a_mail_to_nobody_is_refused(to: str) -> None:
    with pytest.raises(StepFailed, match="no mail address"):
        await result_of(SendMail, {**MAIL, "to": to})
