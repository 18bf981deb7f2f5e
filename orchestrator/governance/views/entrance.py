"""Who is signed in, and the two links by which people enter."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.utils.module_loading import import_string
from drf_spectacular.utils import extend_schema
from requests import RequestException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.errors import NotFound, ProblemError
from orchestrator.governance.accounts import sign_in
from orchestrator.governance.actions import invitations
from orchestrator.governance.actions.people import note_seen
from orchestrator.governance.actions.welcome import needs_owner, welcome
from orchestrator.governance.identity_provider import CompanyDoor, address_to
from orchestrator.governance.models import User, Workspace
from orchestrator.governance.principal import Principal, person, principal_of
from orchestrator.governance.second_factors import shut_to
from orchestrator.governance.serializers import (
    InvitationAcceptSerializer,
    InvitationLookSerializer,
    InvitationOfferSerializer,
    SessionSerializer,
    WelcomeSerializer,
)
from orchestrator.governance.sessions import admitted_to
from orchestrator.governance.sign_in_serializers import AddressSerializer, CompanySignInSerializer
from orchestrator.governance.throttles import CompanyThrottle, LinkThrottle


class SessionView(APIView):
    @extend_schema(operation_id="session", responses=SessionSerializer)
    def get(self, request: Request) -> Response:
        get_token(request._request)  # sets the cookie whose value every change must repeat
        principal = principal_of(request)
        if principal.is_signed_in:
            note_seen(request._request.user, request._request.session.session_key, principal.ip)
        return Response(_session(principal))


class WelcomeView(APIView):
    throttle_classes = (LinkThrottle,)

    @extend_schema(operation_id="welcome", request=WelcomeSerializer, responses=SessionSerializer)
    def post(self, request: Request) -> Response:
        data = WelcomeSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        ip = principal_of(request).ip
        user = welcome(**data.validated_data, ip=ip)
        sign_in(request._request, user)
        return Response(_session(person(user, ip=ip)), status=201)


class InvitationLookView(APIView):
    throttle_classes = (LinkThrottle,)

    @extend_schema(
        operation_id="invitation_look", request=InvitationLookSerializer, responses=InvitationOfferSerializer
    )
    def post(self, request: Request) -> Response:
        data = InvitationLookSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        return Response(InvitationOfferSerializer(invitations.look(**data.validated_data)).data)


class InvitationAcceptView(APIView):
    throttle_classes = (LinkThrottle,)

    @extend_schema(operation_id="invitation_accept", request=InvitationAcceptSerializer, responses=SessionSerializer)
    def post(self, request: Request) -> Response:
        data = InvitationAcceptSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        principal = principal_of(request)
        user = invitations.accept(principal, **data.validated_data)
        if user.id != principal.id:
            sign_in(request._request, user)
        return Response(_session(admitted_to(request._request.session, person(user, ip=principal.ip))))


class CompanySignInView(APIView):
    throttle_classes = (CompanyThrottle,)

    @extend_schema(operation_id="company_sign_in", request=CompanySignInSerializer, responses=AddressSerializer)
    def post(self, request: Request) -> Response:
        """Where the browser goes to sign in with an account of the organisation. It comes back to `next`."""
        if not settings.OIDC_ISSUER:
            raise NotFound()
        data = CompanySignInSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        process = "connect" if principal_of(request).is_signed_in else "login"
        try:
            address = address_to(request._request, data.validated_data["next"], process=process)
        except RequestException as error:
            raise ProblemError(
                502, "provider_away", "The company's sign-in does not answer. Try again soon."
            ) from error
        return Response({"address": address})


def company_answer(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """What the identity provider sends the browser back to. It tells who came, and is believed for its signature."""
    if not settings.OIDC_ISSUER or provider_id != settings.OIDC_ID:
        raise Http404
    try:
        return OAuth2CallbackView.adapter_view(CompanyDoor(request, provider_id))(request)
    except RequestException:
        return HttpResponseRedirect("/sign-in?error=provider_away")


def _session(principal: Principal) -> dict[str, Any]:
    user = User.objects.get(pk=principal.id) if principal.is_signed_in else None
    workspaces = [
        {
            "id": workspace.id,
            "name": workspace.name,
            "roles": sorted(principal.roles[workspace.id]),
            "verbs": sorted(principal.verbs(workspace.id)),
            "four_eyes": workspace.four_eyes,
        }
        for workspace in Workspace.objects.visible_to(principal).order_by("name", "id")
    ]
    session = {
        "user": user,
        "workspaces": workspaces,
        "shut": shut_to(principal),
        "needs_owner": needs_owner(),
        "environment": settings.ENVIRONMENT_BAND,
        "features": {
            "language_model": _language_model(principal),
            "smtp": bool(settings.EMAIL_URL),
            "company_sign_in": settings.OIDC_NAME if settings.OIDC_ISSUER else None,
        },
    }
    return dict(SessionSerializer(session).data)


def _language_model(principal: Principal) -> bool:
    """Models live in a higher room, which the settings name."""
    question = getattr(settings, "LANGUAGE_MODEL_REGISTERED", "")
    return bool(question) and bool(import_string(question)(principal.workspaces()))
