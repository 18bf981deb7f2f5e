"""The secrets of incoming links."""

from __future__ import annotations

from orchestrator.governance.errors import Unsealable
from orchestrator.triggers.errors import SecretUnreadable
from orchestrator.triggers.models import IncomingLink


def reveal(link: IncomingLink) -> str:
    """The secret, to check a signature with. Raises `SecretUnreadable`."""
    try:
        return link.open().decode()
    except Unsealable as error:
        raise SecretUnreadable(f"The secret of the link of {link.node!r} cannot be read.") from error
