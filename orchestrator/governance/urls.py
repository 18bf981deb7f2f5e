"""Doors of governance; `api/` stands before each address."""

from __future__ import annotations

from orchestrator.api.routes import route
from orchestrator.governance.views.credentials import CredentialsView, CredentialTrialView, CredentialView
from orchestrator.governance.views.entrance import (
    CompanySignInView,
    InvitationAcceptView,
    InvitationLookView,
    SessionView,
    WelcomeView,
)
from orchestrator.governance.views.groups import GroupRolesView
from orchestrator.governance.views.integrity import (
    AuditChecksView,
    AuditEvidenceView,
    AuditIntegrityView,
    ErasuresView,
    FormerPeopleView,
)
from orchestrator.governance.views.policies import MemberRightsView, PoliciesView, PolicyView
from orchestrator.governance.views.profile import ProfileView
from orchestrator.governance.views.requests import (
    DecideRequestView,
    RequestsView,
    RequestView,
    WithdrawRequestView,
)
from orchestrator.governance.views.searches import SavedSearchesView, SavedSearchView
from orchestrator.governance.views.second_factors import TotpPictureView
from orchestrator.governance.views.service_accounts import (
    AccountTokensView,
    ServiceAccountsView,
    ServiceAccountView,
)
from orchestrator.governance.views.sessions import (
    MemberSessionsView,
    MemberSessionView,
    OwnSessionsView,
    OwnSessionView,
    PasswordLinkView,
)
from orchestrator.governance.views.teams import MatrixView, TeamsView, TeamView
from orchestrator.governance.views.tokens import AllTokensView, TokensView, TokenView
from orchestrator.governance.views.trail import AuditEventsView, AuditExportView, AuditFacetsView
from orchestrator.governance.views.workspaces import (
    BelongingsView,
    InvitationsView,
    InvitationView,
    MembersView,
    MemberView,
    WorkspaceView,
)

urlpatterns = [
    route("session", SessionView.as_view(), verb="public"),
    route("me", ProfileView.as_view(), verb="signed_in"),
    route("me/sessions", OwnSessionsView.as_view(), verb="signed_in"),
    route("me/sessions/<int:session>", OwnSessionView.as_view(), verb="signed_in"),
    route("me/totp-picture", TotpPictureView.as_view(), verb="signed_in"),
    route("sign-in/company", CompanySignInView.as_view(), verb="public"),
    route("welcome", WelcomeView.as_view(), verb="public"),
    route("invitations/look", InvitationLookView.as_view(), verb="public"),
    route("invitations/accept", InvitationAcceptView.as_view(), verb="public"),
    route("invitations/<uuid:id>", InvitationView.as_view(), verb="member:manage"),
    route("members/<uuid:id>", MemberView.as_view(), verb="member:manage"),
    route("members/<uuid:id>/belongings", BelongingsView.as_view(), verb="member:manage"),
    route("members/<uuid:id>/password-link", PasswordLinkView.as_view(), verb="member:manage"),
    route("members/<uuid:id>/sessions", MemberSessionsView.as_view(), verb="member:manage"),
    route("members/<uuid:id>/sessions/<int:session>", MemberSessionView.as_view(), verb="member:manage"),
    route("workspaces/<uuid:workspace>/group-roles", GroupRolesView.as_view(), verb="member:manage"),
    route("credentials/<uuid:id>", CredentialView.as_view(), verb="credential:edit"),
    route("credentials/<uuid:id>/trial", CredentialTrialView.as_view(), verb="credential:use"),
    route("workspaces/<uuid:workspace>", WorkspaceView.as_view(), verb="workspace:read"),
    route("workspaces/<uuid:workspace>/members", MembersView.as_view(), verb="member:read"),
    route("workspaces/<uuid:workspace>/invitations", InvitationsView.as_view(), verb="member:read"),
    route("workspaces/<uuid:workspace>/credentials", CredentialsView.as_view(), verb="credential:read"),
    route("workspaces/<uuid:workspace>/teams", TeamsView.as_view(), verb="member:read"),
    route("teams/<uuid:id>", TeamView.as_view(), verb="member:manage"),
    route("workspaces/<uuid:workspace>/tokens", TokensView.as_view(), verb="signed_in"),
    route("workspaces/<uuid:workspace>/all-tokens", AllTokensView.as_view(), verb="member:manage"),
    route("tokens/<uuid:id>", TokenView.as_view(), verb="signed_in"),
    route("workspaces/<uuid:workspace>/requests", RequestsView.as_view(), verb="request:read"),
    route("requests/<uuid:id>", RequestView.as_view(), verb="request:read"),
    route("requests/<uuid:id>/decide", DecideRequestView.as_view(), verb="request:decide"),
    route("requests/<uuid:id>/withdraw", WithdrawRequestView.as_view(), verb="request:decide"),
    route("workspaces/<uuid:workspace>/matrix", MatrixView.as_view(), verb="member:read"),
    route("workspaces/<uuid:workspace>/audit/export", AuditExportView.as_view(), verb="audit:export"),
    route("workspaces/<uuid:workspace>/saved-searches", SavedSearchesView.as_view(), verb="workflow:read"),
    route("saved-searches/<uuid:id>", SavedSearchView.as_view(), verb="signed_in"),
    route("workspaces/<uuid:workspace>/audit-events", AuditEventsView.as_view(), verb="audit:read"),
    route("workspaces/<uuid:workspace>/audit-facets", AuditFacetsView.as_view(), verb="audit:read"),
    route("workspaces/<uuid:workspace>/policies", PoliciesView.as_view(), verb="member:read"),
    route("policies/<uuid:id>", PolicyView.as_view(), verb="member:manage"),
    route("members/<uuid:id>/rights", MemberRightsView.as_view(), verb="workspace:read"),
    route("workspaces/<uuid:workspace>/service-accounts", ServiceAccountsView.as_view(), verb="workspace:read"),
    route("service-accounts/<uuid:id>", ServiceAccountView.as_view(), verb="member:manage"),
    route("service-accounts/<uuid:id>/tokens", AccountTokensView.as_view(), verb="signed_in"),
    route("workspaces/<uuid:workspace>/audit/checks", AuditChecksView.as_view(), verb="audit:read"),
    route("workspaces/<uuid:workspace>/audit/integrity", AuditIntegrityView.as_view(), verb="audit:read"),
    route("workspaces/<uuid:workspace>/audit/evidence", AuditEvidenceView.as_view(), verb="audit:export"),
    route("workspaces/<uuid:workspace>/former-people", FormerPeopleView.as_view(), verb="member:manage"),
    route("workspaces/<uuid:workspace>/erasures", ErasuresView.as_view(), verb="member:manage"),
]
