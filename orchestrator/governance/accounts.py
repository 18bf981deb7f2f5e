"""How sign-in (allauth) behaves here: nobody signs up, and everything is written to the trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.core import context
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.http import HttpRequest

from orchestrator.governance import audit
from orchestrator.governance.actions.sessions import end
from orchestrator.governance.models import AuditResult, User
from orchestrator.governance.principal import Principal, anonymous, person, principal_of
from orchestrator.governance.sessions import by_company, methods_of

SIGN_IN_CHANGES = {
    "mfa/email/totp_activated": "second_factor.added",
    "mfa/email/totp_deactivated": "second_factor.removed",
    "mfa/email/webauthn_added": "second_factor.added",
    "mfa/email/webauthn_removed": "second_factor.removed",
    "mfa/email/recovery_codes_generated": "recovery_codes.created",
    "socialaccount/email/account_connected": "company_account.linked",
    "socialaccount/email/account_disconnected": "company_account.unlinked",
}
"""What allauth would mail about -> how the trail calls it."""


COMPANY_SESSION_S = 12 * 3600
"""So often at least is the identity provider asked again whether somebody still belongs, and to which groups."""


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People enter by invitation only."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Only the socket's own address: a forwarding header is whatever the sender wrote."""
        return request.META["REMOTE_ADDR"]

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        if by_company(request.session):
            request.session.set_expiry(COMPANY_SESSION_S)
        who, methods = person(user, ip=self.get_client_ip(request)), methods_of(request.session)
        _record("session.signed_in", who, user, detail={"methods": methods} if methods else None)

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        if user.is_authenticated:
            _record("session.signed_out", person(user, ip=self.get_client_ip(request)), user)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        email = str(credentials.get("email", ""))
        user = User.objects.filter(email=email.lower()).first()
        who = anonymous(self.get_client_ip(request))
        chains = sorted(person(user).workspaces()) if user else []
        with transaction.atomic():
            for workspace_id in chains or [audit.INSTALLATION]:
                audit.record(
                    who,
                    "session.refused",
                    workspace_id=workspace_id,
                    object_type="person",
                    object_id=user.id if user else None,
                    object_name=email,
                    result=AuditResult.FAILED,
                )

    def set_password(self, user: User, password: str) -> None:
        with transaction.atomic():
            super().set_password(user, password)
            _record("password.changed", person(user, ip=self.get_client_ip(context.request)), user)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Called for every change of how a person signs in, whether or not mails about it are switched on."""
        super().send_notification_mail(template_prefix, user, context, email)
        action = SIGN_IN_CHANGES.get(template_prefix)
        if action:
            _record(action, person(user, ip=self.get_client_ip(self.request)), user)


def sign_in(request: HttpRequest, user: User) -> None:
    """Sign a person in who came by a one-time link and has just chosen a password."""
    get_adapter(request).login(request, user)
    UserSession.objects.create_from_request(request)


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Ends what a person chose at the library's own door; `actions.sessions` is ours."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        request = context.request
        ended = list(sessions)
        if ended and request.user.is_authenticated:
            end(principal_of(request), ended)


def _record(action: str, who: Principal, user: User, *, detail: dict[str, Any] | None = None) -> None:
    event = {"object_type": "person", "object_id": user.id, "object_name": user.name, "detail": detail}
    with transaction.atomic():
        audit.record_everywhere(who, action, **event)
