from __future__ import annotations

import asyncio
import email
import email.policy
from typing import Any

import pytest

from orchestrator.connectors import smtp
from orchestrator.engine.errors import NotSent, Rejected, StepFailed
from tests.unit.connectors.servers import talking

MAIL: dict[str, Any] = {
    "sender": "Desk <desk@example.com>",
    "to": ["ann@example.com", "bob@example.org"],
    "subject": "Ihre Rechnung für März",
    "body": "Guten Tag,\n.Punkt am Anfang\nGrüße",
    "reply_to": "answers@example.com",
    "message_id": "<key-1@example.com>",
}


class Mailbox:
    """A mail server that answers by rule and keeps what it was told."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.lines: list[str] = []
        self.mail = b""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(text: str) -> None:
            writer.write(text.encode() + b"\r\n")
            await writer.drain()

        await say("220 ready")
        while line := (await reader.readline()).decode().strip():
            self.lines.append(line)
            word = line.split(" ")[0].lower()
            answer = self.answers.get(line) or self.answers.get(word) or "250 fine"
            if answer == "hang up":
                return
            await say(answer)
            if word == "quit":
                return
            if word == "data" and answer.startswith("354"):
                self.mail = await reader.readuntil(b"\r\n.\r\n")
                ending = self.answers.get("mail_end", "250 taken")
                if ending == "hang up":
                    return
                await say(ending)


async def send(mailbox: Mailbox, **changes: Any) -> None:
    mailbox.answers.setdefault("data", "354 go on")
    async with talking(mailbox.talk) as port:
        await asyncio.to_thread(smtp.send, f"smtp://127.0.0.1:{port}", **{**MAIL, **changes})


async def test_a_mail_arrives_with_its_attachment_under_its_id() -> None:
    mailbox = Mailbox()
    await send(mailbox, files=[("Rechnung ü.pdf", "application/pdf", b"%PDF-1.7")])
    assert [line for line in mailbox.lines if line.startswith(("mail", "rcpt"))] == [
        "mail FROM:<desk@example.com>",
        "rcpt TO:<ann@example.com>",
        "rcpt TO:<bob@example.org>",
    ]
    mail = email.message_from_bytes(mailbox.mail.replace(b"\r\n..", b"\r\n."), policy=email.policy.default)
    assert (mail["Message-ID"], mail["Subject"]) == ("<key-1@example.com>", "Ihre Rechnung für März")
    assert (mail["Reply-To"], mail["Auto-Submitted"]) == ("answers@example.com", "auto-generated")
    body = mail.get_body()
    assert body is not None
    assert body.get_content().splitlines()[:3] == MAIL["body"].splitlines()
    (attachment,) = mail.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content()) == ("Rechnung ü.pdf", b"%PDF-1.7")


@pytest.mark.parametrize(
    ("answers", "kind", "code"),
    [
        ({"rcpt TO:<bob@example.org>": "550 no such person"}, Rejected, "mail_refused"),
        ({"mail": "421 too busy"}, NotSent, "mail_not_now"),
        ({"data": "451 try later"}, NotSent, "mail_not_now"),
        ({"mail_end": "554 spam"}, Rejected, "mail_refused"),
        ({"mail_end": "452 disk full"}, NotSent, "mail_not_now"),
        ({"rcpt": "hang up"}, NotSent, "unreachable"),
        ({"mail_end": "hang up"}, StepFailed, "cut_off"),
    ],
)
async def test_what_became_of_the_mail_is_told_apart(
    answers: dict[str, str], kind: type[StepFailed], code: str
) -> None:
    with pytest.raises(StepFailed) as failed:
        await send(Mailbox(**answers))
    assert type(failed.value) is kind
    assert failed.value.error.code == code


async def test_one_refused_recipient_means_nobody_gets_the_mail() -> None:
    mailbox = Mailbox(**{"rcpt TO:<bob@example.org>": "550 no such person"})
    with pytest.raises(Rejected, match=r"bob@example\.org"):
        await send(mailbox)
    assert mailbox.mail == b""


@pytest.mark.parametrize(("field", "value"), [("subject", "Hi\r\nBcc: eve@example.com"), ("to", ["a@b.c\nBcc: e@f.g"])])
async def test_a_line_break_cannot_add_a_header(field: str, value: Any) -> None:
    mailbox = Mailbox()
    with pytest.raises(NotSent) as failed:
        await send(mailbox, **{field: value})
    assert failed.value.error.code == "line_break"
    assert mailbox.mail == b""


async def test_a_wrong_password_is_the_admins_to_mend() -> None:
    mailbox = Mailbox(ehlo="250-mail.example\r\n250 AUTH PLAIN", auth="535 no")
    async with talking(mailbox.talk) as port:
        with pytest.raises(NotSent) as failed:
            await asyncio.to_thread(smtp.send, f"smtp://user:pw@127.0.0.1:{port}", **MAIL)
    assert failed.value.error.code == "mail_sign_in"
    assert "pw" not in failed.value.error.message


async def test_encryption_that_is_demanded_is_not_done_without() -> None:
    mailbox = Mailbox()
    async with talking(mailbox.talk) as port:
        with pytest.raises(NotSent, match="does not offer the encryption"):
            await asyncio.to_thread(smtp.send, f"smtp+tls://127.0.0.1:{port}", **MAIL)
    assert not any(line.startswith("mail") for line in mailbox.lines)


async def test_a_server_named_by_a_tenant_must_be_public_or_allowed() -> None:
    mailbox = Mailbox(data="354 go on")
    async with talking(mailbox.talk) as port:
        url = f"smtp://mail.example:{port}"
        inside: dict[str, Any] = {"resolve": lambda host, port: ["127.0.0.1"]}
        with pytest.raises(NotSent) as failed:
            await asyncio.to_thread(smtp.send, url, allowed_hosts=[], **inside, **MAIL)
        assert failed.value.error.code == "egress_denied"
        assert mailbox.lines == []
        await asyncio.to_thread(smtp.send, url, allowed_hosts=["mail.example"], **inside, **MAIL)
    assert mailbox.mail


@pytest.mark.parametrize("url", ["", "smtp://", "http://mail.example", "smtp://mail.example:port", "mail.example"])
def test_an_address_of_no_mail_server_is_named(url: str) -> None:
    with pytest.raises(NotSent) as failed:
        smtp.read_server(url)
    assert failed.value.error.code == "mail_server"


def test_the_way_of_encryption_follows_from_the_address() -> None:
    read = [smtp.read_server(url) for url in ("smtp://m.example", "smtp+tls://u:p%40@m.example", "smtps://m.example:1")]
    assert [(one.encryption, one.port) for one in read] == [("offered", 25), ("required", 587), ("from_start", 1)]
    assert (read[1].user, read[1].password) == ("u", "p@")


@pytest.mark.parametrize(("sender", "domain"), [("Desk <desk@example.com>", "example.com"), ("", "localhost")])
def test_ids_belong_to_the_domain_of_the_sender(sender: str, domain: str) -> None:
    assert smtp.sender_domain(sender) == domain
