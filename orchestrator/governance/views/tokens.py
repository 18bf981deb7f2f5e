"""The doors of access tokens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.pages import Cursor
from orchestrator.governance.actions import tokens
from orchestrator.governance.models import AccessToken
from orchestrator.governance.principal import principal_of
from orchestrator.governance.token_serializers import (
    AccessTokenSerializer,
    NewAccessTokenSerializer,
    TokenRequestSerializer,
)


class TokensView(generics.ListAPIView[AccessToken]):
    serializer_class = AccessTokenSerializer
    pagination_class = Cursor

    @extend_schema(operation_id="tokens")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One's own."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[AccessToken]:
        return tokens.own_tokens(principal_of(self.request), self.kwargs["workspace"])

    @extend_schema(
        operation_id="token_create", request=TokenRequestSerializer, responses={201: NewAccessTokenSerializer}
    )
    def post(self, request: Request, workspace: UUID) -> Response:
        """Make a token for oneself. Its secret is in the answer and nowhere else."""
        sent = TokenRequestSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        token, secret = tokens.create_token(principal_of(request), workspace, **sent.validated_data)
        return Response({**AccessTokenSerializer(token).data, "secret": secret}, status=201)


class AllTokensView(generics.ListAPIView[AccessToken]):
    serializer_class = AccessTokenSerializer
    pagination_class = Cursor

    @extend_schema(operation_id="all_tokens")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Everybody's, for administrators."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[AccessToken]:
        return tokens.all_tokens(principal_of(self.request), self.kwargs["workspace"])


class TokenView(APIView):
    @extend_schema(operation_id="token_revoke", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        """From the next request on it opens nothing."""
        tokens.revoke_token(principal_of(request), id)
        return Response(status=204)
