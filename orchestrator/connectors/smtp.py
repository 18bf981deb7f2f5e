"""Sends mail through a mail server.

Errors say what became of the mail: `NotSent` when the server certainly did not take it, `Rejected` when it refused it
for good, `StepFailed` when the line was cut while it was taking it.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from urllib.parse import unquote, urlsplit

from orchestrator.connectors.connections import trusted
from orchestrator.connectors.egress import Egress, read_host, resolve_now, unknown_host
from orchestrator.engine.errors import ErrorCategory, NotSent, Rejected, StepFailed

LINE_SECONDS = 20.0
"""How long one answer of the server may take."""

Resolve = Callable[[str, int], list[str]]
File = tuple[str, str, bytes]
"""Name, media type, content."""


@dataclass(frozen=True, kw_only=True)
class Server:
    host: str
    port: int
    encryption: str
    """`offered` (when the server offers it), `required` (STARTTLS) or `from_start` (TLS)."""
    user: str
    password: str


def read_server(url: str) -> Server:
    """`smtp://user:password@host:25`, `smtp+tls://…` (STARTTLS, 587) or `smtps://…` (TLS, 465).

    Raises `NotSent` (config)."""
    known = {"smtp": ("offered", 25), "smtp+tls": ("required", 587), "smtps": ("from_start", 465)}
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in known or not parts.hostname:
        message = "The address of the mail server is not written correctly."
        raise NotSent(
            ErrorCategory.CONFIG, "mail_server", message, hint="Write it like smtp+tls://user:password@host:587."
        )
    encryption, usual = known[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(
        host=read_host(parts.hostname), port=port or usual, encryption=encryption, user=user, password=password
    )


def sender_domain(sender: str) -> str:
    """The part behind the @, for message ids."""
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def send(
    url: str,
    *,
    sender: str,
    to: Sequence[str],
    subject: str,
    body: str,
    reply_to: str | None,
    message_id: str,
    files: Iterable[File] = (),
    allowed_hosts: Iterable[str] | None = None,
    resolve: Resolve = resolve_now,
) -> None:
    """All recipients get the mail, or none. Blocks for at most a few times LINE_SECONDS.

    Without `allowed_hosts` the server counts as allowed, because whoever runs the product named it; with them its
    address must be public or among them.
    """
    server = read_server(url)
    own = f"[{server.host}]" if ":" in server.host else server.host
    egress = Egress([own] if allowed_hosts is None else allowed_hosts)
    try:
        addresses = egress.checked(server.host, server.port, resolve(server.host, server.port))
    except OSError as error:
        raise unknown_host(server.host) from error
    message = _message(sender, to, subject, body, reply_to, message_id, files)
    line = _connected(server, addresses)
    try:
        _greet(server, line)
        _name_people(server, line, parseaddr(sender)[1], to)
        _hand_over(server, line, message.as_bytes())
        with suppress(OSError, smtplib.SMTPException):  # the mail is taken; how they part changes nothing
            line.quit()
    finally:
        line.close()


def _message(
    sender: str,
    to: Sequence[str],
    subject: str,
    body: str,
    reply_to: str | None,
    message_id: str,
    files: Iterable[File],
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = sender
        message["To"] = ", ".join(to)
        message["Subject"] = subject
        message["Date"] = formatdate(localtime=False)
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        if reply_to:
            message["Reply-To"] = reply_to
    except ValueError as error:  # the library's own guard against line breaks in headers
        text = "Sender, recipients and subject must be single lines."
        raise NotSent(ErrorCategory.INPUT, "line_break", text, hint="Remove the line breaks.") from error
    message.set_content(body)
    for name, media_type, content in files:
        main, _, sub = media_type.partition("/")
        message.add_attachment(content, maintype=main or "application", subtype=sub or "octet-stream", filename=name)
    return message


class _Line(smtplib.SMTP):
    """Connects to checked addresses; the name is kept for TLS."""

    def __init__(self, server: Server, addresses: list[str]) -> None:
        self._server = server
        self._addresses = addresses
        super().__init__(server.host, server.port, timeout=LINE_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        failure: OSError | None = None
        for address in self._addresses:
            try:
                plain = socket.create_connection((address, port), timeout)
            except OSError as error:
                failure = error
                continue
            if self._server.encryption == "from_start":
                return trusted().wrap_socket(plain, server_hostname=self._server.host)
            return plain
        raise failure or OSError("no address")


def _connected(server: Server, addresses: list[str]) -> _Line:
    try:
        return _Line(server, addresses)
    except (OSError, smtplib.SMTPException) as error:
        raise _not_sent(server, error) from error


def _greet(server: Server, line: _Line) -> None:
    try:
        line.ehlo_or_helo_if_needed()
        if server.encryption == "required" or (server.encryption == "offered" and line.has_extn("starttls")):
            line.starttls(context=trusted())
            line.ehlo()
        if server.user:
            line.login(server.user, server.password)
    except smtplib.SMTPAuthenticationError as error:
        message = f"The mail server {server.host} did not accept user name and password."
        hint = "An admin can correct them in the settings of the server."
        raise NotSent(ErrorCategory.AUTH, "mail_sign_in", message, hint=hint) from error
    except smtplib.SMTPNotSupportedError as error:
        message = f"The mail server {server.host} does not offer the encryption or sign-in that its address asks for."
        hint = "An admin can correct the address in the settings of the server."
        raise NotSent(ErrorCategory.CONFIG, "mail_server", message, hint=hint) from error
    except (OSError, smtplib.SMTPException) as error:
        raise _not_sent(server, error) from error


def _name_people(server: Server, line: _Line, sender: str, to: Sequence[str]) -> None:
    try:
        code, answer = line.mail(sender)
        refused = None if code == 250 else (sender, code, answer)
        for address in to:
            if refused is None:
                code, answer = line.rcpt(address)
                refused = None if code in (250, 251) else (address, code, answer)
        if refused:
            line.rset()
    except (OSError, smtplib.SMTPException) as error:
        raise _not_sent(server, error) from error
    if refused:
        raise _refused(server, *refused)


def _hand_over(server: Server, line: _Line, message: bytes) -> None:
    try:
        code, answer = line.data(message)
    except smtplib.SMTPDataError as error:
        raise _refused(server, "the mail", error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        text = f"The line to the mail server {server.host} was cut while it took the mail."
        hint = "Ask a recipient whether the mail arrived before it is sent again."
        raise StepFailed(ErrorCategory.UNAVAILABLE, "cut_off", text, hint=hint) from error
    if code != 250:
        raise _refused(server, "the mail", code, answer)


def _refused(server: Server, what: str, code: int, answer: bytes | str) -> StepFailed:
    """4xx is "not now", so trying again is safe; 5xx is for good."""
    words = (answer.decode("utf-8", errors="replace") if isinstance(answer, bytes) else answer)[:300]
    message = f"The mail server {server.host} did not take {what}: {words}"
    if 400 <= code < 500:
        return NotSent(ErrorCategory.UNAVAILABLE, "mail_not_now", message, hint="Try again later.", status=code)
    return Rejected(ErrorCategory.REJECTED, "mail_refused", message, hint="Check the addresses.", status=code)


def _not_sent(server: Server, error: Exception) -> NotSent:
    if isinstance(error, ssl.SSLError):
        message = f"The certificate of the mail server {server.host} is not valid."
        return NotSent(ErrorCategory.REJECTED, "certificate", message, hint="Ask whoever runs it to renew it.")
    message = f"The mail server {server.host} cannot be reached."
    return NotSent(ErrorCategory.UNAVAILABLE, "unreachable", message, hint="Try again later.")
