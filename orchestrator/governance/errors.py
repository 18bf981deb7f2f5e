"""The error tree of governance.

GovernanceError
├── Denied                  the principal may not do this; answered with 403 and written to the trail
├── CallerRefused           a program outside did not prove who it is; a ProblemError (401), written to the trail too
├── Unsealable              what was sealed does not belong to its row, or its key is gone
└── CredentialUnreadable    the same of the secret of a connection
"""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from orchestrator.api.errors import ProblemError


class GovernanceError(Exception):
    """Base of every error of governance."""


class Denied(GovernanceError):
    """The principal may not do this. `message` tells the person whom to ask."""

    def __init__(
        self,
        verb: str,
        *,
        workspace_id: UUID | None,
        object_type: str = "",
        object_id: object = None,
        message: str = "",
    ) -> None:
        self.message = message or "You may not do this. Ask an administrator of the workspace for the role you need."
        super().__init__(self.message)
        self.verb = verb
        self.workspace_id = workspace_id
        self.object_type = object_type
        self.object_id = object_id


class CallerRefused(GovernanceError, ProblemError):
    """A program outside did not prove who it is. `denied` says whose door it was."""

    def __init__(self, code: str, detail: str, denied: Denied) -> None:
        ProblemError.__init__(self, HTTPStatus.UNAUTHORIZED, code, detail)
        self.denied = denied


class Unsealable(GovernanceError):
    """What was sealed cannot be opened here; the text says why."""


class CredentialUnreadable(GovernanceError):
    """The secret cannot be opened; save the connection again."""
