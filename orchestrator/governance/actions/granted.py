"""What two people agreed to about members and teams, carried out."""

from __future__ import annotations

from uuid import UUID

from orchestrator.api.errors import Conflict, ProblemError
from orchestrator.governance.actions import members, teams
from orchestrator.governance.actions.granting import KIND, OUTDATED, asker_of, told
from orchestrator.governance.actions.requests import finish
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import Request
from orchestrator.governance.principal import Principal


def grant_approved(request: UUID, principal: Principal) -> None:
    """Carry out what was agreed to about members and teams. Subscribes to `request.approved`.

    An invitation is sent by whoever asked: only they are shown its link.
    """
    agreed = Request.objects.select_related("requester").get(id=request)
    if agreed.kind != KIND or agreed.object_type not in ("member", "team"):
        return
    asker, payload = asker_of(agreed), agreed.payload
    try:
        if agreed.object_type == "member":
            members.set_roles(principal, asker, agreed.object_id, payload["roles"], payload["before"], told(agreed))
        else:
            teams.set_members(principal, asker, agreed.object_id, payload["members"], payload["before"], told(agreed))
    except (Denied, ProblemError) as error:
        raise Conflict("request_outdated", OUTDATED) from error
    finish(agreed.id)
