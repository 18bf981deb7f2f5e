"""Mail that workflows send."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from builder.models import Workflow
from orchestrator.engine.errors import StepFailed
from orchestrator.governance.models import Workspace
from orchestrator.runs.models import OutgoingMail, OutsideCall, Run
from orchestrator.runs.outbox import send_mail
from tests.integration.authoring import Browser, sound
from tests.integration.runs.conftest import mailing

MAIL = {"to": ["ada@example.com"], "subject": "Your order", "body": "It left.", "reply_to": "", "attachments": []}


@pytest.fixture
def run(publish: Callable[[dict[str, Any]], Workflow], start: Callable[..., Run]) -> Run:
    return start(publish(sound()), input={})


@pytest.fixture
def send(run: Run) -> Callable[..., dict[str, Any]]:
    def send(key: Any, **fields: Any) -> dict[str, Any]:
        return send_mail(mailing(run), key, **{**MAIL, **fields})

    return send


def test_one_key_is_one_mail_however_often_the_step_is_tried(send: Callable[..., dict[str, Any]]) -> None:
    key = uuid4()
    answers = [send(key), send(key, subject="Changed meanwhile"), send(key)]
    assert answers[0] == answers[1] == answers[2]
    mail = OutgoingMail.objects.get()
    assert (mail.subject, mail.state, mail.delivery) == ("Your order", "sent", "outbox")
    assert str(key) in mail.message_id


def test_another_key_is_another_mail(send: Callable[..., dict[str, Any]]) -> None:
    assert send(uuid4())["message_id"] != send(uuid4())["message_id"]
    assert OutgoingMail.objects.count() == 2


def test_the_outbox_lists_what_was_sent_newest_first_and_shows_each_mail(
    maria: Browser, workspace: Workspace, run: Run, send: Callable[..., dict[str, Any]]
) -> None:
    send(uuid4())
    send(uuid4(), subject="Second")
    listed = maria.get(f"workspaces/{workspace.pk}/outgoing-mails").json()["results"]
    assert [mail["subject"] for mail in listed] == ["Second", "Your order"]
    assert (listed[0]["to"], listed[0]["delivery"], listed[0]["run"]) == (["ada@example.com"], "outbox", str(run.pk))
    assert "body" not in listed[0]
    shown = maria.get(f"outgoing-mails/{listed[1]['id']}").json()
    assert (shown["body"], shown["attachments"]) == ("It left.", [])
    assert shown["message_id"].startswith("<")


def test_viewers_read_no_mail(viewer: Browser, workspace: Workspace, send: Callable[..., dict[str, Any]]) -> None:
    send(uuid4())
    assert viewer.get(f"workspaces/{workspace.pk}/outgoing-mails").status_code == 403
    assert viewer.get(f"outgoing-mails/{OutgoingMail.objects.get().pk}").status_code == 403


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as is needed, and refuses messages for as long as it is told to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.refuses = True
        self.messages: list[str] = []


class Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "DATA":
                self.say("354 go on")
                self.take()
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline().decode()) not in (".\r\n", ""):
            lines.append(line)
        if self.server.refuses:
            self.say("451 try later")
            return
        self.server.messages.append("".join(lines))
        self.say("250 taken")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_what_the_server_refused_is_handed_over_again_as_the_same_mail(
    server: MailServer, settings: Any, send: Callable[..., dict[str, Any]]
) -> None:
    settings.EMAIL_URL = f"smtp://127.0.0.1:{server.server_address[1]}"
    key = uuid4()
    with pytest.raises(StepFailed):
        send(key)
    assert OutgoingMail.objects.get().state == "pending"
    server.refuses = False
    for _ in range(2):
        send(key)
    assert (OutgoingMail.objects.get().state, len(server.messages)) == ("sent", 1)
    assert f"Message-ID: <{key}@" in server.messages[0]


def test_each_domain_that_gets_mail_stands_in_the_ledger_before_it_is_handed_over(
    server: MailServer, settings: Any, run: Run, send: Callable[..., dict[str, Any]]
) -> None:
    settings.EMAIL_URL = f"smtp://127.0.0.1:{server.server_address[1]}"
    server.refuses = False
    send(uuid4(), to=["ada@example.com", "bo@Example.com", "cy@partner.example"], body="It left: é")
    kept = OutsideCall.objects.order_by("host").values_list("run_id", "kind", "host", "port", "bytes")
    size = len("It left: é".encode())
    assert list(kept) == [
        (run.pk, "mail", "example.com", None, size),
        (run.pk, "mail", "partner.example", None, size),
    ]
    send(uuid4(), outbox_only=True)
    assert OutsideCall.objects.count() == 2


def test_a_mail_for_the_outbox_only_stays_there_also_where_there_is_a_mail_server(
    settings: Any, send: Callable[..., dict[str, Any]]
) -> None:
    settings.EMAIL_URL = "smtp://mail.invalid:25"
    assert send(uuid4(), outbox_only=True)["delivery"] == "outbox"
    assert OutgoingMail.objects.get().state == "sent"
