"""The same news to several people, each by a mail of their own."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail

log = logging.getLogger(__name__)
LONGEST_SUBJECT = 200


def mail_each(emails: Iterable[str], subject: str, text: str) -> None:
    """An address that is refused keeps the news from nobody else. Raises `OSError` where the server is not there."""
    line = " ".join(subject.split())[:LONGEST_SUBJECT]
    for email in emails:
        try:
            send_mail(line, text, settings.MAIL_FROM, [email])
        except (SMTPException, ValueError) as error:
            log.warning("“%s” could not be sent to %s: %s", line, email, error)
