"""Mail that steps send: always kept in the outbox, and given to the mail server where one is set."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings

from orchestrator.artifacts.actions import read_file
from orchestrator.connectors import smtp
from orchestrator.runs.models import OutgoingMail
from orchestrator.runs.outside_calls import Purpose, keep_call
from orchestrator.runs.stream import tell_workspace


def send_mail(
    purpose: Purpose,
    key: UUID,
    *,
    to: list[str],
    subject: str,
    body: str,
    reply_to: str,
    attachments: list[dict[str, Any]],
    outbox_only: bool = False,
) -> dict[str, Any]:
    """Keyed: the same `key` is one mail, however often a step is tried. Raises StepFailed when the server refuses."""
    mail, _ = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "workspace_id": purpose.workspace,
            "run_id": purpose.run,
            "message_id": f"<{key}@{smtp.sender_domain(settings.MAIL_FROM)}>",
            "to": to,
            "subject": subject,
            "body": body,
            "reply_to": reply_to,
            "attachments": attachments,
            "delivery": "smtp" if settings.EMAIL_URL and not outbox_only else "outbox",
        },
    )
    if mail.state == OutgoingMail.State.PENDING:
        if mail.delivery == "smtp":
            _hand_over(mail, purpose)
        OutgoingMail.objects.filter(pk=mail.pk).update(state=OutgoingMail.State.SENT)
        tell_workspace(purpose.workspace, "mails")
    return {"message_id": mail.message_id, "delivery": mail.delivery}


def _hand_over(mail: OutgoingMail, purpose: Purpose) -> None:
    files = [
        (file["name"], file["media_type"], read_file(mail.workspace_id, UUID(file["file_id"])))
        for file in mail.attachments
    ]
    size = len(mail.body.encode()) + sum(len(data) for _, _, data in files)
    for domain in sorted({address.rpartition("@")[2].lower() for address in mail.to}):
        keep_call(purpose, domain, None, size)
    smtp.send(
        settings.EMAIL_URL,
        sender=settings.MAIL_FROM,
        to=mail.to,
        subject=mail.subject,
        body=mail.body,
        reply_to=mail.reply_to or None,
        message_id=mail.message_id,
        files=files,
    )
