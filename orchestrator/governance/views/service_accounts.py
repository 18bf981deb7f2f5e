"""The doors of service accounts and their tokens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.errors import NotFound
from orchestrator.api.pages import Cursor
from orchestrator.governance.access_serializers import (
    NewServiceAccountSerializer,
    ServiceAccountChangeSerializer,
    ServiceAccountSerializer,
)
from orchestrator.governance.actions import service_accounts, tokens
from orchestrator.governance.models import AccessToken, ServiceAccount
from orchestrator.governance.principal import principal_of
from orchestrator.governance.token_serializers import (
    AccessTokenSerializer,
    NewAccessTokenSerializer,
    TokenRequestSerializer,
)
from orchestrator.governance.views.workspaces import WorkspaceListView


class ServiceAccountsView(WorkspaceListView):
    serializer_class = ServiceAccountSerializer
    queryset = ServiceAccount.objects.none()

    @extend_schema(operation_id="service_accounts", responses=ServiceAccountSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """All, for who sees the members of the workspace; otherwise those one answers for."""
        found = service_accounts.service_accounts_of(principal_of(request), workspace)
        return self.page(found.select_related("user__owner").prefetch_related("user__tokens", "user__memberships"))

    @extend_schema(
        operation_id="service_account_create",
        request=NewServiceAccountSerializer,
        responses={201: ServiceAccountSerializer},
    )
    def post(self, request: Request, workspace: UUID) -> Response:
        sent = NewServiceAccountSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        made = service_accounts.create_service_account(principal_of(request), workspace, **sent.validated_data)
        return Response(ServiceAccountSerializer(made).data, status=201)


class ServiceAccountView(APIView):
    @extend_schema(
        operation_id="service_account_change",
        request=ServiceAccountChangeSerializer,
        responses=ServiceAccountSerializer,
    )
    def patch(self, request: Request, id: UUID) -> Response:
        """Name, purpose, roles, the day of its review, or who answers for it."""
        sent = ServiceAccountChangeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        changed = service_accounts.change_service_account(principal_of(request), id, **sent.validated_data)
        return Response(ServiceAccountSerializer(changed).data)

    @extend_schema(operation_id="service_account_end", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        """End it: its tokens open nothing from the next request on."""
        service_accounts.end_service_account(principal_of(request), id)
        return Response(status=204)


class AccountTokensView(generics.ListAPIView[AccessToken]):
    serializer_class = AccessTokenSerializer
    pagination_class = Cursor

    @extend_schema(operation_id="account_tokens")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The tokens of a service account."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[AccessToken]:
        return tokens.tokens_of_account(_account(self.request, self.kwargs["id"]))

    @extend_schema(
        operation_id="account_token_create", request=TokenRequestSerializer, responses={201: NewAccessTokenSerializer}
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Make a token for an account that one answers for. Its secret is in the answer and nowhere else."""
        account = _account(request, id)
        sent = TokenRequestSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        token, secret = tokens.create_token(
            principal_of(request), account.workspace_id, account=account, **sent.validated_data
        )
        return Response({**AccessTokenSerializer(token).data, "secret": secret}, status=201)


def _account(request: Request, id: UUID) -> ServiceAccount:
    """Among those that one sees."""
    principal = principal_of(request)
    account = ServiceAccount.objects.select_related("user").find(principal, id)
    seen = service_accounts.service_accounts_of(principal, account.workspace_id).filter(pk=account.pk)
    if not seen.exists():
        raise NotFound()
    return account
