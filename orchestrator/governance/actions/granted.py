"""What two people agreed to about members, teams, groups and rules, carried out."""

from __future__ import annotations

from uuid import UUID

from orchestrator.governance.actions import company_accounts, members, policies, teams
from orchestrator.governance.actions.granting import carry_out, told
from orchestrator.governance.models import Request
from orchestrator.governance.principal import Principal


def grant_approved(request: UUID, principal: Principal) -> None:
    """Carry out what was agreed to. Subscribes to `request.approved`.

    An invitation is sent by whoever asked: only they are shown its link.
    """

    def set_roles(agreed: Request, asker: Principal) -> None:
        asked = agreed.payload
        members.set_roles(principal, asker, agreed.object_id, asked["roles"], asked["before"], told(agreed))

    def set_members(agreed: Request, asker: Principal) -> None:
        asked = agreed.payload
        teams.set_members(principal, asker, agreed.object_id, asked["members"], asked["before"], told(agreed))

    def set_groups(agreed: Request, asker: Principal) -> None:
        asked = agreed.payload
        company_accounts.set_groups(principal, asker, agreed.object_id, asked["groups"], asked["before"], told(agreed))

    def lift(agreed: Request, asker: Principal) -> None:
        policies.lift_agreed(principal, asker, agreed.object_id, told(agreed))

    carry_out(request, "member", set_roles)
    carry_out(request, "team", set_members)
    carry_out(request, "group_roles", set_groups)
    carry_out(request, "policy", lift)
